"""What is attached to the prompt, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message

from tui_lab.core.attachment_words import attachment_words
from tui_lab.core.messages import DocumentPart, ImagePart, Part, TextPart
from tui_lab.ui.widgets.field_row import FieldRow

HELP = (
    "Sent with the prompt. d removes it, enter puts another in its place. The history keeps what "
    "an attachment was, not its bytes: after a run was brought back it has to be added again."
)
SHORT_NAME = 24
GONE = "not at hand any more: enter adds it again"


class AttachmentRow(FieldRow):
    """One attachment; `warning` is why it cannot be sent, or not to every model."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete,backspace", "remove", "remove", id="attachment.remove"),
        Binding("t", "turn", "image/document", id="attachment.turn", tooltip="what the URL is"),
    ]
    DEFAULT_CSS = """
    AttachmentRow.-warning { color: $warning; &:focus { color: $block-cursor-foreground; } }
    """

    class Asked(Message):
        """Something should be done with the attachment in this place."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    class RemovalAsked(Asked): ...

    class TurnAsked(Asked):
        """What its URL leads to is the other of image and document."""

    def __init__(self, place: int, part: Part, warning: str) -> None:
        kind, name, facts = attachment_words(part)
        super().__init__(kind, help_text=HELP)
        self.place = place
        self._by_url = not isinstance(part, TextPart) and part.url is not None
        told = (_short(name), f"✗ {warning}", *facts) if warning else (name, *facts)
        self.value = " · ".join(told)
        self.set_class(bool(warning), "-warning")

    def action_remove(self) -> None:
        self.post_message(self.RemovalAsked(self.place))

    def action_turn(self) -> None:
        self.post_message(self.TurnAsked(self.place))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._by_url if action == "turn" else True


class AttachmentRows(VerticalScroll, can_focus=False):
    """Holds what is attached."""

    DEFAULT_CSS = """
    AttachmentRows {
        height: auto;
        max-height: 4;
        &.-empty { display: none; }
    }
    """

    class Changed(Message):
        """Something else is attached now."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-empty")
        self.parts: tuple[Part, ...] = ()
        self._shown: tuple[tuple[Part, ...], tuple[str, ...]] = ((), ())

    @property
    def gone(self) -> list[Part]:
        """Those of which only the record is left."""
        return [part for part in self.parts if _is_gone(part)]

    def show(self, doubts: Sequence[str]) -> None:
        """`doubts` says of each why it will not be read; empty if it will be, or nobody knows."""
        warnings = tuple(
            GONE if _is_gone(part) else doubt
            for part, doubt in zip(self.parts, doubts, strict=True)
        )
        if (self.parts, warnings) == self._shown:
            return
        focused = next((row.place for row in self.query(AttachmentRow) if row.has_focus), None)
        self._shown = self.parts, warnings
        self.set_class(not self.parts, "-empty")
        rows = [
            AttachmentRow(place, part, warning)
            for place, (part, warning) in enumerate(zip(self.parts, warnings, strict=True))
        ]
        self.remove_children()
        self.mount_all(rows)
        if focused is not None and rows:
            rows[min(focused, len(rows) - 1)].focus()

    def focus_gone(self) -> None:
        """Goes to the first of those."""
        row = next(
            (row for row in self.query(AttachmentRow) if _is_gone(self.parts[row.place])), None
        )
        if row is not None:
            row.focus()

    def put(self, place: int, *parts: Part) -> None:
        """In the place of the one that is there, if one is."""
        self.parts = (*self.parts[:place], *parts, *self.parts[place + 1 :])
        self.post_message(self.Changed())

    @on(AttachmentRow.RemovalAsked)
    def _removal_asked(self, message: AttachmentRow.RemovalAsked) -> None:
        self.put(message.place)

    @on(AttachmentRow.TurnAsked)
    def _turn_asked(self, message: AttachmentRow.TurnAsked) -> None:
        part = self.parts[message.place]
        assert not isinstance(part, TextPart)
        other = DocumentPart if isinstance(part, ImagePart) else ImagePart
        self.put(message.place, other(url=part.url, name=part.name))


def _short(name: str) -> str:
    """Leaves room for what is wrong, at any width."""
    return name if len(name) <= SHORT_NAME else name[: SHORT_NAME - 1] + "…"


def _is_gone(part: Part) -> bool:
    return not isinstance(part, TextPart) and part.is_reference
