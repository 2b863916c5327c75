"""A key: typed unseen or looked up elsewhere, and where it is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.key_input import clean_key, likely_owners
from tui_lab.core.keys import DEFAULT_LABEL, KeyId, KeyKind, check_label
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.secret import Secret
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.key_places import PLACES, KeyPlace
from tui_lab.ui.vault_opening import vault_opened
from tui_lab.ui.widgets.steady_input import SteadyInput
from tui_lab.ui.widgets.unseen_input import UnseenInput

if TYPE_CHECKING:
    from tui_lab.keys.index import KeyEntry
    from tui_lab.keys.os_keyring import Keyring
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider

NAME_CELLS = 18


class KeyForm(Dialog[KeyId]):
    """Answers with the key once it is kept; what goes wrong is told, and nothing typed is lost.

    With `replaced`, it takes the place of that one.
    """

    HELP = (
        "Type or paste the key: it is not shown. Below, choose where it is kept; that choice is "
        "remembered, and nothing is ever kept elsewhere. A reference stores nothing: the key is "
        "looked up where it is. enter saves, tab goes on, esc changes nothing."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "save", id="key.save", priority=True),
        Binding("tab", "app.focus_next", "next field", id="key.next"),
        Binding("down", "app.focus_next", "next", id="key.down", show=False),
        Binding("up", "app.focus_previous", "previous", id="key.up", show=False),
    ]
    DEFAULT_CSS = """
    KeyForm {
        & > .box { max-width: 86; }
        & .name { width: 10; color: $foreground-muted; }
        & Horizontal { height: 1; }
        & #where { color: $foreground-muted; margin-bottom: 1; }
        & Input { width: 1fr; background: $surface; &:focus { background: $panel; } }
        & #noticed { color: $warning; padding-left: 10; }
        & #places-title { color: $foreground-muted; margin-top: 1; }
        & OptionList { height: auto; }
        & #wrong { height: auto; color: $error; margin-top: 1; }
    }
    """

    def __init__(self, lab: Lab, provider: Provider, replaced: KeyEntry | None = None) -> None:
        verb = "Replace the key" if replaced is not None else "A key"
        super().__init__(f"{verb} for {sanitise_line(provider.name)}")
        self._lab = lab
        self._provider = provider
        self._replaced = replaced
        self._keyring: Keyring | None = None

    def compose_box(self) -> ComposeResult:
        where = self._provider.keys_url
        yield Static(f"get one: {sanitise_line(where)}" if where else "", id="where", markup=False)
        with Horizontal(id="key-row"):
            yield Static("key", classes="name", markup=False)
            yield UnseenInput(placeholder="not shown", id="key")
        with Horizontal(id="reference-row"):
            yield Static(id="reference-name", classes="name", markup=False)
            yield SteadyInput(id="reference", compact=True)
        yield Static(id="noticed", markup=False)
        with Horizontal(id="label-row"):
            yield Static("label", classes="name", markup=False)
            yield SteadyInput(DEFAULT_LABEL, id="label", compact=True)
        yield Static("where it is kept", id="places-title", markup=False)
        yield OptionList(id="places", markup=False)
        yield Static(id="wrong", markup=False)

    def on_mount(self) -> None:
        if (replaced := self._replaced) is not None:
            self.query_one("#label", Input).value = replaced.id.label
            self.query_one("#label", Input).disabled = True
        # Added here, none is highlighted: where to keep a key is nobody else's choice.
        self.query_one("#places", OptionList).add_options(
            Option(self._prompt(place), id=place.id) for place in PLACES
        )
        for name in ("#noticed", "#wrong", "#reference-row"):
            self.query_one(name).display = False
        self._look_around()

    @work
    async def _look_around(self) -> None:
        """Which place was chosen last, and which keyring there is: it may take two seconds."""
        try:
            chosen = await asyncio.wrap_future(self._lab.keys.do(lambda keys: keys.chosen_store))
        except LabError as error:
            self._tell(error)
            return
        before = _place_of(self._replaced)
        if before is None:
            before = next((place for place in PLACES if place.id == chosen), None)
        if before is not None and self._place is None:
            self.query_one("#places", OptionList).highlighted = PLACES.index(before)
        self._keyring = await asyncio.wrap_future(
            self._lab.keys.do(lambda keys: keys.stores.keyring())
        )
        places = self.query_one("#places", OptionList)
        for number, place in enumerate(PLACES):
            places.replace_option_prompt_at_index(number, self._prompt(place))

    # What is written

    @property
    def _place(self) -> KeyPlace | None:
        chosen = self.query_one("#places", OptionList).highlighted
        return PLACES[chosen] if chosen is not None else None

    @on(OptionList.OptionHighlighted)
    def _place_chosen(self) -> None:
        place = self._place
        refers = place is not None and place.form is not None
        self.query_one("#key-row").display = not refers
        self.query_one("#reference-row").display = refers
        self._tell(None)
        if place is not None and refers:
            self.query_one("#reference-name", Static).update(place.asks)
            self.query_one("#reference", Input).placeholder = f"for example {place.hint}"
        self._notice()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._tell(None)
        self._notice()

    def _notice(self) -> None:
        """What will be taken off the key, as soon as it is there."""
        written, words = self.query_one("#key", Input).value, ""
        if written and self.query_one("#key-row").display:
            try:
                words = "; ".join(clean_key(written).notices)
            except LabError:
                words = ""
        noticed = self.query_one("#noticed", Static)
        noticed.update(words)
        noticed.display = bool(words)

    # Saving

    def action_save(self) -> None:
        place = self._place
        if place is None:
            self._tell(LabError(ErrorKind.USAGE, "say where the key is to be kept", "↓ chooses"))
            self.query_one("#places").focus()
        else:
            self._save(place)

    @work(exclusive=True, group="saving")
    async def _save(self, place: KeyPlace) -> None:
        try:
            label = check_label(self.query_one("#label", Input).value)
            key = KeyId(self._lab.workspace, self._provider.id, label)
            await self._check_free(key)
            if place.form is None:
                done = await self._keep(key, place.kind)
            else:
                done = await self._refer(key, place.form)
        except LabError as error:
            self._tell(error)
            return
        if done:
            self.dismiss(key)

    async def _check_free(self, key: KeyId) -> None:
        entries = await asyncio.wrap_future(
            self._lab.keys.do(lambda keys: keys.entries(key.workspace, key.provider))
        )
        if self._replaced is None and any(entry.id == key for entry in entries):
            raise LabError(
                ErrorKind.USAGE,
                f"there is a key {key.label!r} already",
                "write another label, or go back and replace that one",
            )

    async def _keep(self, key: KeyId, kind: KeyKind) -> bool:
        """Whether it is kept; false: the person stepped back."""
        lab, secret = self._lab, clean_key(self.query_one("#key", Input).value).secret
        await asyncio.wrap_future(lab.keys.do(lambda keys: keys.stores.check(kind)))
        if not await self._is_meant(secret):
            return False
        if kind is KeyKind.VAULT and not await vault_opened(self.app, lab, make=True):
            return False
        lab.known_secrets.add(secret)
        await asyncio.wrap_future(lab.keys.do(lambda keys: keys.keep(key, secret, kind)))
        return True

    async def _is_meant(self, secret: Secret) -> bool:
        providers = self._lab.models.providers
        prefixes = {one.id: one.key_prefixes for one in providers.values()}
        owners = likely_owners(secret, self._provider.id, prefixes)
        if not owners:
            return True
        names = " or ".join(providers[owner].name for owner in owners)
        text = f"This looks like a key of {names}, not of {self._provider.name}. Keep it?"
        meant = await self.app.push_screen_wait(Question("Another provider's key?", text))
        return meant is True

    async def _refer(self, key: KeyId, form: str) -> bool:
        from tui_lab.keys.references import Reference

        reference = Reference.parse(f"{form}:{self.query_one('#reference', Input).value}")
        await asyncio.wrap_future(self._lab.keys.do(lambda keys: keys.refer(key, reference)))
        return True

    # Words

    def _tell(self, error: LabError | None) -> None:
        wrong = self.query_one("#wrong", Static)
        wrong.display = error is not None
        if error is not None:
            wrong.update(sanitise(f"✗ {error.message}\n→ {error.hint}"))

    def _prompt(self, place: KeyPlace) -> Content:
        words = place.words
        if place.kind is KeyKind.KEYRING and (found := self._keyring) is not None:
            words = found.name if found.backend is not None else f"cannot be used: {found.name}"
        return Content.assemble(
            f"{place.name:<{NAME_CELLS}}", (sanitise_line(words), "$foreground-muted")
        )


def _place_of(entry: KeyEntry | None) -> KeyPlace | None:
    """Where a key is now."""
    if entry is None:
        return None
    name = entry.place.partition(":")[0] if entry.kind is KeyKind.REFERENCE else entry.kind.value
    return next((place for place in PLACES if place.id == name), None)
