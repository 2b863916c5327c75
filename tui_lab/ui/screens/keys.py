"""Who can be asked: every provider, whether there is a key for it, and how to get one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.key_facts import Need, ProviderKey, key_facts
from tui_lab.ui.two_panes import TwoPanes
from tui_lab.ui.widgets.fact_table import FactTable
from tui_lab.ui.widgets.provider_list import ProviderList

if TYPE_CHECKING:
    from tui_lab.lab import Lab

NO_KEYS = Content.assemble(
    ("○ no keys configured\n", "bold $warning"),
    "Set one before you start:  export OPENAI_API_KEY=…\n",
    "Local and simulated models run without one.",
)


class KeysScreen(TwoPanes):
    MODE = "keys"
    CSS_PATH = "keys.tcss"
    FOOTER: ClassVar[tuple[str, ...]] = ("panes.back",)
    HELP = "Every provider: whether there is a key for it, from where, and how to get one."

    def __init__(self) -> None:
        super().__init__()
        self.providers = ProviderList(id="keys-list")
        self.view = VerticalScroll(id="key", classes="pane reader", can_focus=True)
        self._facts = FactTable()
        self._lab: Lab | None = None

    def compose_body(self) -> ComposeResult:
        with Container(id="panes"):
            with Vertical(id="keys", classes="pane chooser"):
                yield Static(id="keys-notice", markup=False)
                yield self.providers
            with self.view:
                yield self._facts

    def on_mount(self) -> None:
        self.query_one("#keys").border_title = Content("Keys")
        self.providers.focus()

    def lab_opened(self, lab: Lab) -> None:
        self._lab = lab
        self._show()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._show()

    @property
    def chooser(self) -> Widget:
        return self.providers

    @property
    def reader(self) -> Widget:
        return self.view

    def _show(self) -> None:
        lab = self._lab
        if lab is None:
            return
        shared = lab.settings.environment_keys_of(lab.workspace)
        keys = [
            ProviderKey(provider, lab.keys.found(lab.workspace, provider), shared)
            for provider in lab.models.providers.values()
        ]
        found = sum(key.need is Need.FOUND for key in keys)
        self.query_one("#keys-notice", Static).update(NO_KEYS)
        self.query_one("#keys-notice").display = not found
        words = f"workspace {lab.workspace} · {found} of {len(keys)} with a key"
        self.query_one("#keys").border_subtitle = Content(sanitise_line(words))
        self.providers.show(keys)

    @on(ProviderList.Moved)
    def _moved(self, message: ProviderList.Moved) -> None:
        self.view.border_title = Content(sanitise_line(message.key.provider.name))
        self._facts.show(key_facts(message.key))
        self.view.scroll_home(animate=False)

    @on(ProviderList.Chosen)
    def _chosen(self) -> None:
        self.read()
