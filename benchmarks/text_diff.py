"""How long does it take to compare two answers of 100 KB, word by word?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from time import perf_counter

from tui_lab.core.text_diff import text_diff

SIZE = 100_000
TRIES = 3


def pairs() -> Iterator[tuple[str, str, str]]:
    """(what they have in common, the one, the other)"""
    chance = random.Random(1)
    words = [f"word{number}" for number in range(3000)]
    text = chance.choices(words, k=SIZE // 8)
    changed = [chance.choice(words) if chance.random() < 0.05 else word for word in text]
    lines = [" ".join(text[start : start + 12]) for start in range(0, len(text), 12)]
    yield "all but 1 word in 20", " ".join(text), " ".join(changed)
    yield (
        "the same lines in another order",
        "\n".join(lines),
        "\n".join(chance.sample(lines, k=len(lines))),
    )
    yield "the same words by chance", " ".join(text), " ".join(chance.choices(words, k=len(text)))
    one, other = (" ".join(chance.choices("abc", k=SIZE // 2)) for _ in range(2))
    yield "a small vocabulary", one, other
    yield "one word, again and again", "word " * (SIZE // 5), "word, " * (SIZE // 6)
    one, other = map(" ".join, chains())
    yield "made up to be hard", one, other


def chains() -> tuple[list[str], list[str]]:
    """Two texts in which every match leaves but one word that occurs once in what is left."""
    links = list(pairwise(f"w{number}" for number in range(SIZE // 14)))
    one = [word for first, second in links for word in (second, first)]
    other = [word for first, second in links for word in (second, "x", first)]
    return one, other


def main() -> None:
    for name, one, other in pairs():
        diff, times = text_diff(one, other), []
        for _ in range(TRIES):
            began = perf_counter()
            text_diff(one, other)
            times.append(1000 * (perf_counter() - began))
        coarse = ", in part as a whole" if diff.is_coarse else ""
        print(f"{name:32} {min(times):6.0f} ms, {len(diff.segments):,} segments{coarse}")


if __name__ == "__main__":
    main()
