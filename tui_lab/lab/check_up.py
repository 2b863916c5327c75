"""The whole examination: the machine and the terminal, then the lab's own parts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError
from tui_lab.core.health import Breaker, breaker_words
from tui_lab.core.money import dollars
from tui_lab.core.sizes import size_words
from tui_lab.doctor.check import Check
from tui_lab.doctor.copying import check_copying
from tui_lab.doctor.link import check_multiplexer, check_speed
from tui_lab.doctor.machine import (
    check_clock,
    check_directory,
    check_encoding,
    check_network_home,
    check_python,
)
from tui_lab.doctor.surroundings import Surroundings
from tui_lab.doctor.terminal import check_colours, check_terminal, check_widths
from tui_lab.store.database import StoreState

if TYPE_CHECKING:
    from tui_lab.lab.lab import Lab


def check_up(lab: Lab, around: Surroundings) -> list[Check]:
    """Blocks, for some seconds where a keyring does not answer."""
    return [
        check_python(sys.version_info[:3]),
        *_terminal(lab, around),
        check_directory("config", lab.directories.config),
        check_directory("data", lab.directories.data),
        *_history(lab.history.state),
        check_clock(datetime.now(UTC), _newest(lab), lab.settings.zone),
        *_files(lab),
        *_budgets(lab),
        _keys(lab),
        *_health(lab),
        _key_store(lab),
    ]


def _terminal(lab: Lab, around: Surroundings) -> Iterator[Check]:
    yield check_terminal(around)
    yield check_encoding(around.environ, around.encoding, around.has_c_utf8)
    yield check_colours(around)
    yield from check_multiplexer(around)
    yield check_copying(around, lab.settings.ui.clipboard)
    widths = check_widths(around)
    if widths is not None:
        yield widths
    yield from check_speed(around)


def _history(state: StoreState) -> Iterator[Check]:
    if state.not_recording is not None:
        error = state.not_recording
        yield Check("history", "problem", f"not recording: {error.message}", error.hint)
    else:
        size = size_words(state.path.stat().st_size)
        yield Check("history", "ok", f"{state.path}, {size}, journal {state.journal_mode}")
    bug = "has the WAL-reset bug, so writes take a lock file" if state.wal_reset_bug else "fine"
    yield Check("sqlite", "ok", f"SQLite {state.sqlite_version}: {bug}")
    yield check_network_home(state.path.parent, state.network_filesystem)
    for notice in state.notices:
        yield Check("history", "warning", notice)


def _newest(lab: Lab) -> datetime | None:
    """When the newest run began; None where there is none that can be read."""
    try:
        return lab.history.run("last").result().created_at
    except LabError:
        return None


def _files(lab: Lab) -> list[Check]:
    if not lab.problems:
        return [Check("settings", "ok", "config.toml and templates.toml are fine")]
    return [
        Check("settings", "problem", problem.without_hint, problem.hint or None)
        for problem in lab.problems
    ]


def _budgets(lab: Lab) -> Iterator[Check]:
    """What may be spent; a budget that nothing is left of is a warning."""
    yield Check("plan", "ok", lab.budgets.plan)
    try:
        states = lab.budgets.states().result()
    except LabError as error:
        yield Check("budgets", "problem", error.message, error.hint)
        return
    if not states:
        yield Check("budgets", "ok", "none: runs may cost what they cost")
    for state in states:
        limit = state.limit
        words = f"{limit.setting} is {dollars(limit.usd)}"
        if state.resets_at is not None:
            words += f", {dollars(state.spent)} is spent"
        spent = limit.usd > 0 and not state.left
        fix = f"raise {limit.setting}, or wait for its end" if spent else None
        yield Check("budgets", "warning" if spent else "ok", words, fix)


def _keys(lab: Lab) -> Check:
    keyed = [provider for provider in lab.models.providers.values() if provider.key_env]
    ready = [one.id for one in keyed if lab.keys.found(lab.workspace, one) is not None]
    if ready:
        return Check("keys", "ok", f"found for {', '.join(ready)}")
    words = "no keys configured: local and simulated models only"
    fix = f"export {keyed[0].key_env[0]}=… (tui-lab providers lists all)"
    return Check("keys", "warning", words, fix)


def _health(lab: Lab) -> list[Check]:
    """Who fails again and again of late; outages that are simulated."""
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
    try:
        chosen = lab.keys.do(lambda keys: keys.chosen_store).result()
    except LabError as error:
        return Check("key store", "problem", error.message, error.hint)
    keyring = lab.keys.do(lambda keys: keys.stores.keyring()).result()
    vault = lab.keys.vault
    told = f"kept in the {chosen}; " if chosen else ""
    if keyring.backend is not None:
        return Check("key store", "ok", f"{told}the keyring is {keyring.name}")
    state = ("locked" if vault.is_locked else "open") if vault.exists else "made when it is needed"
    words = f"{told}{keyring.name}: the vault is {vault.path}, {state}"
    if keyring.is_silent:
        fix = "export PYTHON_KEYRING_BACKEND=keyring.backends.fail.Keyring"
        return Check("key store", "warning", words, f"{fix} (or unlock it on the desktop)")
    return Check("key store", "ok", words)
