"""The prompts that are being written, as a face keeps and finds them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

from tui_lab.core.ids import UlidFactory
from tui_lab.core.saved_draft import SavedDraft
from tui_lab.core.secret import KnownSecrets
from tui_lab.engine.thread import LoopThread
from tui_lab.store.drafts import DraftRows


class LabDrafts:
    """Those of the workspace that is open. A known key in one is kept as its mask alone."""

    def __init__(
        self,
        rows: DraftRows,
        thread: LoopThread,
        known: KnownSecrets,
        workspace: Callable[[], str],
    ) -> None:
        self._rows = rows
        self._thread = thread
        self._known = known
        self._workspace = workspace
        self.new_id = UlidFactory(lambda: time.time_ns() // 1_000_000, os.urandom)

    def save(self, draft_id: str, content: Mapping[str, Any]) -> Future[None]:
        draft = SavedDraft(draft_id, self._workspace(), datetime.now(UTC), content)

        async def save() -> None:
            await self._rows.save(draft, self._known.remove_from(json.dumps(content)))

        return self._thread.call(save())

    def delete(self, draft_id: str) -> Future[None]:
        return self._thread.call(self._rows.delete(draft_id))

    def free(self) -> Future[tuple[SavedDraft, ...]]:
        """Those that no other living process is writing, newest first."""
        return self._thread.call(self._rows.free(self._workspace()))
