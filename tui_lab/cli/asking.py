"""Questions to the person at the terminal: a key or a passphrase, never echoed; yes or no."""

from __future__ import annotations

import getpass
import os
import sys
import warnings
from typing import TYPE_CHECKING

from tui_lab.cli.choosing import first_asked
from tui_lab.cli.output import narrate
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyKind
from tui_lab.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_lab.core.draft import Draft
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider

_LARGEST_KEY = 64 * 1024  # characters of standard input


def given_key(name: str) -> str:
    """What is typed unseen, or comes by standard input."""
    if sys.stdin is None:
        raise LabError(ErrorKind.USAGE, "there is no standard input to read the key from", "")
    if sys.stdin.isatty():
        return _unseen(f"Key for {name} (not shown): ")
    return sys.stdin.read(_LARGEST_KEY)


def confirm(question: str, *, yes: bool) -> None:
    """Goes on where it was said beforehand or is said now; raises `LabError` of kind `usage`."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise LabError(ErrorKind.USAGE, question, "say --yes to do it")
    narrate(f"{question} [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise LabError(ErrorKind.USAGE, "nothing was done", "answer y, or say --yes")


def confirm_cost(drafts: Sequence[Draft], lab: Lab, *, yes: bool) -> None:
    """Asks where drafts of a workspace may together cost what the person wants to be asked from.

    Raises `LabError` of kind `policy` where the answer is no, or there is nobody to ask.
    """
    if yes or not drafts or lab.settings.confirm_above(drafts[0].workspace) is None:
        return
    drafts = [first_asked(draft, lab) for draft in drafts]
    question = lab.estimates.together(drafts).result().question
    if question is None:
        return
    if sys.stderr is None or not sys.stderr.isatty() or not _has_terminal():
        hint = "say --yes to run it, or raise budgets.confirm"
        raise LabError(ErrorKind.POLICY, f"{question}; nothing was sent", hint)
    narrate(f"tui-lab: {question}. Run it? [y/N]")
    # From the terminal itself: standard input may be bringing the prompt.
    with open("/dev/tty", encoding="utf-8", errors="replace") as terminal:
        answer = terminal.readline().strip().lower()
    if answer not in ("y", "yes"):
        raise LabError(ErrorKind.POLICY, "nothing was sent", "answer y, or say --yes")


def open_vault(lab: Lab, *, make: bool = False) -> None:
    """Sees to it that the vault is open: with the passphrase that environment or settings name,
    else with that of the person. Raises `LabError` where neither opens it.

    One that does not exist is made only where that is wanted.
    """
    vault = lab.keys.vault
    if not vault.is_locked or not (vault.exists or make):
        return
    if lab.keys.do(lambda keys: keys.stores.open_vault()).result():
        return
    if vault.exists:
        passphrase = _passphrase("Passphrase of the vault: ")
    else:
        narrate(f"a vault is made at {vault.path}; without its passphrase nobody can read it")
        passphrase = new_passphrase()
    lab.keys.do(lambda keys: keys.stores.unlock(passphrase)).result()


def open_vault_for(providers: Iterable[Provider], workspace: str, lab: Lab) -> None:
    """Asks for the passphrase where a key for one of these is in the vault and there is a terminal
    to ask at; without one, what needs the vault fails by itself."""
    used = (lab.keys.found(workspace, provider) for provider in providers)
    if any(key is not None and key.kind is KeyKind.VAULT for key in used) and _has_terminal():
        open_vault(lab)


def new_passphrase() -> Secret:
    """Asked for twice."""
    passphrase = _passphrase("New passphrase: ")
    if _passphrase("The same passphrase again: ") != passphrase:
        raise LabError(ErrorKind.USAGE, "the two passphrases differ", "nothing was written")
    return passphrase


def _passphrase(prompt: str) -> Secret:
    """From the terminal itself: standard input may be bringing a key."""
    if not _has_terminal():
        raise LabError(
            ErrorKind.NO_KEY,
            "the vault is locked, and there is no terminal to ask for its passphrase",
            "set TUI_LAB_VAULT_PASSPHRASE, or vault.passphrase_command in config.toml",
        )
    return Secret(_unseen(prompt))


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _unseen(prompt: str) -> str:
    with warnings.catch_warnings():
        # Where a terminal cannot be told to be silent, getpass would echo.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except EOFError:
            return ""
        except getpass.GetPassWarning:
            raise LabError(
                ErrorKind.USAGE, "this terminal would show what is typed", "use a pipe instead"
            ) from None
