"""One key in full: what is known of it, where to get one, its provider, what was done."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.key_facts import ListedKey, concerning, key_facts, provider_facts, trail
from tui_lab.ui.widgets.fact_table import FactTable


class KeyView(VerticalScroll, can_focus=True):
    BINDING_GROUP_TITLE = "A key"
    HELP = (
        "Everything that is known of one key and its provider, and what was done with the "
        "provider's keys, the newest first. Nothing here is opened by itself."
    )
    DEFAULT_CSS = """
    KeyView {
        padding: 0 1;
        & Static { height: auto; margin-top: 1; }
        & .url { margin-top: 0; color: $accent; }
        & FactTable { margin-top: 1; }
        & #key-facts { margin-top: 0; }
        & #key-trail { margin-top: 0; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.facts = FactTable(id="key-facts")
        self._where = Static("where to get a key", id="key-where", classes="muted", markup=False)
        self._url = Static(id="key-url", classes="url", markup=False)
        self._provider = FactTable(id="key-provider")
        self._done = Static("what was done", id="key-done", classes="muted", markup=False)
        self.trail = FactTable(id="key-trail")

    def compose(self) -> ComposeResult:
        yield self.facts
        yield self._where
        yield self._url
        yield self._provider
        yield self._done
        yield self.trail

    def show(self, one: ListedKey, now: datetime) -> None:
        provider = one.row.provider
        self.border_title = Content(sanitise_line(provider.name))
        self.facts.show(key_facts(one, now))
        self._where.display = self._url.display = provider.keys_url is not None
        self._url.update(Content(sanitise_line(provider.keys_url or "")))
        self._provider.show(provider_facts(one))
        done = concerning(one.events, provider.id)
        self._done.display = bool(done)
        self.trail.show(trail(done, now))
