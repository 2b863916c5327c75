"""What a provider's failure means: from any error body to a kind, its own words and a hint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.secret import remove_key_formats
from tui_lab.providers.rate_limits import retry_after_s
from tui_lab.providers.refusals import refused_word
from tui_lab.providers.unicode_text import valid_text

_RAW_LIMIT = 4096
_MESSAGE_LIMIT = 500

_HINTS = {
    ErrorKind.AUTH: "check that the key belongs to this provider and is still valid",
    ErrorKind.PERMISSION: "this key may not use this model; look at its rights and your region",
    ErrorKind.NOT_FOUND: "check the name of the model, and the provider's base_url",
    ErrorKind.BAD_REQUEST: "the provider refused the request as it is; its words say why",
    ErrorKind.UNSUPPORTED_PARAMETER: "leave this parameter out, or choose another model",
    ErrorKind.CONTEXT_OVERFLOW: "shorten the prompt, or choose a model with a larger context",
    ErrorKind.CONTENT_FILTER: "the provider's filter stopped this; word the prompt differently",
    ErrorKind.RATE_LIMIT: "wait a little and try again",
    ErrorKind.QUOTA: "add credit or raise the spending limit at the provider",
    ErrorKind.TIMEOUT: "the provider took too long; try again",
    ErrorKind.SERVER: "the fault is at the provider; try again, or use another model",
}
_TOO_LARGE_HINT = "the request is too large; shorten the prompt or shrink its attachments"
_WEB_PAGE_HINT = "a proxy or a wrong base_url may be in the way"


class _Rule(NamedTuple):
    """A kind, and the codes or the words in a message that tell it."""

    kind: ErrorKind
    codes: frozenset[str]
    words: re.Pattern[str] | None = None

    def fits(self, said: _Said) -> bool:
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
        "insufficient_credits exceeded_current_quota_error",
        r"credit balance is too low",
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
        r"invalid subscription key",
    ),
    _rule(
        ErrorKind.UNSUPPORTED_PARAMETER,
        "unsupported_parameter unsupported_value unknown_parameter",
    ),
    _rule(
        ErrorKind.CONTENT_FILTER,
        "content_filter content_policy_violation responsibleaipolicyviolation "
        "data_inspection_failed moderation_blocked invalid_prompt",
        r"content (?:management )?policy",
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
        "model_not_found model_decommissioned",
        r"\bmodel\b.{0,120}(?:not exist|not found|has been (?:decommissioned|retired))",
        r"is not a valid model",
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
    r"maximum prompt length is",
    r"input length and .{0,10}max_tokens.{0,10} exceed",
    r"inputs tokens \+ max_new_tokens",
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
        "invalid_request_error invalid_argument bad_request badrequesterror invalid_value",
    ),
)
_BY_STATUS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.PERMISSION,
    404: ErrorKind.NOT_FOUND,
    408: ErrorKind.TIMEOUT,
    410: ErrorKind.NOT_FOUND,
    429: ErrorKind.RATE_LIMIT,
    498: ErrorKind.SERVER,  # Groq: no capacity
    499: ErrorKind.SERVER,
    504: ErrorKind.TIMEOUT,
    524: ErrorKind.TIMEOUT,  # Cloudflare
}


def classify(status: int, headers: Mapping[str, str], body: bytes) -> LabError:
    """What a failed response means, whatever the form of its body; header names in lower case."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    payload = _json_in(text)
    error = _from_text(text, status) if payload is None else classify_payload(payload, status)
    # Anthropic sends `retry-after` on success too: only a failure's means anything.
    wait = retry_after_s(headers) if status >= 400 else None
    return replace(error, raw=_raw(text), retry_after_s=wait)


def classify_payload(payload: Any, status: int | None = None) -> LabError:
    """What an error object means, in a body or inside a stream (then without a failed status)."""
    try:
        said, raw = _read(payload), _raw(_json(payload))
    except RecursionError:  # nested on purpose
        said, raw = _Said("", frozenset(), None), None
    kind = _kind(said, status)
    return LabError(
        kind, said.message or _status_line(status), _hint(kind, status), status=status, raw=raw
    )


def one_line(text: str) -> str:
    """Foreign words as one line of at most 500 characters, without anything like a key."""
    line = " ".join(remove_key_formats(valid_text(text[: 4 * _MESSAGE_LIMIT])).split())
    return line if len(line) <= _MESSAGE_LIMIT else line[: _MESSAGE_LIMIT - 1] + "…"


class _Said(NamedTuple):
    """What an error says in any of its forms. `status` is its own number, where it has one."""

    message: str
    codes: frozenset[str]
    status: int | None


def _kind(said: _Said, status: int | None) -> ErrorKind:
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


def _read(payload: Any) -> _Said:
    while isinstance(payload, list) and payload:  # Gemini wraps errors in an array
        payload = payload[0]
    if not isinstance(payload, Mapping):
        return _Said(one_line(_words(payload)), frozenset(), None)
    inner = payload.get("error")
    error: Mapping[str, Any] = inner if isinstance(inner, Mapping) else payload
    metadata = error.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    words = [inner if isinstance(inner, str) else _words(error)]
    if metadata.get("raw"):  # OpenRouter: what the provider behind it said
        words.append(_words(metadata["raw"]))
    codes = [str(code) for code in _codes(payload, error, metadata) if code is not None]
    numbers = [int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)]
    return _Said(
        one_line(": ".join(words)),
        frozenset(code.lower().replace("-", "_") for code in codes),
        numbers[0] if numbers else None,
    )


def _codes(
    payload: Mapping[str, Any], error: Mapping[str, Any], metadata: Mapping[str, Any]
) -> Iterator[Any]:
    for name in ("code", "type", "status", "status_code"):
        yield error.get(name)
    yield payload.get("code")
    yield metadata.get("error_type")
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping):
            yield detail.get("reason")


def _words(value: Any) -> str:
    """The words in a message, which may be text, a list of complaints, or an object."""
    match value:
        case str():
            return value
        case [*items]:
            return "; ".join(_complaint(item) for item in items[:5])
        case Mapping():
            for name in ("message", "detail", "msg", "error", "title"):
                if value.get(name):
                    return _words(value[name])
    return _json(value)


def _complaint(item: Any) -> str:
    """One of FastAPI's `{"loc": ["body", "model"], "msg": "field required"}`, or anything else."""
    if isinstance(item, Mapping) and isinstance(item.get("loc"), list):
        return f"{'.'.join(map(str, item['loc']))}: {_words(item)}"
    return _words(item)


def _json_in(text: str) -> Any:
    """The JSON in a body: all of it, or the data of an event stream's first event."""
    found = re.search(r"^data: ?(.*)$", text, re.MULTILINE)
    try:
        return json.loads(found.group(1) if found and text[:1] not in "{[" else text)
    except (ValueError, RecursionError):
        return None


def _from_text(text: str, status: int) -> LabError:
    page = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
    is_page = bool(page) or text[:200].lstrip().lower().startswith(("<!doctype html", "<html"))
    words = "" if is_page else one_line(text)
    kind = _kind(_Said(words, frozenset(), None), status)
    if is_page:
        title = one_line(page.group(1)) if page else _status_line(status)
        message = f"a web page instead of an answer: {title}"
        return LabError(kind, message, _WEB_PAGE_HINT, status=status)
    return LabError(kind, words or _status_line(status), _hint(kind, status), status=status)


def _hint(kind: ErrorKind, status: int | None) -> str:
    too_large = status == 413 and kind is ErrorKind.BAD_REQUEST
    return _TOO_LARGE_HINT if too_large else _HINTS[kind]


def _status_line(status: int | None) -> str:
    if status is None:
        return "the provider reported an error and did not say which"
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}, without a word of explanation"
    except ValueError:
        return f"HTTP {status}, without a word of explanation"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _raw(text: str) -> str | None:
    # Twice the length first: a key across the cut must not lose the end that tells it is one.
    return remove_key_formats(valid_text(text[: 2 * _RAW_LIMIT]))[:_RAW_LIMIT] or None
