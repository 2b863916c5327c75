"""What a person is asked before a prompt leaves: whether a key may go with it, the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.draft import Draft

if TYPE_CHECKING:
    from tui_lab.lab import Lab


async def may_send(app: App[Any], lab: Lab, draft: Draft) -> bool:
    """False: the person stepped back. To be awaited in a worker.

    Raises `LabError` where the vault cannot be opened, or a model is of no provider.
    """
    if any(map(lab.known_secrets.seem_in, draft.texts)):
        from tui_lab.ui.dialogs.question import Question

        models = ", ".join(map(str, draft.lanes))
        text = f"There is what looks like a key in what would be sent to {models}. Send it?"
        if not await app.push_screen_wait(Question("A key in the prompt", text)):
            return False
    named = (*draft.models, *draft.fallbacks)
    providers = [lab.models.provider(model.provider) for model in named]
    if draft.is_routed:
        providers = [*lab.models.providers.values()]
    if not any(provider.key_env for provider in providers):
        return True
    from tui_lab.ui.vault_opening import vault_opened_for

    return await vault_opened_for(app, lab, providers)
