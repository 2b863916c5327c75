"""Whether a model can be asked now, in a word or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_lab.core.refs import ModelRef

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def availability(lab: Lab, model: ModelRef) -> str:
    """`ready`, `needs …_KEY`, `local`, `local, not running`, `simulated`."""
    provider = lab.models.providers.get(model.provider)
    if provider is None:
        return "no such provider"
    if provider.simulated:
        return "simulated"
    if provider.local:
        return "local" if lab.models.is_running(provider) else "local, not running"
    return "ready" if lab.models.is_usable(model) else f"needs {provider.key_env[0]}"
