"""Taking a template, from anywhere: a few letters, enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from tui_lab.core.refs import ModelRef
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.suggestions import Suggestion
from tui_lab.ui.widgets.steady_input import SteadyInput
from tui_lab.ui.widgets.template_list import TemplateList
from tui_lab.ui.widgets.template_view import TemplateView

if TYPE_CHECKING:
    from tui_lab.templates.template import Template


class Picked(NamedTuple):
    template: Template
    run: bool


class TemplatePicker(Dialog[Picked]):
    """Answers with a template, and whether it should run at once."""

    FOOTER = ("picker.use", "picker.run", "dialog.back")
    HELP = "Type a few letters of a template; enter takes it into the Lab, ^j runs it there."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick(False)", "use", id="picker.use", priority=True),
        Binding("ctrl+j", "pick(True)", "run", id="picker.run", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="picker.next", show=False, priority=True),
        Binding(
            "up,ctrl+t", "move(-1)", "previous", id="picker.previous", show=False, priority=True
        ),
    ]
    DEFAULT_CSS = """
    TemplatePicker {
        & > .box { height: 90%; max-height: 36; max-width: 120; }
        & Input { margin-bottom: 1; }
        & Horizontal { height: 1fr; }
        & TemplateList { width: 40%; height: 100%; }
        & TemplateView { width: 1fr; padding-left: 1; border-left: solid $border-blurred; }
    }
    """

    def __init__(
        self,
        templates: Sequence[Template],
        suggestions: Callable[[Template], Sequence[Suggestion]],
        *,
        kept: Sequence[ModelRef] = (),
    ) -> None:
        super().__init__("Templates")
        self._kept = kept
        self._templates = templates
        self._suggestions = suggestions
        self._list = TemplateList()
        self._view = TemplateView()

    def compose_box(self) -> ComposeResult:
        yield SteadyInput(placeholder="type to filter", id="filter")
        with Horizontal():
            yield self._list
            yield self._view

    def on_mount(self) -> None:
        self._list.can_focus = self._view.can_focus = False
        self._list.show(self._templates, "")

    @on(Input.Changed, "#filter")
    def _filter(self, message: Input.Changed) -> None:
        self._list.show(self._templates, message.value)

    @on(TemplateList.Moved)
    def _moved(self, message: TemplateList.Moved) -> None:
        template = message.template
        suggestions = self._suggestions(template) if template is not None else ()
        self._view.show(template, suggestions, kept=self._kept)

    @on(TemplateList.Chosen)
    def _clicked(self) -> None:
        self.action_pick(False)

    def action_move(self, step: int) -> None:
        if step > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_pick(self, run: bool) -> None:
        if self._list.current is not None:
            self.dismiss(Picked(self._list.current, run))
