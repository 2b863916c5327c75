"""The prompt pane: what is asked, of whom, and how.

What shows nothing yet, and what only a written prompt needs, comes when it is asked for first: the
first paint does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.message import Message as Posted
from textual.widgets import TextArea

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.prompt_asked import PromptAsked
from tui_lab.ui.prompt_costs import PromptCosts
from tui_lab.ui.widgets.field_row import FieldRow
from tui_lab.ui.widgets.pane import Pane
from tui_lab.ui.widgets.prompt_editor import PromptEditor

if TYPE_CHECKING:
    from tui_lab.core.asked import Asked
    from tui_lab.core.budget import LimitState
    from tui_lab.core.draft import Draft
    from tui_lab.core.estimate import Estimate, Tariff
    from tui_lab.core.messages import Message
    from tui_lab.core.model_facts import Input
    from tui_lab.core.parameters import Parameters
    from tui_lab.core.record import RunRecord
    from tui_lab.core.refs import ModelRef
    from tui_lab.core.routing import RoutePlan, Strategy
    from tui_lab.core.template_variables import Variable
    from tui_lab.templates.template import Template
    from tui_lab.ui.widgets.attachment_rows import AttachmentRows
    from tui_lab.ui.widgets.turns_view import TurnsView
    from tui_lab.ui.widgets.variable_fields import VariableFields

LONGEST_ESTIMATED = 20_000
"""Characters beyond which the estimate waits for the run: it would delay each key."""


class PromptPane(Pane):
    """Holds the draft. Folded, it shows the beginning of the text; any key in it unfolds it."""

    class Unfolded(Posted):
        """A key was pressed in the folded pane."""

    class Changed(Posted):
        """Something of the draft may be another."""

    class PricesWanted(Posted):
        """There is a prompt, and what its models charge is not looked up yet."""

    class RoutesWanted(Posted):
        """Whom a strategy would ask may be another."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._whom = PromptAsked()
        self._planned: tuple[object, ...] = ()
        self._parameters: Parameters | None = None
        self.run_key = ""
        self._costs = PromptCosts()
        self._priced: tuple[ModelRef, ...] = ()
        self.turns: tuple[Message, ...] = ()
        self.parent_id: str | None = None
        self._template: tuple[str, int] | None = None
        self._template_texts = ("", "")
        self._declared: tuple[Variable, ...] = ()
        self.system_editor = PromptEditor(
            "system prompt: none",
            id="system-editor",
            help_text="The system prompt: what the model should be or do throughout.",
        )
        self.editor = PromptEditor("Write a prompt here.", id="prompt-editor")
        self.models_row = FieldRow(
            "models",
            id="models-row",
            help_text="Who is asked. Enter chooses; several compare. "
            "Below stands what a run is likely to cost (~), and what it costs at most (≤).",
        )
        self.parameters_row = FieldRow(
            "parameters",
            id="parameters-row",
            help_text="Temperature and the like. What is not set is not sent.",
        )
        self._turns_view: TurnsView | None = None
        self._variables: VariableFields | None = None
        self._attached: AttachmentRows | None = None
        self.reads: Callable[[ModelRef, Input], bool | None] = lambda model, kind: None
        """Whether a model reads this kind of attachment; None where nobody knows."""

    def compose(self) -> ComposeResult:
        yield self.system_editor
        yield self.editor
        yield self.models_row
        yield self.parameters_row

    def on_mount(self) -> None:
        self._show()

    @property
    def asked(self) -> Asked:
        """Whom the prompt is for."""
        return self._whom.asked

    @property
    def models(self) -> tuple[ModelRef, ...]:
        """Those that were named to be asked first."""
        return self._whom.models

    @property
    def parameters(self) -> Parameters:
        """What is set besides the texts."""
        if self._parameters is None:
            from tui_lab.core.parameters import Parameters

            self._parameters = Parameters()
        return self._parameters

    @property
    def turns_view(self) -> TurnsView:
        """What was said before."""
        if self._turns_view is None:
            from tui_lab.ui.widgets.turns_view import TurnsView

            self._turns_view = TurnsView()
            self.mount(self._turns_view, before=self.editor)
        return self._turns_view

    @property
    def variables(self) -> VariableFields:
        """Their values."""
        if self._variables is None:
            from tui_lab.ui.widgets.variable_fields import VariableFields

            self._variables = VariableFields(id="prompt-variables")
            self.mount(self._variables, after=self.editor)
        return self._variables

    @property
    def attached(self) -> AttachmentRows:
        """What goes with the prompt."""
        if self._attached is None:
            from tui_lab.ui.widgets.attachment_rows import AttachmentRows

            self._attached = AttachmentRows(id="attached")
            self.mount(self._attached, after=self.parameters_row)
        return self._attached

    # The draft

    def draft(self, workspace: str) -> Draft:
        """What would be run; raises `LabError` when something is missing."""
        from tui_lab import attached
        from tui_lab.core.attachment_words import attachment_words
        from tui_lab.core.attachments import turn_of
        from tui_lab.core.draft import Draft
        from tui_lab.core.record import Source, TemplateUse
        from tui_lab.core.template_text import render_all

        if missing := self.variables.missing:
            raise LabError(
                ErrorKind.USAGE,
                f"the prompt needs a value for {', '.join(missing)}",
                "fill in the field below it",
            )
        values = self.variables.values
        if gone := self.attached.gone:
            names = ", ".join(attachment_words(part).name for part in gone)
            raise LabError(
                ErrorKind.USAGE,
                f"the history does not keep the bytes of {names}",
                "add it again, or remove it, in the line below the prompt",
            )
        text, system = render_all(self.texts, values, self._declared, attached.text_of)
        if not text.strip():
            raise LabError(ErrorKind.USAGE, "the prompt is empty", "write what to ask")
        template = self.from_template and TemplateUse(*self.from_template, variables=values)
        asked = self.asked
        return Draft(
            models=asked.models,
            routes=asked.routes,
            fallbacks=asked.fallbacks,
            strategy=asked.strategy,
            repeat=asked.repeat,
            messages=(*self.turns, turn_of(text, self.attached.parts)),
            system=system if system.strip() else None,
            parameters=self.parameters,
            template=template,
            parent_id=self.parent_id,
            workspace=workspace,
            source=Source.TEMPLATE if template else Source.TUI,
        )

    def write(self, text: str, *, system: str | None = None) -> None:
        """Begins another prompt, without turns, template and attachments; undo brings the old text
        back.
        """
        self.editor.rewrite(text)
        self.system_editor.rewrite(system or "")
        self._template = None
        self._declared = ()
        self.attached.parts = ()
        self.converse((), None)
        self._edited()

    def restore(self, record: RunRecord, template: Template | None) -> None:
        """Everything that a run was asked; `template` is the one that it names, if there is one.

        Where the template still gives the same words, its fields come back, filled in.
        """
        from tui_lab.core.attachments import apart
        from tui_lab.ui.prompt_texts import gives, literal

        used = record.template
        prompt, attached = apart(record.messages[-1])
        if used and template and gives(template, used, prompt, record.system):
            self.write(template.prompt, system=template.system)
            self.fill(used.variables)
        else:
            self.write(prompt, system=record.system)
            self.fill(literal(prompt, record.system or ""))
        if used is not None:
            self.use_template(used.id, used.version, template.declared if template else ())
        self.set_parameters(record.parameters)
        self.attached.parts = attached
        self.converse(record.messages[:-1], record.parent_id)

    def use_template(
        self, template_id: str, version: int, declared: tuple[Variable, ...] = ()
    ) -> None:
        """Says that the texts are those of a template, for as long as they stay what they are.

        What it declares of its variables holds until another prompt is begun.
        """
        self._template = (template_id, version)
        self._template_texts = self.texts
        self._declared = declared
        self._edited()

    @property
    def texts(self) -> tuple[str, str]:
        """Prompt and system prompt as they stand, with their placeholders."""
        return self.editor.text, self.system_editor.text

    @property
    def from_template(self) -> tuple[str, int] | None:
        """Id and version of the template that the texts are; None once they were changed."""
        return self._template if self.texts == self._template_texts else None

    def fill(self, values: Mapping[str, str]) -> None:
        self.variables.fill(values)

    def converse(self, turns: tuple[Message, ...], parent_id: str | None) -> None:
        """The next prompt goes on from these turns, after the run of this id."""
        self.turns = turns
        self.parent_id = parent_id
        self.turns_view.show(turns)
        self._show()

    def choose(self, asked: Asked, simulated: frozenset[ModelRef]) -> None:
        self._whom.take(asked, simulated)
        self._show()

    def foresee(self, plans: Mapping[Strategy, RoutePlan]) -> None:
        """Whom the strategies would ask, as it is now."""
        self._whom.plans = plans
        self._show()

    def price(self, tariffs: Mapping[ModelRef, Tariff]) -> None:
        """What the chosen models charge; it holds until others are chosen."""
        self._costs.tariffs = tariffs
        self._show()

    def limit(self, budgets: tuple[LimitState, ...]) -> None:
        """What is left to spend."""
        if budgets != self._costs.budgets:
            self._costs.budgets = budgets
            self._show()

    def want_prices(self) -> None:
        """Now there is somebody to look them up, and routes."""
        self._priced = self._planned = ()
        self._show()

    def set_parameters(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._show()

    def focus_missing(self) -> None:
        """Goes to what keeps the draft from being run."""
        if missing := self.variables.missing or self.variables.wrong:
            self.variables.focus_on(missing[0])
        elif self.attached.gone:
            self.attached.focus_gone()
        else:
            self.editor.focus()

    # Looks

    @property
    def folded(self) -> bool:
        return self.has_class("-folded")

    def fold(self, folded: bool) -> None:
        if folded or self.folded:
            self.call_after_refresh(self._show)
        self.set_class(folded, "-folded")

    @on(TextArea.Changed)
    def _edited(self) -> None:
        from tui_lab.core.template_text import variables

        self.variables.ask(variables(*self.texts, declared=self._declared))
        self._show()

    def on_attachment_rows_changed(self) -> None:
        self._show()

    def on_variable_fields_changed(self) -> None:
        self._show()

    @on(PromptEditor.Touched)
    def _touched(self) -> None:
        if self.folded:
            self.post_message(self.Unfolded())

    def _show(self) -> None:
        self.post_message(self.Changed())
        title = ["Prompt"]
        if self.from_template:
            title.append(sanitise_line(self.from_template[0]))
        if self.turns:
            title.append(f"turn {len(self.turns) // 2 + 1}")
        self.entitle(" · ".join(title), " · ".join(self._facts()))
        self.models_row.value = self._whom.words(self._estimates)
        if self.editor.text and self.models != self._priced:
            self._priced = self.models
            self.post_message(self.PricesWanted())
        self._want_routes()
        self._show_attached()
        given = self._parameters.as_dict() if self._parameters is not None else {}
        self.parameters_row.value = (
            " · ".join(f"{name} {_brief(value)}" for name, value in given.items())
            or "none sent: the model's own defaults"
        )

    def _show_attached(self) -> None:
        if (rows := self._attached) is not None:
            from tui_lab.ui.prompt_texts import doubt

            rows.show([doubt(part, self.models, self.reads) for part in rows.parts])

    def _want_routes(self) -> None:
        if not self._whom.routes:
            return
        values = tuple(self.variables.values.items())
        attached, turns = tuple(self.attached.parts), self.turns
        planned = (self._whom.routes, self.texts, values, attached, turns, self.parameters)
        if planned != self._planned:
            self._planned = planned
            self.post_message(self.RoutesWanted())

    def _facts(self) -> list[str]:
        self._estimates: dict[ModelRef, Estimate] = {}
        is_cut = self.folded and self.editor.max_scroll_y > 0
        facts = ["↓ more", self._whom.count] if is_cut else [self._whom.count]
        if self.editor.text and len(self.editor.text) <= LONGEST_ESTIMATED:
            facts.append(self._tokens_in())
        if self._attached is not None and self._attached.parts:
            from tui_lab.ui.prompt_texts import files_among

            files = files_among(self._attached.parts)
            facts.append(f"{files} file{'' if files == 1 else 's'}")
        if self._parameters is not None and self._parameters.max_tokens is not None:
            facts.append(f"≤{self._parameters.max_tokens} out")
        if (self._whom.routes or self._estimates) and (total := self._whom.total(self._estimates)):
            facts.append(total)
        if self._costs.budgets and (over := self._costs.over(self._estimates)):
            facts.append(sanitise_line(over))
        return [*facts, f"{self.run_key} run · enter newline"]

    def _tokens_in(self) -> str:
        """What a run reads; and now it is known what it may cost."""
        from tui_lab.ui.prompt_texts import as_sent

        values, attached = self.variables.values, self.attached.parts
        messages, words = as_sent(self.texts, values, self.turns, attached, self._declared)
        self._estimates = self._costs.of(self.models, self.parameters, messages, words)
        more = " and a file" if self.variables.puts_files_in else ""
        return f"~{self._costs.tokens_in(self.models, messages, words)} in{more}"


def _brief(value: object) -> str:
    return words if len(words := str(value)) <= 24 else "set"
