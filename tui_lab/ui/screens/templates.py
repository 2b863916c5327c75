"""The templates: prompts to begin from, found by a few letters, read, used, run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_lab.ui.suggestions import suggestions
from tui_lab.ui.template_editing import TemplateEditing
from tui_lab.ui.template_use import use_template
from tui_lab.ui.widgets.query_line import QueryLine
from tui_lab.ui.widgets.template_list import TemplateList
from tui_lab.ui.widgets.template_view import TemplateView

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.templates.template import Template


class TemplatesScreen(TemplateEditing):
    MODE = "templates"
    CSS_PATH = "templates.tcss"
    FOOTER = (
        "templates.take",
        "templates.run",
        "templates.search",
        "templates.undo",
        "templates.new",
        "templates.edit",
        "templates.versions",
        "templates.delete",
        "templates.read",
        "panes.back",
    )
    HELP = (
        "Prompts to begin from. Type / to search, enter takes one into the Lab, r runs it. "
        "a makes one of your own from the prompt in the Lab, w edits, = shows its versions."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "use", id="templates.take", tooltip="take it into the Lab"),
        Binding("r,ctrl+j", "run", "run", id="templates.run", tooltip="run it at once"),
        Binding("slash", "search", "search", id="templates.search"),
        Binding("l,right", "read", "read", id="templates.read", tooltip="read it"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.query_line = QueryLine(
            "/ searches names and categories",
            id="templates-query",
            help_text="A few letters of a name, a category or a description.",
        )
        self.templates = TemplateList(id="templates-list")
        self.view = TemplateView(id="template", classes="pane reader")

    def compose_body(self) -> ComposeResult:
        with Container(id="panes"):
            with Vertical(id="templates", classes="pane chooser"):
                yield self.query_line
                yield Static(id="templates-notice", markup=False)
                yield self.templates
            yield self.view

    def on_mount(self) -> None:
        self.query_one("#templates").border_title = Content("Templates")
        self.templates.focus()

    def lab_opened(self, lab: Lab) -> None:
        self._lab = lab
        self._show()

    def on_screen_resume(self) -> None:
        if self._lab is not None:
            before = self._lab.templates.library
            self.host.read_templates()
            if self._lab.templates.library != before:
                here = self.templates.current
                self._show()
                self.templates.go_to(here.id if here else "")
        self._preview(self.templates.current)

    @property
    def chosen(self) -> Template | None:
        return self.templates.current

    def templates_changed(self, template_id: str) -> None:
        self._show()
        self.templates.go_to(template_id)

    @property
    def chooser(self) -> Widget:
        return self.templates

    @property
    def reader(self) -> Widget:
        return self.view

    def _show(self) -> None:
        if self._lab is None:
            return
        self.templates.show(self._lab.templates.library.templates, self.query_line.value)
        count = len(self.templates.options) if self.query_line.value.strip() else None
        notice = self.query_one("#templates-notice", Static)
        notice.display = count == 0
        notice.update("Nothing found. esc shows all.")
        every = len(self._lab.templates.library.templates)
        words = f"{every} templates" if count is None else f"{count} found"
        self.query_one("#templates").border_subtitle = Content(words)

    def _preview(self, template: Template | None) -> None:
        if self._lab is not None:
            chosen = self.host.chosen_models
            models = suggestions(self._lab, template, chosen) if template is not None else ()
            self.view.show(template, models, kept=chosen, own=self.chosen_is_own)
        self.refresh_bindings()

    @on(QueryLine.Changed)
    def _typed(self) -> None:
        self._show()

    @on(QueryLine.Left)
    def _searched(self) -> None:
        self.choose()

    @on(TemplateList.Moved)
    def _moved(self, message: TemplateList.Moved) -> None:
        self._preview(message.template)

    @on(TemplateList.Chosen)
    @work
    async def action_use(self) -> None:
        if self.templates.current is not None:
            await use_template(self.app, self.templates.current, run=False)

    @work
    async def action_run(self) -> None:
        if self.templates.current is not None:
            await use_template(self.app, self.templates.current, run=True)

    def action_search(self) -> None:
        self.remove_class("-reading")
        self.query_line.focus()

    def action_read(self) -> None:
        self.read()

    def action_back(self) -> None:
        if self.is_reading or self.query_line.has_focus:
            self.choose()
        else:
            self.query_line.value = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "run" | "use":
                return self.templates.current is not None
            case "search":
                return not self.query_line.has_focus
            case "new":
                return self._lab is not None and not self.query_line.has_focus
            case "edit" | "duplicate" | "versions":
                return self.templates.current is not None and not self.query_line.has_focus
            case "delete":
                return self.chosen_is_own and not self.query_line.has_focus
            case "undo":
                return self.can_undo
            case "read":
                return self.templates.current is not None and self.templates.has_focus
            case "back":
                return self.is_reading or self.query_line.has_focus or bool(self.query_line.value)
            case _:
                return True
