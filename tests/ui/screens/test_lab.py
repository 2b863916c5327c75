"""The Lab, driven by keys through the real engine and a real history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import a_record, an_answer
from tests.ui.driving import SLOWLY, Driver, an_app, driving
from tui_lab.core.events import Event, TextDelta, ToolCallDelta
from tui_lab.core.record import Status
from tui_lab.engine.tap import RunNews
from tui_lab.ui.dialogs.still_running import StillRunning
from tui_lab.ui.widgets.find_bar import FindBar
from tui_lab.ui.widgets.variable_inputs import VariableInput

pytestmark = pytest.mark.anyio


async def test_without_any_key_it_says_so_and_the_simulated_models_run(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        told = str(lab.screen._guidance.render())
        assert "no keys configured" in told
        assert "OPENAI_API_KEY" in told
        assert lab.screen.prompt.models_row.value == "sandbox/markdown (simulated)"
        await lab.run("Say hello")
        (record,) = await lab.finished()
        assert record.status is Status.OK
        assert record.simulated
        assert "simulated" in str(lab.lanes[0].border_title)


async def test_what_is_shown_is_what_is_recorded(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Explain", "sandbox/markdown")
        (record,) = await lab.finished()
        assert lab.lanes[0].view.shown_text == record.text != ""
        assert record.prompt == "Explain"
        assert record.source == "tui"


async def test_models_answer_side_by_side_and_each_has_its_own_fate(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/fast", "sandbox/down", "sandbox/refuser", "openai/gpt-4o-mini")
        records = await lab.finished()
        assert [record.status for record in records] == ["ok", "error", "refused", "blocked"]
        assert len({record.batch_id for record in records}) == 1
        assert all(lane.display for lane in lab.lanes)
        assert "OPENAI_API_KEY" in str(lab.lanes[3]._story.render())


async def test_stop_stops_the_focused_lane_alone_and_again_all_of_them(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow", "sandbox/slow", "sandbox/slow")
        await lab.until(lambda: all(lane.view.shown_text for lane in lab.lanes))
        await lab.press("ctrl+c")
        await lab.until(lambda: not lab.lanes[0].is_running)
        assert [lane.is_running for lane in lab.lanes] == [False, True, True]
        await lab.press("ctrl+c")
        assert lab.notices == ["every run is stopped"]
        records = await lab.finished()
        assert [record.status for record in records] == [Status.CANCELLED] * 3
        assert all(record.text for record in records)


async def test_a_tool_call_and_a_json_answer_are_shown_when_they_are_whole(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.screen.show_runs([a_record(prompt="Look.")])
        (lane,) = lab.lanes
        deltas: list[Event] = [
            TextDelta('{"coin": 1}'),
            ToolCallDelta(0, "call_1", "look", '{"coin":'),
            ToolCallDelta(0, arguments="1}"),
        ]
        events = an_answer(*deltas)
        lane.take(RunNews(lane.record.id, events))
        lane._tick()
        await lab.pilot.pause()
        assert "calls look" in str(lane.query_one(".lane-status").render())
        record = replace(lane._fold.record(), status=Status.OK)
        lane.take(RunNews(lane.record.id, [], record))
        assert lane.view.shown_text == '{"coin": 1}'
        assert lane.view.shown_calls.split() == ["→", "look", "{", '"coin":', "1", "}"]


async def test_a_lane_tells_how_long_nothing_has_come(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.screen.show_runs([a_record(prompt="Look.")])
        (lane,) = lab.lanes
        await lab.pilot.pause()
        moment = 0.0
        lane._clock = lambda: moment
        lane.take(RunNews(lane.record.id, an_answer(TextDelta("So"))))
        moment = 7.0
        lane._tick()
        assert "silent for 7 s" in str(lane.query_one(".lane-status").render())


async def test_a_run_can_be_run_again_in_its_place(tmp_path: Path) -> None:
    async with driving(tmp_path, config="retries = 0\n") as lab:
        await lab.run("Go", "sandbox/flaky")
        (failed,) = await lab.finished()
        assert failed.status is Status.ERROR
        await lab.press("r")
        await lab.until(lambda: lab.lanes[0].record.id != failed.id)
        (record,) = await lab.finished()
        assert record.status is Status.OK
        assert record.prompt == "Go"


async def test_a_conversation_goes_on_from_an_answer(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("My name is Ada.", "sandbox/echo")
        (first,) = await lab.finished()
        await lab.press("c")
        assert lab.screen.prompt.editor.has_focus
        await lab.run("What is my name?")
        (second,) = await lab.finished()
        assert second.parent_id == first.id
        assert [turn.role for turn in second.messages] == ["user", "assistant", "user"]
        assert second.messages[1].text == first.text


async def test_variables_are_fields_and_a_missing_one_keeps_the_prompt_from_running(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        lab.choose("sandbox/echo")
        await lab.write("Greet {{who}} in {{language | English}}")
        await lab.press("ctrl+j")
        await lab.until(lambda: lab.notices)
        assert "needs a value for who" in lab.notices[0]
        assert not lab.lanes
        await lab.write("Ada")
        await lab.press("ctrl+j")
        (record,) = await lab.finished()
        assert record.prompt == "Greet Ada in English"


async def test_the_estimate_is_that_of_the_prompt_as_it_would_be_sent(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        pane = lab.screen.prompt
        pane.write("Greet Ada in English")
        await lab.pilot.pause()
        plain = str(pane.border_subtitle)
        pane.write("Greet {{who}} in {{language | English}}")
        await lab.pilot.pause()
        await lab.press("escape", "tab", *"Ada")
        assert pane.variables.values == {"who": "Ada"}
        assert str(pane.border_subtitle) == plain


async def test_a_prompt_counts_as_made_from_a_template_only_while_it_is_that(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.write("My own words")
        pane = lab.screen.prompt
        lab.screen.use_template(lab.lab.templates.library.get("write-poem"))
        pane.fill({"subject": "rain"})
        await lab.press("escape")
        used = [pane.draft("default").template]
        assert "write-poem" in str(pane.border_title)
        await lab.press("ctrl+z")
        while pane.editor.text != "My own words":
            await lab.press("ctrl+z")
        used.append(pane.draft("default").template)
        assert "write-poem" not in str(pane.border_title)
        assert used[0] is not None
        assert used[1] is None


async def test_system_prompt_and_parameters_are_sent_and_unset_ones_are_not(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("f2")
        await lab.write("Be brief.")
        await lab.press("f3", "0", "full_stop", "2", "enter")
        await lab.press("escape")
        await lab.run("Go", "sandbox/echo")
        (record,) = await lab.finished()
        assert record.system == "Be brief."
        assert record.parameters.as_dict() == {"temperature": 0.2}


async def test_a_parameter_that_cannot_be_read_is_told_in_the_form(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("f3", "9", "enter")
        told = str(lab.app.screen.query_one("#wrong").render())
        assert "temperature" in told
        await lab.press("escape")
        assert lab.screen.prompt.parameters.as_dict() == {}


@pytest.mark.parametrize("wrong", ["0", "many", "1001"])
async def test_repeats_are_a_number_that_a_batch_can_have(tmp_path: Path, wrong: str) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("f3", "up", *wrong, "enter")
        assert "from 1 to 1,000" in str(lab.app.screen.query_one("#wrong").render())
        await lab.press("ctrl+u", "2", "enter")
        assert lab.screen.prompt.asked.repeat == 2


async def test_models_are_filtered_by_typing_marked_by_space_taken_by_enter(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+l", "ctrl+u", *"echo", "space", "ctrl+u", *"refus", "space", "enter")
        assert list(map(str, lab.screen.prompt.models)) == ["sandbox/echo", "sandbox/refuser"]


async def test_any_model_can_be_written_out(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.press("ctrl+l", "ctrl+u")
        await lab.write("openrouter/some/new-model")
        await lab.press("enter")
        assert list(map(str, lab.screen.prompt.models)) == ["openrouter/some/new-model"]


async def test_the_prompt_folds_while_it_runs_and_any_key_in_it_unfolds_it(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        assert lab.screen.prompt.folded
        assert lab.lanes[0].view.has_focus
        await lab.press("ctrl+n")
        assert lab.screen.prompt.folded
        await lab.press("x")
        assert not lab.screen.prompt.folded


async def test_a_folded_prompt_says_that_it_goes_on(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("one\n" * 9, "sandbox/echo")
        await lab.finished()
        prompt = lab.screen.prompt
        await lab.until(lambda: str(prompt.border_subtitle).startswith("↓ more · 1 model"))
        await lab.press("escape")
        await lab.until(lambda: str(prompt.border_subtitle).startswith("1 model"))


async def test_the_prompt_folds_again_when_an_answer_gets_the_focus(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo", "sandbox/fast")
        await lab.finished()
        await lab.press("escape")
        folded = [lab.screen.prompt.folded]
        await lab.press("ctrl+n")
        folded.append(lab.screen.prompt.folded)
        await lab.press("escape")
        await lab.pilot.click(lab.lanes[1].view)
        folded.append(lab.screen.prompt.folded)
        assert folded == [False, True, True]


@pytest.mark.parametrize(("size", "least"), [((80, 24), 0.8), ((120, 40), 0.6), ((160, 45), 0.9)])
async def test_while_one_writes_the_prompt_has_the_room(
    tmp_path: Path, size: tuple[int, int], least: float
) -> None:
    async with driving(tmp_path, size=size) as lab:
        await lab.run("Go", "sandbox/echo", "sandbox/fast")
        await lab.finished()
        await lab.press("c")
        prompt = lab.screen.prompt
        await lab.until(lambda: prompt.outer_size.height >= least * size[1])
        assert prompt.turns_view.size.height >= 2
        assert "sandbox/fast" in str(lab.screen.query_one("#lane-tabs").render())
        await lab.press("ctrl+n")
        await lab.until(lambda: prompt.folded == (size[0] < 150))
        assert lab.lanes[0].view.has_focus
        assert lab.lanes[0].view.size.height > 5


async def test_what_brings_something_to_the_prompt_never_leaves_the_focus_in_a_hidden_lane(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        await lab.press("f4")
        await lab.write("https://example.org/cat.png")
        await lab.press("enter")
        await lab.until(lambda: lab.screen.prompt.attached.parts)
        assert lab.screen.prompt.has_focus_within


@pytest.mark.parametrize(
    ("key", "fate"), [("s", Status.CANCELLED), ("g", Status.RUNNING), ("escape", None)]
)
async def test_answers_that_still_come_are_asked_about_before_others_take_their_place(
    tmp_path: Path, key: str, fate: Status | None
) -> None:
    async with driving(tmp_path, environ=SLOWLY) as lab:
        await lab.run("Go", "sandbox/slow", "sandbox/slow")
        before = lab.lanes
        await lab.press("ctrl+j")
        await lab.until(lambda: isinstance(lab.app.screen, StillRunning))
        await lab.press(key)
        if fate is None:
            await lab.until(lambda: lab.app.screen is lab.screen)
            assert lab.lanes is before
            assert lab.app.running == 2
        else:
            await lab.until(lambda: lab.lanes is not before)
            await lab.until(lambda: lab.app.running == (2 if fate is Status.CANCELLED else 4))
            statuses = [lab.lab.history.run(lane.record.id).result().status for lane in before]
            assert statuses == [fate, fate]


async def test_wide_terminals_show_prompt_and_answers_beside_each_other(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(160, 45)) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        assert not lab.screen.prompt.folded
        assert lab.screen.prompt.region.right <= lab.lanes[0].region.x


async def test_an_earlier_prompt_comes_back_with_its_parameters(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("The first prompt", "sandbox/echo")
        await lab.finished()
        await lab.press("f5")
        assert lab.screen.prompt.editor.text == ""
        await lab.press("ctrl+r")
        await lab.until(lambda: lab.app.screen.query_one("#list").option_count)  # type: ignore[attr-defined]
        await lab.press("enter")
        await lab.until(lambda: lab.screen.prompt.editor.text == "The first prompt")
        assert list(map(str, lab.screen.prompt.models)) == ["sandbox/echo"]


async def test_an_answer_or_one_of_its_code_blocks_is_copied(tmp_path: Path) -> None:
    text = "Two:\n```sh\nls\n```\n```py\nprint()\n```\n"
    async with driving(tmp_path) as lab:
        await lab.run(text, "sandbox/echo")
        (record,) = await lab.finished()
        await lab.press("y")
        assert lab.app.clipboard == record.text
        await lab.press("Y", "down", "enter")
        await lab.until(lambda: lab.app.clipboard.strip() == "print()")


async def test_a_lane_counts_the_lines_below_anew_when_it_is_scrolled_or_resized(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("one\n" * 100, "sandbox/echo")
        await lab.finished()
        (lane,) = lab.lanes
        for keys in ("k", "kkk"):
            await lab.press(*keys)
            await lab.until(lambda: lane.border_subtitle == lane.view.hint != "")
        before = lane.border_subtitle
        await lab.pilot.resize_terminal(120, 30)
        await lab.until(lambda: lane.border_subtitle == lane.view.hint != before)


async def test_words_are_found_in_an_answer(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("one two one", "sandbox/echo")
        await lab.finished()
        await lab.press("ctrl+f", *"one")
        bar = lab.screen.query_one(FindBar)
        assert "1 of 2" in str(bar.query_one("#find-count").render())
        await lab.press("enter")
        assert "2 of 2" in str(bar.query_one("#find-count").render())
        await lab.press("escape")
        assert not bar.display
        assert lab.lanes[0].view.has_focus


async def test_finding_names_the_answer_in_which_it_looks(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("word", "sandbox/echo", "sandbox/fast")
        await lab.finished()
        await lab.press("ctrl+f")
        where = lab.screen.query_one("#find-where")
        assert "sandbox/echo" in str(where.render())
        await lab.press("escape", "ctrl+n", "ctrl+f")
        assert "sandbox/fast" in str(where.render())


async def test_a_lane_says_while_it_shows_exactly_what_came(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("**Go**", "sandbox/echo")
        await lab.finished()
        told = []
        for _ in range(2):
            await lab.press("v")
            told.append("· raw" in str(lab.lanes[0].border_title))
        assert told == [True, False]


async def test_zoom_shows_one_lane_and_escape_all_again(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo", "sandbox/fast")
        await lab.finished()
        await lab.press("z")
        assert [lane.display for lane in lab.lanes] == [True, False]
        await lab.press("ctrl+n")
        assert [lane.display for lane in lab.lanes] == [False, True]
        await lab.press("escape")
        assert all(lane.display for lane in lab.lanes)


async def test_what_cannot_be_recorded_runs_under_a_standing_banner(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "history.db").mkdir()
    async with driving(tmp_path) as lab:
        assert lab.app.banner.startswith("not recording")
        assert lab.screen.query_one("#banner").display
        await lab.run("Go", "sandbox/echo")
        await lab.until(lambda: not lab.lanes[0].is_running)
        assert lab.lanes[0].record.status is Status.OK


async def test_a_dead_engine_takes_no_more_runs_and_ends_in_exit_5(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        lab.app._engine_died(RuntimeError("gone"))
        await lab.write("Go")
        await lab.press("ctrl+j")
        await lab.until(lambda: lab.notices)
        assert "engine has stopped" in lab.app.banner
        assert not lab.lanes
        assert lab.app._exit_code == 5


async def test_a_batch_opens_with_its_prompt_its_models_and_a_lane_for_each_run(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Compare", "sandbox/echo", "sandbox/fast")
        batch = await lab.finished()
        await lab.press("f5")
        lab.choose("sandbox/markdown")
        await lab.screen.open_batch(batch)
        assert [lane.record for lane in lab.lanes] == batch
        assert lab.screen.prompt.editor.text == "Compare"
        assert list(map(str, lab.screen.prompt.models)) == ["sandbox/echo", "sandbox/fast"]


async def test_a_lane_of_an_opened_batch_can_be_run_again_and_gone_on_from(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Compare", "sandbox/echo", "sandbox/fast")
        batch = await lab.finished()
        await lab.screen.open_batch(batch)
        await lab.press("ctrl+n", "r")
        await lab.until(lambda: lab.lanes[1].record.id != batch[1].id)
        await lab.finished()
        assert lab.lanes[0].record == batch[0]
        lab.screen.answers.go_to(lab.lanes[0])
        await lab.press("c", "x")
        assert lab.screen.prompt.draft("default").parent_id == batch[0].id


async def test_what_is_run_before_the_lab_is_open_runs_as_soon_as_it_is(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    open_lab = app._open_lab
    app._open_lab = lambda: None  # type: ignore[assignment, method-assign, return-value]
    async with app.run_test() as pilot:
        lab = Driver(app, pilot)
        await lab.write("Go")
        await lab.press("ctrl+j")
        assert "as soon as" in lab.notices[0]
        open_lab()
        (record,) = await lab.finished()
        assert record.prompt == "Go"


async def test_a_default_that_is_too_long_for_its_field_is_seen_to_go_on(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        await lab.write("Say {{thing | " + "many words " * 20 + "}}")
        await lab.until(lambda: lab.screen.query(VariableInput))
        field = lab.screen.query_one(VariableInput)
        await lab.until(lambda: field.placeholder.endswith("…"))
        assert len(field.placeholder) < field.size.width
