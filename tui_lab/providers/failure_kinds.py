"""What kind of failure an error is: by its codes and words first, then by its status."""

from __future__ import annotations

import re
from typing import NamedTuple

from tui_lab.core.errors import ErrorKind
from tui_lab.providers.refusals import refused_word

QUOTA_PER_DAY = "quota_per_day"
"""The code of a limit that only the next day lifts (Gemini has it in the name of a quota)."""


class Said(NamedTuple):
    """What an error says in any of its forms.

    `status` is its own number and `wait_s` its advice to wait, where it has them.
    """

    message: str
    codes: frozenset[str] = frozenset()
    status: int | None = None
    wait_s: float | None = None


class _Rule(NamedTuple):
    """A kind, and the codes or the words in a message that tell it."""

    kind: ErrorKind
    codes: frozenset[str]
    words: re.Pattern[str] | None = None

    def fits(self, said: Said) -> bool:
        return bool(self.codes & said.codes) or bool(self.words and self.words.search(said.message))


def _rule(kind: ErrorKind, codes: str, *words: str) -> _Rule:
    pattern = re.compile("|".join(words), re.IGNORECASE) if words else None
    return _Rule(kind, frozenset(codes.split()), pattern)


# What is said outranks the status: providers use 400, 403 and 429 for many things.
_BY_WORDS = (
    _rule(
        ErrorKind.QUOTA,
        "insufficient_quota credit_balance_exhausted organization_spend_limit_exceeded "
        "project_spend_limit_exceeded organization_usage_limit_exceeded billing_error "
        "billing_hard_limit_reached billing_not_active payment_required insufficient_balance "
        f"insufficient_credits exceeded_current_quota_error arrearage {QUOTA_PER_DAY}",
        r"credit balance is too low",
        r"(?:credits?|balance)\b.{0,20}\b(?:depleted|exhausted)",
        r"insufficient (?:balance|credits?|funds)",
        r"(?:doesn't|does not) have any credits",
        r"specified api usage limits",
    ),
    _rule(
        ErrorKind.AUTH,
        "invalid_api_key authentication_error invalid_authentication_error api_key_invalid "
        "unauthenticated access_token_type_unsupported unauthorized",
        r"(?:incorrect|invalid|missing) (?:x-)?api[- ]key",
        r"api key (?:is )?(?:not valid|invalid|incorrect|expired|missing)",
        r"api key was reported",
        r"invalid subscription key",
        r"unregistered callers",
    ),
    _rule(
        ErrorKind.PERMISSION,
        "unsupported_country_region_territory missing_scope",
        r"insufficient permissions",
        r"organization must be verified to use",
        r"(?:location|country|region|territory) is not supported",
        r"not available in your (?:country|region)",
    ),
    _rule(
        ErrorKind.UNSUPPORTED_PARAMETER,
        "unsupported_parameter unsupported_value unknown_parameter",
    ),
    _rule(
        ErrorKind.CONTENT_FILTER,
        "content_filter content_policy_violation responsibleaipolicyviolation "
        "data_inspection_failed moderation_blocked invalid_prompt image_content_policy_violation "
        "bio_policy misalignment_policy_violation",
        r"content (?:management |filtering )?policy",
        r"usage polic(?:y|ies)",
        r"(?:input|prompt|request) was (?:flagged|rejected by the safety)",
    ),
    _rule(
        ErrorKind.BAD_REQUEST,
        "",
        r"(?:image|audio|file|document|pdf) inputs? (?:is|are) not supported",
        r"(?:does not|doesn't|that) support (?:image|audio|file|document|pdf|vision)",
    ),
    _rule(
        ErrorKind.NOT_FOUND,
        "model_not_found model_decommissioned invalid_model",
        r"\bmodel\b.{0,120}(?:not exist|not found|has been (?:decommissioned|retired))",
        r"is not a valid model",
        r"invalid model name",
    ),
)
_OVERFLOW = _rule(
    ErrorKind.CONTEXT_OVERFLOW,
    "context_length_exceeded exceed_context_size_error too_many_prompt_tokens "
    "model_context_window_exceeded",
    r"prompt is too long",
    r"maximum context length",
    r"context ?window ?exceeded",
    r"exceeds? (?:the |the model's )?(?:available )?context (?:window|size|length)",
    r"exceeds the maximum number of tokens allowed",
    r"reduce the length of",
    r"too many tokens",
    r"prompt too long",
    r"input is too long",
    r"longer than the context length",
    r"exceeded model token limit",
    r"maximum prompt length is",
    r"input length and .{0,10}max_tokens.{0,10} exceed",
    r"inputs`? tokens \+ `?max_new_tokens",
)
# Inside a stream there is no failed status: the code has to tell.
_BY_CODE = (
    _rule(
        ErrorKind.RATE_LIMIT,
        "rate_limit_exceeded rate_limit_error rate_limit_reached_error slow_down "
        "resource_exhausted throttling_error too_many_requests",
    ),
    _rule(ErrorKind.PERMISSION, "permission_error permission_denied forbidden"),
    _rule(ErrorKind.NOT_FOUND, "not_found_error not_found notfounderror"),
    _rule(ErrorKind.TIMEOUT, "timeout_error timeout request_timeout deadline_exceeded"),
    _rule(
        ErrorKind.BAD_REQUEST,
        "invalid_request_error invalid_argument bad_request badrequesterror invalid_value "
        # Of a response that failed (`ResponseError` in OpenAI's SDK).
        "invalid_image invalid_image_format invalid_base64_image invalid_image_url "
        "invalid_image_mode image_too_large image_too_small image_parse_error image_file_too_large "
        "unsupported_image_media_type empty_image_file failed_to_download_image "
        "image_file_not_found",
    ),
)
_BY_STATUS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.PERMISSION,
    404: ErrorKind.NOT_FOUND,
    405: ErrorKind.NOT_FOUND,  # a place that takes no POST: the base_url is another one's
    408: ErrorKind.TIMEOUT,
    409: ErrorKind.SERVER,  # two requests in each other's way: providers' own clients try again
    410: ErrorKind.NOT_FOUND,
    429: ErrorKind.RATE_LIMIT,
    498: ErrorKind.SERVER,  # Groq: no capacity
    499: ErrorKind.SERVER,
    504: ErrorKind.TIMEOUT,
    524: ErrorKind.TIMEOUT,  # Cloudflare
}


def kind_of(said: Said, status: int | None) -> ErrorKind:
    """The kind; `status` is the response's, None or a success for an error inside an answer."""
    if status is None or status < 400:
        status = said.status
    # A token quota (429) is also told as "too many tokens"; that one passes with time.
    if status != 429 and _OVERFLOW.fits(said):
        return ErrorKind.CONTEXT_OVERFLOW
    for rule in _BY_WORDS:
        if rule.fits(said):
            return rule.kind
    if refused_word(said.message):
        return ErrorKind.UNSUPPORTED_PARAMETER
    if status is not None:
        by_range = ErrorKind.SERVER if status >= 500 else ErrorKind.BAD_REQUEST
        return _BY_STATUS.get(status, by_range)
    return next((rule.kind for rule in _BY_CODE if rule.fits(said)), ErrorKind.SERVER)
