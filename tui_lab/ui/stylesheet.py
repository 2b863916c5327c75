"""A stylesheet that parses each source once, as long as the colours stay the same."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

MOST_SOURCES = 1024


class ThriftyStylesheet(Stylesheet):
    """Takes the place of Textual's, which parses all sources again for each new screen.

    With the frame and the first screen that would be four times before the first paint.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(MOST_SOURCES)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)
            self._require_parse = True

    def reparse(self) -> None:
        if self._require_parse:
            self.parse()
