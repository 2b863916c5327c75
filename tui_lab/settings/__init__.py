"""Every option, from config.toml and the environment. The one place that knows pydantic."""

from tui_lab.settings.loading import load_settings
from tui_lab.settings.options import ProviderSettings, Settings, Timeouts, WorkspaceSettings

__all__ = ["ProviderSettings", "Settings", "Timeouts", "WorkspaceSettings", "load_settings"]
