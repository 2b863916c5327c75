"""Answers in Markdown as pictures: all marks there are, in wide and narrow lanes, in each theme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.driving import Driver
from tests.ui.test_pictures import a_run, picture, show

EVERYTHING = """\
# Choosing an index, *quickly*

A **B-tree** answers ranges; a hash answers `=` only. See [the manual](https://example.org/indexes)
or https://example.org/more. ~~Always index everything.~~ Not [bold]this[/bold], nor snake_case.

1. Measure the query as it is, with the data it will really meet, before anything else is tried.
   - [x] `EXPLAIN` it
   - [ ] then add one index, and measure again

> An index that nobody reads is only a slower write,
> and 索引 need room.

| Index | Good for | Cost of a write |
|---|:-:|--:|
| B-tree | ranges, order, prefixes of several columns | 1.0 |
| hash | `=` | 0.8 |
| 全文索引 | words in long texts, ranked by how rare they are | 4.5 |
| عربى | e\u0301tudes | 12.25 |

---

```sql
CREATE INDEX runs_by_day ON runs (workspace, created_at DESC) WHERE status = 'ok'; -- only answers
```
"""


async def one_lane(lab: Driver) -> None:
    await show(lab, a_run(1, "sandbox/markdown", text=EVERYTHING))
    await lab.press("g")
    await lab.pilot.pause()


async def two_lanes(lab: Driver) -> None:
    await show(lab, *(a_run(number, "sandbox/markdown", text=EVERYTHING) for number in (1, 2)))
    await lab.press("g", "right_square_bracket", "right_square_bracket")
    await lab.pilot.pause()


async def not_wrapped(lab: Driver) -> None:
    await two_lanes(lab)
    await lab.press("w", "l")
    await lab.pilot.pause()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
@pytest.mark.parametrize(
    "steps", [one_lane, two_lanes, not_wrapped], ids=lambda steps: steps.__name__
)
def test_markdown(snap_compare: Any, tmp_path: Path, steps: Any, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps)


@pytest.mark.parametrize("theme", ["lab-light", "high-contrast", "terminal"])
def test_markdown_in_a_theme(snap_compare: Any, tmp_path: Path, theme: str) -> None:
    environ = {"TUI_LAB_UI__THEME": theme}
    assert picture(snap_compare, tmp_path, (120, 40), one_lane, environ=environ)
