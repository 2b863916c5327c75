"""`tui-lab doctor`: what is well, what is not, and the line that mends it."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tui_lab.cli.output import print_json, print_table, print_text
from tui_lab.core.errors import LabError
from tui_lab.core.money import dollars
from tui_lab.core.sizes import size_words

if TYPE_CHECKING:
    from tui_lab.doctor import Check
    from tui_lab.lab import Lab
    from tui_lab.store.database import StoreState

C_UTF8 = Path("/usr/lib/locale/C.utf8")
GLYPHS = {"ok": "✓", "warning": "!", "problem": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Exits 0, or 5 where the history cannot be recorded, or 3 where settings are wrong."""
    from tui_lab import doctor
    from tui_lab.lab import Lab

    with Lab(known_secrets=args.known_secrets) as lab:
        checks = [
            doctor.check_python(sys.version_info[:3]),
            doctor.check_terminal(os.environ, _terminal_size()),
            doctor.check_colours(os.environ),
            doctor.check_multiplexer(os.environ),
            doctor.check_encoding(os.environ, sys.stdout.encoding, C_UTF8.exists()),
            doctor.check_directory("config", lab.directories.config),
            doctor.check_directory("data", lab.directories.data),
            *_history(lab.history.state),
            *_files(lab),
            *_budgets(lab),
            *_keys(lab),
            *_health(lab),
            _key_store(lab),
        ]
        not_recording = lab.history.state.not_recording
    if args.json:
        print_json({"items": [asdict(check) for check in checks], "next": None})
    else:
        print_table([GLYPHS[check.status], check.name, check.message] for check in checks)
        for check in checks:
            if check.fix is not None and check.status != "ok":
                print_text(f"\n{check.name}: {check.message}\n  → {check.fix}")
    if not_recording is not None:
        return not_recording.exit_code
    return 3 if any(check.status == "problem" for check in checks) else 0


def _terminal_size() -> tuple[int, int] | None:
    """Columns and rows; None where output goes elsewhere."""
    try:
        return tuple(os.get_terminal_size(sys.stdout.fileno()))  # type: ignore[return-value]
    except OSError:
        return None


def _history(state: StoreState) -> list[Check]:
    from tui_lab.doctor import Check, check_network_home

    checks = []
    if state.not_recording is not None:
        error = state.not_recording
        checks.append(Check("history", "problem", f"not recording: {error.message}", error.hint))
    else:
        size = size_words(state.path.stat().st_size)
        told = f"{state.path}, {size}, journal {state.journal_mode}"
        checks.append(Check("history", "ok", told))
    bug = "has the WAL-reset bug, so writes take a lock file" if state.wal_reset_bug else "fine"
    checks.append(Check("sqlite", "ok", f"SQLite {state.sqlite_version}: {bug}"))
    checks.append(check_network_home(state.path.parent, state.network_filesystem))
    checks += [Check("history", "warning", notice) for notice in state.notices]
    return checks


def _files(lab: Lab) -> list[Check]:
    from tui_lab.doctor import Check

    if not lab.problems:
        return [Check("settings", "ok", "config.toml and templates.toml are fine")]
    return [
        Check("settings", "problem", problem.without_hint, problem.hint or None)
        for problem in lab.problems
    ]


def _budgets(lab: Lab) -> list[Check]:
    """What may be spent; a budget that nothing is left of is a warning."""
    from tui_lab.doctor import Check

    checks = [Check("plan", "ok", lab.budgets.plan)]
    try:
        states = lab.budgets.states().result()
    except LabError as error:
        return [*checks, Check("budgets", "problem", error.message, error.hint)]
    if not states:
        checks.append(Check("budgets", "ok", "none: runs may cost what they cost"))
    for state in states:
        limit = state.limit
        words = f"{limit.setting} is {dollars(limit.usd)}"
        if state.resets_at is not None:
            words += f", {dollars(state.spent)} is spent"
        spent = limit.usd > 0 and not state.left
        fix = f"raise {limit.setting}, or wait for its end" if spent else None
        checks.append(Check("budgets", "warning" if spent else "ok", words, fix))
    return checks


def _keys(lab: Lab) -> list[Check]:
    from tui_lab.doctor import Check

    keyed = [provider for provider in lab.models.providers.values() if provider.key_env]
    ready = [one.id for one in keyed if lab.keys.found(lab.workspace, one) is not None]
    if ready:
        return [Check("keys", "ok", f"found for {', '.join(ready)}")]
    first = keyed[0].key_env[0]
    return [
        Check(
            "keys",
            "warning",
            "no keys configured: local and simulated models only",
            f"export {first}=… (tui-lab providers lists all)",
        )
    ]


def _health(lab: Lab) -> list[Check]:
    """Who fails again and again of late; outages that are simulated."""
    from tui_lab.cli.health_table import breaker_words
    from tui_lab.core.health import Breaker
    from tui_lab.doctor import Check

    checks = [
        Check("outage", "warning", f"the outage of {name} is simulated", "take it out of `outage`")
        for name in lab.settings.outage
    ]
    for model, health in lab.health.states().result().items():
        if health.breaker is not Breaker.CLOSED or 2 * health.failed > max(health.asked, 3):
            words = f"{model}: {health.failed} of {health.asked} failed in the last hour"
            fix = f"tui-lab providers {model.provider} --ping"
            checks.append(
                Check("health", "warning", f"{words}; breaker {breaker_words(health)}", fix)
            )
    return checks or [Check("health", "ok", "no provider fails of late")]


def _key_store(lab: Lab) -> Check:
    """Where keys of the workspaces' own can be kept on this machine."""
    from tui_lab.doctor import Check

    try:
        chosen = lab.keys.do(lambda keys: keys.chosen_store).result()
    except LabError as error:
        return Check("key store", "problem", error.message, error.hint)
    keyring = lab.keys.do(lambda keys: keys.stores.keyring()).result()
    told = f"kept in the {chosen}; " if chosen else ""
    if keyring.backend is not None:
        return Check("key store", "ok", f"{told}the keyring is {keyring.name}")
    return Check("key store", "ok", f"{told}{keyring.name}: the vault is {lab.keys.vault.path}")
