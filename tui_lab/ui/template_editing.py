"""A screen that lists templates and changes the person's own: new, edit, duplicate, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType

from tui_lab.core.errors import LabError
from tui_lab.ui.deleting import UNDO_SECONDS
from tui_lab.ui.two_panes import TwoPanes

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.templates.own import DeletedTemplate, TemplateSource
    from tui_lab.templates.template import Template

T = TypeVar("T")


class TemplateEditing(TwoPanes):
    """Name what is chosen in `chosen`, and show in `templates_changed` what became of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "new", "new", id="templates.new", tooltip="new, of the prompt in the Lab"),
        Binding("w", "edit", "edit", id="templates.edit", tooltip="edit it, or a copy of it"),
        Binding("D", "duplicate", "duplicate", id="templates.duplicate", show=False),
        Binding("equals_sign", "versions", "versions", id="templates.versions"),
        Binding("u", "undo", "undo", id="templates.undo", tooltip="bring back what was deleted"),
        Binding("d", "delete", "delete", id="templates.delete", tooltip="delete your own one"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lab: Lab | None = None
        self._deleted: list[DeletedTemplate] = []

    @property
    def chosen(self) -> Template | None:
        raise NotImplementedError

    def templates_changed(self, template_id: str) -> None:
        """To be shown with this one under the cursor, if it is there."""
        raise NotImplementedError

    @property
    def chosen_is_own(self) -> bool:
        lab, chosen = self._lab, self.chosen
        return lab is not None and chosen is not None and lab.templates.is_own(chosen)

    @property
    def can_undo(self) -> bool:
        return bool(self._deleted)

    @work(exclusive=True, group="template")
    async def action_new(self) -> None:
        from tui_lab.ui.template_use import keep_prompt

        assert self._lab is not None
        template = await keep_prompt(self.app, self._lab, *self.host.prompt_texts)
        if template is not None:
            self.templates_changed(template.id)

    @work(exclusive=True, group="template")
    async def action_edit(self) -> None:
        assert self._lab is not None
        if (chosen := self.chosen) is None:
            return
        source = await self._tried(partial(self._lab.templates.source, chosen.id))
        if source is not None:
            title = f"Edit {chosen.id}" if source.own else f"Your own copy of {chosen.id}"
            await self._write(title, source.text, source)

    @work(exclusive=True, group="template")
    async def action_duplicate(self) -> None:
        assert self._lab is not None
        if (chosen := self.chosen) is None:
            return
        free = self._lab.templates.library.free_id(chosen.id)
        table = await self._tried(partial(self._lab.templates.copy, chosen.id, free))
        if table is not None:
            await self._write(f"A copy of {chosen.id}", table, None)

    @work(exclusive=True, group="template")
    async def action_versions(self) -> None:
        from tui_lab.ui.dialogs.template_versions import TemplateVersions

        assert self._lab is not None
        if (chosen := self.chosen) is not None:
            try:
                found = await asyncio.wrap_future(self._lab.templates.versions(chosen.id))
            except LabError as error:
                self.host.say_error(error)
            else:
                await self.app.push_screen_wait(TemplateVersions(chosen, found))

    @work(exclusive=True, group="template")
    async def action_delete(self) -> None:
        assert self._lab is not None
        if (chosen := self.chosen) is None:
            return
        deleted = await self._tried(partial(self._lab.templates.delete, chosen.id))
        if deleted is None:
            return
        self._deleted.append(deleted)
        again = self._lab.templates.library.find(chosen.id)
        words = " · the one of tui-lab is there again" if again else ""
        self.templates_changed(chosen.id)
        self.host.say(f"deleted {chosen.id}{words} · u brings back", seconds=UNDO_SECONDS)

    @work(exclusive=True, group="template")
    async def action_undo(self) -> None:
        assert self._lab is not None
        if not self._deleted:
            return
        deleted = self._deleted[-1]

        def restore() -> bool:
            assert self._lab is not None
            self._lab.templates.restore(deleted)
            return True

        if await self._tried(restore):
            self._deleted.remove(deleted)
            self.templates_changed(deleted.id)
            self.host.say(f"brought back {deleted.id}")

    async def _write(self, title: str, table: str, source: TemplateSource | None) -> None:
        from tui_lab.ui.template_use import write_template

        assert self._lab is not None
        template = await write_template(self.app, self._lab, title, table, source)
        if template is not None:
            self.templates_changed(template.id)
            self.host.say(f"{template.id} is version {template.version}, in {template.file}")

    async def _tried(self, work: Callable[[], T]) -> T | None:
        """Beside the loop: it is a matter of files. None where it cannot be done, which is told."""
        try:
            return await asyncio.to_thread(work)
        except LabError as error:
            self.host.say_error(error)
            return None
