"""The screens of the frame, in the order of their digits. A new one is a line here."""

from __future__ import annotations

from textual.dom import DOMNode

from tui_lab.ui.dialogs.command_list import CommandList
from tui_lab.ui.dialogs.dialog import Dialog
from tui_lab.ui.dialogs.earlier_prompts import EarlierPrompts
from tui_lab.ui.dialogs.model_picker import ModelPicker
from tui_lab.ui.dialogs.parameters_form import ParametersForm
from tui_lab.ui.dialogs.question import Question
from tui_lab.ui.frame import Tab
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.widgets.field_row import FieldRow
from tui_lab.ui.widgets.find_bar import FindBar
from tui_lab.ui.widgets.lane import Lane

TABS = (Tab("lab", "Lab", LabScreen),)

REMAPPABLE: tuple[type[DOMNode], ...] = (
    LabScreen,
    Lane,
    FieldRow,
    FindBar,
    Dialog,
    CommandList,
    EarlierPrompts,
    ModelPicker,
    ParametersForm,
    Question,
)
"""Where bindings with an id are declared, besides the app."""
