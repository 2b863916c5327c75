"""A compositor that draws of each widget the rows that have changed, and not all of its rows."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class RowCompositor(Compositor):
    """Takes the place of Textual's, for which one row of a stream is a whole screen of lookups."""

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if crop is None:
            yield from super()._get_renders()
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = clip.intersection(rows)
            drawn = region.intersection(shown)
            if drawn:
                yield region, shown, widget.render_lines(drawn.translate(-region.offset))
