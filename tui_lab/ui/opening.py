"""The lab is opened behind the first picture, and closed even where nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError
from tui_lab.core.secret import KnownSecrets

if TYPE_CHECKING:  # slow to import: that happens on the thread that opens it
    from tui_lab.lab import Lab


class LabOpening:
    """Begins at once, on another thread; the arguments are those of `Lab`.

    A program that ends meanwhile cannot stop it: the lab that comes of it has to be closed.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        workspace: str | None,
        on_death: Callable[[BaseException], None],
        known_secrets: KnownSecrets,
    ) -> None:
        def make() -> Lab:
            from tui_lab.lab import Lab

            return Lab(environ, workspace=workspace, on_death=on_death, known_secrets=known_secrets)

        self._made = asyncio.ensure_future(asyncio.to_thread(make))

    async def lab(self) -> Lab:
        """Raises `LabError` where it cannot be opened."""
        return await asyncio.shield(self._made)

    async def close(self, *, interrupted: bool = False) -> None:
        """Waits for the lab and closes it, if there is one."""
        with suppress(LabError):
            lab = await self._made
            await asyncio.to_thread(lab.close, interrupted=interrupted)
