"""What a provider's failure means: from any error body to a kind, its own words and a hint."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.secret import remove_key_formats
from tui_lab.providers.failure_kinds import QUOTA_PER_DAY, Said, kind_of
from tui_lab.providers.rate_limits import duration_s, retry_after_s, told_wait_s, until_reset_s
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
_PER_DAY_HINT = "the quota of the day is used up; try tomorrow, or raise it at the provider"
_TOO_LARGE_HINT = "the request is too large; shorten the prompt or shrink its attachments"
_WEB_PAGE_HINT = "a proxy or a wrong base_url may be in the way"


def classify(status: int, headers: Mapping[str, str], body: bytes) -> LabError:
    """What a failed response means, whatever the form of its body; header names in lower case."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    payload = _json_in(text)
    error = _from_text(text, status) if payload is None else classify_payload(payload, status)
    return replace(_waiting(error, _wait_of(error, status, headers)), raw=_raw(text))


def _wait_of(error: LabError, status: int, headers: Mapping[str, str]) -> float | None:
    """The wait that the headers ask for, else the body; else until a limit is lifted.

    Anthropic and Together send `retry-after` on success too: only a failure's means anything.
    """
    wait = (retry_after_s(headers) if status >= 400 else None) or error.retry_after_s
    if wait is None and status >= 400 and error.kind is ErrorKind.RATE_LIMIT:
        return until_reset_s(headers)
    return wait


def classify_payload(payload: Any, status: int | None = None) -> LabError:
    """What an error object means, in a body or inside a stream (then without a failed status)."""
    try:
        said, raw = _read(payload), _raw(_json(payload))
    except RecursionError:  # nested on purpose
        said, raw = Said(""), None
    return replace(_error(said, status), raw=raw)


def _error(said: Said, status: int | None) -> LabError:
    kind = kind_of(said, status)
    message, hint = said.message or _status_line(status), _hint(kind, said, status)
    # Gemini advises to wait some seconds even where the quota of a day is used up.
    wait_s = None if kind is ErrorKind.QUOTA else said.wait_s
    return _waiting(LabError(kind, message, hint, status=status), wait_s)


def _waiting(error: LabError, wait_s: float | None) -> LabError:
    """The error with the wait that it asks for."""
    if wait_s is None or error.kind is not ErrorKind.RATE_LIMIT:
        return replace(error, retry_after_s=wait_s)
    lengths = ((7200, 3600, "hours"), (120, 60, "minutes"), (0, 1, "s"))
    unit_s, unit = next((unit_s, unit) for over, unit_s, unit in lengths if wait_s >= over)
    hint = f"try again in {math.ceil(wait_s / unit_s)} {unit}"
    return replace(error, retry_after_s=wait_s, hint=hint)


def one_line(text: str) -> str:
    """Foreign words as one line of at most 500 characters, without anything like a key."""
    line = " ".join(remove_key_formats(valid_text(text[: 4 * _MESSAGE_LIMIT])).split())
    return line if len(line) <= _MESSAGE_LIMIT else line[: _MESSAGE_LIMIT - 1] + "…"


def _read(payload: Any) -> Said:
    while isinstance(payload, list) and payload:  # Gemini wraps errors in an array
        payload = payload[0]
    if not isinstance(payload, Mapping):
        return Said(one_line(_words(payload)))
    inner = _unpacked(payload.get("error"))
    error: Mapping[str, Any] = inner if isinstance(inner, Mapping) else payload
    metadata = _object(error.get("metadata"))
    words = [inner if isinstance(inner, str) else _words(error)]
    if metadata.get("raw"):  # OpenRouter: what the provider behind it said
        words.append(_words(_unpacked(metadata["raw"])))
    details = [_object(detail) for detail in _items(error.get("details"))]
    codes = [str(code) for code in _codes(payload, error, metadata, details) if code is not None]
    numbers = [int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)]
    return Said(
        one_line(": ".join(words)),
        frozenset(code.lower().replace("-", "_") for code in codes),
        numbers[0] if numbers else None,
        _wait_s(details, words[0]),
    )


def _unpacked(error: Any) -> Any:
    """Ollama and OpenRouter pass on, as a text, the JSON of the server behind them."""
    packed = _json_in(error) if isinstance(error, str) and error.startswith("{") else None
    return packed.get("error", packed) if isinstance(packed, Mapping) else error


def _codes(
    payload: Mapping[str, Any],
    error: Mapping[str, Any],
    metadata: Mapping[str, Any],
    details: list[Mapping[str, Any]],
) -> Iterator[Any]:
    for name in ("code", "type", "status", "status_code"):
        yield error.get(name)
    yield payload.get("code")
    yield metadata.get("error_type")
    for detail in details:
        yield detail.get("reason")
        quotas = (_object(violation) for violation in _items(detail.get("violations")))
        if any("PerDay" in str(quota.get("quotaId")) for quota in quotas):
            yield QUOTA_PER_DAY


def _wait_s(details: list[Mapping[str, Any]], words: str) -> float | None:
    """Google's `RetryInfo`, or what the message says in words."""
    delays = (detail.get("retryDelay") for detail in details)
    told = next((delay for delay in delays if isinstance(delay, str)), "")
    return duration_s(told) or told_wait_s(words)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(value: Any) -> str:
    """The words in a message, which may be text, a list of complaints, or an object."""
    match value:
        case str():
            return value
        case [*items]:
            return "; ".join(_complaint(item) for item in items[:5])
        case Mapping():
            for name in ("message", "detail", "msg", "error", "errors", "title"):
                if value.get(name):
                    return _words(value[name])
    return _json(value) if value else ""


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
    if not is_page:
        return _error(Said(one_line(text)), status)
    title = one_line(page.group(1)) if page else _status_line(status)
    message = f"a web page instead of an answer: {title}"
    kind = kind_of(Said(""), status)
    # Behind these two it is the provider's own front that speaks (Cloudflare, a load balancer).
    told = status == 413 or status >= 500
    hint = _hint(kind, Said(""), status) if told else _WEB_PAGE_HINT
    return LabError(kind, message, hint, status=status)


def _hint(kind: ErrorKind, said: Said, status: int | None) -> str:
    if QUOTA_PER_DAY in said.codes:
        return _PER_DAY_HINT
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
