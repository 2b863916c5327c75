"""Who can be asked: the providers of the catalogue, and those that the settings change or add."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any, Literal

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.providers.accent import Accent
from tui_lab.providers.dialects import dialect

Auth = Literal["bearer", "x-api-key", "x-goog-api-key", "none"]
"""The header that carries the key; `bearer` is `authorization`."""

Tier = Literal["free", "budget", "mid", "premium"]
"""What a provider's models usually cost, beside those of others."""

_ID = re.compile(r"[a-z0-9_]+\Z")
_CHANGEABLE = frozenset(
    {"name", "dialect", "model_dialects", "base_url", "key_env", "auth", "keys_url", "local"}
    | {"models", "headers"}
)
_UNSAID: tuple[object, ...] = (None, "", (), [], {})


@dataclass(frozen=True, slots=True)
class Option:
    """A provider's own option: the header that carries it, and what it takes.

    `pattern` is what a value must match as a whole, `takes` the same in words; `choices`, where
    there are some, are all that it takes. `sets_window`: it is how many tokens the model reads.
    """

    header: str
    pattern: str = r"[\x20-\x7e]+"
    takes: str = "a line of ASCII text"
    sets_window: bool = False
    choices: tuple[str, ...] = ()

    def check(self, name: str, value: str) -> None:
        """Raises `LabError` of kind `usage` for a value that it does not take."""
        if self.choices and value not in self.choices:
            hint = nearest(value, self.choices, most=len(self.choices))
            raise LabError(ErrorKind.USAGE, f"{name} cannot be {value!r}", hint)
        if not re.fullmatch(self.pattern, value, re.ASCII):
            raise LabError(ErrorKind.USAGE, f"{name} cannot be {value!r}", self.takes)


@dataclass(frozen=True, slots=True)
class Provider:
    """Someone who serves models over HTTP.

    `key_env` names the environment variables in which its key is customarily kept; empty: it needs
    no key. `keys_url` is where a person gets one, `key_prefixes` how they usually begin, `key_path`
    what to ask to learn whether a key is good where the list of models is open to all, and
    `credit_path` how much credit it has. `model_dialects` names another dialect for those
    models whose id fits a pattern (as of file names); the first that fits holds. `price_list` is
    its name in the packaged list of prices, None where it is not in that. `tier` is its price
    class. `local` costs nothing, `simulated` is no model at all: they are of the tier `free`.
    `models` are suggestions, or all there are with `closed_models`. `headers` go out with every
    request; `options` are its own, by name. `accent` is how it speaks chat completions. `hint` says
    what to do when it does not answer.
    """

    id: str
    name: str
    dialect: str
    base_url: str
    key_env: tuple[str, ...] = ()
    auth: Auth = "bearer"
    keys_url: str | None = None
    key_prefixes: tuple[str, ...] = ()
    key_path: str | None = None
    credit_path: str | None = None
    model_dialects: Mapping[str, str] = field(default_factory=dict)
    price_list: str | None = None
    tier: Tier = "mid"
    local: bool = False
    simulated: bool = False
    models: tuple[str, ...] = ()
    closed_models: bool = False
    options: Mapping[str, Option] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    accent: Accent = Accent()
    hint: str | None = None

    def __post_init__(self) -> None:
        if self.local or self.simulated:
            object.__setattr__(self, "tier", "free")

    def dialect_of(self, model: str) -> str:
        """The dialect in which this model is asked."""
        special = self.model_dialects.items()
        return next((id for pattern, id in special if fnmatchcase(model, pattern)), self.dialect)

    def check_model(self, model: str) -> None:
        """Raises `LabError` of kind `usage` for a model that is certainly not there."""
        if self.closed_models and model not in self.models:
            raise LabError(
                ErrorKind.USAGE,
                f"{self.id} has no model {model!r}",
                nearest(model, self.models, most=len(self.models)),
            )

    def option_headers(self, options: Mapping[str, str]) -> dict[str, str]:
        """The headers that carry these options.

        Raises `LabError` of kind `usage` for others, and for values that they do not take.
        """
        for name, value in options.items():
            if name not in self.options:
                raise LabError(
                    ErrorKind.USAGE,
                    f"{self.id} has no option {name!r}",
                    nearest(name, self.options),
                )
            self.options[name].check(f"{self.id}.{name}", value)
        return {self.options[name].header: value for name, value in options.items()}

    def window_set(self, options: Mapping[str, str]) -> int | None:
        """The context window that these options ask for."""
        set_by = (value for name, value in options.items() if self.options[name].sets_window)
        return next(map(int, set_by), None)


def load_catalogue() -> dict[str, Provider]:
    """The providers that the lab knows from the start, by id."""
    packaged = _packaged()
    manners = packaged["dialects"]
    return {
        provider_id: Provider(id=provider_id, **_fields(manners[row["dialect"]] | row))
        for provider_id, row in packaged["providers"].items()
    }


def with_overrides(
    catalogue: Mapping[str, Provider], overrides: Mapping[str, Mapping[str, Any]]
) -> dict[str, Provider]:
    """The catalogue with providers changed or added, as settings say it: id → plain values.

    None and empty values leave what is there; headers and dialects of models add to those that are
    there. An added
    provider needs `dialect` and `base_url`, and nothing is known of what it costs unless it says
    `local`. Raises `LabError` of kind `config` for what cannot be.
    """
    changed = dict(catalogue)
    for provider_id, given in overrides.items():
        values = {name: given[name] for name in _CHANGEABLE if given.get(name) not in _UNSAID}
        before = catalogue.get(provider_id) or _blank(provider_id, values)
        changed[provider_id] = _changed(before, values)
    return changed


def _blank(provider_id: str, values: Mapping[str, Any]) -> Provider:
    """A provider of which nothing is known yet."""
    if not _ID.match(provider_id):
        raise LabError(
            ErrorKind.CONFIG,
            f"{provider_id!r} cannot be the id of a provider",
            "use a-z, 0-9 and _ only",
        )
    for name in ("dialect", "base_url"):
        if name not in values:
            raise LabError(
                ErrorKind.CONFIG,
                f"the provider {provider_id!r} has no {name}",
                f"set providers.{provider_id}.{name}",
            )
    return Provider(provider_id, provider_id, "", "")


def _changed(before: Provider, values: dict[str, Any]) -> Provider:
    own: Mapping[str, str] = values.get("model_dialects", {})
    for named in own.values():
        dialect(named)
    if spoken := values.get("dialect"):
        dialect(spoken)
        manners = _packaged()["dialects"][spoken] if spoken != before.dialect else {}
        values = {**manners, **values, "model_dialects": own}
    elif own:
        others = before.model_dialects.items()
        values["model_dialects"] = {**own, **{id: d for id, d in others if id not in own}}
    if "headers" in values:
        values["headers"] = {**before.headers, **values["headers"]}
    return replace(before, **_fields(values))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as `Provider` has them."""
    values: dict[str, Any] = {}
    for name, value in row.items():
        values[name] = tuple(value) if isinstance(value, list) else value
    if "options" in values:
        values["options"] = {name: _option(option) for name, option in row["options"].items()}
    if "accent" in values:
        values["accent"] = Accent(**row["accent"])
    if "base_url" in values:
        values["base_url"] = values["base_url"].strip().rstrip("/")
    return values


def _option(row: Mapping[str, Any]) -> Option:
    return Option(**{**row, "choices": tuple(row.get("choices", ()))})


def _packaged() -> dict[str, dict[str, dict[str, Any]]]:
    text = files("tui_lab.providers").joinpath("catalogue.toml").read_text("utf-8")
    return tomllib.loads(text)
