"""Everything that can be done, offered as a list; what has no key is only here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.theme import Theme

from tui_lab.ui.commands import Command, bound_commands
from tui_lab.ui.dialogs.command_list import CommandList
from tui_lab.ui.dialogs.help_text import HelpText
from tui_lab.ui.dialogs.text_form import TextForm
from tui_lab.ui.frame import FrameScreen, help_of
from tui_lab.ui.host import Host

if TYPE_CHECKING:
    from tui_lab.lab import Lab

Offered = Screen[Any]


async def offer_commands(host: Host, screen: Offered) -> None:
    """To be run in a worker, as what is chosen is."""
    await _offer("Commands", screen, [*bound_commands(screen), *named_commands(host, screen)])


async def offer_keys(screen: Offered) -> None:
    """The same for what has a key here."""
    await _offer("Key bindings", screen, bound_commands(screen))


async def _offer(title: str, screen: Offered, commands: Sequence[Command]) -> None:
    chosen = await screen.app.push_screen_wait(CommandList(title, commands))
    if chosen is not None:
        await chosen.run()


def show_help(screen: Offered) -> None:
    """What has the focus, and its keys."""
    title, text = help_of(screen)
    own = [command for command in bound_commands(screen) if command.keys]
    screen.app.push_screen(HelpText(title, text, own))


def _outages(host: Host, lab: Lab) -> list[Command]:
    """Providers that can be asked, and those that seem down."""

    async def switch(name: str) -> None:
        host.switch_outage(name)

    usable = {model.provider for model in lab.models.usable()}
    down = lab.outages.names
    return [
        Command(f"{'● down' if name in down else '○ up  '} {name}", partial(switch, name))
        for name in sorted(usable | down)
    ]


def named_commands(host: Host, screen: Offered) -> list[Command]:
    """What has no key of its own. To be run in a worker: some ask for more."""
    app = screen.app

    async def wear(theme: Theme) -> None:
        host.wear(theme)

    async def show_problems() -> None:
        app.push_screen(HelpText("Problems", "\n\n".join(map(str, host.problems)), []))

    async def change_workspace() -> None:
        known = sorted({"default", *(host.lab.settings.workspaces if host.lab else ())})
        form = TextForm(
            "Workspace",
            f"for example {', '.join(known)}",
            help_text="A workspace owns keys, budgets and defaults. A new name makes a new one.",
        )
        if (name := await app.push_screen_wait(form)) is not None:
            host.work_in(name)

    async def call_doctor() -> None:
        from tui_lab.ui.examining import examine

        if host.lab is not None:
            await examine(host, app, host.lab)

    async def choose_outage() -> None:
        assert host.lab is not None
        await _offer("Simulate an outage", screen, _outages(host, host.lab))

    commands = screen.commands() if isinstance(screen, FrameScreen) else []
    themes = host.read_themes().themes
    commands += [Command(f"theme: {name}", partial(wear, themes[name])) for name in sorted(themes)]
    if host.lab is not None:
        commands.append(Command("change the workspace", change_workspace))
        commands.append(Command("doctor: check this machine and terminal", call_doctor))
        commands.append(Command("simulate an outage of a provider, or end it", choose_outage))
    if host.problems:
        commands.append(Command("show the problems in your files", show_problems))
    return commands
