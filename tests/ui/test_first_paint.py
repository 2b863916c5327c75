"""What a start waits for before the first picture: the Lab's prompt, and nothing behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.driving import an_app

PROGRAM = """
import sys
from tui_lab.ui.app import LabApp

def look(app):  # in the place of what comes after the first paint
    app.exit(list(sys.modules))

LabApp._open_lab = look
print(*LabApp().run(headless=True))
"""

NEEDED_LATER = (
    "json",
    "tui_lab.lab",
    "tui_lab.settings",
    "tui_lab.store",
    "tui_lab.engine",
    "tui_lab.providers",
    "tui_lab.templates",
    "tui_lab.cli.arguments",
    "tui_lab.core.attachments",
    "tui_lab.core.events",
    "tui_lab.core.fold",
    "tui_lab.core.messages",
    "tui_lab.core.parameters",
    "tui_lab.core.record",
    "tui_lab.core.refs",
    "tui_lab.core.template_text",
    "tui_lab.core.tokens",
    "tui_lab.clipboard",
    "tui_lab.ui.commands",
    "tui_lab.ui.dialogs",
    "tui_lab.ui.running",
    "tui_lab.ui.screens.history",
    "tui_lab.ui.screens.keys",
    "tui_lab.ui.screens.templates",
    "tui_lab.ui.text.answer",
    "tui_lab.ui.widgets.answer_view",
    "tui_lab.ui.widgets.attachment_rows",
    "tui_lab.ui.widgets.find_bar",
    "tui_lab.ui.widgets.lane",
    "tui_lab.ui.widgets.turns_view",
    "tui_lab.ui.widgets.variable_fields",
)


def imported_before_the_first_paint(folder: Path) -> set[str]:
    places = {"TUI_LAB_CONFIG_DIR": str(folder), "TUI_LAB_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | places,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stdout.split())


def test_the_first_paint_imports_the_lab_and_nothing_behind_it(tmp_path: Path) -> None:
    modules = imported_before_the_first_paint(tmp_path)
    assert "tui_lab.ui.screens.lab" in modules
    early = {
        name
        for name in modules
        for later in NEEDED_LATER
        if name == later or name.startswith(f"{later}.")
    }
    assert early == set()


@pytest.mark.anyio
async def test_the_first_picture_has_the_looks_that_styling_it_once_more_would_give(
    tmp_path: Path,
) -> None:
    app = an_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        nodes = list(app.screen.walk_children(with_self=True))
        before = [dict(node.styles.get_rules()) for node in nodes]
        app.screen.update_node_styles(animate=False)
        assert [dict(node.styles.get_rules()) for node in nodes] == before
        assert "focus-within" in app.screen.query_one("#prompt").pseudo_classes
