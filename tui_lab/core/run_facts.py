"""What is recorded of a run, in words: each fact a label and a value of one line.

The values are made fit for a terminal by whoever shows them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tui_lab.core.attachment_words import attachment_words
from tui_lab.core.cost import CostSource
from tui_lab.core.errors import LabError
from tui_lab.core.messages import Message
from tui_lab.core.money import Charged, cost_words
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.secret import remove_key_formats
from tui_lab.core.summary import GLYPHS, tokens
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage

SEPARATOR = " · "
Fact = tuple[str, str]


def headline(record: RunRecord) -> str:
    """Outcome and model, for a title."""
    words = [f"{GLYPHS[record.status]} {record.status}", record.answered_by or record.model]
    if record.answered_by and record.answered_by != record.model:
        words.append(f"in place of {record.model}")
    if record.simulated:
        words.append("simulated")
    return SEPARATOR.join(words)


def asked_facts(record: RunRecord, now: datetime) -> Iterator[Fact]:
    """When, and what was asked for besides the prompt."""
    local = record.created_at.astimezone(now.tzinfo)
    yield "when", f"{local:%d %b %Y %H:%M:%S}"
    given = record.parameters.as_dict()
    if given:
        yield "parameters", SEPARATOR.join(f"{name} {_value(v)}" for name, v in given.items())
    for name, reason in record.dropped_parameters:
        yield "not sent", not_sent(name, reason)
    if record.template is not None:
        filled = [f"{name} = {value}" for name, value in record.template.variables.items()]
        use = f"{record.template.id}, version {record.template.version}"
        yield "template", SEPARATOR.join([use, *filled])
    for message in record.messages:
        for name in attachments(message):
            yield "attached", name


def measured_facts(record: RunRecord) -> Iterator[Fact]:
    """What it took, what it cost, how it went, where it belongs."""
    if record.finish_reason_raw and record.finish_reason_raw != record.finish_reason:
        yield "finish", f"{record.finish_reason or 'unknown'} (told as {record.finish_reason_raw})"
    elif record.finish_reason:
        yield "finish", record.finish_reason.value
    if record.status is Status.BLOCKED:
        yield "sent", "nothing: no call was made"
    else:
        yield "tokens", _usage(record)
        yield "cost", cost_told(record)
    if times := _times(record):
        yield "time", times
    if record.served_model:
        yield "served as", record.served_model
    if len(record.attempts) > 1 or any(attempt.error for attempt in record.attempts):
        for attempt in record.attempts:
            yield f"attempt {attempt.n}", _attempt(attempt)
    elif record.attempts and record.attempts[0].request_id:
        yield "request", record.attempts[0].request_id
    if record.attempts and (limits := rate_limit_words(record.attempts[-1].rate_limits)):
        yield "rate limits", SEPARATOR.join(limits)
    if record.route is not None:
        yield from _route(record.route)
    yield "run", record.id
    if record.parent_id:
        yield "continues", record.parent_id
    yield "recorded", f"by {record.source} in workspace {record.workspace}"
    if record.tags:
        yield "tags", ", ".join(record.tags)
    if record.rating is not None:
        yield "rating", str(record.rating)
    if record.note:
        yield "note", record.note


def arrival_facts(timing: Timing) -> Iterator[Fact]:
    """The moments of the answering attempt, since it was sent."""
    moments = (
        ("connected", timing.connect_ms),
        ("headers", timing.headers_ms),
        ("first event", timing.first_event_ms),
        ("first token", timing.ttft_ms),
        ("first text", timing.first_visible_ms),
        ("last", timing.last_ms),
    )
    told = [f"{name} {_milliseconds(at)}" for name, at in moments if at is not None]
    if told:
        yield "arrival", " → ".join(told)


def error_details(error: LabError) -> str:
    """What is known of an error besides what happened and what to do, with the provider's own
    words; without what looks like a key. Empty if there is nothing."""
    told = []
    if error.status is not None:
        told.append(f"HTTP {error.status}")
    if error.retry_after_s is not None:
        told.append(f"to be tried again after {error.retry_after_s:g} s")
    if error.raw:
        told.append(error.raw)
    return remove_key_formats("\n".join(told))


def _route(route: Mapping[str, Any]) -> Iterator[Fact]:
    """How the model was chosen, and who else was there to choose from."""
    complexity = route.get("complexity") or {}
    words = [route.get("strategy"), complexity.get("level")]
    yield "route", SEPARATOR.join(str(word) for word in words if word) or "by name"
    for reason in (*complexity.get("reasons", ()), *(route.get("reasons") or ())):
        yield "because", _value(reason)
    for place, candidate in enumerate(route.get("candidates") or (), 1):
        yield f"choice {place}", _candidate(candidate)


def _candidate(candidate: Any) -> str:
    if not isinstance(candidate, Mapping):
        return str(candidate)
    name = f"{candidate.get('provider')}/{candidate.get('model')}"
    score = candidate.get("score")
    words = [name, *([] if score is None else [f"{score:.2f}"]), *candidate.get("reasons", ())]
    return SEPARATOR.join(map(str, words))


def not_sent(name: str, reason: str) -> str:
    """A parameter that was dropped, and why."""
    return reason if reason.startswith(f"{name} ") else f"{name} was not sent: {reason}"


def rate_limit_words(limits: Mapping[str, float]) -> list[str]:
    """How much may still be asked for, and until when, as far as the provider told."""
    told = []
    for what in ("requests", "tokens"):
        remaining, limit = limits.get(f"{what}_remaining"), limits.get(f"{what}_limit")
        if remaining is None:
            continue
        of = f" of {limit:,.0f}" if limit is not None else ""
        reset = limits.get(f"{what}_reset_s")
        when = f", resets in {reset:,.0f} s" if reset is not None else ""
        told.append(f"{remaining:,.0f}{of} {what} left{when}")
    return told


def cost_told(run: Charged) -> str:
    """The cost to the last digit, and who says so."""
    words = cost_words(run, exact=True)
    match run.cost.source:
        case CostSource.PROVIDER:
            return f"{words}, billed by the provider"
        case CostSource.TABLE:
            of = f" of {run.cost.price_date}" if run.cost.price_date else ""
            return f"{words}, by the price list{of}"
        case CostSource.FREE:
            return f"{words}: nothing is charged for it"
        case CostSource.UNKNOWN:
            return f"{words} (no price is known)"


def attachments(message: Message) -> list[str]:
    """The attachments of a message, a line each."""
    told = map(attachment_words, message.attachments)
    return [SEPARATOR.join((words.kind, words.name, *words.facts)) for words in told]


def _usage(record: RunRecord) -> str:
    usage: Usage = record.usage
    parts = [tokens(record)]
    for name, count in (
        ("cached", usage.cached_tokens),
        ("written to the cache", usage.cache_write_tokens),
        ("reasoning", usage.reasoning_tokens),
    ):
        if count:
            parts.append(f"{count} {name}")
    if usage.estimated:
        parts.append("our own estimate")
    return SEPARATOR.join(parts)


def _times(record: RunRecord) -> str:
    timing = record.timing
    measured = (
        ("took", timing.latency_ms),
        ("ttft", timing.ttft_ms),
        ("first text", timing.first_visible_ms),
        ("between tokens", timing.itl_ms),
        ("connect", timing.connect_ms),
    )
    parts = [f"{name} {_milliseconds(value)}" for name, value in measured if value is not None]
    if timing.tokens_per_second:
        parts.append(f"{timing.tokens_per_second:.0f} tok/s")
    return SEPARATOR.join(parts)


def _milliseconds(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def _attempt(attempt: Attempt) -> str:
    parts = [f"{GLYPHS[attempt.status]} {attempt.model}"]
    if attempt.error is not None:
        parts.append(attempt.error.message)
    elif attempt.status is not Status.RUNNING:
        parts.append(attempt.status.value)
    if attempt.http_status is not None:
        parts.append(f"HTTP {attempt.http_status}")
    if attempt.request_id:
        parts.append(attempt.request_id)
    parts.append(cost_words(attempt))
    return SEPARATOR.join(parts)


def _value(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
