"""A template to be read before it is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_lab.core.refs import ModelRef
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.template_text import PlainText, Variable, pieces
from tui_lab.ui.suggestions import Suggestion, nothing_taken

if TYPE_CHECKING:
    from tui_lab.templates.library import Template


class TemplateView(VerticalScroll, can_focus=True):
    """Prompt, system prompt, variables with their defaults, suggested models."""

    BINDING_GROUP_TITLE = "Template"
    HELP = "The template as it is. Its variables become fields under the prompt in the Lab."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "down", id="template.down", show=False),
        Binding("k", "scroll_up", "up", id="template.up", show=False),
        Binding("g", "scroll_home", "top", id="template.top", show=False),
        Binding("G", "scroll_end", "bottom", id="template.bottom", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(
        self,
        template: Template | None,
        suggestions: Sequence[Suggestion] = (),
        *,
        kept: Sequence[ModelRef] = (),
    ) -> None:
        """`kept` are the models that stay chosen when none of the suggested ones is taken."""
        self.border_title = Content(sanitise_line(template.name) if template else "Template")
        lines = template_lines(template, suggestions, kept) if template else ()
        self.query_one(Static).update(Content("\n").join(lines))
        self.scroll_home(animate=False)


def template_lines(
    template: Template, suggestions: Sequence[Suggestion], kept: Sequence[ModelRef]
) -> Iterator[Content]:
    """The template as text, each part under its heading."""
    if template.description:
        yield Content(sanitise(template.description))
    words = f"{template.id} · {template.category} · version {template.version}"
    yield Content.styled(sanitise_line(words), "$foreground-muted")
    yield from _part("Prompt", [_coloured(template.prompt)])
    if template.variables:
        yield from _part("Variables", map(_variable, template.variables))
    if template.system:
        yield from _part("System", [_coloured(template.system)])
    if suggestions:
        cells = max(len(model) for model, _, _ in suggestions) + 2
        lines = (_suggestion(suggestion, cells) for suggestion in suggestions)
        yield from _part("Suggested models", lines)
        if not any(taken for _, _, taken in suggestions):
            words = sanitise_line(nothing_taken(suggestions, kept))
            yield Content.styled(f"  {words}", "$warning")


def _part(heading: str, lines: Sequence[Content] | Iterator[Content]) -> Iterator[Content]:
    yield Content("")
    yield Content.styled(heading, "bold $text-primary")
    yield from lines


def _coloured(text: str) -> Content:
    """The text with its placeholders in the colour of variables."""
    return Content.assemble(
        *(
            (
                sanitise(text[piece.start : piece.end]),
                "" if isinstance(piece, PlainText) else "$accent",
            )
            for piece in pieces(text)
        )
    )


def _variable(variable: Variable) -> Content:
    name = (sanitise_line(f"{variable.name:<16} "), "$accent")
    if variable.default is None:
        return Content.assemble(name, ("needs a value", "$warning"))
    return Content.assemble(name, sanitise_line(variable.default))


def _suggestion(suggestion: Suggestion, cells: int) -> Content:
    model, words, taken = suggestion
    can_be_asked = words in ("ready", "local", "simulated")
    return Content.assemble(
        ("→ " if taken else "  ", "bold $accent"),
        (f"{sanitise_line(model):<{cells}}", "" if can_be_asked else "$foreground-muted"),
        (sanitise_line(words), "$foreground-muted"),
    )
