"""The versions of a template: how each did, and what changed from it to the template as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_lab.core.money import dollars
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.template_versions import TemplateVersion, best_version, content_text
from tui_lab.core.text_diff import Change, text_diff
from tui_lab.templates.template import Template
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.widgets.choice_list import ChoiceList

STYLES = {Change.SAME: "", Change.REMOVED: "$error", Change.ADDED: "$success"}
MARKS = {Change.SAME: ("", ""), Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
"""Those of `git diff --word-diff`: nothing is told by colour alone."""


class TemplateVersions(Dialog[None]):
    """The version that did best is under the cursor first."""

    HELP = (
        "A version stands for what a model is asked; another content is another version. Beside "
        "it stand its runs, their mean rating and mean cost. Of the text "
        "[-is gone since-], {+has come+}."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,space", "scroll(1)", "scroll", id="versions.scroll"),
        Binding("pageup", "scroll(-1)", "scroll up", id="versions.scroll_up", show=False),
    ]
    DEFAULT_CSS = """
    TemplateVersions {
        & > .box { height: 90%; max-height: 36; max-width: 120; }
        & Horizontal { height: 1fr; }
        & ChoiceList { width: 40%; max-width: 34; height: 100%; }
        & VerticalScroll { width: 1fr; padding-left: 1; border-left: solid $border-blurred; }
        & #legend { color: $foreground-muted; }
    }
    """

    def __init__(self, template: Template, versions: Sequence[TemplateVersion]) -> None:
        super().__init__(f"Versions of {sanitise_line(template.name)}")
        self._template = template
        self._versions = versions

    def compose_box(self) -> ComposeResult:
        with Horizontal():
            yield ChoiceList(id="versions")
            with VerticalScroll(can_focus=False):
                yield Static(id="legend", markup=False)
                yield Static(id="diff", markup=False)

    def on_mount(self) -> None:
        best = best_version(self._versions)
        versions = self.query_one(ChoiceList)
        versions.add_options(map(self._option, self._versions))
        versions.focus()
        versions.highlighted = self._versions.index(best) if best in self._versions else None
        if not self._versions:
            self.query_one("#legend", Static).update("It has not been run yet.")

    @on(OptionList.OptionHighlighted)
    def _show(self, message: OptionList.OptionHighlighted) -> None:
        chosen = self._versions[message.option_index]
        self.query_one("#legend", Static).update(self._legend(chosen))
        self.query_one("#diff", Static).update(self._changes(chosen))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_scroll(self, step: int) -> None:
        pane = self.query_one(VerticalScroll)
        pane.scroll_relative(y=step * (pane.size.height - 1), animate=False)

    def _option(self, one: TemplateVersion) -> Option:
        rating = f"★ {one.rating:.1f}" if one.rating is not None else "not rated"
        cost = dollars(one.cost) if one.cost is not None else "?"
        marks = [
            word
            for word, holds in (
                ("now", one.version == self._template.version),
                ("best", one == best_version(self._versions)),
            )
            if holds
        ]
        head = f"version {one.version}" + (f" ({', '.join(marks)})" if marks else "")
        runs = "1 run" if one.runs == 1 else f"{one.runs} runs"
        facts = (f"\n  {runs} · {rating} · {cost}", "$foreground-muted")
        return Option(Content.assemble((head, "bold"), facts))

    def _legend(self, chosen: TemplateVersion) -> str:
        now = self._template.version
        if chosen.version == now:
            return f"version {now}, as it is now\n"
        return f"from [-version {chosen.version}-] to {{+version {now}+}}, as it is now\n"

    def _changes(self, chosen: TemplateVersion) -> Content:
        if chosen.content is None:
            return Content("Its text is not known: versions are kept from their next run on.")
        diff = text_diff(content_text(chosen.content), content_text(self._template.content))
        parts = []
        for one in diff.segments:
            begin, end = MARKS[one.change]
            parts.append((f"{begin}{sanitise(one.text)}{end}", STYLES[one.change]))
        return Content.assemble(*parts)
