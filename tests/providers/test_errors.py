"""Any error body becomes a kind, the provider's own words and a hint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.parameters import PARAMETER_NAMES
from tui_lab.providers.errors import classify, classify_payload, one_line
from tui_lab.providers.refusals import refused_parameter


def failed(status: int, body: Any, **headers: str) -> LabError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return classify(status, {name.replace("_", "-"): text for name, text in headers.items()}, raw)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "no such thing", "type": "invalid_request_error"}}, "no such thing"),
        ({"error": "no such thing"}, "no such thing"),
        ({"detail": "no such thing"}, "no such thing"),
        ({"message": "no such thing"}, "no such thing"),
        ({"type": "error", "error": {"type": "x", "message": "no such thing"}}, "no such thing"),
        ({"code": "invalid-argument", "error": "no such thing"}, "no such thing"),
        ([{"error": {"code": 400, "message": "no such thing"}}], "no such thing"),
        (
            {"detail": [{"loc": ["body", "model"], "msg": "field required", "type": "missing"}]},
            "body.model: field required",
        ),
        ({"object": "error", "message": {"detail": [{"msg": "bad"}]}, "code": 422}, "bad"),
        ({"error": {"message": "outer", "metadata": {"raw": "inner"}}}, "outer: inner"),
        (
            {"error": {"message": "outer", "metadata": {"raw": '{"error": {"message": "inner"}}'}}},
            "outer: inner",
        ),
        ({"errors": [{"code": 5006, "message": "no such thing"}]}, "no such thing"),
        ({"unheard": "of"}, '{"unheard": "of"}'),
        (b"no\n  such\tthing", "no such thing"),
        (b'data: {"error": {"message": "no such thing"}}\n\ndata: [DONE]\n\n', "no such thing"),
        (
            b"<html><head><title>502 Bad\n Gateway</title></head></html>",
            "a web page instead of an answer: 502 Bad Gateway",
        ),
        (b"", "HTTP 400 Bad Request, without a word of explanation"),
        (b"{}", "HTTP 400 Bad Request, without a word of explanation"),
        (b'{"error": {}}', "HTTP 400 Bad Request, without a word of explanation"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_every_form_of_error_body_gives_its_words(body: Any, message: str) -> None:
    assert failed(400, body).message == message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.BAD_REQUEST),
        (401, ErrorKind.AUTH),
        (402, ErrorKind.QUOTA),
        (403, ErrorKind.PERMISSION),
        (404, ErrorKind.NOT_FOUND),
        (405, ErrorKind.NOT_FOUND),
        (408, ErrorKind.TIMEOUT),
        (409, ErrorKind.SERVER),
        (413, ErrorKind.BAD_REQUEST),
        (422, ErrorKind.BAD_REQUEST),
        (429, ErrorKind.RATE_LIMIT),
        (498, ErrorKind.SERVER),
        (500, ErrorKind.SERVER),
        (503, ErrorKind.SERVER),
        (504, ErrorKind.TIMEOUT),
        (529, ErrorKind.SERVER),
        (599, ErrorKind.SERVER),
    ],
)
def test_a_status_alone_tells_the_kind(status: int, kind: ErrorKind) -> None:
    error = failed(status, b"")
    assert (error.kind, error.status) == (kind, status)
    assert error.hint


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "rate_limit_exceeded", ErrorKind.RATE_LIMIT),
        (429, "slow_down", ErrorKind.RATE_LIMIT),
        (429, "insufficient_quota", ErrorKind.QUOTA),
        (429, "credit_balance_exhausted", ErrorKind.QUOTA),
        (429, "project_spend_limit_exceeded", ErrorKind.QUOTA),
        (429, "exceeded_current_quota_error", ErrorKind.QUOTA),
        (403, "invalid_api_key", ErrorKind.AUTH),
        (400, "context_length_exceeded", ErrorKind.CONTEXT_OVERFLOW),
        (400, "unsupported_value", ErrorKind.UNSUPPORTED_PARAMETER),
        (400, "content_filter", ErrorKind.CONTENT_FILTER),
        (403, "model_not_found", ErrorKind.NOT_FOUND),
        (400, "decimal_below_min_value", ErrorKind.BAD_REQUEST),
    ],
)
def test_a_code_says_more_than_the_status(status: int, code: str, kind: ErrorKind) -> None:
    assert failed(status, {"error": {"message": "…", "code": code}}).kind is kind
    assert failed(status, {"error": {"message": "…", "type": code}}).kind is kind


@pytest.mark.parametrize(
    "message",
    [
        "prompt is too long: 3333404 tokens > 200000 maximum",
        "This endpoint's maximum context length is 200000 tokens. However, you requested 2500021",
        "Your input exceeds the context window of this model",
        "The input token count (125) exceeds the maximum number of tokens allowed (104).",
        "request (12020 tokens) exceeds the available context size (2048 tokens)",
        "Please reduce the length of the messages or completion.",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        "Requested tokens (3000) exceed context window of 2048",
        "`inputs tokens + max_new_tokens` must be <= 4096",
        "`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens",
        "prompt too long; exceeded max context length by 3 tokens",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
        "Your request exceeded model token limit: 262144 (requested: 291351)",
        "litellm.ContextWindowExceededError: litellm.BadRequestError",
    ],
)
def test_an_overlong_prompt_is_known_by_its_words_and_keeps_its_numbers(message: str) -> None:
    error = failed(400, {"error": {"message": message, "type": "invalid_request_error"}})
    assert (error.kind, error.message) == (ErrorKind.CONTEXT_OVERFLOW, message)


@pytest.mark.parametrize(
    ("status", "hint"), [(403, "base_url"), (413, "shorten the prompt"), (502, "try again")]
)
def test_a_web_page_hints_at_what_its_status_means(status: int, hint: str) -> None:
    assert hint in failed(status, b"<html><title>Something</title></html>").hint


def test_a_token_quota_is_a_rate_limit_and_no_overflow() -> None:
    body = {"error": {"message": "Too many tokens, please wait before trying again."}}
    assert failed(429, body).kind is ErrorKind.RATE_LIMIT


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "Incorrect API key provided. You can obtain one.", ErrorKind.AUTH),
        (400, "API key not valid. Please pass a valid API key.", ErrorKind.AUTH),
        (400, "Your credit balance is too low to access the API.", ErrorKind.QUOTA),
        (429, "suspended due to insufficient balance, please recharge", ErrorKind.QUOTA),
        (429, "Your prepayment credits are depleted.", ErrorKind.QUOTA),
        (404, "Your organization must be verified to use the model `x`.", ErrorKind.PERMISSION),
        (400, "Output blocked by content filtering policy", ErrorKind.CONTENT_FILTER),
        (400, "Model Not Exist", ErrorKind.NOT_FOUND),
        (400, "gpt-9 is not a valid model ID", ErrorKind.NOT_FOUND),
        (400, "Invalid model name passed in model=gpt-9", ErrorKind.NOT_FOUND),
        (500, "image input is not supported - hint: provide the mmproj", ErrorKind.BAD_REQUEST),
        (404, "No endpoints found that support image input", ErrorKind.BAD_REQUEST),
        (403, "Your input was flagged for violence", ErrorKind.CONTENT_FILTER),
        (400, "filtered by Azure's content management policy", ErrorKind.CONTENT_FILTER),
        (400, "Tool choice is required, but model did not call a tool", ErrorKind.BAD_REQUEST),
        (400, "API key expired. Please renew the API key.", ErrorKind.AUTH),
        (403, "Your API key was reported as leaked. Please use another one.", ErrorKind.AUTH),
        (403, "Method doesn't allow unregistered callers.", ErrorKind.AUTH),
        (400, "User location is not supported for the API use.", ErrorKind.PERMISSION),
        (400, "Gemini API free tier is not available in your country.", ErrorKind.PERMISSION),
        (404, "model 'nope:latest' not found", ErrorKind.NOT_FOUND),
        (400, "the prompt is longer than the context length", ErrorKind.CONTEXT_OVERFLOW),
    ],
)
def test_words_say_more_than_the_status(status: int, message: str, kind: ErrorKind) -> None:
    assert failed(status, {"error": {"message": message}}).kind is kind


@pytest.mark.parametrize(
    ("message", "parameter"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "max_tokens",
        ),
        (
            "Unsupported value: 'temperature' does not support 0.16 with this model. "
            "Only the default (1) value is supported.",
            "temperature",
        ),
        ("temperature: Extra inputs are not permitted", "temperature"),
        ("`temperature` is deprecated for this model.", "temperature"),
        ("This model does not support effort level 'xhigh'. Supported: high", "reasoning"),
        ("Model grok-4.6 does not support parameter reasoningEffort.", "reasoning"),
        ("Argument not supported on this model: stop", "stop"),
        ("Budget 0 is invalid. This model only works in thinking mode.", "reasoning"),
        ("The thinking budget 99999 is invalid. Please choose a value from 512.", "reasoning"),
        ("Thinking level is not supported for this model.", "reasoning"),
        ("Logprobs is not enabled for models/gemini-2.5-pro", "logprobs"),
        ("JSON mode is not enabled for models/gemini-2.5-flash-image", "schema"),
        ("Unknown name \"topK\" at 'generation_config': Cannot find field.", "top_k"),
        ('"llama3" does not support thinking', "reasoning"),
        ("Unknown parameter: 'seed'.", "seed"),
        ("Unknown parameter: 'response_format.json_schema'.", "schema"),
        ("Unknown parameter: 'metadata.user'.", None),
        ("Unrecognized request argument supplied: top_k", "top_k"),
        ('think value "high" is not supported for this model', "reasoning"),
        ("thinking.type.enabled: Input should be 'disabled' or 'adaptive'", "reasoning"),
        ('"thinking.type.enabled" is not supported for this model.', "reasoning"),
        ("`temperature` and `top_p` cannot both be specified for this model.", "temperature"),
        ("`temperature` may only be set to 1 when thinking is enabled.", "temperature"),
        ("invalid temperature: only 1 is allowed for this model", "temperature"),
        ("reasoning_effort is not supported with this model", "reasoning"),
        ("property 'logprobs' is not supported", "logprobs"),
        ("This model does not support response format `json_schema`.", "schema"),
        ("Structured outputs are not supported by this model", "schema"),
        ("The model does not support stop sequences", "stop"),
        ("Unsupported parameter: 'quality'", None),
    ],
)
def test_a_refused_parameter_is_named_in_our_words(message: str, parameter: str | None) -> None:
    error = failed(400, {"error": {"message": message, "type": "invalid_request_error"}})
    assert error.kind is ErrorKind.UNSUPPORTED_PARAMETER
    assert refused_parameter(error) == parameter
    assert parameter is None or parameter in PARAMETER_NAMES


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens",
        "`max_tokens` must be greater than `thinking.budget_tokens`",
        "temperature cannot be greater than 1",
        "the image's format is not supported",
    ],
)
def test_a_value_that_is_wrong_is_no_parameter_that_is_refused(message: str) -> None:
    error = failed(400, {"error": {"message": message, "type": "invalid_request_error"}})
    assert error.kind is ErrorKind.BAD_REQUEST


def test_a_refused_parameter_may_be_named_by_its_field_alone() -> None:
    body = {"error": {"message": "no", "code": "unsupported_value", "param": "top_logprobs"}}
    assert refused_parameter(failed(400, body)) == "logprobs"


def test_only_a_refusal_names_a_parameter() -> None:
    body = {"error": {"message": "too low", "code": "out_of_range", "param": "temperature"}}
    assert refused_parameter(failed(400, body)) is None


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"type": "error", "error": {"type": "overloaded_error"}}, ErrorKind.SERVER),
        ({"error": {"type": "rate_limit_error", "message": "slow"}}, ErrorKind.RATE_LIMIT),
        ({"error": {"code": 402, "message": "more credits"}}, ErrorKind.QUOTA),
        ({"error": {"code": "429", "message": "slow"}}, ErrorKind.RATE_LIMIT),
        ({"error": {"message": "bad", "status_code": 400}}, ErrorKind.BAD_REQUEST),
        ({"error": {"message": "bad", "type": "invalid_request_error"}}, ErrorKind.BAD_REQUEST),
        ({"error": {"code": "image_too_large", "message": "bad"}}, ErrorKind.BAD_REQUEST),
        ({"error": {"code": "bio_policy", "message": "no"}}, ErrorKind.CONTENT_FILTER),
        ({"error": "the model crashed"}, ErrorKind.SERVER),
        ("gone", ErrorKind.SERVER),
    ],
)
def test_an_error_inside_a_stream_is_told_by_its_code(payload: Any, kind: ErrorKind) -> None:
    error = classify_payload(payload)
    assert (error.kind, error.status) == (kind, None)


def test_the_body_is_kept_cut_and_without_keys() -> None:
    key = "sk-proj-" + "a" * 40
    error = failed(401, {"error": {"message": f"bad key {key}", "pad": "x" * 9000}})
    assert key not in error.message
    assert error.raw is not None
    assert key not in error.raw
    assert len(error.raw) == 4096


def test_a_key_across_the_cut_does_not_leave_its_beginning() -> None:
    body = b"x" * (4096 - 20) + b"sk-ant-" + b"a" * 60
    raw = failed(400, body).raw
    assert raw is not None
    assert "sk-ant" not in raw


def test_words_are_one_line_of_valid_text_at_most_500_long() -> None:
    error = classify_payload({"error": "a\r\n b\ud800" + "c" * 900})
    assert error.message.startswith("a b\ufffdccc")
    assert len(error.message) == 500
    assert error.raw is not None
    error.raw.encode()


def test_deep_nesting_is_an_error_like_any_other() -> None:
    nested: Any = "end"
    for _ in range(5000):
        nested = {"message": nested}
    assert classify_payload(nested).kind is ErrorKind.SERVER
    assert failed(500, b'{"error":' * 100_000).kind is ErrorKind.SERVER


def test_a_wait_is_read_from_failures_only() -> None:
    assert failed(429, {}, retry_after="7").retry_after_s == 7
    assert failed(200, {"error": "no"}, retry_after="7").retry_after_s is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [("0.2", "1 s"), ("20", "20 s"), ("121", "3 minutes"), ("9000", "3 hours")],
)
def test_the_hint_of_a_rate_limit_tells_how_long_to_wait(seconds: str, words: str) -> None:
    assert failed(429, {}, retry_after=seconds).hint == f"try again in {words}"
    quota = {"error": {"message": "", "code": "insufficient_quota"}}
    assert "credit" in str(failed(429, quota, retry_after=seconds).hint)


def test_without_a_wait_a_limit_that_is_used_up_tells_when_to_come_again() -> None:
    used_up = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "9"}
    assert failed(429, {}, **used_up).retry_after_s == 9
    assert failed(429, {}, retry_after="7", **used_up).retry_after_s == 7
    assert failed(500, {}, **used_up).retry_after_s is None


def gemini_quota(quota_id: str) -> dict[str, Any]:
    """As the API tells it; the delay is of no use where the quota is one of the day."""
    google = "type.googleapis.com/google.rpc"
    violation = {"quotaMetric": "generate_content_free_tier_requests", "quotaId": quota_id}
    return {
        "error": {
            "code": 429,
            "message": "You exceeded your current quota. Please retry in 48.928s.",
            "status": "RESOURCE_EXHAUSTED",
            "details": [
                {"@type": f"{google}.QuotaFailure", "violations": [violation]},
                {"@type": f"{google}.RetryInfo", "retryDelay": "48s"},
            ],
        }
    }


def test_a_quota_of_a_minute_passes_and_one_of_a_day_does_not() -> None:
    minute = failed(429, gemini_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"))
    assert (minute.kind, minute.retry_after_s) == (ErrorKind.RATE_LIMIT, 48)
    day = failed(429, gemini_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"))
    assert (day.kind, day.retry_after_s) == (ErrorKind.QUOTA, None)
    assert "tomorrow" in day.hint


def test_a_wait_is_read_from_headers_then_details_then_words() -> None:
    body = gemini_quota("PerMinute")
    assert failed(429, body, retry_after="7").retry_after_s == 7
    body["error"]["details"] = []
    assert failed(429, body).retry_after_s == 48.928
    assert classify_payload(body).retry_after_s == 48.928


def test_an_error_that_was_passed_on_as_text_is_unpacked() -> None:
    inner = {
        "code": 400,
        "message": "request (8889 tokens) exceeds the available context size (4096 tokens)",
        "type": "exceed_context_size_error",
    }
    error = failed(400, {"error": json.dumps({"error": inner})})
    assert (error.kind, error.message) == (ErrorKind.CONTEXT_OVERFLOW, inner["message"])
    assert failed(400, {"error": "{no JSON"}).message == "{no JSON"


def test_reasoning_gives_way_where_its_summary_is_refused() -> None:
    body = {
        "error": {
            "message": "Your organization must be verified to generate reasoning summaries.",
            "param": "reasoning.summary",
            "code": "unsupported_value",
        }
    }
    assert refused_parameter(failed(400, body)) == "reasoning"


FIELDS = st.sampled_from(
    ["error", "message", "detail", "details", "code", "type", "metadata", "raw", "loc", "msg"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | FIELDS, inner),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 200, 400, 500]))
def test_no_payload_breaks_the_reader(payload: Any, status: int | None) -> None:
    error = classify_payload(payload, status)
    assert error.message
    assert error.hint
    assert error.message == one_line(error.message)


@given(st.binary(), st.integers(200, 599))
def test_no_body_breaks_the_reader(body: bytes, status: int) -> None:
    assert classify(status, {}, body).message


KINDS = {
    "auth": ErrorKind.AUTH,
    "model_not_found": ErrorKind.NOT_FOUND,
    "not_found": ErrorKind.NOT_FOUND,
    "context_length": ErrorKind.CONTEXT_OVERFLOW,
    "unsupported_parameter": ErrorKind.UNSUPPORTED_PARAMETER,
    "unsupported_input": ErrorKind.BAD_REQUEST,
    "invalid_request": ErrorKind.BAD_REQUEST,
    "rate_limit": ErrorKind.RATE_LIMIT,
    "server": ErrorKind.SERVER,
}


def test_recorded_error_bodies_are_understood(shared_data: Path) -> None:
    manifest = json.loads((shared_data / "wire/manifest.json").read_text())
    recorded = [
        entry
        for entry in manifest["files"]
        if entry["kind"] == "error" and entry["expected_error"]["category"] in KINDS
    ]
    assert len(recorded) >= 25
    for entry in recorded:
        expected = entry["expected_error"]
        body = (shared_data / "wire" / entry["file"]).read_bytes()
        error = classify(entry["status"], entry.get("response_headers") or {}, body)
        assert error.kind is KINDS[expected["category"]], entry["file"]
        assert error.message == expected.get("message", error.message), entry["file"]
