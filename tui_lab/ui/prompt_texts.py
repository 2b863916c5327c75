"""What becomes of the texts in the prompt pane: placeholders filled in, attachments added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui_lab.core.attachments import turn_of
from tui_lab.core.errors import LabError
from tui_lab.core.messages import ImagePart, Message, Part, TextPart
from tui_lab.core.template_text import Placeholder, pieces, render_all, variables
from tui_lab.core.tokens import estimate_messages

if TYPE_CHECKING:
    from tui_lab.core.model_facts import Input
    from tui_lab.core.record import TemplateUse
    from tui_lab.core.refs import ModelRef
    from tui_lab.core.template_variables import Variable
    from tui_lab.templates.template import Template


def as_sent(
    texts: tuple[str, str],
    values: Mapping[str, str],
    turns: Sequence[Message],
    attached: Sequence[Part],
    declared: Sequence[Variable] = (),
) -> tuple[tuple[Message, ...], int]:
    """The messages of a prompt and its system prompt, and the tokens of all their text (≈).

    What still needs a value is left out; a file that is to be put in counts as its path.
    """
    asked = variables(*texts, declared=declared)
    text, system = render_all(
        texts, {one.name: values.get(one.name, one.default or "") for one in asked}
    )
    messages = (*turns, turn_of(text, attached))
    return messages, estimate_messages(system, messages)


def files_among(attached: Sequence[Part]) -> int:
    return len(turn_of("", attached).attachments)


def doubt(
    part: Part, models: Sequence[ModelRef], reads: Callable[[ModelRef, Input], bool | None]
) -> str:
    """Which of the models certainly cannot read it."""
    if isinstance(part, TextPart):
        return ""
    kind: Input = "image" if isinstance(part, ImagePart) else "document"
    blind = [str(model) for model in models if reads(model, kind) is False]
    return f"{', '.join(blind)} reads no {kind}s" if blind else ""


def gives(template: Template, used: TemplateUse, prompt: str, system: str | None) -> bool:
    """Whether the template, filled in as it was for a run, is what the run was asked."""
    if used.version != template.version:
        return False
    try:
        return template.fill(used.variables) == (prompt, system)
    except LabError:
        return False


def literal(*texts: str) -> dict[str, str]:
    """Values with which placeholders stand for themselves: in a run they were plain text."""
    return {
        piece.name: text[piece.start : piece.end]
        for text in texts
        for piece in pieces(text)
        if isinstance(piece, Placeholder)
    }
