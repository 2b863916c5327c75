"""Keeps what is written in the prompt, a moment after each pause, beside the screen's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tui_lab.core.errors import LabError

if TYPE_CHECKING:
    from tui_lab.core.saved_draft import SavedDraft
    from tui_lab.lab import Lab
    from tui_lab.ui.widgets.prompt_pane import PromptPane

PAUSE_S = 0.7


class DraftKeeper:
    """The draft in the prompt pane, and the others of the workspace.

    Where one cannot be recorded, the next change tries again: the banner tells of it.
    """

    def __init__(self, pane: PromptPane) -> None:
        self._pane = pane
        self._id: str | None = None
        self._kept: Mapping[str, Any] | None = None

    def keep(self, lab: Lab) -> Coroutine[Any, Any, None]:
        """Takes what stands there now; awaited, it is kept. A prompt of nothing is no draft."""
        from tui_lab.ui.draft_content import draft_content, is_worth_keeping

        content = draft_content(self._pane)
        draft_id = self._id
        is_draft = is_worth_keeping(content)
        if is_draft and draft_id is None:
            draft_id = self._id = lab.drafts.new_id()
        is_new = content != self._kept
        self._kept = content

        async def write() -> None:
            if draft_id is None or not is_new:
                return
            with suppress(LabError):
                if is_draft:
                    await asyncio.wrap_future(lab.drafts.save(draft_id, content))
                else:
                    await asyncio.wrap_future(lab.drafts.delete(draft_id))

        return write()

    async def others(self, lab: Lab) -> tuple[SavedDraft, ...]:
        """Those that could be gone on with; raises `LabError` where they cannot be read."""
        found = await asyncio.wrap_future(lab.drafts.free())
        return tuple(draft for draft in found if draft.id != self._id)

    def leave(self) -> None:
        """What is written from now on is another draft."""
        self._id = self._kept = None

    def take(self, draft: SavedDraft) -> None:
        """What is written from now on is this draft."""
        self._id, self._kept = draft.id, None
