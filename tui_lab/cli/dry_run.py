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
    """Prints each model's request as JSON: method, URL, headers with the key masked, body.

    Without a key the header names the variable that would hold it.
    """
    requests = [_request(draft, model, lab) for model in draft.models]
    document: Any = requests[0] if len(requests) == 1 else requests
    print_json(document)
    return 0


def _request(draft: Draft, model: ModelRef, lab: Lab) -> dict[str, Any]:
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
    }
