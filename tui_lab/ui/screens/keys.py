"""The keys: who can be asked, with which key, whether it is good; adding and removing them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.core.errors import LabError
from tui_lab.core.keys import KeyId, KeyKind, check_label
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.commands import Command
from tui_lab.ui.key_watch import KeyWatch
from tui_lab.ui.text.key_facts import ListedKey, Need, after_deletion
from tui_lab.ui.two_panes import TwoPanes
from tui_lab.ui.widgets.key_list import KeyList, columns
from tui_lab.ui.widgets.key_view import KeyView

if TYPE_CHECKING:
    from tui_lab.keys.own_keys import OwnKeys
    from tui_lab.lab import Lab


HEALTH_SECONDS = 1.0


def local_now() -> datetime:
    return datetime.now().astimezone()


class KeysScreen(TwoPanes):
    MODE = "keys"
    CSS_PATH = "keys.tcss"
    FOOTER = (
        "keys.add",
        "keys.verify",
        "keys.verify_all",
        "keys.replace",
        "keys.delete",
        "keys.use",
        "keys.label",
        "keys.copy",
        "panes.back",
    )
    HELP = "Every provider and its keys in this workspace. a adds a key, v asks the provider."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", id="keys.add", tooltip="add a key for this provider"),
        Binding("v", "verify", "verify", id="keys.verify", tooltip="ask the provider about it"),
        Binding("V", "verify_all", "all", id="keys.verify_all", tooltip="verify every key"),
        Binding("r", "replace", "replace", id="keys.replace", tooltip="put another key in place"),
        Binding("d", "delete", "delete", id="keys.delete", tooltip="delete this key"),
        Binding("u", "use", "use", id="keys.use", tooltip="use this key from now on"),
        Binding("l", "label", "label", id="keys.label", tooltip="give it another label"),
        Binding("y", "copy", "copy URL", id="keys.copy", tooltip="copy where to get a key"),
    ]

    def __init__(self, now: Callable[[], datetime] = local_now) -> None:
        super().__init__()
        self._now = now
        self.keys = KeyList(id="keys-list")
        self.view = KeyView(id="key", classes="pane reader")
        self._lab: Lab | None = None
        self._watch: KeyWatch | None = None

    def compose_body(self) -> ComposeResult:
        with Container(id="panes"):
            with Vertical(id="keys", classes="pane chooser"):
                yield Static(id="keys-notice", markup=False)
                yield Static(id="keys-columns", classes="muted", markup=False)
                yield self.keys
            yield self.view

    def on_mount(self) -> None:
        self.query_one("#keys").border_title = Content("Keys")
        self.keys.focus()
        self.set_interval(HEALTH_SECONDS, self._tick)

    def lab_opened(self, lab: Lab) -> None:
        self._lab = lab
        self._watch = KeyWatch(lab, self._now)
        self._read()

    def workspace_changed(self, lab: Lab) -> None:
        self._read()

    def engine_died(self) -> None:
        """Keys are read on the engine's thread: what is shown stays."""
        self._lab = self._watch = None
        self.refresh_bindings()

    def on_screen_resume(self) -> None:
        self._read()

    @property
    def chooser(self) -> Widget:
        return self.keys

    @property
    def reader(self) -> Widget:
        return self.view

    @property
    def current(self) -> ListedKey | None:
        """The key, or the provider without one, that everything here is about."""
        return self.keys.current

    # Showing

    def _tick(self) -> None:
        if self.is_current and self._watch is not None and self._watch.changes:
            self._read_health()

    @work(exclusive=True, group="health")
    async def _read_health(self) -> None:
        """Counts down to when a provider is tried again."""
        if self._watch is not None:
            await self._watch.read_health()
            self._show()

    @work(exclusive=True, group="reading")
    async def _read(self, then: str | None = None) -> None:
        """Shows everything as it is now, and goes to the key of that name."""
        if self._watch is None:
            return
        try:
            await self._watch.read()
        except LabError as error:
            self._notice(Content(sanitise_line(f"✗ {error.message}: {error.hint}")))
            return
        self._show()
        if then is not None:
            self.keys.go_to(then)

    def _show(self) -> None:
        if self._lab is None or self._watch is None:
            return
        listed = self._watch.listed()
        found = {one.row.provider.id for one in listed if one.need is Need.FOUND}
        self._notice(None if found else self._no_keys())
        vault = self._lab.keys.vault
        locked = "locked" if vault.is_locked else "open"
        told = [f"workspace {self._lab.workspace}", f"{len(found)} with a key"]
        told += [f"vault {locked}"] if vault.exists else []
        self.query_one("#keys").border_subtitle = Content(sanitise_line(" · ".join(told)))
        self.keys.show(listed, self._now())
        self._preview()

    def _no_keys(self) -> Content:
        return Content.assemble(
            ("○ no keys configured\n", "bold $warning"),
            ("a", "bold $footer-key-foreground"),
            " adds one, ",
            ("enter", "bold $footer-key-foreground"),
            " says where to get it.\nLocal and simulated models run without one.",
        )

    def _notice(self, words: Content | None) -> None:
        notice = self.query_one("#keys-notice", Static)
        notice.display = words is not None
        notice.update(words or "")

    @on(KeyList.Moved)
    def _preview(self) -> None:
        if self.current is not None:
            self.view.show(self.current, self._now())
        self.query_one("#keys-columns", Static).update(columns(self.keys.columns_width))
        self.refresh_bindings()

    @on(KeyList.Chosen)
    def _chosen(self) -> None:
        self.read()

    # What is done with keys

    @work(exclusive=True, group="dialog")
    async def action_add(self) -> None:
        await self._fill_in(None)

    @work(exclusive=True, group="dialog")
    async def action_replace(self) -> None:
        if (one := self.current) is not None:
            await self._fill_in(one.row.key)

    async def _fill_in(self, replaced: KeyId | None) -> None:
        from tui_lab.ui.dialogs.key_form import KeyForm

        if (one := self.current) is None or self._lab is None:
            return
        try:
            entry = None
            if replaced is not None:
                entry = await self._do(lambda keys: keys.find(replaced))
            form = KeyForm(self._lab, one.row.provider, entry)
        except LabError as error:
            self.host.say_error(error)
            return
        kept = await self.app.push_screen_wait(form)
        if kept is not None:
            self._read(f"{kept.provider} {kept.label}")
        else:
            self._read()

    @work(exclusive=True, group="dialog")
    async def action_label(self) -> None:
        from tui_lab.ui.dialogs.text_form import TextForm

        one = self.current
        if one is None or one.row.key is None:
            return
        key = one.row.key
        words = "A label tells several keys of one provider apart."
        label = await self.app.push_screen_wait(TextForm("Label", key.label, help_text=words))
        if label is not None:
            await self._change(
                one, lambda keys: keys.relabel(key, check_label(label)), then=label.strip()
            )

    @work(exclusive=True, group="dialog")
    async def action_use(self) -> None:
        one = self.current
        if one is not None and (key := one.row.key) is not None:
            await self._change(one, lambda keys: keys.activate(key), then=key.label, opens=False)

    @work(exclusive=True, group="dialog")
    async def action_delete(self) -> None:
        from tui_lab.ui.dialogs.question import Question

        one, watch = self.current, self._watch
        if one is None or watch is None or (key := one.row.key) is None:
            return
        try:
            beneath = await self._do(lambda keys: keys.beneath(key))
        except LabError as error:
            self.host.say_error(error)
            return
        text = (
            f"Delete the key {key.label!r} for {one.row.provider.name} "
            f"({one.row.source})?\n\nAfter that {after_deletion(one, watch.listed(), beneath)}."
        )
        if await self.app.push_screen_wait(Question("Delete a key", text)):
            await self._change(one, lambda keys: keys.delete(key))

    async def _change(
        self,
        one: ListedKey,
        step: Callable[[OwnKeys], None],
        *,
        then: str | None = None,
        opens: bool = True,
    ) -> None:
        """Does it, with the vault open if the key is in it, and shows what is then."""
        try:
            if opens and not await self._opened([one]):
                return
            await self._do(step)
        except LabError as error:
            self.host.say_error(error)
        self._read(f"{one.row.provider.id} {then}" if then is not None else None)

    @work(group="verifying")
    async def action_verify(self) -> None:
        if (one := self.current) is not None:
            await self._verify([one])

    @work(group="verifying")
    async def action_verify_all(self) -> None:
        if self._watch is not None:
            await self._verify([one for one in self._watch.listed() if one.row.key is not None])

    async def _verify(self, wanted: Sequence[ListedKey]) -> None:
        """Asks about all at once; each line tells when its answer is there."""
        watch = self._watch
        try:
            if watch is None or not await self._opened(wanted):
                return
        except LabError as error:
            self.host.say_error(error)
            return
        checks = [watch.check(one) for one in wanted if not watch.is_asking(one)]
        self._show()
        for check in asyncio.as_completed(checks):
            await check
            self._read()
        if len(wanted) > 1:
            self.host.say(watch.summary(wanted))

    async def _opened(self, wanted: Sequence[ListedKey]) -> bool:
        from tui_lab.ui.vault_opening import vault_opened

        assert self._lab is not None
        if any(one.row.kind is KeyKind.VAULT for one in wanted):
            return await vault_opened(self.app, self._lab)
        return True

    def _do(self, work: Callable[[OwnKeys], Any]) -> Awaitable[Any]:
        assert self._lab is not None
        future: Future[Any] = self._lab.keys.do(work)
        return asyncio.wrap_future(future)

    def action_copy(self) -> None:
        if (one := self.current) is not None and one.row.provider.keys_url:
            self.app.copy_to_clipboard(one.row.provider.keys_url)

    # Commands

    def commands(self) -> list[Command]:
        vault = self._lab.keys.vault if self._lab is not None else None
        if vault is None or not vault.exists:
            return []
        commands = [Command("change the passphrase of the vault", self._change_passphrase)]
        if vault.is_locked:
            commands.append(Command("open the vault", self._open_vault))
        return commands

    async def _change_passphrase(self) -> None:
        from tui_lab.ui.vault_opening import passphrase_changed

        await self._with_vault(passphrase_changed, "the vault has another passphrase now")

    async def _open_vault(self) -> None:
        from tui_lab.ui.vault_opening import vault_opened

        await self._with_vault(vault_opened, "the vault is open until tui-lab ends")

    async def _with_vault(self, work: Callable[..., Awaitable[bool]], done: str) -> None:
        try:
            if await work(self.app, self._lab):
                self.host.say(done)
        except LabError as error:
            self.host.say_error(error)
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        one = self.current if self._lab is not None else None
        match action:
            case "add":
                return one is not None and one.row.provider.auth != "none"
            case "replace" | "delete" | "label":
                return one is not None and one.is_own
            case "use":
                return one is not None and one.is_own and not one.row.in_use
            case "verify":
                return one is not None and one.row.key is not None
            case "verify_all":
                return self._watch is not None and self._watch.has_keys
            case "copy":
                return one is not None and one.row.provider.keys_url is not None
            case _:
                return super().check_action(action, parameters)
