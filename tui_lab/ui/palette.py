"""What the palette offers besides the keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_lab.ui.commands import Command
from tui_lab.ui.dialogs.help_text import HelpText
from tui_lab.ui.dialogs.text_form import TextForm
from tui_lab.ui.frame import FrameScreen

if TYPE_CHECKING:
    from tui_lab.ui.app import LabApp


def named_commands(app: LabApp) -> list[Command]:
    """What has no key of its own. To be run in a worker: some ask for more."""
    screen = app.screen

    async def wear(theme: str) -> None:
        app.theme = theme

    async def show_problems() -> None:
        app.push_screen(HelpText("Problems", "\n".join(map(str, app.problems)), []))

    async def change_workspace() -> None:
        known = sorted({"default", *(app.lab.settings.workspaces if app.lab else ())})
        form = TextForm(
            "Workspace",
            f"for example {', '.join(known)}",
            help_text="A workspace owns keys, budgets and defaults. A new name makes a new one.",
        )
        if (name := await app.push_screen_wait(form)) is not None:
            app.work_in(name)

    commands = screen.commands() if isinstance(screen, FrameScreen) else []
    commands += [Command(f"theme: {name}", partial(wear, name)) for name in app.themes.names]
    if app.lab is not None:
        commands.append(Command("change the workspace", change_workspace))
    if app.problems:
        commands.append(Command("show the problems in your files", show_problems))
    return commands
