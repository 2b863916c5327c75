"""What would be sent, without sending it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tui_lab.cli.choosing import first_asked
from tui_lab.cli.output import narrate, print_json
from tui_lab.core.draft import Draft
from tui_lab.core.estimate import Estimate
from tui_lab.core.refs import ModelRef
from tui_lab.engine.failures import nobody_to_ask

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def print_requests(draft: Draft, lab: Lab) -> int:
    """Prints each model's request as JSON: method, URL, headers with the key masked, body.

    With a strategy, beside each stand the candidates that would be asked after it. Without a key
    the header names the variable that would hold it. What each run may cost stands beside it, and
    on standard error what all of them may.
    """
    routed = _routed(draft, lab)
    estimate = lab.estimates.of(routed).result()
    requests = [_request(routed, model, estimate.runs[model], lab) for model in routed.models]
    document: Any = requests[0] if len(requests) == 1 else requests
    print_json(document)
    narrate(f"tui-lab: in all {estimate.total.words}; nothing was sent")
    return 0


def _routed(draft: Draft, lab: Lab) -> Draft:
    """The draft with the model that is asked first. Raises `LabError` where nobody can be."""
    routed = first_asked(draft, lab)
    if not routed.models:
        raise nobody_to_ask(lab.routing.plan(draft).result().excluded)
    return routed


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
    } | _route(draft, model, lab)


def _route(draft: Draft, model: ModelRef, lab: Lab) -> dict[str, Any]:
    if draft.strategy is None:
        return {}
    return {"route": lab.routing.plan(draft, model).result().to_json()}


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
