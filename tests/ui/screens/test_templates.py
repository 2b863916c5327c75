"""Templates: found, read, used, run in a few keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.driving import Driver, driving
from tui_lab.core.record import Source, Status
from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.template_picker import TemplatePicker
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.screens.templates import TemplatesScreen
from tui_lab.ui.widgets.template_list import TemplateList

pytestmark = pytest.mark.anyio

KEYED = {"OPENAI_API_KEY": "a-key-that-is-long-enough-to-be-one"}
NO_LOCAL_SERVER = {"TUI_LAB_PROVIDERS__OLLAMA__BASE_URL": "http://127.0.0.1:9/v1"}
OWN = """
[[template]]
id = "zebra"
name = "Zebra [bold]\\u001b[31m"
category = "own"
prompt = "Say {{word}}."
suggested_models = ["sandbox/echo"]
"""


def environ(**more: str) -> Mapping[str, str]:
    return {**NO_LOCAL_SERVER, **more}


async def in_lab(driver: Driver) -> LabScreen:
    await driver.until(lambda: isinstance(driver.app.screen, LabScreen))
    await driver.pilot.pause()
    return driver.screen


def templates(driver: Driver) -> TemplatesScreen:
    assert isinstance(driver.app.screen, TemplatesScreen)
    return driver.app.screen


async def test_a_few_letters_and_enter_fill_the_prompt(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=environ(**KEYED)) as driver:
        await driver.press("ctrl+t", *"quantum", "enter")
        lab = await in_lab(driver)
        draft = lab.prompt.draft("default")
        assert draft.template is not None
        assert (draft.template.id, draft.template.version) == ("explain-quantum", 1)
        assert draft.models == (ModelRef("openai", "gpt-4o-mini"),)
        assert draft.messages[0].text.startswith("Explain quantum physics to a curious newcomer")
        assert draft.system is not None


def preview(driver: Driver) -> str:
    """The template beside the list, as text."""
    return " ".join(str(driver.app.screen.query_one("TemplateText").render()).split())


async def test_a_simulated_suggestion_is_taken_where_no_real_one_can_be_asked(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path, environ=environ()) as driver:
        driver.choose("sandbox/echo")
        await driver.press("ctrl+t", *"quantum")
        assert "→ sandbox/markdown" in preview(driver)
        await driver.press("enter")
        lab = await in_lab(driver)
        assert lab.prompt.models == (ModelRef("sandbox", "markdown"),)
        assert not driver.notices


async def test_a_simulated_suggestion_does_not_take_the_place_of_a_real_model(
    tmp_path: Path,
) -> None:
    keyed = environ(GROQ_API_KEY="a-key-that-is-long-enough-to-be-one")
    async with driving(tmp_path, environ=keyed) as driver:
        driver.choose("groq/llama-3.3-70b-versatile")
        await driver.press("ctrl+t", *"quantum")
        words = "only a simulated suggestion can be asked now: groq/llama-3.3-70b-versatile stays"
        assert words in preview(driver)
        await driver.press("enter")
        lab = await in_lab(driver)
        assert lab.prompt.models == (ModelRef("groq", "llama-3.3-70b-versatile"),)
        await driver.until(lambda: driver.notices)
        assert words in driver.notices[0]


async def test_without_an_available_model_it_says_so_and_leaves_the_model(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / "templates.toml").write_text(OWN.replace("sandbox/echo", "xai/grok-4"))
    async with driving(tmp_path, environ=environ()) as driver:
        driver.choose("sandbox/echo")
        await driver.press("ctrl+t", *"zebra", "enter")
        lab = await in_lab(driver)
        assert lab.prompt.models == (ModelRef("sandbox", "echo"),)
        await driver.until(lambda: driver.notices)
        assert "no suggested model can be asked now: sandbox/echo stays" in driver.notices[0]


async def test_it_runs_at_once_and_is_recorded_with_the_template(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=environ()) as driver:
        driver.choose("sandbox/echo")
        await driver.press("ctrl+t", *"quantum", "ctrl+j")
        await driver.until(lambda: driver.app.screen is driver.screen and driver.lanes)
        (record,) = await driver.finished()
        assert record.status is Status.OK
        assert record.source is Source.TEMPLATE
        assert record.template is not None
        assert record.template.id == "explain-quantum"
        assert "{{" not in record.prompt


async def test_a_value_that_is_missing_is_asked_for_instead(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / "templates.toml").write_text(OWN)
    async with driving(tmp_path, environ=environ()) as driver:
        await driver.press("ctrl+t", *"zebra", "ctrl+j")
        lab = await in_lab(driver)
        await driver.until(lambda: lab.prompt.variables.has_focus_within)
        assert not driver.lanes
        await driver.press(*"hello")
        assert lab.prompt.draft("default").messages[0].text == "Say hello."


async def test_all_templates_stand_under_their_categories(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "2")
        options = templates(driver).templates.options
        assert sum(option.disabled for option in options) == 9
        assert sum(not option.disabled for option in options) >= 10


async def test_the_screen_shows_what_the_cursor_is_on_and_runs_it(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=environ()) as driver:
        driver.choose("sandbox/echo")
        await driver.press("escape", "ctrl+o", "2", "j")
        shown = templates(driver)
        assert shown.templates.current is not None
        assert str(shown.view.border_title) == shown.templates.current.name
        await driver.press("G", "k", "g", "r")
        await in_lab(driver)
        await driver.until(lambda: driver.lanes)
        (record,) = await driver.finished()
        assert record.template is not None
        assert record.template.id == "explain-quantum"


async def test_a_template_that_is_being_read_can_be_used(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as driver:
        await driver.press("escape", "ctrl+o", "2", "l")
        assert templates(driver).view.has_focus
        await driver.press("enter")
        lab = await in_lab(driver)
        assert "explain-quantum" in str(lab.prompt.border_title)


async def test_typing_on_the_screen_filters(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "2", "slash", *"poem")
        shown = templates(driver)
        assert shown.templates.current is not None
        assert shown.templates.current.id == "write-poem"
        await driver.press("z", "z")
        assert not shown.templates.options
        assert "enter use" not in driver.footer
        await driver.press("escape", "escape")
        assert len(shown.templates.options) > 10


async def test_foreign_words_are_literal(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / "templates.toml").write_text(OWN)
    async with driving(tmp_path) as driver:
        await driver.press("ctrl+t", *"zebra")
        assert isinstance(driver.app.screen, TemplatePicker)
        option = driver.app.screen.query_one(TemplateList).get_option_at_index(0)
        assert "[bold]" in str(option.prompt)
        assert "\x1b" not in str(option.prompt)
        await driver.press("escape")
        await in_lab(driver)


def shown(lab: Driver) -> str | None:
    """The id of the template under the cursor."""
    current = lab.app.screen.query_one(TemplateList).current
    return current.id if current is not None else None


async def test_a_template_written_while_the_lab_runs_is_there_when_it_is_looked_for(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        own = tmp_path / "config" / "templates.toml"
        own.write_text(OWN)
        await lab.press("ctrl+t", *"zebra")
        assert shown(lab) == "zebra"
        await lab.press("escape", "ctrl+o", "2")
        own.write_text(OWN.replace("zebra", "giraffe"))
        await lab.press("ctrl+o", "1", "ctrl+o", "2")
        assert isinstance(lab.app.screen, TemplatesScreen)
        await lab.press("slash", *"giraffe")
        assert shown(lab) == "giraffe"
        own.write_text("[[template]\n")
        await lab.press("ctrl+t")
        assert any("templates.toml" in str(problem) for problem in lab.app.problems)
