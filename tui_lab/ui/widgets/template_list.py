"""Templates to choose from, by category, or as a query finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_lab.core.sanitise import is_safe, sanitise_line
from tui_lab.ui.template_search import Found, find_templates
from tui_lab.ui.widgets.choice_list import ChoiceList

if TYPE_CHECKING:
    from tui_lab.templates.template import Template


class TemplateList(ChoiceList):
    BINDING_GROUP_TITLE = "Templates"
    HELP = "Prompts to begin from. Enter takes one into the Lab, r runs it at once."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "use", id="templates.use", tooltip="take it into the Lab"),
    ]

    class Moved(Message):
        """Another template is under the cursor, or none."""

        def __init__(self, template: Template | None) -> None:
            super().__init__()
            self.template = template

    class Chosen(Message):
        """This template should be used."""

        def __init__(self, template: Template) -> None:
            super().__init__()
            self.template = template

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._templates: dict[str, Template] = {}

    @property
    def current(self) -> Template | None:
        if self.highlighted is None:
            return None
        return self._templates.get(self.get_option_at_index(self.highlighted).id or "")

    def show(self, templates: Sequence[Template], query: str) -> None:
        """Those that match, the best under the cursor."""
        found = find_templates(templates, query)
        self._templates = {one.template.id: one.template for one in found}
        self.clear_options()
        self.add_options(_options(found, headings=not query.strip()))
        if found:
            self.highlighted = self.get_option_index(found[0].template.id)
        else:
            self.post_message(self.Moved(None))

    def go_to(self, template_id: str) -> None:
        """Puts the cursor on this one, if it is there."""
        if template_id in self._templates:
            self.highlighted = self.get_option_index(template_id)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        self.post_message(self.Moved(self.current))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if self.current is not None:
            self.post_message(self.Chosen(self.current))


def _options(found: Sequence[Found], *, headings: bool) -> Iterator[Option]:
    category = None
    names = Counter(one.template.name for one in found)
    for one in found:
        template = one.template
        if headings and template.category != category:
            category = template.category
            yield Option(Content(sanitise_line(category)), disabled=True)
        place = "  " if headings else ""
        words = "" if headings else f"  {sanitise_line(template.category)}"
        if names[template.name] > 1:  # a copy has the name of what it was made from
            words = f"  {sanitise_line(template.id)}{words}"
        line = Content.assemble(place, _name(one), (words, "$foreground-muted"))
        yield Option(line, id=template.id)


def _name(found: Found) -> Content:
    name = found.template.name
    if not is_safe(name):
        return Content(sanitise_line(name))
    content = Content(name)
    for place in found.places:
        content = content.stylize("bold underline", place, place + 1)
    return content
