"""Every option: its name in config.toml, its name in the environment, its default.

`timeouts.idle` in the file is `TUI_LAB_TIMEOUTS__IDLE` in the environment, and the environment
wins. Names from the environment are read in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, tzinfo
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tui_lab.core.budget import BudgetRules, Limit, Scope
from tui_lab.core.retention import Keep
from tui_lab.core.routing import Preferences
from tui_lab.settings.budgets import (
    DEFAULT_ZONE,
    BudgetSettings,
    Day,
    OwnBudgets,
    PlanName,
    budget_rules,
    zone_of,
)
from tui_lab.settings.prices import PriceSettings
from tui_lab.settings.routing import RoutingSettings, preferences
from tui_lab.settings.table import Table
from tui_lab.settings.values import ModelName, json_table, listed, model_name

PREFIX = "TUI_LAB_"
DEFAULT_PLAN = "enterprise"
"""Whoever brings keys of their own may ask any model."""


def _provider_id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", text):
        raise ValueError("a provider's id holds only a-z, 0-9 and _")
    return text


def _provider_or_model(text: str) -> str:
    return model_name(text) if "/" in text else _provider_id(text)


def _url(text: str) -> str:
    parts = urlsplit(text)
    port_is_valid = parts.port != 0  # asking for it raises ValueError when it is no port at all
    spaces = re.search(r"\s", text)
    if parts.scheme not in ("http", "https") or not parts.hostname or spaces or not port_is_valid:
        raise ValueError("it should be a URL, such as http://localhost:8000/v1")
    if parts.username is not None:
        raise ValueError("it should be a URL without a user or a key in it")
    return text.rstrip("/")


def _variable(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ValueError("it should be the name of an environment variable, not a key itself")
    return text


def _header(text: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e]*", text):
        raise ValueError("it should be one line of ASCII text")
    return text


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("it should be a number of seconds")
    return value


def _no_yes(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("it should be a whole number")
    return value


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False), BeforeValidator(_no_bool)]
ProviderId = Annotated[str, AfterValidator(_provider_id)]
OutOfReach = Annotated[str, AfterValidator(_provider_or_model)]
Url = Annotated[str, AfterValidator(_url)]
Header = Annotated[str, AfterValidator(_header)]
Variable = Annotated[str, AfterValidator(_variable)]
DialectId = Literal["openai-chat", "openai-responses", "anthropic", "gemini", "ollama"]
Authentication = Literal["bearer", "x-api-key", "x-goog-api-key", "none"]


class Timeouts(Table):
    """Time limits of a run in seconds; any byte that arrives resets `idle`."""

    connect: Seconds = 5
    first_event: Seconds = 300
    idle: Seconds = 120
    total: Seconds = 1800


class ProviderTimeouts(Table):
    """Time limits of one provider; None is the general one."""

    connect: Seconds | None = None
    first_event: Seconds | None = None
    idle: Seconds | None = None
    total: Seconds | None = None


class ProviderSettings(Table):
    """What is said about a provider; None and empty leave the catalogue's word as it is.

    `key_env` names the environment variables that may hold its key (in the environment: with
    commas between them), `headers` go out with every request. `model_dialects` names another
    dialect for those models whose id fits a pattern, such as `"claude-*" = "anthropic"`.
    """

    dialect: DialectId | None = None
    base_url: Url | None = None
    key_env: Annotated[tuple[Variable, ...], BeforeValidator(listed)] = ()
    auth: Authentication | None = None
    local: bool | None = None
    models: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    model_dialects: Annotated[dict[str, DialectId], BeforeValidator(json_table)] = Field(
        default_factory=dict
    )
    name: str | None = None
    keys_url: Url | None = None
    headers: Annotated[dict[Header, Header], BeforeValidator(json_table)] = Field(
        default_factory=dict
    )
    timeouts: ProviderTimeouts = ProviderTimeouts()
    budgets: BudgetSettings = BudgetSettings()


class HistorySettings(Table):
    """How long runs are kept; None: for ever. Rated, tagged and noted runs always are.

    `keep_days` counts from when a run began, `keep_runs` the newest of each workspace.
    """

    keep_days: Annotated[int, Field(ge=1, le=36_500), BeforeValidator(_no_yes)] | None = None
    keep_runs: Annotated[int, Field(ge=1, le=10**12), BeforeValidator(_no_yes)] | None = None


class WorkspaceSettings(Table):
    """What is said about a workspace.

    `environment_keys`: may it use the shared keys? `plan_expires` is the last day of its plan.
    """

    default_model: ModelName | None = None
    environment_keys: bool | None = None
    budgets: BudgetSettings = BudgetSettings()
    plan: PlanName | None = None
    plan_expires: Day | None = None
    routing: RoutingSettings = RoutingSettings()
    history: HistorySettings = HistorySettings()


class VaultSettings(Table):
    """`passphrase_command` prints the passphrase of the encrypted vault, on one line."""

    passphrase_command: str | None = None


class UiSettings(Table):
    """How the screens look and act. They read this table themselves, before all else is loaded.

    `theme = "auto"` is `lab-dark`, or `terminal` where there are sixteen colours. `keys` maps the
    id of a binding to a key: `lab.run = "f9"`.
    """

    theme: str = "auto"
    low_bandwidth: bool = False
    clipboard: Literal["auto", "native", "osc52", "file"] = "auto"
    keys: dict[str, str | dict[str, str]] = Field(default_factory=dict)


class Settings(BaseSettings):
    """All options. Made by `load_settings`; made directly, it is the defaults.

    `retries`: how often a model is asked again after a failure that may pass. `outage` names
    providers and models that act as if they could not be reached (in the environment: with commas
    between them).
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        enable_decoding=False,
        extra="forbid",
        frozen=True,
    )

    default_model: ModelName | None = None
    timeouts: Timeouts = Timeouts()
    providers: dict[ProviderId, ProviderSettings] = {}
    workspaces: dict[str, WorkspaceSettings] = {}
    vault: VaultSettings = VaultSettings()
    ui: UiSettings = UiSettings()
    budgets: BudgetSettings = BudgetSettings()
    plan: PlanName | None = None
    plan_expires: Day | None = None
    prices: dict[ModelName, PriceSettings] = {}
    routing: RoutingSettings = RoutingSettings()
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    outage: Annotated[tuple[OutOfReach, ...], BeforeValidator(listed)] = ()
    history: HistorySettings = HistorySettings()

    def limits(self) -> tuple[Limit, ...]:
        """Every limit of a budget, whomever it is for."""
        return budget_rules(self.budgets, self._own_budgets()).limits

    def budget_rules_of(self, workspace: str, provider: str) -> BudgetRules:
        """What holds for the runs of a workspace with a provider."""
        own = [one for one in self._own_budgets() if one.scope.covers(workspace, provider)]
        return budget_rules(self.budgets, own)

    def confirm_above(self, workspace: str) -> Decimal | None:
        """From how many US dollars on the person wants to be asked first; None: never."""
        named = self.workspaces.get(workspace, WorkspaceSettings()).budgets.confirm
        return self.budgets.confirm if named is None else named

    def _own_budgets(self) -> Iterator[OwnBudgets]:
        for name, workspace in self.workspaces.items():
            setting = f"workspaces.{name}.budgets"
            yield OwnBudgets(setting, Scope(workspace=name), workspace.budgets)
        for name, provider in self.providers.items():
            setting = f"providers.{name}.budgets"
            yield OwnBudgets(setting, Scope(provider=name), provider.budgets)

    @property
    def zone(self) -> tzinfo:
        """The time zone in which days and months of everyone's budgets end."""
        return zone_of(self.budgets.timezone or DEFAULT_ZONE)

    def plan_of(self, workspace: str) -> tuple[str, date | None]:
        """The workspace's plan and its last day, else everyone's."""
        named = self.workspaces.get(workspace, WorkspaceSettings())
        if named.plan is not None:
            return named.plan, named.plan_expires
        return self.plan or DEFAULT_PLAN, named.plan_expires or self.plan_expires

    def preferences_of(self, workspace: str) -> Preferences:
        """What holds where a model is chosen for this workspace: its own words, and everyone's."""
        named = self.workspaces.get(workspace, WorkspaceSettings())
        return preferences(self.routing, named.routing)

    def keep_of(self, workspace: str) -> Keep:
        """How long runs of the workspace are kept: by its own rules, else by everyone's."""
        own = self.workspaces.get(workspace, WorkspaceSettings()).history
        return Keep(
            own.keep_days or self.history.keep_days, own.keep_runs or self.history.keep_runs
        )

    @property
    def forgets(self) -> bool:
        """Whether there is any rule by which runs go."""
        rules = [self.history, *(one.history for one in self.workspaces.values())]
        return any(rule.keep_days or rule.keep_runs for rule in rules)

    def timeouts_of(self, provider: str) -> Timeouts:
        """The provider's own time limits, and the general ones where it has none."""
        if provider not in self.providers:
            return self.timeouts
        own = self.providers[provider].timeouts.model_dump(exclude_none=True)
        return self.timeouts.model_copy(update=own)

    def default_model_of(self, workspace: str) -> str | None:
        named = self.workspaces.get(workspace, WorkspaceSettings())
        return named.default_model or self.default_model

    def environment_keys_of(self, workspace: str) -> bool:
        """Whether keys of the environment serve this workspace: `default` unless it says no."""
        said = self.workspaces.get(workspace, WorkspaceSettings()).environment_keys
        return workspace == "default" if said is None else said

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: file and environment come in as values, see `loading`."""
        return (init_settings,)
