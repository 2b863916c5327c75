"""What would be sent, without sending it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import narrate, print_json
from tui_lab.core.draft import Draft
from tui_lab.core.estimate import Estimate
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import RoutePlan
from tui_lab.engine.candidates import route_json
from tui_lab.engine.failures import nobody_to_ask

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def print_requests(draft: Draft, lab: Lab) -> int:
    """Prints each model's request as JSON: method, URL, headers with the key masked, body.

    With fallbacks or a strategy, beside each stand the candidates that may be asked after it, as
    they will stand in the record. Without a key the header names the variable that would hold it.
    What each run may cost stands beside it, and on standard error what all of them may.
    """
    lanes = _asked(draft, lab)
    models = tuple(plan.candidates[0].model for _, plan in lanes)
    routed = replace(draft, models=models, routes=())
    estimate = lab.estimates.of(routed).result()
    requests = [
        _request(routed, model, estimate.runs[model], lab) | _route(*lane)
        for model, lane in zip(models, lanes, strict=True)
    ]
    document: Any = requests[0] if len(requests) == 1 else requests
    print_json(document)
    narrate(f"tui-lab: in all {estimate.total.words}; nothing was sent")
    return 0


def _asked(draft: Draft, lab: Lab) -> list[tuple[Draft, RoutePlan]]:
    """The lanes for which there is somebody to ask. Raises `LabError` where there is none."""
    lanes = [draft.of_lane(number) for number in range(len(draft.lanes))]
    plans = [lab.routing.candidates(lane).result() for lane in lanes]
    asked = [(lane, plan) for lane, plan in zip(lanes, plans, strict=True) if plan.candidates]
    if not asked:
        raise nobody_to_ask(plans[0].excluded)
    return asked


def _route(lane: Draft, plan: RoutePlan) -> dict[str, Any]:
    if lane.strategy is None and not lane.fallbacks:
        return {}
    return {"route": route_json(plan, lane.fallbacks)}


def _request(draft: Draft, model: ModelRef, estimate: Estimate, lab: Lab) -> dict[str, Any]:
    preview = lab.preview(draft, model)
    return {
        "model": str(model),
        "method": preview.request.method,
        "url": preview.url,
        "headers": dict(preview.headers),
        "body": json.loads(preview.request.body),
        "dropped_parameters": [
            {"name": name, "reason": reason} for name, reason in preview.request.dropped
        ],
        "note": preview.note,
        "estimated_cost": _estimated(estimate),
    }


def _estimated(estimate: Estimate) -> dict[str, Any]:
    """US dollars of one run; null where nobody knows the price.

    `cap_is_certain`: the request itself lets the answer be no longer.
    """
    if estimate.unknown:
        return {"low": None, "likely": None, "cap": None, "cap_is_certain": False}
    return {
        "low": format(estimate.low, "f"),
        "likely": format(estimate.likely, "f"),
        "cap": format(estimate.cap, "f"),
        "cap_is_certain": estimate.bound,
    }
