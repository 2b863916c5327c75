"""The passphrase of the vault: to open it, to make it, to change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui_lab.core.errors import LabError
from tui_lab.core.sanitise import sanitise
from tui_lab.core.secret import Secret
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.unseen_input import UnseenInput


class PassphraseForm(Dialog[bool]):
    """Answers True once `use` has taken the passphrase; what it raises is told, and it is asked
    for again. A `new` one is asked for twice."""

    HELP = (
        "The vault is one encrypted file. It is opened once a session; the passphrase is kept "
        "nowhere, and without it nobody can read the vault. esc goes back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", id="passphrase.take", priority=True),
        Binding("down", "app.focus_next", "next", id="passphrase.next", show=False),
        Binding("up", "app.focus_previous", "previous", id="passphrase.previous", show=False),
    ]
    DEFAULT_CSS = """
    PassphraseForm {
        & > .box { max-width: 70; }
        & #why { margin-bottom: 1; }
        & Horizontal { height: 1; }
        & .name { width: 12; color: $foreground-muted; }
        & Input { width: 1fr; background: $surface; &:focus { background: $panel; } }
        & #told { height: auto; min-height: 1; margin-top: 1; color: $foreground-muted; }
        & #told.-wrong { color: $error; }
    }
    """

    def __init__(
        self, title: str, why: str, use: Callable[[Secret], Awaitable[object]], *, new: bool = False
    ) -> None:
        super().__init__(title)
        self._why = why
        self._use = use
        self._new = new

    def compose_box(self) -> ComposeResult:
        yield Static(sanitise(self._why), id="why", markup=False)
        with Horizontal():
            yield Static("passphrase", classes="name", markup=False)
            yield UnseenInput(id="passphrase")
        if self._new:
            with Horizontal():
                yield Static("once more", classes="name", markup=False)
                yield UnseenInput(id="again")
        yield Static(id="told", markup=False)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._tell("")

    def action_take(self) -> None:
        written = self.query_one("#passphrase", Input)
        if not written.value:
            written.focus()
        elif self._new and not self._again.value:
            self._again.focus()
        elif self._new and self._again.value != written.value:
            self._tell("✗ the two differ\n→ type the same passphrase twice", wrong=True)
        else:
            self._take(Secret(written.value))

    @property
    def _again(self) -> Input:
        return self.query_one("#again", Input)

    @work(exclusive=True, group="taking")
    async def _take(self, passphrase: Secret) -> None:
        self._tell("a moment …")
        try:
            await self._use(passphrase)
        except LabError as error:
            for field in self.query(Input):
                with field.prevent(Input.Changed):
                    field.value = ""
            self.query_one("#passphrase").focus()
            self._tell(f"✗ {error.message}\n→ {error.hint}", wrong=True)
        else:
            self.dismiss(True)

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(wrong, "-wrong")
        told.update(sanitise(words))
