"""Exporting runs: which ones, and to which file; its ending says the format."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.path_completion import completions, shared_beginning
from tui_lab.ui.widgets.choice_list import ChoiceList
from tui_lab.ui.widgets.steady_input import SteadyInput

if TYPE_CHECKING:
    from tui_lab.export.formats import Format
    from tui_lab.lab.exporting import Selection

ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".json": "json",
    ".md": "markdown",
    ".html": "html",
}
WHAT = ".csv table · .jsonl .json whole records · .md Markdown · .html page"
FIRST_NAME = "runs.csv"


class Exportable(NamedTuple):
    words: str
    selection: Selection


class ExportOrder(NamedTuple):
    selection: Selection
    format: Format
    path: Path
    replace: bool


class ExportForm(Dialog[ExportOrder]):
    """Answers with what is to be done; a file that exists is replaced only after a question."""

    HELP = (
        "↑ and ↓ choose which runs, the ending of the file the format; tab completes a path. The "
        "file appears under its name when it is whole. esc on the list gives an export up."
    )
    FOOTER = ("export.take", "export.next", "export.complete", "dialog.back")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "export", id="export.take", priority=True),
        Binding("tab", "complete", "complete", id="export.complete", priority=True),
        Binding(
            "down,ctrl+n", "move(1)", "which runs", id="export.next", key_display="↓", priority=True
        ),
        Binding(
            "up,ctrl+p", "move(-1)", "previous", id="export.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    ExportForm {
        & > .box { max-width: 76; }
        & ChoiceList { height: auto; margin-bottom: 1; }
        & #ways, & #what { color: $foreground-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & #wrong { color: $error; height: auto; }
    }
    """

    def __init__(self, offered: Sequence[Exportable]) -> None:
        super().__init__("Export")
        self._offered = offered

    def compose_box(self) -> ComposeResult:
        yield ChoiceList(id="list")
        yield SteadyInput(FIRST_NAME, placeholder="a file", id="path", compact=True)
        yield Static(id="ways", markup=False)
        yield Static(WHAT, id="what", markup=False)
        yield Static(id="wrong", markup=False)

    def on_mount(self) -> None:
        choices = self.query_one("#list", ChoiceList)
        choices.can_focus = False
        choices.add_options(Option(Content(sanitise_line(one.words))) for one in self._offered)
        choices.highlighted = 0
        self.query_one("#path").focus()

    @property
    def _written(self) -> str:
        return self.query_one("#path", Input).value.strip()

    @on(Input.Changed, "#path")
    def _typed(self) -> None:
        self._say("")
        self.query_one("#ways", Static).update("")

    def action_move(self, step: int) -> None:
        choices = self.query_one("#list", ChoiceList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.query_one("#path").focus()

    @work(exclusive=True)
    async def action_complete(self) -> None:
        """Writes as much as all paths that go on so have in common, and shows them."""
        found = await asyncio.to_thread(completions, self._written)
        if found:
            field = self.query_one("#path", Input)
            with field.prevent(Input.Changed):
                field.value = shared_beginning(found)
            field.cursor_position = len(field.value)
        names = (path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/") for path in found)
        self.query_one("#ways", Static).update(sanitise_line("  ".join(names)))

    @work(exclusive=True)
    async def action_take(self) -> None:
        from tui_lab.export.formats import Format

        index = self.query_one("#list", ChoiceList).highlighted
        if index is None or not self._written:
            return
        try:
            path, format_name = _named(self._written)
            exists = await asyncio.to_thread(_is_there, path)
        except LabError as error:
            self._say(f"✗ {error.message} → {error.hint}")
            return
        if exists:
            question = Question("Replace", f"{path} exists already. Replace it?")
            if not await self.app.push_screen_wait(question):
                return
        chosen = self._offered[index].selection
        self.dismiss(ExportOrder(chosen, Format(format_name), path, exists))

    def _say(self, wrong: str) -> None:
        self.query_one("#wrong", Static).update(sanitise_line(wrong))


def _named(written: str) -> tuple[Path, str]:
    """The path, and the name of the format that it ends in."""
    home, slash, rest = written.partition("/")
    path = Path(os.path.expanduser(home) + slash + rest)
    try:
        return path, ENDINGS[path.suffix.lower()]
    except KeyError:
        endings = " ".join(ENDINGS)
        raise LabError(
            ErrorKind.USAGE, f"{path.name} has no ending of a format", f"end it in {endings}"
        ) from None


def _is_there(path: Path) -> bool:
    """Raises `LabError` of kind `usage` where no file can be written."""
    if not path.parent.is_dir():
        raise LabError(ErrorKind.USAGE, f"there is no folder {path.parent}", "name one that exists")
    if path.is_dir():
        raise LabError(ErrorKind.USAGE, f"{path} is a folder", "write a name behind it")
    return path.exists()
