"""Opening the vault when something needs it, with the person's passphrase if need be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_lab.core.keys import KeyKind
from tui_lab.core.secret import Secret
from tui_lab.ui.dialogs.passphrase_form import PassphraseForm

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider


async def vault_opened(app: App[Any], lab: Lab, *, make: bool = False) -> bool:
    """Sees to it that the vault is open; false: the person stepped back. Await it in a worker.

    The passphrase is the one that environment or settings name, else that of the person. A vault
    that does not exist is made only where that is wanted. Raises `LabError` where the passphrase
    that is named cannot be had or is wrong.
    """
    vault = lab.keys.vault
    if not vault.is_locked or not (vault.exists or make):
        return True
    if await asyncio.wrap_future(lab.keys.do(lambda keys: keys.stores.open_vault())):
        return True

    def unlock(passphrase: Secret) -> Awaitable[None]:
        return asyncio.wrap_future(lab.keys.do(lambda keys: keys.stores.unlock(passphrase)))

    if vault.exists:
        form = PassphraseForm("Open the vault", "Your keys are in the encrypted vault.", unlock)
    else:
        why = (
            f"A vault is made: {vault.path}\n"
            "Without its passphrase nobody can read it, and nobody can bring it back."
        )
        form = PassphraseForm("A new vault", why, unlock, new=True)
    opened = await app.push_screen_wait(form)
    return opened is True


async def vault_opened_for(app: App[Any], lab: Lab, providers: Iterable[Provider]) -> bool:
    """The same where the workspace's key for one of these is in the vault."""
    used = [lab.keys.found(lab.workspace, provider) for provider in providers]
    if any(key is not None and key.kind is KeyKind.VAULT for key in used):
        return await vault_opened(app, lab)
    return True


async def passphrase_changed(app: App[Any], lab: Lab) -> bool:
    """Has the vault encrypted for another passphrase; false: the person stepped back."""
    if not await vault_opened(app, lab):
        return False

    def change(passphrase: Secret) -> Awaitable[None]:
        return asyncio.wrap_future(lab.keys.do(lambda keys: keys.change_passphrase(passphrase)))

    why = "Everything in the vault is encrypted anew. The passphrase of before opens it no more."
    form = PassphraseForm("A new passphrase", why, change, new=True)
    changed = await app.push_screen_wait(form)
    return changed is True
