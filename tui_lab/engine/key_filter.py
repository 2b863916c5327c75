"""Known keys are taken out of a run before anybody sees or records it: a provider that repeats the
key it was given, a model that repeats one from its prompt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tui_lab.core.errors import LabError
from tui_lab.core.events import (
    AttemptFailed,
    Delta,
    Failed,
    Finished,
    ReasoningDelta,
    RefusalDelta,
    Stamped,
    TextDelta,
    ToolCallDelta,
)
from tui_lab.core.secret import KnownSecrets, SecretFilter, remove_key_formats, without_keys


class KeyFilter:
    """For the events of one run, in their order. The end of a delta that may be the beginning of a
    key comes with the next one."""

    def __init__(self, known: KnownSecrets) -> None:
        self._known = known
        self._texts = SecretFilter(known)
        self._last: Stamped | None = None

    def feed(self, stamped: Stamped) -> Iterator[Stamped]:
        event = stamped.event
        if isinstance(event, TextDelta | ReasoningDelta | RefusalDelta):
            if self._last is not None and type(self._last.event) is not type(event):
                yield from self._rest()
            yield from self._delta(stamped, event)
            return
        if isinstance(event, Finished | Failed | AttemptFailed | ToolCallDelta):
            yield from self._rest()
        if isinstance(event, Failed | AttemptFailed):
            event = replace(event, error=self.error(event.error))
        yield replace(stamped, event=without_keys(event, self._known))

    def error(self, error: LabError) -> LabError:
        """Errors also lose what only looks like a key."""

        def clean(text: str) -> str:
            return remove_key_formats(self._known.remove_from(text))

        return replace(
            error,
            message=clean(error.message),
            hint=clean(error.hint),
            raw=clean(error.raw) if error.raw is not None else None,
        )

    def _delta(self, stamped: Stamped, event: Delta) -> Iterator[Stamped]:
        text = self._texts.feed(event.text)
        if text == event.text:
            self._last = stamped
            yield stamped
            return
        cleaned = replace(stamped, event=replace(event, text=text))
        self._last = cleaned
        if text:
            yield cleaned

    def _rest(self) -> Iterator[Stamped]:
        """What was held back, when it came."""
        rest, last, self._last = self._texts.end(), self._last, None
        if rest and last is not None:
            assert isinstance(last.event, TextDelta | ReasoningDelta | RefusalDelta)
            yield replace(last, event=type(last.event)(rest))
