"""Simulated outages: some providers, or models of them, cannot be reached, because one says so."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Failed, Stamped
from tui_lab.core.refs import ModelRef


class Outages:
    """`names` are ids of providers and names of models; any thread may change them."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = frozenset(names)

    def switch(self, name: str) -> bool:
        """Begins or ends an outage; whether there is one from now on."""
        self.names ^= {name}
        return name in self.names

    def of(self, model: ModelRef) -> str | None:
        """The name that stands for this model, if one does."""
        names = (model.provider, str(model))
        return next((name for name in names if name in self.names), None)


async def unreachable(name: str, now_ms: Callable[[], float]) -> AsyncGenerator[Stamped, None]:
    """In place of the events of an attempt; nothing is sent."""
    error = LabError(
        ErrorKind.NETWORK,
        f"simulated outage of {name}: nothing was sent",
        "you want it so: the setting `outage`, or the commands of the lab",
    )
    yield Stamped(now_ms(), Failed(error))
