"""Keys as they are listed: as JSON for scripts, as cells of a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_lab.core.keys import STATUS_GLYPHS, KeyCheck, KeyEvent, KeyOutcome, KeyStatus
from tui_lab.core.value_json import format_time

if TYPE_CHECKING:
    from tui_lab.engine.key_desk import KeyRow


def row_to_json(row: KeyRow, workspace: str) -> dict[str, Any]:
    check = row.verdict.check if row.verdict else None
    return {
        "workspace": workspace,
        "provider": row.provider.id,
        "label": (row.key.label or None) if row.key else None,
        "status": row.status.value,
        "kind": row.kind.value if row.kind else None,
        "source": row.source,
        "key": row.found.mask if row.found else None,
        "in_use": row.in_use,
        "last_verified": format_time(row.verdict.at) if row.verdict else None,
        "credit": check.credit if check else None,
        "keys_url": row.provider.keys_url,
    }


def row_cells(row: KeyRow) -> list[str]:
    status = row.status.replace("_", " ")
    if row.key is None:
        hint = f"tui-lab keys set {row.provider.id}" if row.status is KeyStatus.MISSING else ""
        return [STATUS_GLYPHS[row.status], row.provider.id, status, "", "", hint]
    told = [row.source or "", "in use" if row.in_use else "not in use"]
    if row.verdict is not None:
        told.append(f"verified {row.verdict.at.astimezone():%Y-%m-%d %H:%M}")
        told += [row.verdict.check.credit] if row.verdict.check and row.verdict.check.credit else []
    mask = row.found.mask if row.found else "-"
    glyph = STATUS_GLYPHS[row.status]
    return [glyph, row.provider.id, status, row.key.label, mask, " · ".join(told)]


def event_to_json(event: KeyEvent) -> dict[str, Any]:
    key, check = event.key, event.check
    return {
        "at": format_time(event.at),
        "action": event.action.value,
        "workspace": key.workspace if key else None,
        "provider": key.provider if key else None,
        "label": (key.label or None) if key else None,
        "key": event.mask,
        "source": event.source,
        "origin": event.origin,
        "outcome": check.outcome.value if check else None,
        "detail": check.detail if check else event.detail,
    }


def event_cells(event: KeyEvent) -> list[str]:
    which = f"{event.key.provider} {event.key.label}".strip() if event.key else "vault"
    outcome = event.check.outcome.replace("_", " ") if event.check else (event.detail or "")
    at = f"{event.at.astimezone():%Y-%m-%d %H:%M:%S}"
    return [at, event.action.value, which, event.mask or "", event.source, event.origin, outcome]


def check_cells(item: dict[str, Any]) -> list[str]:
    glyph = "✓" if item["outcome"] == KeyOutcome.VALID else "✗"
    told = " · ".join(word for word in (item["detail"], item["credit"]) if word)
    outcome = item["outcome"].replace("_", " ")
    return [glyph, item["provider"], item["label"] or "", outcome, told]


def check_to_json(provider: str, label: str | None, check: KeyCheck) -> dict[str, Any]:
    return {
        "provider": provider,
        "label": label or None,
        "outcome": check.outcome.value,
        "detail": check.detail,
        "credit": check.credit,
    }
