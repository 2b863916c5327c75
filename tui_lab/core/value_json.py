"""The parts of records and events as plain JSON values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Message, Part, TextPart
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage

Json = dict[str, Any]


def format_time(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds: `2026-11-22T03:11:01.123Z`."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


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
    return part(
        url=data["url"],
        media_type=data["media_type"],
        name=data["name"],
        size=data["bytes"],
        sha256=data["sha256"],
    )


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
        "bytes": part.size,
        "sha256": part.sha256,
        "url": part.url,
    }


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
    return told_error(data) if data is not None else None


def told_error(data: Mapping[str, Any]) -> LabError:
    return LabError(
        ErrorKind(data["kind"]),
        data["message"],
        data["hint"],
        data["status"],
        data["retry_after_s"],
        data["raw"],
    )
