"""What a person has to know of: what is wrong with their files, what the history cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui_lab.core.errors import LabError
from tui_lab.core.problem import Problem

ENGINE_STOPPED = "the engine has stopped: no more runs · ^q quits; what came is in the history"


class Troubles:
    """Collects them, by where they were found."""

    def __init__(self) -> None:
        self.engine_stopped = False
        self.not_recording: LabError | None = None
        self._found: dict[str, tuple[Problem, ...]] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them; those that were repaired come last."""
        every = (problem for found in self._found.values() for problem in found)
        return tuple(sorted(every, key=lambda problem: problem.repaired))

    def found(self, where: str, problems: Iterable[Problem]) -> list[Problem]:
        """All that is wrong there now; gives back those that were not known."""
        before, now = self._found.get(where, ()), tuple(problems)
        self._found[where] = now
        return [problem for problem in now if problem not in before]

    def told(self, notices: Sequence[str]) -> str | None:
        """All that the history did on its own so far; the one to tell now, if there are new ones.

        The last matters most: modes are repaired before anything else is looked at.
        """
        new = self.found("history", map(Problem, reversed(notices)))
        return new[0].message if new else None

    @property
    def banner(self) -> str:
        """What has to be said as long as it holds; empty if nothing has."""
        if self.engine_stopped:
            return ENGINE_STOPPED
        if (error := self.not_recording) is not None:
            return f"not recording: {error.message} · {error.hint}"
        return ""
