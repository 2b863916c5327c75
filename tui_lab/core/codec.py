"""Records and events as plain JSON values, and back. Schema 1: fields are only ever added."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, assert_never

from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Failed,
    Finished,
    FinishReason,
    Note,
    ReasoningDelta,
    Recorded,
    RefusalDelta,
    Routed,
    Stamped,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReport,
    Waiting,
)
from tui_lab.core.messages import DocumentPart, ImagePart, Message, Part, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import (
    SCHEMA,
    Attempt,
    RunRecord,
    Source,
    Status,
    TemplateUse,
    ToolCall,
)
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage

Json = dict[str, Any]


def format_time(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds: `2026-11-22T03:11:01.123Z`."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def record_to_json(record: RunRecord) -> Json:
    """Every field of schema 1, always present, null where unknown."""
    return {
        "schema": SCHEMA,
        "id": record.id,
        "batch_id": record.batch_id,
        "lane": record.lane,
        "repeat": record.repeat,
        "parent_id": record.parent_id,
        "created_at": format_time(record.created_at),
        "workspace": record.workspace,
        "source": record.source.value,
        "status": record.status.value,
        "finish_reason": record.finish_reason.value if record.finish_reason else None,
        "finish_reason_raw": record.finish_reason_raw,
        "model": record.model,
        "answered_by": record.answered_by,
        "provider": record.provider,
        "served_model": record.served_model,
        "simulated": record.simulated,
        "prompt": record.prompt,
        "system": record.system,
        "messages": [message_to_json(message) for message in record.messages],
        "parameters": record.parameters.as_dict(),
        "dropped_parameters": [
            {"name": name, "reason": reason} for name, reason in record.dropped_parameters
        ],
        "attachments": attachments_to_json(record.messages),
        "template": template_to_json(record.template),
        "text": record.text,
        "reasoning": record.reasoning,
        "refusal": record.refusal,
        "tool_calls": [
            {"id": call.id, "name": call.name, "arguments": call.arguments}
            for call in record.tool_calls
        ],
        "logprobs": [dict(item) for item in record.logprobs] if record.logprobs else None,
        "usage": usage_to_json(record.usage),
        "cost": cost_to_json(record.cost),
        "timing": timing_to_json(record.timing),
        "attempts": [attempt_to_json(attempt) for attempt in record.attempts],
        "route": dict(record.route) if record.route is not None else None,
        "error": error_to_json(record.error),
        "tags": list(record.tags),
        "rating": record.rating,
        "note": record.note,
    }


def record_from_json(data: Mapping[str, Any]) -> RunRecord:
    """The record again. Attachments come back as references: their bytes are not in it."""
    return RunRecord(
        id=data["id"],
        batch_id=data["batch_id"],
        lane=data["lane"],
        repeat=data["repeat"],
        parent_id=data["parent_id"],
        created_at=parse_time(data["created_at"]),
        workspace=data["workspace"],
        source=Source(data["source"]),
        status=Status(data["status"]),
        finish_reason=FinishReason(data["finish_reason"]) if data["finish_reason"] else None,
        finish_reason_raw=data["finish_reason_raw"],
        model=data["model"],
        answered_by=data["answered_by"],
        provider=data["provider"],
        served_model=data["served_model"],
        simulated=data["simulated"],
        prompt=data["prompt"],
        system=data["system"],
        messages=tuple(message_from_json(message) for message in data["messages"]),
        parameters=Parameters.from_dict(data["parameters"]),
        dropped_parameters=tuple(
            (item["name"], item["reason"]) for item in data["dropped_parameters"]
        ),
        template=template_from_json(data["template"]),
        text=data["text"],
        reasoning=data["reasoning"],
        refusal=data["refusal"],
        tool_calls=tuple(
            ToolCall(call["id"], call["name"], call["arguments"]) for call in data["tool_calls"]
        ),
        logprobs=tuple(data["logprobs"]) if data["logprobs"] else None,
        usage=usage_from_json(data["usage"]),
        cost=cost_from_json(data["cost"]),
        timing=timing_from_json(data["timing"]),
        attempts=tuple(attempt_from_json(attempt) for attempt in data["attempts"]),
        route=data["route"],
        error=error_from_json(data["error"]),
        tags=tuple(data["tags"]),
        rating=data["rating"],
        note=data["note"],
    )


def stamped_to_json(stamped: Stamped) -> Json:
    """One event as an object: `type` in snake_case, `t_ms`, and its own fields."""
    data: Json = {"type": event_type(stamped.event), "t_ms": stamped.t_ms}
    if stamped.last_ms is not None:
        data |= {"last_ms": stamped.last_ms, "pieces": stamped.pieces}
    return data | _event_fields(stamped.event)


def stamped_from_json(data: Mapping[str, Any]) -> Stamped:
    return Stamped(data["t_ms"], _event_from_json(data), data.get("last_ms"), data.get("pieces", 1))


_TYPES: dict[type[Any], str] = {
    Routed: "routed",
    Started: "started",
    TextDelta: "text_delta",
    ReasoningDelta: "reasoning_delta",
    RefusalDelta: "refusal_delta",
    ToolCallDelta: "tool_call_delta",
    UsageReport: "usage",
    Finished: "finished",
    Failed: "failed",
    AttemptFailed: "attempt_failed",
    Waiting: "waiting",
    Note: "note",
    Recorded: "recorded",
}


def event_type(event: Event) -> str:
    """The name of this kind of event in JSON."""
    return _TYPES[type(event)]


def _event_fields(event: Event) -> Json:
    match event:
        case Routed():
            return {
                "model": str(event.model),
                "attempt": event.attempt,
                "reasons": list(event.reasons),
                "free": event.free,
            }
        case Started():
            return {
                "http_status": event.http_status,
                "served_model": event.served_model,
                "request_id": event.request_id,
                "connect_ms": event.connect_ms,
                "headers_ms": event.headers_ms,
                "rate_limits": dict(event.rate_limits),
            }
        case TextDelta():
            logprobs = [dict(item) for item in event.logprobs]
            return {"text": event.text} | ({"logprobs": logprobs} if logprobs else {})
        case ReasoningDelta() | RefusalDelta():
            return {"text": event.text}
        case ToolCallDelta():
            return {
                "index": event.index,
                "id": event.id,
                "name": event.name,
                "arguments": event.arguments,
            }
        case UsageReport():
            return {
                "usage": usage_to_json(event.usage),
                "cost": cost_to_json(event.billed) if event.billed else None,
            }
        case Finished():
            return {
                "reason": event.reason.value if event.reason else None,
                "raw_reason": event.raw_reason,
                "served_model": event.served_model,
            }
        case Failed():
            return {"error": error_to_json(event.error)}
        case AttemptFailed():
            return {"error": error_to_json(event.error), "request_id": event.request_id}
        case Waiting():
            return {"seconds": event.seconds, "why": event.why}
        case Note():
            return {"text": event.text, "dropped": event.dropped}
        case Recorded():
            return {"error": error_to_json(event.error)}
        case _:
            assert_never(event)


def _event_from_json(data: Mapping[str, Any]) -> Event:
    match data["type"]:
        case "routed":
            return Routed(
                ModelRef.parse(data["model"]),
                data["attempt"],
                tuple(data["reasons"]),
                data["free"],
            )
        case "started":
            return Started(
                data["http_status"],
                data["served_model"],
                data["request_id"],
                data["connect_ms"],
                data["headers_ms"],
                data["rate_limits"],
            )
        case "text_delta":
            return TextDelta(data["text"], tuple(data.get("logprobs", ())))
        case "reasoning_delta":
            return ReasoningDelta(data["text"])
        case "refusal_delta":
            return RefusalDelta(data["text"])
        case "tool_call_delta":
            return ToolCallDelta(data["index"], data["id"], data["name"], data["arguments"])
        case "usage":
            cost = cost_from_json(data["cost"]) if data["cost"] else None
            return UsageReport(usage_from_json(data["usage"]), cost)
        case "finished":
            reason = FinishReason(data["reason"]) if data["reason"] else None
            return Finished(reason, data["raw_reason"], data["served_model"])
        case "failed":
            return Failed(_error(data["error"]))
        case "attempt_failed":
            return AttemptFailed(_error(data["error"]), data["request_id"])
        case "waiting":
            return Waiting(data["seconds"], data["why"])
        case "note":
            return Note(data["text"], data["dropped"])
        case "recorded":
            return Recorded(error_from_json(data["error"]))
        case unknown:
            raise ValueError(f"no event is called {unknown!r}")


def message_to_json(message: Message) -> Json:
    return {"role": message.role, "parts": [_part_to_json(part) for part in message.parts]}


def message_from_json(data: Mapping[str, Any]) -> Message:
    return Message(data["role"], tuple(_part_from_json(part) for part in data["parts"]))


def _part_to_json(part: Part) -> Json:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    return {"type": _attachment_kind(part)} | _attachment_to_json(part)


def _part_from_json(data: Mapping[str, Any]) -> Part:
    if data["type"] == "text":
        return TextPart(data["text"])
    part = ImagePart if data["type"] == "image" else DocumentPart
    return part(url=data["url"], media_type=data["media_type"], name=data["name"])


def attachments_to_json(messages: tuple[Message, ...]) -> list[Json]:
    return [
        {"kind": _attachment_kind(part)} | _attachment_to_json(part)
        for message in messages
        for part in message.attachments
    ]


def _attachment_kind(part: ImagePart | DocumentPart) -> str:
    return "image" if isinstance(part, ImagePart) else "document"


def _attachment_to_json(part: ImagePart | DocumentPart) -> Json:
    return {
        "name": part.name,
        "media_type": part.media_type,
        "bytes": len(part.data) if part.data is not None else None,
        "sha256": hashlib.sha256(part.data).hexdigest() if part.data is not None else None,
        "url": part.url,
    }


def template_to_json(template: TemplateUse | None) -> Json | None:
    if template is None:
        return None
    return {
        "id": template.id,
        "version": template.version,
        "variables": dict(template.variables),
    }


def template_from_json(data: Mapping[str, Any] | None) -> TemplateUse | None:
    return TemplateUse(data["id"], data["version"], data["variables"]) if data else None


def usage_to_json(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "estimated": usage.estimated,
    }


def usage_from_json(data: Mapping[str, Any]) -> Usage:
    return Usage(
        data["input_tokens"],
        data["output_tokens"],
        data["cached_tokens"],
        data["cache_write_tokens"],
        data["reasoning_tokens"],
        data["estimated"],
    )


def cost_to_json(cost: Cost) -> Json:
    """Money is a decimal string, exact."""
    return {
        "usd": format(cost.usd, "f") if cost.usd is not None else None,
        "source": cost.source.value,
        "price_date": cost.price_date,
    }


def cost_from_json(data: Mapping[str, Any]) -> Cost:
    usd = Decimal(data["usd"]) if data["usd"] is not None else None
    return Cost(usd, CostSource(data["source"]), data["price_date"])


def timing_to_json(timing: Timing) -> Json:
    speed = timing.tokens_per_second
    return {
        "connect_ms": timing.connect_ms,
        "headers_ms": timing.headers_ms,
        "first_event_ms": timing.first_event_ms,
        "ttft_ms": timing.ttft_ms,
        "first_visible_ms": timing.first_visible_ms,
        "last_ms": timing.last_ms,
        "latency_ms": timing.latency_ms,
        "itl_ms": timing.itl_ms,
        "tokens_per_second": speed,
    }


def timing_from_json(data: Mapping[str, Any]) -> Timing:
    return Timing(
        data["connect_ms"],
        data["headers_ms"],
        data["first_event_ms"],
        data["ttft_ms"],
        data["first_visible_ms"],
        data["last_ms"],
        data["latency_ms"],
        data["itl_ms"],
    )


def attempt_to_json(attempt: Attempt) -> Json:
    return {
        "n": attempt.n,
        "model": str(attempt.model),
        "status": attempt.status.value,
        "error": error_to_json(attempt.error),
        "http_status": attempt.http_status,
        "request_id": attempt.request_id,
        "usage": usage_to_json(attempt.usage),
        "cost": cost_to_json(attempt.cost),
        "timing": timing_to_json(attempt.timing),
        "rate_limits": dict(attempt.rate_limits),
    }


def attempt_from_json(data: Mapping[str, Any]) -> Attempt:
    return Attempt(
        n=data["n"],
        model=ModelRef.parse(data["model"]),
        status=Status(data["status"]),
        error=error_from_json(data["error"]),
        http_status=data["http_status"],
        request_id=data["request_id"],
        usage=usage_from_json(data["usage"]),
        cost=cost_from_json(data["cost"]),
        timing=timing_from_json(data["timing"]),
        rate_limits=data["rate_limits"],
    )


def error_to_json(error: LabError | None) -> Json | None:
    if error is None:
        return None
    return {
        "kind": error.kind.value,
        "message": error.message,
        "hint": error.hint,
        "status": error.status,
        "retry_after_s": error.retry_after_s,
        "raw": error.raw,
    }


def error_from_json(data: Mapping[str, Any] | None) -> LabError | None:
    return _error(data) if data is not None else None


def _error(data: Mapping[str, Any]) -> LabError:
    return LabError(
        ErrorKind(data["kind"]),
        data["message"],
        data["hint"],
        data["status"],
        data["retry_after_s"],
        data["raw"],
    )
