"""Attaching an image or a document: its path, with completion, or its URL."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab import attached
from tui_lab.core.attachments import LARGEST_DOCUMENT, LARGEST_IMAGE, MIB, is_url
from tui_lab.core.errors import LabError
from tui_lab.core.messages import Part
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.path_completion import completions, shared_beginning
from tui_lab.ui.widgets.steady_input import SteadyInput

WHAT = (
    f"image: png, jpeg, webp, gif, up to {LARGEST_IMAGE // MIB} MiB\n"
    f"document: pdf or any text, up to {LARGEST_DOCUMENT // MIB} MiB\n"
    "A URL is passed on to the provider, which fetches it."
)


class AttachForm(Dialog[Part]):
    """Answers with what was read, once it can be sent."""

    HELP = (
        "Write the path of a file or a URL. tab completes a path, the arrows choose among those "
        "below, enter attaches. What a file is is told by its bytes, not by its name."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "attach", id="attach.take", priority=True),
        Binding("tab", "complete", "complete", id="attach.complete", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="attach.next", show=False, priority=True),
        Binding(
            "up,ctrl+p", "move(-1)", "previous", id="attach.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    AttachForm {
        & > .box { max-width: 86; }
        & #what { color: $foreground-muted; margin-top: 1; }
        & #wrong { color: $error; }
        & OptionList { height: auto; max-height: 10; margin-top: 1; }
    }
    """

    def __init__(self, written: str = "") -> None:
        super().__init__("Attach")
        self._written = written

    def compose_box(self) -> ComposeResult:
        yield SteadyInput(self._written, placeholder="a path or a URL", id="path", compact=True)
        yield OptionList(id="list", markup=False)
        yield Static(id="wrong", markup=False)
        yield Static(WHAT, id="what", markup=False)

    def on_mount(self) -> None:
        self.query_one("#list").can_focus = False
        self._say("")
        self._show_completions("")

    @on(Input.Changed, "#path")
    def _typed(self, message: Input.Changed) -> None:
        self._say("")
        self._show_completions(message.value)

    @work(exclusive=True, group="completions")
    async def _show_completions(self, written: str) -> None:
        found = [] if is_url(written) else await asyncio.to_thread(completions, written)
        paths = self.query_one("#list", OptionList)
        paths.clear_options()
        paths.add_options(Option(Content(sanitise_line(path)), id=path) for path in found)
        paths.display = bool(found)

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        self._write(message.option.id or "")

    def action_move(self, step: int) -> None:
        paths = self.query_one("#list", OptionList)
        if step > 0:
            paths.action_cursor_down()
        else:
            paths.action_cursor_up()

    def action_complete(self) -> None:
        """Writes the path under the cursor, else as much as all of them have in common."""
        paths = self.query_one("#list", OptionList)
        if self._under_cursor:
            self._write(self._under_cursor)
        elif paths.option_count:
            self._write(shared_beginning([option.id or "" for option in paths.options]))

    def action_take(self) -> None:
        path = self.query_one("#path", Input).value
        if self._under_cursor:
            path = self._under_cursor
            self._write(path)
        if path.strip() and not path.endswith("/"):
            self._read(path)

    @work(exclusive=True, group="reading")
    async def _read(self, word: str) -> None:
        try:
            part = await asyncio.to_thread(attached.attachment, word)
        except LabError as error:
            self._say(f"✗ {error.message}\n→ {error.hint}")
        else:
            self.dismiss(part)

    @property
    def _under_cursor(self) -> str | None:
        option = self.query_one("#list", OptionList).highlighted_option
        return option.id if option is not None else None

    def _write(self, path: str) -> None:
        field = self.query_one("#path", Input)
        field.value = path
        field.cursor_position = len(path)

    def _say(self, wrong: str) -> None:
        words = self.query_one("#wrong", Static)
        words.update(sanitise(wrong))
        words.display = bool(wrong)
