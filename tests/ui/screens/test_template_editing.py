"""Templates of one's own: made, changed, compared, deleted and used by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Driver, driving
from tests.ui.test_template_pictures import OWN
from tui_lab.ui.dialogs.template_form import TemplateForm
from tui_lab.ui.dialogs.template_versions import TemplateVersions
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.screens.templates import TemplatesScreen
from tui_lab.ui.widgets.template_list import TemplateList
from tui_lab.ui.widgets.variable_inputs import VariableChoice, VariableInput, VariableLines

pytestmark = pytest.mark.anyio


def with_own(folder: Path) -> Path:
    file = folder / "config" / "templates.toml"
    file.parent.mkdir(mode=0o700)
    file.write_text(OWN)
    return file


async def to_templates(driver: Driver) -> TemplatesScreen:
    await driver.app.switch_mode("templates")
    await driver.pilot.pause()
    screen = driver.app.screen
    assert isinstance(screen, TemplatesScreen)
    return screen


async def form(driver: Driver, key: str) -> TemplateForm:
    await driver.press(key)
    await driver.until(lambda: isinstance(driver.app.screen, TemplateForm))
    screen = driver.app.screen
    assert isinstance(screen, TemplateForm)
    return screen


def verdict(screen: TemplateForm) -> str:
    return str(screen.query_one("#verdict").render())


async def test_the_prompt_in_the_lab_becomes_a_template(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.write("Explain {{what}} to a child")
        screen = await to_templates(driver)
        written = await form(driver, "a")
        assert "✓ explain-what-to-a · variables: what" in verdict(written)
        await driver.press("ctrl+j")
        await driver.until(lambda: driver.app.screen is screen)
        assert screen.chosen is not None
        assert screen.chosen.prompt == "Explain {{what}} to a child"
        assert screen.chosen_is_own


async def test_saving_is_the_first_key_that_the_form_names(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await to_templates(driver)
        await form(driver, "a")
        assert driver.footer.split()[:2] == ["^j", "save"]


async def test_a_fault_is_told_while_it_is_written_and_nothing_is_saved(tmp_path: Path) -> None:
    file = with_own(tmp_path)
    async with driving(tmp_path) as driver:
        await to_templates(driver)
        await driver.press("G")
        written = await form(driver, "w")
        await driver.press("down", "down", "x")
        assert "line 3, column 1" in verdict(written)
        await driver.press("ctrl+j", "escape")
        await driver.press("y")
        await driver.until(lambda: isinstance(driver.app.screen, TemplatesScreen))
    assert file.read_text() == OWN


async def test_an_edit_raises_the_version_and_leaves_the_rest_of_the_file(tmp_path: Path) -> None:
    file = with_own(tmp_path)
    file.write_text(f"{OWN}\n# the end\n")
    async with driving(tmp_path) as driver:
        screen = await to_templates(driver)
        await driver.press("G")
        written = await form(driver, "w")
        area = written.query_one("TextArea")
        area.text = area.text.replace("Write", "Compose")  # type: ignore[attr-defined]
        await driver.press("ctrl+j")
        await driver.until(lambda: driver.app.screen is screen)
        assert screen.chosen is not None
        assert screen.chosen.version == 2
    text = OWN.replace("Write", "Compose").replace("{{log}}'''\n", "{{log}}'''\nversion = 2\n")
    assert file.read_text() == f"{text}\n# the end\n"


async def test_a_deletion_is_undone(tmp_path: Path) -> None:
    file = with_own(tmp_path)
    async with driving(tmp_path) as driver:
        screen = await to_templates(driver)
        await driver.press("G", "d")
        await driver.until(lambda: screen.can_undo)
        assert "u brings back" in driver.notices[0]
        assert "release-notes" not in file.read_text()
        await driver.press("u")
        await driver.until(lambda: not screen.can_undo)
        assert file.read_text() == OWN
        assert screen.chosen is not None
        assert screen.chosen.id == "release-notes"


async def test_what_comes_with_tui_lab_cannot_be_deleted_but_is_duplicated(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        screen = await to_templates(driver)
        assert "delete" not in driver.footer
        await form(driver, "D")
        await driver.press("ctrl+j")
        await driver.until(lambda: driver.app.screen is screen)
        assert screen.chosen is not None
        assert (screen.chosen.id, screen.chosen_is_own) == ("explain-quantum-2", True)
        rows = [str(option.prompt).split() for option in screen.query_one(TemplateList).options]
        alike = [words for words in rows if words[:3] == ["Explain", "quantum", "physics"]]
        assert [words[3:] for words in alike] == [["explain-quantum"], ["explain-quantum-2"]]


async def test_fields_go_by_type_and_a_wrong_value_is_told_before_sending(tmp_path: Path) -> None:
    with_own(tmp_path)
    async with driving(tmp_path) as driver:
        await to_templates(driver)
        await driver.press("G", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, LabScreen))
        await driver.until(lambda: driver.screen.query(VariableChoice))
        prompt = driver.screen.prompt
        await driver.until(lambda: prompt.variables.query_one(VariableInput))
        prompt.variables.focus_on("lines")
        await driver.press(*"99")
        prompt.variables.focus_on("tone")
        await driver.press("right")
        prompt.variables.focus_on("product")
        await driver.press(*"lab")
        prompt.variables.query_one(VariableLines).text = "fix: a\nfeat: b"
        await driver.press("ctrl+j")
        await driver.until(lambda: driver.notices)
        assert "lines cannot be '99'" in driver.notices[0]
        prompt.variables.focus_on("lines")
        await driver.press("ctrl+u", *"9", "ctrl+j")
        (run,) = await driver.finished()
        assert run.prompt == "Write 9 warm lines of release notes for lab.\n\nfix: a\nfeat: b"

        await to_templates(driver)
        await driver.press("enter")
        await driver.until(lambda: driver.screen.prompt.variables.values.get("lines") == "9")
        assert driver.screen.prompt.variables.values["tone"] == "warm"


async def test_the_versions_show_what_changed_since_the_best(tmp_path: Path) -> None:
    file = with_own(tmp_path)
    file.write_text('[[template]]\nid = "a"\nname = "A"\ncategory = "c"\nprompt = "Say this"\n')
    async with driving(tmp_path) as driver:
        driver.choose("sandbox/echo")
        await to_templates(driver)
        await driver.press("G", "r")
        await driver.finished()
        file.write_text(file.read_text().replace("this", "that"))
        await to_templates(driver)
        await driver.press("equals_sign")
        await driver.until(lambda: isinstance(driver.app.screen, TemplateVersions))
        await driver.until(lambda: str(driver.app.screen.query_one("#diff").render()))
        assert "Say [-this-]{+that+}" in str(driver.app.screen.query_one("#diff").render())
