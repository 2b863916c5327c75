"""Runs on standard output: as text, as records, or as every event."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol

from tui_lab.cli.output import narrate, print_json, print_json_line, write_raw, write_text
from tui_lab.core.event_json import stamped_to_json
from tui_lab.core.events import Note, Recorded, RefusalDelta, Stamped, TextDelta
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.record_json import record_to_json
from tui_lab.core.sanitise import Sanitiser
from tui_lab.core.story import Story
from tui_lab.core.summary import summary
from tui_lab.engine.tap import RunNews

REFUSED = 1


class Printer(Protocol):
    exit_codes: list[int]

    def begin(self, runs: Sequence[RunRecord]) -> None: ...
    def show(self, news: RunNews) -> None: ...
    def end(self) -> None: ...


def exit_code(record: RunRecord) -> int:
    """What a script is told of this run."""
    if record.error is not None:
        return record.error.exit_code
    return REFUSED if record.status is Status.REFUSED else 0


class JsonPrinter:
    """One document when all is over: a record, or a list in the order asked."""

    def __init__(self) -> None:
        self.exit_codes: list[int] = []
        self._order: list[str] = []
        self._records: dict[str, RunRecord] = {}

    def begin(self, runs: Sequence[RunRecord]) -> None:
        self._order = [run.id for run in runs]

    def show(self, news: RunNews) -> None:
        self.exit_codes += tell_of_storage(news)
        if news.record is not None:
            self._records[news.run_id] = news.record
            self.exit_codes.append(exit_code(news.record))

    def end(self) -> None:
        records = [record_to_json(self._records[run_id]) for run_id in self._order]
        document: Any = records[0] if len(records) == 1 else records
        print_json(document)


class JsonlPrinter:
    """Every event as a line; each run ends with its record."""

    def __init__(self) -> None:
        self.exit_codes: list[int] = []

    def begin(self, runs: Sequence[RunRecord]) -> None:
        pass

    def show(self, news: RunNews) -> None:
        self.exit_codes += tell_of_storage(news)
        for stamped in news.events:
            line = stamped_to_json(stamped)
            print_json_line({"type": line.pop("type"), "run_id": news.run_id} | line)
        if news.record is not None:
            self.exit_codes.append(exit_code(news.record))
            print_json_line({"type": "run", "run": record_to_json(news.record)})

    def end(self) -> None:
        pass


class TextPrinter:
    """The answers, one after the other in the order asked; the first unfinished one streams."""

    def __init__(self, *, raw: bool) -> None:
        self.exit_codes: list[int] = []
        self._raw = raw
        self._runs: deque[RunRecord] = deque()
        self._several = False
        self._held: dict[str, list[RunNews]] = {}
        self._begin_answer()

    def begin(self, runs: Sequence[RunRecord]) -> None:
        self._runs.extend(runs)
        self._several = len(runs) > 1
        self._held = {run.id: [] for run in runs}
        self._head()

    def show(self, news: RunNews) -> None:
        self.exit_codes += tell_of_storage(news)
        self._held[news.run_id].append(news)
        while self._runs and self._answer_of(self._runs[0]):
            self._runs.popleft()
            self._next_answer()

    def end(self) -> None:
        pass

    def _answer_of(self, run: RunRecord) -> bool:
        """Prints what has come of this run; whether that was all."""
        held, self._held[run.id] = self._held[run.id], []
        for news in held:
            for stamped in news.events:
                self._event(stamped)
            if news.record is not None:
                self._finish(news.record)
                return True
        return False

    def _event(self, stamped: Stamped) -> None:
        match stamped.event:
            case TextDelta(text) | RefusalDelta(text) if self._raw:
                write_raw(text)
            case TextDelta(text) | RefusalDelta(text):
                self._write(self._sanitiser.feed(text))
            case Note(text):
                narrate(f"  note: {text}")
        for words in self._story.feed(stamped):
            narrate(f"  {words}")

    def _finish(self, record: RunRecord) -> None:
        if not self._raw:
            self._write(self._sanitiser.end())
            if not self._at_line_start:
                self._write("\n")
        self.exit_codes.append(exit_code(record))
        for call in record.tool_calls:
            narrate(f"  calls {call.name or '?'}({call.arguments})")
        narrate(summary(record))
        if record.error is not None and record.error.hint:
            narrate(f"  {record.error.hint}")

    def _begin_answer(self) -> None:
        self._sanitiser = Sanitiser()
        self._story = Story()
        self._at_line_start = True

    def _next_answer(self) -> None:
        self._begin_answer()
        if self._runs:
            if not self._raw:
                write_text("\n")
            self._head()

    def _head(self) -> None:
        """Which model speaks now, where several do."""
        if self._several:
            run = self._runs[0]
            narrate(f"── {run.model}" + (f", repeat {run.repeat}" if run.repeat else ""))

    def _write(self, safe: str) -> None:
        if safe:
            write_text(safe)
            self._at_line_start = safe.endswith("\n")


def tell_of_storage(news: RunNews) -> list[int]:
    """Says where a run could not be recorded; returns the exit codes that follow from it."""
    codes = []
    for stamped in news.events:
        if isinstance(stamped.event, Recorded) and stamped.event.error is not None:
            error = stamped.event.error
            narrate(f"tui-lab: not recorded: {error.message} ({error.hint})")
            codes.append(error.exit_code)
    return codes
