"""Events as plain JSON values, one object each, and back. Fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from tui_lab.core.errors import LabError
from tui_lab.core.events import (
    AttemptFailed,
    Event,
    Failed,
    Finished,
    FinishReason,
    Note,
    Planned,
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
from tui_lab.core.messages import Message
from tui_lab.core.price import NO_CHARGE, Price, price_from_json, price_to_json
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Exclusion
from tui_lab.core.value_json import (
    Json,
    cost_from_json,
    cost_to_json,
    error_from_json,
    error_to_json,
    message_from_json,
    message_to_json,
    told_error,
    usage_from_json,
    usage_to_json,
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
    Planned: "planned",
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
        case Planned():
            return {"route": dict(event.route)}
        case Routed():
            return _routed_fields(event)
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
            return _failure_fields(event) | {
                "raw_reason": event.raw_reason,
                "given_up": event.given_up,
                "for_good": event.for_good,
            }
        case AttemptFailed():
            return _failure_fields(event) | {"given_up": event.given_up}
        case Waiting():
            return {"seconds": event.seconds, "why": event.why}
        case Note():
            return _note_fields(event)
        case Recorded():
            return {"error": error_to_json(event.error)}
        case _:
            assert_never(event)


def _routed_fields(event: Routed) -> Json:
    data: Json = {
        "model": str(event.model),
        "attempt": event.attempt,
        "reasons": list(event.reasons),
        "free": event.price is not None and event.price.free,
        "price": None if event.price is None else price_to_json(event.price),
        "simulated": event.simulated,
    }
    if event.messages is not None:
        data["messages"] = [message_to_json(message) for message in event.messages]
    return data


def _note_fields(event: Note) -> Json:
    fields: Json = {"text": event.text, "dropped": event.dropped}
    return fields | ({"excluded": event.excluded.to_json()} if event.excluded else {})


def _failure_fields(event: Failed | AttemptFailed) -> Json:
    return {
        "error": error_to_json(event.error),
        "request_id": event.request_id,
        "rate_limits": dict(event.rate_limits),
    }


def _failure(data: Mapping[str, Any]) -> tuple[LabError, str | None, Mapping[str, float]]:
    return told_error(data["error"]), data["request_id"], data.get("rate_limits", {})


def _event_from_json(data: Mapping[str, Any]) -> Event:
    match data["type"]:
        case "planned":
            return Planned(data["route"])
        case "routed":
            return Routed(
                ModelRef.parse(data["model"]),
                data["attempt"],
                tuple(data["reasons"]),
                _price(data),
                _messages(data.get("messages")),
                data.get("simulated"),
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
            return Failed(
                *_failure(data),
                raw_reason=data.get("raw_reason"),
                given_up=data.get("given_up", False),
                for_good=data.get("for_good", False),
            )
        case "attempt_failed":
            return AttemptFailed(*_failure(data), given_up=data.get("given_up", False))
        case "waiting":
            return Waiting(data["seconds"], data["why"])
        case "note":
            return Note(data["text"], data["dropped"], _exclusion(data.get("excluded")))
        case "recorded":
            return Recorded(error_from_json(data["error"]))
        case unknown:
            raise ValueError(f"no event is called {unknown!r}")


def _price(routed: Mapping[str, Any]) -> Price | None:
    """Runs that began before there were prices tell only whether they are free."""
    if priced := routed.get("price"):
        return price_from_json(priced)
    return NO_CHARGE if routed["free"] else None


def _exclusion(data: Mapping[str, Any] | None) -> Exclusion | None:
    if data is None:
        return None
    return Exclusion(ModelRef(data["provider"], data["model"]), data["reason"])


def _messages(data: list[Json] | None) -> tuple[Message, ...] | None:
    return None if data is None else tuple(message_from_json(message) for message in data)
