"""A stylesheet that parses each source once, as long as the colours stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

MOST_SOURCES = 1024


class ThriftyStylesheet(Stylesheet):
    """Takes the place of Textual's, which parses all sources again for each new screen.

    With the frame and the first screen that would be four times before the first paint.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(MOST_SOURCES)
        self._held = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """What changes meanwhile keeps its styles: everything will be styled anyway."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def update_nodes(self, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        if not self._held:
            super().update_nodes(nodes, animate)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)
            self._require_parse = True

    def reparse(self) -> None:
        if self._require_parse:
            self.parse()
