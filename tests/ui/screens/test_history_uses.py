"""What is done with runs of the past on the History screen, by keys, on the real database."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Future
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.ui.historian import ask, history
from tui_lab.core.record import Source
from tui_lab.core.record_json import record_to_json
from tui_lab.ui.dialogs.copy_form import CopyForm
from tui_lab.ui.dialogs.export_form import ExportForm
from tui_lab.ui.dialogs.model_picker import ModelPicker
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.dialogs.rating_form import RatingForm
from tui_lab.ui.dialogs.raw_record import RawRecord
from tui_lab.ui.dialogs.replay import Replay
from tui_lab.ui.dialogs.run_comparison import DiffRows, RunComparison
from tui_lab.ui.dialogs.tag_form import TagForm
from tui_lab.ui.dialogs.template_form import TemplateForm
from tui_lab.ui.dialogs.text_form import TextForm

pytestmark = pytest.mark.anyio


async def test_marked_runs_are_tagged_with_what_was_used_before(tmp_path: Path) -> None:
    async with history(tmp_path, "one", "two", "three") as shown:
        await shown.press("t")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TagForm))
        await shown.press(*"To-show", "enter")
        await shown.driver.until(lambda: shown.read and shown.read.tags == ("to-show",))
        await shown.press("space", "space", "t")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TagForm))
        await shown.press(*"keep to", "tab")
        assert shown.app.screen.query_one(Input).value == "keep to-show "
        await shown.press(*"-draft", "enter")
        await shown.driver.until(
            lambda: (
                [run.tags for run in shown.screen.runs.window.rows]
                == [("to-show", "keep"), ("keep", "to-show"), ()]
            )
        )


async def test_what_is_no_tag_is_told(tmp_path: Path) -> None:
    async with history(tmp_path, "one") as shown:
        await shown.press("t")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TagForm))
        await shown.press("number_sign", "enter")
        assert "is no tag" in str(shown.app.screen.query_one("#wrong").render())
        await shown.press("escape")
        assert shown.app.screen is shown.screen


async def test_a_run_is_rated_by_a_figure_and_the_list_shows_it(tmp_path: Path) -> None:
    async with history(tmp_path, "one") as shown:
        await shown.press("asterisk")
        await shown.driver.until(lambda: isinstance(shown.app.screen, RatingForm))
        await shown.press("4")
        await shown.driver.until(lambda: shown.read and shown.read.rating == 4)
        assert "4★" in shown.screen.runs.render_line(0).text
        await shown.press("asterisk")
        await shown.driver.until(lambda: isinstance(shown.app.screen, RatingForm))
        await shown.press("0")
        await shown.driver.until(lambda: shown.read and shown.read.rating is None)


async def test_a_note_is_written_changed_and_taken_away(tmp_path: Path) -> None:
    async with history(tmp_path, "one") as shown:
        await shown.press("m")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TextForm))
        await shown.press(*"so", "enter")
        await shown.driver.until(lambda: shown.read and shown.read.note == "so")
        await shown.press("m")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TextForm))
        await shown.press("end", "!", "enter")
        await shown.driver.until(lambda: shown.read and shown.read.note == "so!")
        await shown.press("m")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TextForm))
        await shown.press("end", "ctrl+u", "enter")
        await shown.driver.until(lambda: shown.read and not shown.read.note)


async def test_any_part_of_a_run_is_copied_never_with_a_key(tmp_path: Path) -> None:
    async with history(tmp_path, "say hello") as shown:
        record = await shown.reads("say hello")

        async def copied(name: str) -> str:
            await shown.press("Y")
            await shown.driver.until(lambda: isinstance(shown.app.screen, CopyForm))
            assert isinstance(shown.app.screen, CopyForm)
            names = [one.name for one in shown.app.screen._offered]
            shown.app._clipboard = ""
            await shown.press(*["j"] * names.index(name), "enter")
            await shown.driver.until(lambda: shown.app.clipboard)
            return shown.app.clipboard

        assert await copied("prompt") == "say hello"
        assert await copied("id") == record.id
        assert json.loads(await copied("record")) == record_to_json(record)
        assert await copied("command") == "tui-lab run -m sandbox/echo 'say hello'"
        assert (await copied("curl")).startswith("curl ")


async def test_the_raw_record_is_scrolled_searched_and_copied(tmp_path: Path) -> None:
    async with history(tmp_path, "one", size=(80, 24)) as shown:
        record = await shown.reads("one")
        await shown.press("i")
        await shown.driver.until(lambda: isinstance(shown.app.screen, RawRecord))
        raw = shown.app.screen
        assert isinstance(raw, RawRecord)
        await shown.driver.until(lambda: raw.view.shown_text)
        assert json.loads(raw.view.shown_text) == record_to_json(record)
        assert raw.view.scroll_offset.y == 0
        await shown.press("ctrl+f", *"workspace")
        assert "of" in str(raw.query_one("#find-count").render())
        await shown.press("escape", "G")
        assert raw.view.scroll_offset.y > 0
        await shown.press("y")
        await shown.driver.until(lambda: record.id in shown.app.clipboard)
        await shown.press("escape")
        assert shown.app.screen is shown.screen


async def test_a_run_is_run_again_on_other_models(tmp_path: Path) -> None:
    async with history(tmp_path, "again") as shown:
        await shown.press("R")
        await shown.driver.until(lambda: isinstance(shown.app.screen, ModelPicker))
        await shown.press(*"sandbox/reasoner", "enter")
        await shown.lists("again", "again")
        record = await asyncio.wrap_future(shown.lab.history.run("last"))
        assert (record.model, record.source) == ("sandbox/reasoner", Source.RERUN)


async def test_the_prompt_of_a_run_becomes_a_template(tmp_path: Path) -> None:
    async with history(tmp_path) as shown:
        await ask(shown.lab, "Sing of {{topic}}", system="be kind")
        await shown.lists("Sing of {{topic}}")
        await shown.press("T")
        await shown.driver.until(lambda: isinstance(shown.app.screen, TemplateForm))
        await shown.press("ctrl+j")
        await shown.driver.until(lambda: shown.app.screen is shown.screen)
        template = shown.lab.templates.library.get("sing-of-topic")
        assert (template.prompt.strip(), template.system) == ("Sing of {{topic}}", "be kind")


async def test_what_is_done_in_a_dialog_is_named_where_it_is_done(tmp_path: Path) -> None:
    async with history(tmp_path, "one", size=(80, 24)) as shown:
        await shown.press("Y")
        await shown.driver.until(lambda: isinstance(shown.app.screen, CopyForm))
        assert "enter copy" in shown.driver.footer
        assert "esc back" in shown.driver.footer


async def test_an_answer_is_replayed_held_and_gone_through(tmp_path: Path) -> None:
    async with history(tmp_path, "one two three four", size=(80, 24)) as shown:
        record = await shown.reads("one two three four")
        await shown.press("p")
        await shown.driver.until(lambda: isinstance(shown.app.screen, Replay))
        replay = shown.app.screen
        assert isinstance(replay, Replay)
        assert replay.view.shown_text == ""
        await shown.press("dollar_sign")
        assert replay.view.shown_text == record.text
        await shown.press("left")
        assert not replay.playback.is_over
        await shown.press("plus", "space")
        assert (replay.playback.speed, replay.playback.is_held) == (2.0, True)
        await shown.press("0")
        assert replay.view.shown_text == ""
        await shown.press("escape")
        assert shown.app.screen is shown.screen


async def test_a_marked_run_is_compared_with_the_one_under_the_cursor(tmp_path: Path) -> None:
    async with history(tmp_path, "a red cat", "a blue cat", size=(80, 24)) as shown:
        assert "compare" not in shown.driver.footer
        await shown.press("space")
        await shown.driver.until(lambda: "= compare" in shown.driver.footer)
        await shown.press("equals_sign")
        await shown.driver.until(lambda: isinstance(shown.app.screen, RunComparison))
        compared = shown.app.screen
        assert isinstance(compared, RunComparison)
        await shown.driver.until(lambda: compared.changes)
        text = "\n".join(str(rows.render()) for rows in compared.query(DiffRows))
        assert "a [-red-]{+blue+} cat" in text
        before = compared.query_one("VerticalScroll").scroll_offset.y
        await shown.press("G")
        await shown.press("N")
        assert compared.query_one("VerticalScroll").scroll_offset.y >= before
        await shown.press("escape")
        assert shown.app.screen is shown.screen


async def test_marked_runs_are_exported_to_a_file_whose_ending_is_the_format(
    tmp_path: Path,
) -> None:
    async with history(tmp_path, "one", "two", "three") as shown:
        await shown.press("space", "space", "e")
        await shown.driver.until(lambda: isinstance(shown.app.screen, ExportForm))
        field = shown.app.screen.query_one(Input)
        field.value = str(tmp_path / "runs.nothing")
        await shown.press("enter")
        wrong = shown.app.screen.query_one("#wrong")
        await shown.driver.until(lambda: "no ending" in str(wrong.render()))
        field.value = str(tmp_path / "runs.jsonl")
        await shown.press("enter")
        await shown.driver.until((tmp_path / "runs.jsonl").exists)
        lines = (tmp_path / "runs.jsonl").read_text().splitlines()
        assert [json.loads(line)["prompt"] for line in lines] == ["three", "two"]
        await shown.driver.until(lambda: any("2 runs written" in w for w in shown.driver.notices))


async def test_what_a_search_finds_is_exported_and_a_file_replaced_only_when_asked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "found.csv"
    path.write_text("mine")
    async with history(tmp_path, "a cat", "a dog") as shown:
        await shown.press("slash", *"cat", "enter")
        await shown.lists("a cat")
        await shown.press("e")
        await shown.driver.until(lambda: isinstance(shown.app.screen, ExportForm))
        shown.app.screen.query_one(Input).value = str(tmp_path / "fou")
        await shown.press("tab")
        await shown.driver.until(lambda: shown.app.screen.query_one(Input).value == str(path))
        await shown.press("down", "enter")
        await shown.driver.until(lambda: isinstance(shown.app.screen, Question))
        await shown.press("n", "enter")
        assert path.read_text() == "mine"
        await shown.driver.until(lambda: isinstance(shown.app.screen, Question))
        await shown.press("y")
        await shown.driver.until(lambda: "a cat" in path.read_text())
        assert "a dog" not in path.read_text()


async def test_an_export_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    async with history(tmp_path, "one") as shown:
        begun: Future[int] = Future()
        shown.lab.history.export = lambda *args, **kwargs: begun  # type: ignore[method-assign]
        await shown.press("e")
        await shown.driver.until(lambda: isinstance(shown.app.screen, ExportForm))
        shown.app.screen.query_one(Input).value = str(tmp_path / "runs.md")
        await shown.press("enter")
        await shown.driver.until(lambda: any("so far" in word for word in shown.driver.notices))
        assert "export" not in shown.driver.footer.partition("│")[2]
        await shown.press("escape")
        await shown.driver.until(lambda: any("given up" in word for word in shown.driver.notices))
        assert begun.cancelled()
        assert not shown.screen.is_exporting
