"""Everything whose keys can be chosen. Imported only where that is asked: it is the whole face."""

from __future__ import annotations

from textual.dom import DOMNode

from tui_lab.ui.annotating import AnnotatingScreen
from tui_lab.ui.composing import ComposingScreen
from tui_lab.ui.deleting import DeletingScreen
from tui_lab.ui.dialogs.attach_form import AttachForm
from tui_lab.ui.dialogs.command_list import CommandList
from tui_lab.ui.dialogs.copy_form import CopyForm
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.dialogs.draft_list import DraftList
from tui_lab.ui.dialogs.earlier_prompts import EarlierPrompts
from tui_lab.ui.dialogs.export_form import ExportForm
from tui_lab.ui.dialogs.key_form import KeyForm
from tui_lab.ui.dialogs.model_picker import ModelPicker
from tui_lab.ui.dialogs.other_answer import OtherAnswer
from tui_lab.ui.dialogs.parameters_form import ParametersForm
from tui_lab.ui.dialogs.passphrase_form import PassphraseForm
from tui_lab.ui.dialogs.preset_list import PresetList
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.dialogs.rating_form import RatingForm
from tui_lab.ui.dialogs.raw_record import RawRecord
from tui_lab.ui.dialogs.replay import Replay
from tui_lab.ui.dialogs.route_panel import RoutePanel
from tui_lab.ui.dialogs.run_comparison import RunComparison
from tui_lab.ui.dialogs.still_running import StillRunning
from tui_lab.ui.dialogs.tag_form import TagForm
from tui_lab.ui.dialogs.template_form import TemplateForm
from tui_lab.ui.dialogs.template_picker import TemplatePicker
from tui_lab.ui.dialogs.template_versions import TemplateVersions
from tui_lab.ui.dialogs.text_form import TextForm
from tui_lab.ui.dialogs.vote_groups import VoteGroups
from tui_lab.ui.exporting_runs import ExportingRuns
from tui_lab.ui.screens.history import HistoryScreen
from tui_lab.ui.screens.judge import JudgeScreen
from tui_lab.ui.screens.keys import KeysScreen
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.screens.standings import StandingsScreen
from tui_lab.ui.screens.stats import StatsScreen
from tui_lab.ui.screens.templates import TemplatesScreen
from tui_lab.ui.template_editing import TemplateEditing
from tui_lab.ui.two_panes import TwoPanes
from tui_lab.ui.using_runs import UsingRuns
from tui_lab.ui.widgets.attachment_rows import AttachmentRow
from tui_lab.ui.widgets.choice_list import ChoiceList
from tui_lab.ui.widgets.comparing import ComparedLanes
from tui_lab.ui.widgets.field_row import FieldRow
from tui_lab.ui.widgets.find_bar import FindBar
from tui_lab.ui.widgets.group_list import GroupRows
from tui_lab.ui.widgets.key_list import KeyList
from tui_lab.ui.widgets.lane import Lane
from tui_lab.ui.widgets.query_line import QueryLine
from tui_lab.ui.widgets.reading_scroll import ReadingScroll
from tui_lab.ui.widgets.run_list import RunList
from tui_lab.ui.widgets.run_view import RunView
from tui_lab.ui.widgets.template_list import TemplateList
from tui_lab.ui.widgets.template_view import TemplateView
from tui_lab.ui.widgets.variable_inputs import VariableChoice

REMAPPABLE: tuple[type[DOMNode], ...] = (
    LabScreen,
    ComposingScreen,
    ComparedLanes,
    Lane,
    JudgeScreen,
    ReadingScroll,
    OtherAnswer,
    StandingsScreen,
    VoteGroups,
    FieldRow,
    VariableChoice,
    AttachmentRow,
    FindBar,
    Dialog,
    AttachForm,
    CommandList,
    DraftList,
    EarlierPrompts,
    ModelPicker,
    ParametersForm,
    Question,
    RoutePanel,
    StillRunning,
    TemplateForm,
    TemplatePicker,
    TemplateVersions,
    TextForm,
    TwoPanes,
    QueryLine,
    ChoiceList,
    TemplatesScreen,
    TemplateEditing,
    TemplateList,
    TemplateView,
    HistoryScreen,
    ExportingRuns,
    UsingRuns,
    AnnotatingScreen,
    DeletingScreen,
    CopyForm,
    ExportForm,
    RatingForm,
    RawRecord,
    Replay,
    RunComparison,
    TagForm,
    RunList,
    RunView,
    KeysScreen,
    KeyList,
    KeyForm,
    PassphraseForm,
    PresetList,
    StatsScreen,
    GroupRows,
)
"""Where bindings with an id are declared, besides the app."""
