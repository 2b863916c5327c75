"""Records as plain JSON values, and back. Schema 1: fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_lab.core.events import FinishReason
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
from tui_lab.core.value_json import (
    Json,
    attachments_to_json,
    cost_from_json,
    cost_to_json,
    error_from_json,
    error_to_json,
    format_time,
    message_from_json,
    message_to_json,
    parse_time,
    timing_from_json,
    timing_to_json,
    usage_from_json,
    usage_to_json,
)


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
        "provider": record.provider or None,
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
        provider=data["provider"] or "",
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
