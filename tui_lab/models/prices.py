"""What a model charges: by the person's own table, its provider's list, or the packaged one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from tui_lab.core.model_facts import ModelList
from tui_lab.core.price import NO_CHARGE, Price
from tui_lab.core.refs import ModelRef
from tui_lab.models.packaged_prices import PackagedPrices
from tui_lab.models.revisions import priced_names


class PriceBook:
    """Prices by exact id, after rules for dates and revisions; never by likeness.

    It may be asked on any thread that nobody waits for: see `PackagedPrices`.
    """

    def __init__(self, own: Mapping[ModelRef, Price], now: Callable[[], datetime]) -> None:
        # Names from the environment come in lower case.
        self._own = {
            ModelRef(model.provider, model.model.lower()): price for model, price in own.items()
        }
        self._now = now
        self._packaged: PackagedPrices | None = None

    def find(
        self, model: ModelRef, *, free: bool, listed: ModelList | None, seller: str | None
    ) -> Price | None:
        """What a model charges now; None where nobody knows.

        `free`: its provider takes no money. `listed` is what the provider said it serves, `seller`
        the provider's name in the packaged list.
        """
        for name in priced_names(model.model.lower()):
            if (own := self._own.get(ModelRef(model.provider, name))) is not None:
                return own
        if free:
            return NO_CHARGE
        if listed is not None and (told := _listed(model.model, listed)) is not None:
            return told
        return self.packaged.find(seller, model.model, self._now()) if seller else None

    @property
    def packaged(self) -> PackagedPrices:
        if self._packaged is None:
            self._packaged = PackagedPrices()
        return self._packaged


def _listed(model: str, listed: ModelList) -> Price | None:
    for name in priced_names(model):
        one = listed.find(name)
        if one is not None and one.price is not None:
            return replace(one.price, date=listed.fetched_at.date().isoformat())
    return None
