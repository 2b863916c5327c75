"""What would be sent, without sending it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import print_json
from tui_lab.core.draft import Draft
from tui_lab.core.refs import ModelRef

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def print_requests(draft: Draft, lab: Lab) -> int:
    """Prints each request as JSON: method, URL, headers with the key masked, body."""
    requests = [_request(draft, model, lab) for model in draft.models]
    document: Any = requests[0] if len(requests) == 1 else requests
    print_json(document)
    return 0


def _request(draft: Draft, model: ModelRef, lab: Lab) -> dict[str, Any]:
    request = lab.request(draft, model)
    return {
        "model": str(model),
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": json.loads(request.body),
        "dropped_parameters": [
            {"name": name, "reason": reason} for name, reason in request.dropped
        ],
    }
