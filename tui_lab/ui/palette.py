"""What the palette offers besides the keys."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.screen import Screen

from tui_lab.ui.commands import Command
from tui_lab.ui.dialogs.help_text import HelpText
from tui_lab.ui.dialogs.text_form import TextForm
from tui_lab.ui.frame import FrameScreen
from tui_lab.ui.host import Host


def named_commands(host: Host, screen: Screen[Any]) -> list[Command]:
    """What has no key of its own. To be run in a worker: some ask for more."""
    app = screen.app

    async def wear(theme: str) -> None:
        app.theme = theme

    async def show_problems() -> None:
        app.push_screen(HelpText("Problems", "\n".join(map(str, host.problems)), []))

    async def change_workspace() -> None:
        known = sorted({"default", *(host.lab.settings.workspaces if host.lab else ())})
        form = TextForm(
            "Workspace",
            f"for example {', '.join(known)}",
            help_text="A workspace owns keys, budgets and defaults. A new name makes a new one.",
        )
        if (name := await app.push_screen_wait(form)) is not None:
            host.work_in(name)

    commands = screen.commands() if isinstance(screen, FrameScreen) else []
    commands += [Command(f"theme: {name}", partial(wear, name)) for name in host.themes.names]
    if host.lab is not None:
        commands.append(Command("change the workspace", change_workspace))
    if host.problems:
        commands.append(Command("show the problems in your files", show_problems))
    return commands
