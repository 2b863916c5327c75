"""A template to be read before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui_lab.core.refs import ModelRef
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.template_text import PlainText, pieces
from tui_lab.core.template_variables import Variable
from tui_lab.ui.suggestions import Suggestion, nothing_taken
from tui_lab.ui.widgets.fact_table import fact_lines

if TYPE_CHECKING:
    from tui_lab.templates.template import Template


VARIABLE_CELLS = 17
MARK_CELLS = 2


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
        yield TemplateText()

    def show(
        self,
        template: Template | None,
        suggestions: Sequence[Suggestion] = (),
        *,
        kept: Sequence[ModelRef] = (),
        own: bool = False,
    ) -> None:
        """`kept` are the models that stay chosen when none of the suggested ones is taken; `own`:
        it stands in the person's own file."""
        self.border_title = Content(sanitise_line(template.name) if template else "Template")
        self.query_one(TemplateText).show(
            lambda width: (
                template_lines(template, suggestions, kept, width, own=own) if template else ()
            )
        )
        self.scroll_home(animate=False)


class TemplateText(Widget):
    """Lines that are made for the width there is."""

    DEFAULT_CSS = """
    TemplateText { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: Callable[[int], Iterable[Content]] = lambda width: ()

    def show(self, lines: Callable[[int], Iterable[Content]]) -> None:
        self._lines = lines
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(list(self._lines(width)))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))


def template_lines(
    template: Template,
    suggestions: Sequence[Suggestion],
    kept: Sequence[ModelRef],
    width: int,
    *,
    own: bool = False,
) -> Iterator[Content]:
    """The template as text, each part under its heading; long values go on under themselves."""
    if template.description:
        yield from Content(sanitise(template.description)).wrap(width)
    words = f"{template.id} · {template.category} · version {template.version}"
    words += " · your own" if own else ""
    yield from Content.styled(sanitise_line(words), "$foreground-muted").wrap(width)
    yield from _part("Prompt", _coloured(template.prompt).wrap(width))
    if template.variables:
        facts = map(_variable, template.variables)
        longest = max(len(variable.name) for variable in template.variables)
        lines = fact_lines(
            facts, width, label_style="$accent", cells=max(VARIABLE_CELLS, longest + 1)
        )
        yield from _part("Variables", lines)
    if template.system:
        yield from _part("System", _coloured(template.system).wrap(width))
    if suggestions:
        cells = max(len(model) for model, _, _ in suggestions) + MARK_CELLS + 2
        yield from _part(
            "Suggested models", fact_lines(map(_suggestion, suggestions), width, cells=cells)
        )
        if not any(taken for _, _, taken in suggestions):
            words = sanitise_line(nothing_taken(suggestions, kept))
            for line in Content.styled(words, "$warning").wrap(width - MARK_CELLS):
                yield Content(" " * MARK_CELLS) + line


def _part(heading: str, lines: Iterable[Content]) -> Iterator[Content]:
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


def _variable(variable: Variable) -> tuple[str, str | Content]:
    if variable.default is None:
        value = Content.styled("needs a value", "$warning")
    else:
        value = Content(sanitise(variable.default))
    told = " · ".join(map(sanitise_line, filter(None, (variable.form, variable.description))))
    if not told:
        return variable.name, value
    gap = "  " if value.plain else ""
    return variable.name, value + Content.styled(f"{gap}{told}", "$foreground-muted")


def _suggestion(suggestion: Suggestion) -> tuple[str, Content]:
    model, words, taken = suggestion
    mark = "→" if taken else " "
    return f"{mark} {model}", Content.styled(sanitise_line(words), "$foreground-muted")
