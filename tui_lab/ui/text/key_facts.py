"""What is known of a provider and a key for it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError
from tui_lab.core.health import Health
from tui_lab.core.keys import STATUS_GLYPHS, KeyAction, KeyEvent, KeyKind, KeyOutcome, KeyStatus
from tui_lab.core.refs import ModelRef
from tui_lab.ui.text.run_line import when

if TYPE_CHECKING:
    from tui_lab.engine.key_desk import KeyRow

Fact = tuple[str, str]
SHOWN_MODELS = 12
UNANSWERED_GLYPH = "◌"
ASKING = "◐", "asking"


class Need(StrEnum):
    """The groups of the list: whose key is there, whose is missing, who needs none."""

    FOUND = "with a key"
    MISSING = "no key"
    NONE = "no key needed"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A provider and one key for it, or none, with what has been done with that key.

    `shared` says whether the workspace may use keys from the environment at all, `runs` counts the
    provider's this month (None: not known), `asking` that its answer is waited for. `failure` says
    why the key could not be had when it was to be verified last. `health` is that of the provider's
    models that were asked of late.
    """

    row: KeyRow
    events: tuple[KeyEvent, ...] = ()
    runs: int | None = None
    shared: bool = True
    asking: bool = False
    failure: LabError | None = None
    health: Mapping[ModelRef, Health] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Unique among those that are listed together."""
        label = self.row.key.label if self.row.key is not None else None
        return f"{self.row.provider.id} {label}"

    @property
    def is_own(self) -> bool:
        """Whether it is the workspace's own, and not the environment's."""
        return self.row.kind not in (None, KeyKind.ENVIRONMENT)

    @property
    def need(self) -> Need:
        if self.row.key is not None:
            return Need.FOUND
        return Need.MISSING if self.row.status is KeyStatus.MISSING else Need.NONE

    @property
    def unanswered(self) -> KeyEvent | None:
        """The last verification, if the provider said nothing of the key then."""
        mine = (event for event in self.events if event.key == self.row.key)
        last = next((event for event in mine if event.action is not KeyAction.ACTIVATE), None)
        if last is None or last.check is None or last.check.outcome.is_verdict:
            return None
        same = self.row.found is not None and self.row.found.mask in (last.mask, "…")
        return last if same else None


def status_of(one: ListedKey) -> tuple[str, str]:
    """Glyph and word."""
    if one.asking:
        return ASKING
    if one.row.provider.simulated:
        return STATUS_GLYPHS[one.row.status], "simulated"
    if one.row.status is KeyStatus.NOT_NEEDED:
        return STATUS_GLYPHS[one.row.status], "needs none"
    if (event := one.unanswered) is not None and event.check is not None:
        return UNANSWERED_GLYPH, _words(event.check.outcome)
    return STATUS_GLYPHS[one.row.status], _words(one.row.status)


def short_source(one: ListedKey) -> str:
    """Where the key is, as a list has room for it: `$NAME`, `→ pass show openai`, `vault`."""
    source = one.row.source or ""
    match one.row.kind:
        case KeyKind.ENVIRONMENT:
            return f"${source.removeprefix('environment ')}"
        case KeyKind.REFERENCE:
            place = source.removeprefix("reference to ")
            name = place.removeprefix("environment ")
            return f"→ {place}" if name == place else f"→ ${name}"
        case KeyKind.VAULT:
            return "vault"
        case KeyKind.SESSION:
            return "session"
        case _:
            return source


def key_facts(one: ListedKey, now: datetime) -> Iterator[Fact]:
    """The key, and what providers said of it."""
    row, (glyph, word) = one.row, status_of(one)
    yield "status", f"{glyph} {word}"
    if row.verdict is not None and row.verdict.check is not None:
        check = row.verdict.check
        yield "verdict", f"{_words(check.outcome)}, {when(row.verdict.at, now)}"
        if check.detail:
            yield "", check.detail
        if check.credit:
            yield "credit", check.credit
    if (event := one.unanswered) is not None and event.check is not None:
        yield "last asked", f"{when(event.at, now)}: {event.check.detail or word}"
    if one.failure is not None:
        yield "not had", f"{one.failure.message}; {one.failure.hint}"
    if row.key is not None:
        yield "key", row.found.mask if row.found is not None else "nothing is there now"
        yield "from", row.source or ""
        yield "label", row.key.label or "none, it is the environment's"
        yield "in use", "yes" if row.in_use else "no"
    elif one.need is Need.NONE:
        yield "key", "none needed"
    else:
        yield from _how_to_set(one)
    if one.runs is not None:
        yield "runs", f"{one.runs:,} this month, with any key of this workspace"


def _how_to_set(one: ListedKey) -> Iterator[Fact]:
    names = one.row.provider.key_env
    yield "key", "none"
    if one.shared:
        yield "set it", f"a keeps one here; or export {' or '.join(names)} before you start"
    else:
        yield "set it", "a keeps one here"
        yield "", "this workspace does not use the keys of the environment"


def provider_facts(one: ListedKey) -> Iterator[Fact]:
    """The provider, whatever the key."""
    provider = one.row.provider
    if provider.simulated:
        yield "simulated", "no model at all: it answers by rule, without network and cost"
    elif provider.local:
        yield "local", "a server of your own: it costs nothing, and must be running"
    if provider.hint:
        yield "hint", provider.hint
    for number, (model, health) in enumerate(one.health.items()):
        yield "" if number else "of late", model.model
        yield "", health.words
    yield "address", provider.base_url
    yield "dialect", provider.dialect
    yield "id", provider.id
    if provider.models:
        more = " …" if len(provider.models) > SHOWN_MODELS else ""
        yield "models", ", ".join(provider.models[:SHOWN_MODELS]) + more
        if not provider.closed_models:
            yield "", "and any other that it has"


def after_deletion(one: ListedKey, listed: Sequence[ListedKey], beneath: str | None) -> str:
    """What is used for its provider once this key is gone; `beneath` is where one of the same label
    is kept, if this is the session's."""
    if beneath is not None:
        return f"the key of that label is there again: {beneath}"
    others = [
        other
        for other in listed
        if other.row.provider.id == one.row.provider.id and other.name != one.name
    ]
    if not one.row.in_use and (used := next((o for o in others if o.row.in_use), None)):
        return f"the key in use stays: {used.row.source}"
    if shared := next((o for o in others if o.row.kind is KeyKind.ENVIRONMENT), None):
        return f"the key of the {shared.row.source} is used"
    if others:
        labels = ", ".join(o.row.key.label for o in others if o.row.key is not None)
        return f"there is no key in use; {labels} can be put to use"
    return "there is no key for it"


def trail(events: Sequence[KeyEvent], now: datetime) -> Iterator[Fact]:
    """What was done, the newest first."""
    for event in events:
        yield f"{event.at.astimezone(now.tzinfo):%d %b}", _deed(event, now)


def _deed(event: KeyEvent, now: datetime) -> str:
    label = event.key.label if event.key is not None else ""
    what = [f"{event.at.astimezone(now.tzinfo):%H:%M}", _words(event.action), label]
    if event.check is not None:
        what.append(f"→ {_words(event.check.outcome)}")
    told = [" ".join(filter(None, what)), event.detail, event.mask, event.source, event.origin]
    return " · ".join(filter(None, told))


def concerning(events: Sequence[KeyEvent], provider_id: str) -> tuple[KeyEvent, ...]:
    """Those of a provider's keys; with those of the vault, if one of them is or was in it."""
    own = [event for event in events if event.key is not None and event.key.provider == provider_id]
    vault = {event.source for event in events if event.key is None}
    with_vault = any(event.source in vault for event in own)
    return tuple(one for one in events if one in own or (with_vault and one.key is None))


def _words(value: KeyOutcome | KeyStatus | KeyAction) -> str:
    return value.value.replace("_", " ")
