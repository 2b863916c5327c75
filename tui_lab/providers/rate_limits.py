"""What providers tell of limits: how much is left, and how long to wait.

Moments are told relative to the response's own `date`, so that no clock of ours is needed and a
wrong one does no harm (the network room adds a `date` where there was none).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_WHAT = "(?P<what>limit|remaining|reset)"
_HEADERS = (
    # OpenAI, Groq, Azure, xAI: x-ratelimit-remaining-tokens. Mistral: x-ratelimit-limit-req-minute.
    # Together, OpenRouter: x-ratelimit-reset.
    re.compile(rf"x-ratelimit-{_WHAT}(?:-(?P<of>requests|tokens|req)(?:-minute)?)?\Z"),
    re.compile(rf"anthropic-ratelimit-(?P<of>requests|(?:input-|output-)?tokens)-{_WHAT}\Z"),
    # Mistral, before: ratelimitbysize-remaining, x-ratelimitbysize-limit-minute.
    re.compile(rf"(?:x-)?ratelimit(?P<of>bysize)-{_WHAT}(?:-minute)?\Z"),
)
_LIMITED = {None: "requests", "req": "requests", "bysize": "tokens"}
"""What is limited, where the header does not use our word."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?\Z")
_GO_DURATION = re.compile(
    r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?\Z"
)
_WAIT_IN_WORDS = re.compile(
    r"(?:re)?try (?:again )?(?:in|after) "
    r"((?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s)(?![a-z]))+"
    r"|\d{1,9}(?:\.\d{1,9})? ?(?=(?P<unit>second|minute|hour)s?\b))",
    re.IGNORECASE,
)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_EPOCH_S = 1e9
_EPOCH_MS = 1e12


def rate_limits(headers: Mapping[str, str]) -> dict[str, float]:
    """The limits, by the names of `core.events.Started`; header names in lower case."""
    found: dict[str, float] = {}
    for header, text in headers.items():
        parts = next(filter(None, (form.match(header) for form in _HEADERS)), None)
        if parts is None:
            continue
        what, of = parts["what"], parts["of"]
        of = _LIMITED.get(of) or of.replace("-", "_")
        value = _until(text, headers) if what == "reset" else _number(text)
        if value is not None:
            found[f"{of}_{what}_s" if what == "reset" else f"{of}_{what}"] = value
    return found


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `retry-after` (seconds or an HTTP date).

    None where nothing usable is said. Only meaningful on failures: Anthropic sends it on success.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds:
        return milliseconds / 1000
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is None:
        moment = _http_date(text)
        now = _http_date(headers.get("date", ""))
        seconds = (moment - now).total_seconds() if moment and now else None
    return seconds if seconds and seconds > 0 else None


def until_reset_s(headers: Mapping[str, str]) -> float | None:
    """Seconds until the last of those limits that are used up is lifted; None if that is untold."""
    limits = rate_limits(headers)
    used_up = [name.removesuffix("_remaining") for name, left in limits.items() if left == 0]
    resets = [limits[f"{of}_reset_s"] for of in used_up if f"{of}_reset_s" in limits]
    return max(resets, default=None) or None


def told_wait_s(words: str) -> float | None:
    """Seconds to wait, from an error's message: OpenAI's, Groq's and Gemini's way, and Azure's."""
    found = _WAIT_IN_WORDS.search(words)
    if found is None:
        return None
    if found["unit"] is None:
        return duration_s(found[1].lower())
    return float(found[1]) * _SECONDS[found["unit"].lower()]


def duration_s(text: str) -> float | None:
    """Seconds of a duration such as `6m0s` or `48.9s` (Go's form; protobuf's JSON is one of it)."""
    parts = _GO_DURATION.match(text) if text and len(text) < 40 else None
    if parts is None:
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in parts.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if len(text) < 20 and _NUMBER.match(text) else None


def _until(text: str, headers: Mapping[str, str]) -> float | None:
    """Seconds until a reset: a number, a Go duration, Unix time (s or ms), or RFC 3339."""
    text = text.strip()
    now = _http_date(headers.get("date", ""))
    number = _number(text)
    if number is not None:
        if number < _EPOCH_S:
            return number
        unix = number / 1000 if number >= _EPOCH_MS else number
        return _not_negative(unix - now.timestamp()) if now else None
    if (duration := duration_s(text)) is not None:
        return duration
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if now is None or moment.tzinfo is None:
        return None
    return _not_negative((moment - now).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _not_negative(seconds: float) -> float:
    return round(max(seconds, 0.0), 3)
