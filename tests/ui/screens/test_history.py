"""The history on the screen, driven by keys through the real engine and database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import a_query, a_record
from tests.ui.driving import SLOWLY, driving
from tests.ui.historian import History, ask, history
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.ids import encode_ulid
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.query import Query
from tui_lab.core.record import Source, Status, TemplateUse
from tui_lab.core.refs import ModelRef
from tui_lab.engine.tap import Tap
from tui_lab.lab import Lab
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.run_feed import RunFeed
from tui_lab.ui.run_window import Direction, RunWindow

pytestmark = pytest.mark.anyio


async def test_runs_are_listed_newest_first_and_read_whole(tmp_path: Path) -> None:
    async with history(tmp_path, "first", "second") as shown:
        record = await shown.reads("second")
        assert record == await asyncio.wrap_future(shown.lab.history.run(record.id))
        await shown.press("j")
        await shown.reads("first")


async def test_every_text_of_a_run_is_there(tmp_path: Path) -> None:
    long = "word " * 2000
    async with history(tmp_path) as shown:
        turns = (Message.of("user", "before"), Message.of("assistant", "yes?"))
        await ask(
            shown.lab,
            long,
            system="be kind",
            messages=(*turns, Message.of("user", long)),
            parameters=Parameters(temperature=0.5),
        )
        await shown.reads(long)
        texts = [view.shown_text for view in shown.screen.view.texts]
        assert texts[0] == "be kind"
        assert texts[1] == "user: before\n\nassistant: yes?"
        assert texts[2] == long
        assert len(texts[3]) > 500


async def test_an_empty_history_says_what_will_be_here(tmp_path: Path) -> None:
    async with history(tmp_path) as shown:
        empty = shown.screen.query_one("#history-empty")
        await shown.driver.until(lambda: empty.display)
        assert "No runs yet" in str(empty.render())
        assert "delete" not in shown.driver.footer
        await ask(shown.lab, "hello")
        await shown.lists("hello")
        assert not empty.display


async def test_typing_finds_runs_by_the_beginning_of_a_word(tmp_path: Path) -> None:
    async with history(tmp_path, "about quantum physics", "about cats", "you 世界") as shown:
        await shown.press("slash", *"quan")
        await shown.lists("about quantum physics")
        await shown.press("enter")
        assert shown.screen.runs.has_focus
        await shown.press("escape")
        await shown.driver.until(lambda: len(shown.prompts) == 3)
        await shown.press("slash", "世")
        await shown.lists("you 世界")
        await shown.press("z")
        await shown.lists()
        assert shown.screen.query_one("#history-notice").display


@pytest.mark.parametrize("key", ["backspace", "ctrl+u"])
async def test_one_goes_on_typing_after_a_search_that_found_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    large = asyncio.Event()
    read = RunFeed.end

    async def read_in_time(feed: RunFeed, direction: Direction) -> RunWindow:
        await large.wait()
        return await read(feed, direction)

    async with history(tmp_path, "about cats") as shown:
        await shown.press("slash", "q")
        await shown.lists()
        monkeypatch.setattr(RunFeed, "end", read_in_time)
        await shown.press(key)
        await shown.pilot.pause()
        assert shown.screen.query_line.has_focus
        large.set()
        await shown.lists("about cats")
        assert shown.screen.query_line.has_focus


async def test_what_is_wrong_with_a_search_stands_below_it(tmp_path: Path) -> None:
    async with history(tmp_path, "cats") as shown:
        told = shown.screen.query_one("#history-told")
        await shown.press("slash")
        assert "model: status:" in str(told.render())
        await shown.press(*"modle:x")
        await shown.lists()
        assert "did you mean model:?" in str(told.render())
        await shown.press("escape", "escape")
        await shown.lists("cats")
        assert not str(told.render())


async def test_the_best_come_first_on_request(tmp_path: Path) -> None:
    async with history(tmp_path, "cats cats cats", "cats " + "and dogs " * 40) as shown:
        assert "best first" not in shown.driver.footer
        await shown.press("slash", *"cats", "enter")
        await shown.press("s")
        await shown.driver.until(lambda: shown.prompts[:1] == ["cats cats cats"])
        assert "best first" in str(shown.screen.query_one("#history-told").render())
        await shown.press("s")
        await shown.driver.until(lambda: shown.prompts[:1] != ["cats cats cats"])


async def test_one_goes_to_a_day(tmp_path: Path) -> None:
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(1, 29)]
    runs = [
        a_record(encode_ulid(int(day.timestamp() * 1000), 0), created_at=day, prompt=f"{day:%d}")
        for day in days
    ]
    async with history(tmp_path) as shown:
        shown.lab.history.add(runs).result()
        await shown.driver.until(lambda: len(shown.prompts) == 0 or shown.current == "28")
        await shown.lists(*(run.prompt for run in reversed(runs)))
        await shown.press("D", *"march", "enter")
        wrong = shown.app.screen.query_one("#wrong")
        assert "is no day" in str(wrong.render())
        await shown.press("ctrl+u", *"2026-03-10", "enter")
        await shown.driver.until(lambda: shown.current == "10")
        await shown.press("k")
        await shown.driver.until(lambda: shown.prompts[0] == "28")
        assert shown.current in ("10", "11")


async def test_each_key_ends_the_search_before(tmp_path: Path) -> None:
    async with history(tmp_path, "abc") as shown:
        asked: list[Query] = []
        search = shown.lab.history.search

        def counting(query: Query, *args: object, **kwargs: object) -> object:
            asked.append(query)
            return search(query, *args, **kwargs)  # type: ignore[arg-type]

        shown.lab.history.search = counting  # type: ignore[method-assign, assignment]
        shown.screen.query_line.focus()
        shown.screen.query_line.value = "a"
        shown.screen.query_line.value = "ab"
        shown.screen.query_line.value = "abc"
        await shown.driver.until(lambda: a_query("abc", typing=True) in asked)
        assert a_query("a", typing=True) not in asked


async def test_runs_of_others_appear_and_the_cursor_stays(tmp_path: Path) -> None:
    async with history(tmp_path, "one", "two") as shown:
        await shown.press("j")
        environ = {**shown.app.environ}

        def elsewhere() -> None:
            with Lab(environ) as other:
                asyncio.run(ask(other, "three"))

        await asyncio.to_thread(elsewhere)
        await shown.driver.until(lambda: shown.prompts == ["three", "two", "one"])
        assert shown.current == "one"


async def test_a_run_in_progress_is_followed_to_its_end(tmp_path: Path) -> None:
    async with history(tmp_path, "one") as shown:
        draft = Draft(
            (ModelRef("sandbox", "echo"),),
            (Message.of("user", "slowly"),),
            options={"sandbox": {"pace": "60", "tokens": "90"}},
        )
        await asyncio.wrap_future(shown.lab.start(draft, Tap(lambda: None)))
        await shown.lists("slowly", "one")
        await shown.press("g")
        assert (await shown.reads("slowly")).status is Status.RUNNING
        assert "delete" not in shown.driver.footer
        assert "o open" not in shown.driver.footer
        await shown.press("d", "o", "c")
        assert shown.app.screen is shown.screen
        await shown.driver.until(lambda: shown.read is not None and shown.read.status is Status.OK)


async def test_a_deleted_run_can_be_brought_back(tmp_path: Path) -> None:
    async with history(tmp_path, "one", "two", "three") as shown:
        await shown.press("j")
        await shown.reads("two")
        assert "undo" not in shown.driver.footer
        await shown.press("d")
        await shown.lists("three", "one")
        assert shown.current == "one"
        assert "u undo" in shown.driver.footer
        await shown.press("u")
        await shown.lists("three", "two", "one")
        assert "undo" not in shown.driver.footer


async def test_each_undo_brings_back_one_deletion(tmp_path: Path) -> None:
    async with history(tmp_path, "one", "two", "three") as shown:
        await shown.press("d", "d")
        await shown.lists("one")
        await shown.driver.until(
            lambda: any("2 deletions" in word for word in shown.driver.notices)
        )
        await shown.press("u")
        await shown.lists("two", "one")
        assert "u undo" in shown.driver.footer
        assert "u brings back 1 run more" in shown.driver.notices[-1]
        await shown.press("u")
        await shown.lists("three", "two", "one")
        assert "undo" not in shown.driver.footer


async def test_another_search_takes_the_marks_away(tmp_path: Path) -> None:
    async with history(tmp_path, "cats", "dogs") as shown:
        await shown.press("space", "slash", *"cats", "enter")
        await shown.lists("cats")
        assert not shown.screen.runs.marked


async def test_many_runs_are_run_again_only_after_a_question(tmp_path: Path) -> None:
    async with history(tmp_path, "1", "2", "3", "4") as shown:
        await shown.press("space", "space", "space", "space", "r")
        await shown.driver.until(lambda: isinstance(shown.app.screen, Question))
        await shown.press("n")
        assert len(shown.screen.runs.marked) == 4
        await shown.press("r")
        await shown.driver.until(lambda: isinstance(shown.app.screen, Question))
        await shown.press("y")
        await shown.driver.until(lambda: len(shown.prompts) == 8)


async def test_a_run_of_this_process_is_stopped_from_its_line(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=SLOWLY) as driver:
        await driver.run("slowly", "sandbox/slow", "sandbox/slow")
        await driver.press("ctrl+o", "3")
        shown = History(driver)
        await shown.lists("slowly", "slowly")
        assert shown.screen.runs.current is not None
        stopped = shown.screen.runs.current.id
        await shown.press("ctrl+c")
        await driver.until(lambda: driver.app.running == 1)
        await driver.until(
            lambda: shown.lab.history.run(stopped).result().status is Status.CANCELLED
        )


async def test_marked_runs_go_and_come_back_together(tmp_path: Path) -> None:
    async with history(tmp_path, "one", "two", "three") as shown:
        await shown.press("space", "space", "d")
        await shown.lists("one")
        assert not shown.screen.runs.marked
        await shown.press("u")
        await shown.lists("three", "two", "one")


async def test_a_run_is_run_again(tmp_path: Path) -> None:
    async with history(tmp_path) as shown:
        await ask(shown.lab, "again", parameters=Parameters(temperature=0.2), system="be kind")
        await shown.lists("again")
        await shown.press("r")
        await shown.lists("again", "again")
        record = await asyncio.wrap_future(shown.lab.history.run("last"))
        assert record.source is Source.RERUN
        assert (record.parameters.temperature, record.system) == (0.2, "be kind")


async def test_a_run_opens_in_the_lab_as_it_was(tmp_path: Path) -> None:
    turns = (Message.of("user", "before"), Message.of("assistant", "yes?"))
    async with history(tmp_path) as shown:
        await ask(
            shown.lab,
            "now",
            "sandbox/reasoner",
            system="be kind",
            messages=(*turns, Message.of("user", "now")),
            parameters=Parameters(temperature=0.5, seed=3),
            template=TemplateUse("explain-quantum", 1),
        )
        await shown.reads("now")
        await shown.press("enter", "enter")
        lab = await shown.in_lab()
        draft = lab.prompt.draft("default")
        assert draft.models == (ModelRef("sandbox", "reasoner"),)
        assert draft.system == "be kind"
        assert draft.messages == (*turns, Message.of("user", "now"))
        assert draft.parameters == Parameters(temperature=0.5, seed=3)
        assert draft.template is not None
        assert draft.template.id == "explain-quantum"
        assert [lane.record.prompt for lane in lab.answers.lanes] == ["now"]


async def test_attachments_come_back_as_references(tmp_path: Path) -> None:
    image = ImagePart(url="https://example.org/cat.png", name="cat.png")
    async with history(tmp_path) as shown:
        await ask(shown.lab, "look", messages=(Message("user", (TextPart("look"), image)),))
        await shown.reads("look")
        await shown.press("o")
        lab = await shown.in_lab()
        assert image in lab.prompt.attached.parts
        assert lab.prompt.draft("default").messages[-1].attachments == (image,)


async def test_a_run_from_a_template_comes_back_with_its_fields(tmp_path: Path) -> None:
    async with history(tmp_path) as shown:
        template = shown.lab.templates.library.get("write-poem")
        values = {"subject": "rain"}
        prompt, system = template.fill(values)
        used = TemplateUse("write-poem", template.version, values)
        await ask(shown.lab, prompt, system=system, template=used)
        await shown.reads(prompt)
        await shown.press("o")
        draft = (await shown.in_lab()).prompt.draft("default")
        assert draft.template == used
        assert draft.messages[-1].text == prompt


async def test_braces_in_a_recorded_prompt_stay_what_they_were(tmp_path: Path) -> None:
    async with history(tmp_path, "say {{ this }} and {{that | so}}") as shown:
        await shown.reads("say {{ this }} and {{that | so}}")
        await shown.press("o")
        draft = (await shown.in_lab()).prompt.draft("default")
        assert draft.messages[-1].text == "say {{ this }} and {{that | so}}"


async def test_a_conversation_goes_on_from_a_run(tmp_path: Path) -> None:
    async with history(tmp_path, "hello") as shown:
        record = await shown.reads("hello")
        await shown.press("c")
        lab = await shown.in_lab()
        await shown.press(*"more")
        draft = lab.prompt.draft("default")
        assert draft.parent_id == record.id
        assert [turn.text for turn in draft.messages] == ["hello", record.text, "more"]


async def test_an_answer_is_copied_whole(tmp_path: Path) -> None:
    async with history(tmp_path, "word " * 400) as shown:
        await shown.press("y")
        await shown.driver.until(lambda: len(shown.app.clipboard) > 500)


async def test_where_there_is_room_for_one_pane_the_run_takes_the_place_of_the_list(
    tmp_path: Path,
) -> None:
    async with history(tmp_path, "one", size=(80, 24)) as shown:
        assert not shown.screen.view.display or not shown.screen.view.region
        await shown.reads("one")
        await shown.press("enter")
        assert shown.screen.view.region.width == 80
        assert not shown.screen.runs.region
        await shown.press("escape")
        assert shown.screen.runs.has_focus
        assert shown.screen.runs.region


async def test_found_words_are_marked_and_gone_to(tmp_path: Path) -> None:
    async with history(tmp_path, "needle " + "hay " * 900 + " needle") as shown:
        await shown.press("slash", *"needle", "enter")
        await shown.driver.until(lambda: shown.read is not None and shown.screen.view._places)
        await shown.press("enter", "n")
        assert shown.screen.view.scroll_offset.y == 0
        await shown.press("n")
        assert shown.screen.view.scroll_offset.y > 0


async def test_a_history_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "history.db").mkdir()
    async with driving(tmp_path) as driver:
        await driver.press("escape", "ctrl+o", "3")
        shown = History(driver)
        notice = shown.screen.query_one("#history-notice")
        await driver.until(lambda: notice.display)
        assert "→" in str(notice.render())
        assert not shown.screen.has_class("-empty")


async def test_after_the_engine_died_what_is_shown_stays_and_no_key_fails(tmp_path: Path) -> None:
    async with history(tmp_path, "one", "two") as shown:
        await shown.reads("two")
        shown.app._engine_died(RuntimeError("gone"))
        await shown.press("j", "k", "d", "r", "o", "y", "c", "G", "g", "slash", *"word", "enter")
        await shown.pilot.pause(1.1)
        assert shown.prompts == ["two", "one"]
        assert "delete" not in shown.driver.footer


async def test_a_whole_batch_opens_in_the_lab_lane_by_lane(tmp_path: Path) -> None:
    async with history(tmp_path, "alone") as shown:
        assert "open batch" not in shown.driver.footer
        await ask(shown.lab, "together", "sandbox/echo", "sandbox/markdown", system="be kind")
        await shown.lists("together", "together", "alone")
        await shown.press("g")
        await shown.driver.until(lambda: "O open batch" in shown.driver.footer)
        await shown.press("O")
        lab = await shown.in_lab()
        await shown.driver.until(lambda: len(shown.driver.lanes) == 2)
        assert [lane.record.model for lane in shown.driver.lanes] == [
            "sandbox/echo",
            "sandbox/markdown",
        ]
        assert list(map(str, lab.prompt.models)) == ["sandbox/echo", "sandbox/markdown"]
        assert (lab.prompt.editor.text, lab.prompt.system_editor.text) == ("together", "be kind")


async def test_a_batch_opens_without_what_is_in_progress_and_says_so(tmp_path: Path) -> None:
    async with history(tmp_path) as shown:
        asked = asyncio.ensure_future(ask(shown.lab, "both", "sandbox/echo", "sandbox/stall"))
        await shown.lists("both", "both")
        await shown.driver.until(
            lambda: (
                {run.status for run in shown.screen.runs.window.rows} == {Status.OK, Status.RUNNING}
            )
        )
        await shown.press("g", "O")
        await shown.in_lab()
        await shown.driver.until(lambda: shown.driver.notices)
        assert "1 still in progress" in shown.driver.notices[0]
        assert [lane.record.model for lane in shown.driver.lanes] == ["sandbox/echo"]
        asked.cancel()


async def test_the_run_of_a_process_that_died_ends_while_the_program_runs(tmp_path: Path) -> None:
    async with history(tmp_path) as shown:
        dead = replace(this_process(), boot_id="of before")
        path = tmp_path / "data" / "history.db"
        store = await Store.open(path, owner=dead, now=lambda: datetime.now(UTC))
        await store.begin([a_record(encode_ulid(1_790_000_000_000, 0), prompt="left alone")])
        await store.close()
        await shown.lists("left alone")
        await shown.app._recover().wait()
        await shown.lists("left alone")
        await shown.reads("left alone")
        await shown.driver.until(lambda: shown.read and shown.read.status is Status.INTERRUPTED)


async def test_a_failure_is_shown_with_the_words_of_the_provider_and_without_a_key(
    tmp_path: Path,
) -> None:
    raw = '{"error": "bad key sk-proj-' + "aB3" * 16 + '"}'
    error = LabError(ErrorKind.AUTH, "refused", "check the key", status=401, raw=raw)
    now = datetime.now(UTC)
    run_id = encode_ulid(int(now.timestamp() * 1000), 0)
    failed = a_record(run_id, created_at=now, status=Status.ERROR, error=error, prompt="fails")
    async with history(tmp_path) as shown:
        shown.lab.history.add([failed]).result()
        await shown.lists("fails")
        await shown.reads("fails")
        words = shown.screen.view.texts[-1].shown_text
        assert words.startswith("HTTP 401")
        assert "bad key" in words
        assert "aB3" not in words


async def test_a_key_also_ends_the_look_at_what_others_have_written(tmp_path: Path) -> None:
    async with history(tmp_path, "cats", "dogs") as shown:
        looks: list[asyncio.Event] = []

        async def endless(**changes: object) -> bool:
            looks.append(asyncio.Event())
            return await looks[-1].wait()

        shown.screen.found.bring_in = endless  # type: ignore[method-assign]
        worker = shown.screen._poll()
        await shown.driver.until(lambda: looks)
        shown.screen.query_line.value = "c"
        await shown.pilot.pause()
        assert worker.is_cancelled
        await shown.driver.until(lambda: shown.prompts == ["cats"])
