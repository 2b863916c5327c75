"""The frame: keys that work where they are shown, and an end that is clean."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Input, TextArea

from tests.ui.driving import SLOWLY, Driver, an_app, driving
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import Status
from tui_lab.lab import Lab
from tui_lab.ui.app import LabApp
from tui_lab.ui.commands import bound_commands
from tui_lab.ui.dialogs.command_list import CommandList
from tui_lab.ui.dialogs.help_text import HelpText
from tui_lab.ui.dialogs.jump import JumpOverlay, label_place
from tui_lab.ui.dialogs.text_form import TextForm
from tui_lab.ui.keymap import bindings_of
from tui_lab.ui.remappable import REMAPPABLE
from tui_lab.ui.screens.history import HistoryScreen
from tui_lab.ui.widgets.header_bar import HeaderBar

pytestmark = pytest.mark.anyio


def test_every_binding_has_an_id_of_its_own() -> None:
    classes: list[type[DOMNode]] = [LabApp, *REMAPPABLE]
    declared = [
        binding
        for one in classes
        for binding in vars(one).get("BINDINGS", ())
        if binding.action != "nothing"
    ]
    assert all(binding.id for binding in declared)
    assert len(bindings_of(classes)) == len(declared)


async def test_no_two_bindings_clash_and_text_keeps_its_keys(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        for widget in (lab.lanes[0].view, lab.screen.prompt.editor):
            widget.focus()
            await lab.pilot.pause()
            seen: dict[str, str] = {}
            for node, bindings in lab.app.screen._binding_chain:
                for key, binding in bindings:
                    if binding.id is not None:
                        assert key not in seen, f"{key}: {binding.id} of {node} and {seen[key]}"
                        seen[key] = binding.id
            if isinstance(widget, TextArea):
                own = {key for key, _ in widget._bindings if key != "ctrl+c"}
                assert own & set(seen) == set()


async def test_the_footer_names_the_keys_that_work_now(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        assert "^j run" in lab.footer
        assert "^c stop" not in lab.footer
        assert "zoom" not in lab.footer
        await lab.run("Go", "sandbox/slow")
        await lab.until(lambda: "^c stop" in lab.footer)
        assert "z zoom" in lab.footer
        assert "r again" not in lab.footer
        await lab.press("ctrl+c")
        await lab.until(lambda: "r again" in lab.footer)
        assert "^c stop" not in lab.footer


@pytest.mark.parametrize("width", [60, 80, 100])
async def test_the_footer_always_leads_to_commands_and_help(tmp_path: Path, width: int) -> None:
    async with driving(tmp_path, size=(width, 24)) as lab:
        assert lab.footer.endswith("^p commands  f1 help")
        assert len(lab.footer) <= width - 2


async def test_the_palette_runs_what_is_chosen(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+p")
        assert isinstance(lab.app.screen, CommandList)
        await lab.press(*"theme light")
        await lab.press("enter")
        await lab.until(lambda: lab.app.theme == "lab-light")


async def test_the_list_of_keys_runs_what_is_chosen(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        await lab.press("question_mark", *"begin a new", "enter")
        await lab.until(lambda: lab.screen.prompt.editor.text == "")


async def test_help_explains_the_focused_widget(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("f2", "f1")
        assert isinstance(lab.app.screen, HelpText)
        assert "system prompt" in str(lab.app.screen.query_one("Static").render())
        await lab.press("escape")
        assert not isinstance(lab.app.screen_stack[-1], HelpText)


async def test_jump_labels_lead_to_everything_that_can_have_the_focus(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        targets = lab.screen.focus_chain
        for letter, target in zip("asdf", targets, strict=True):
            await lab.press("ctrl+o")
            assert isinstance(lab.app.screen, JumpOverlay)
            await lab.press(letter)
            await lab.until(lambda target=target: lab.screen.focused is target)  # type: ignore[misc]


async def test_under_60_by_16_there_is_a_plain_page(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(59, 24)) as lab:
        assert lab.screen.query_one("#too-small").display
        assert "60×16" in str(lab.screen.query_one("#too-small").render())
        await lab.pilot.resize_terminal(80, 24)
        await lab.pilot.pause()
        assert not lab.screen.query_one("#too-small").display


async def test_keys_can_be_chosen_and_conflicts_are_told(tmp_path: Path) -> None:
    config = '[ui.keys]\n"lab.run" = "f9"\n"lab.models" = "ctrl+n"\n"lab.nonsense" = "f8"\n'
    async with driving(tmp_path, config=config) as lab:
        assert "f9 run" in lab.footer
        assert "^l models" in lab.footer
        told = "\n".join(map(str, lab.app.problems))
        assert "app.next_pane" in told
        assert "lab.nonsense" in told
        lab.choose("sandbox/echo")
        await lab.write("Go")
        await lab.press("f9")
        await lab.finished()


async def test_a_bad_theme_file_is_told_and_the_others_work(tmp_path: Path) -> None:
    themes = tmp_path / "config" / "themes"
    themes.mkdir(parents=True)
    (themes / "bad.toml").write_text('name = "bad"\nprimary = "no colour"\n')
    (themes / "own.toml").write_text('name = "own"\nprimary = "#336699"\n')
    async with driving(tmp_path, environ={"TUI_LAB_UI__THEME": "own"}) as lab:
        assert lab.app.theme == "own"
        assert any("no colour" in str(problem) for problem in lab.app.problems)


async def test_quitting_asks_while_something_runs(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow")
        await lab.press("ctrl+q", "n")
        await lab.until(lambda: lab.app.screen is lab.screen)
        assert lab.app.is_running
        await lab.press("ctrl+q", "y")
        await lab.until(lambda: lab.app._exit)
        run_id = lab.lanes[0].record.id
    with Lab(lab.app.environ) as again:
        assert again.history.run(run_id).result().status is Status.CANCELLED


async def test_interrupting_twice_quits_when_nothing_runs(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+c")
        assert "again quits" in lab.notices[0]
        await lab.press("ctrl+c")
        await lab.until(lambda: lab.app._exit)


async def test_interrupting_copies_a_selection_and_stops_nothing(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow")
        await lab.press("escape", "f7", "ctrl+c")
        assert lab.app.clipboard == "Go"
        assert lab.lanes[0].is_running


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, Status.CANCELLED), (signal.SIGHUP, Status.INTERRUPTED)],
)
async def test_a_signal_ends_it_cleanly_and_records_what_came(
    tmp_path: Path, number: signal.Signals, status: Status
) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow")
        await lab.until(lambda: lab.lanes[0].view.shown_text)
        run_id = lab.lanes[0].record.id
        os.kill(os.getpid(), number)
        await lab.until(lambda: lab.app._exit)
    assert lab.app.return_value == 130
    with Lab(lab.app.environ) as again:
        record = again.history.run(run_id).result()
    assert record.text
    assert record.status is status
    assert record.usage.estimated
    assert [one.status for one in record.attempts] == [status]


async def test_a_crash_report_holds_no_local_variables(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    app = an_app(tmp_path)

    def fail() -> None:
        key = "sk-proj-" + "a" * 40
        raise RuntimeError(f"refused: {key}")

    with pytest.raises(RuntimeError):
        await fail_in(app, fail)
    report = capfd.readouterr().err
    assert "RuntimeError: refused: [key removed]" in report
    assert "aaaa" not in report


async def test_a_crash_report_is_whole_however_narrow_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = " ".join(["word"] * 200)

    def fail() -> None:
        raise RuntimeError(words)

    with pytest.raises(RuntimeError):
        await fail_in(an_app(tmp_path), fail)
    report = capfd.readouterr().err
    assert f"RuntimeError: {words}\n" in report
    assert report.rstrip().endswith("recorded as far as they had come.")


async def fail_in(app: LabApp, fail: Callable[[], None]) -> None:
    async with app.run_test() as pilot:
        app.call_later(fail)
        await pilot.pause()
        await pilot.pause()


async def test_unsafe_characters_that_reach_a_widget_never_reach_the_terminal(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        lab.screen.query_one("#guidance").update("\x1b]52;c;AAAA\x07\x9b31mred")  # type: ignore[attr-defined]
        await lab.pilot.pause()
        strips = lab.app.screen._compositor.render_strips()
        shown = "".join(segment.text for strip in strips for segment in strip)
        assert "␛red" in shown
        assert not {"\x1b", "\x9b", "\x07"} & set(shown)


async def test_a_tab_key_is_text_in_no_editor(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("tab")
        assert lab.screen.prompt.editor.text == ""
        assert not isinstance(lab.screen.focused, Input)


async def test_the_palette_offers_what_can_be_done_with_the_current_answer(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        await lab.press("escape", "ctrl+p", *"alone", "enter")
        await lab.until(lambda: lab.screen.answers.zoomed)


async def test_another_workspace_is_a_name_away(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+p", *"workspace", "enter")
        await lab.until(lambda: isinstance(lab.app.screen, TextForm))
        await lab.press(*"thesis", "enter")
        await lab.until(lambda: lab.app.workspace == "thesis")
        await lab.run("Go", "sandbox/echo")
        (record,) = await lab.finished()
        assert record.workspace == "thesis"


async def test_stopping_the_last_run_is_not_the_first_of_the_two_that_quit(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow")
        await lab.press("ctrl+c")
        await lab.until(lambda: not lab.app.running)
        await lab.press("ctrl+c")
        assert not lab.app._exit
        assert "again quits" in lab.notices[-1]
        await lab.press("ctrl+c")
        await lab.until(lambda: lab.app._exit)


async def test_the_focus_comes_back_after_the_terminal_was_too_small(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        lab.screen.prompt.models_row.focus()
        await lab.pilot.resize_terminal(50, 10)
        await lab.pilot.pause()
        await lab.pilot.resize_terminal(80, 24)
        await lab.until(lambda: lab.screen.focused is lab.screen.prompt.models_row)


async def test_the_smallest_terminal_has_room_to_write_before_and_after_a_run(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path, size=(60, 16)) as lab:
        editor = lab.screen.prompt.editor
        assert editor.size.height >= 2
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        assert editor.size.height >= 1
        await lab.press("escape")
        await lab.until(lambda: editor.size.height >= 2)


async def test_a_damaged_history_that_was_set_aside_is_told(tmp_path: Path) -> None:
    async with driving(tmp_path):
        pass
    (tmp_path / "data" / "history.db").write_bytes(b"no database" * 1000)
    (tmp_path / "data").chmod(0o755)
    async with driving(tmp_path) as lab:
        await lab.until(lambda: any("was damaged" in notice for notice in lab.notices))
        told = list(map(str, lab.app.problems))
        assert "was damaged" in told[0]
        assert "was open to other users" in told[-1]
        await lab.press("ctrl+p", *"problems", "enter")
        await lab.until(lambda: isinstance(lab.app.screen, HelpText))


async def test_why_nothing_is_recorded_is_told_whole_at_80_columns(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        lab.app.troubles.not_recording = LabError(
            ErrorKind.STORAGE,
            "the history cannot be written: the disk is full",
            "free some space, or point the data directory to another disk",
        )
        lab.app._frame_changed()
        banner = lab.screen.query_one("#banner")
        await lab.until(lambda: banner.size.height == 2)


async def test_jump_labels_say_which_keys_work(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        await lab.press("ctrl+o")
        keys = lab.app.screen.query_one("#keys")
        assert str(keys.render()) == "press a letter to go there  1–5 for a screen  esc back"
        assert (keys.region.y, keys.region.width) == (23, 80)


async def test_stopping_comes_first_in_the_footer_and_the_next_pane_only_if_there_is_one(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path, size=(80, 24), environ=SLOWLY) as lab:
        assert "next pane" not in lab.footer
        await lab.run("Go", "sandbox/slow")
        await lab.until(lambda: lab.footer.startswith("^c stop"))
        await lab.press("escape")
        await lab.until(lambda: "next pane" in lab.footer)


async def test_help_is_last_in_the_footer_of_a_dialog(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+l")
        assert lab.footer.endswith("f1 help")


async def test_marking_is_second_among_the_keys_of_the_model_picker(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+l")
        assert lab.footer.startswith("enter take  space mark")


async def test_a_question_names_its_keys_in_its_box(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow")
        await lab.press("ctrl+q")
        box = lab.app.screen.query_one(".box")

        def shown() -> str:
            return Content.from_markup(str(box.border_subtitle)).plain

        await lab.until(lambda: "y yes  n no  esc back" in shown())
        await lab.press("escape", "ctrl+c")


async def test_the_header_says_what_switches_screens_while_digits_are_text(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        header = lab.screen.query_one(HeaderBar)
        assert "^o 1 Lab  2 Templates" in str(header.render())
        lab.screen.prompt.models_row.focus()
        await lab.until(lambda: "^o" not in str(header.render()))
        await lab.press("3")
        await lab.until(lambda: isinstance(lab.app.screen, HistoryScreen))


async def test_jump_labels_hide_nothing_of_what_they_are_for(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        targets = lab.screen.focus_chain
        assert len(targets) == 2
        for target in targets:
            assert not target.content_region.contains_point(label_place(target))


async def test_the_list_of_keys_names_every_key_of_a_binding(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        await lab.press("ctrl+o", "3")
        await lab.until(lambda: lab.app.screen.focused is not None)
        commands = {command.words: command.keys for command in bound_commands(lab.app.screen)}
        assert set(commands["down"]) == {"j", "↓", "n"}


async def test_a_theme_file_written_while_it_runs_is_offered_or_told(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        themes = tmp_path / "config" / "themes"
        themes.mkdir(parents=True)
        (themes / "new.toml").write_text('name = "brand-new"\nprimary = "#336699"\n')
        (themes / "bad.toml").write_text('name = "bad"\nprimary = "no colour"\n')
        await lab.press("ctrl+p", *"brand-new", "enter")
        await lab.until(lambda: lab.app.theme == "brand-new")
        assert any("no colour" in str(problem) for problem in lab.app.problems)
        (themes / "bad.toml").unlink()
        await lab.press("ctrl+p", "escape")
        assert not lab.app.problems


async def test_without_colours_the_terminals_own_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = an_app(tmp_path, environ={"TUI_LAB_UI__THEME": "terminal"})
    assert app.theme == "lab-dark"


async def test_without_colours_the_terminals_own_cannot_be_changed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+p", *"theme: terminal", "enter")
        await lab.until(lambda: lab.notices)
        assert "NO_COLOR" in lab.notices[0]
        assert lab.app.theme == "lab-dark"


@pytest.mark.parametrize("field", ["editor", "one line"])
async def test_what_is_selected_in_a_field_can_be_copied_and_the_footer_says_so(
    tmp_path: Path, field: str
) -> None:
    async with driving(tmp_path) as lab:
        if field == "one line":
            await lab.press("ctrl+o", "2", "slash")
        await lab.press(*"word")
        assert "copy" not in lab.footer
        await lab.press("shift+left")
        await lab.until(lambda: "^c copy" in lab.footer)
        await lab.press("left")
        await lab.until(lambda: "copy" not in lab.footer)


async def test_before_the_lab_is_open_the_footer_names_no_key_that_needs_it(
    tmp_path: Path,
) -> None:
    app = an_app(tmp_path)
    open_lab = app._open_lab
    app._open_lab = lambda: None  # type: ignore[assignment, method-assign, return-value]
    async with app.run_test(size=(120, 40)) as pilot:
        lab = Driver(app, pilot)
        assert "^j run" in lab.footer
        assert "^t" not in lab.footer
        assert "^l" not in lab.footer
        open_lab()
        await lab.until(lambda: "^t template" in lab.footer and "^l models" in lab.footer)
