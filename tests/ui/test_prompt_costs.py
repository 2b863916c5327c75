"""What the prompt may cost: by prices that were looked up, with files that were counted once."""

from __future__ import annotations

from collections.abc import Callable

from tests.builders import a_price
from tui_lab.core.attachment_tokens import estimate_attachments
from tui_lab.core.estimate import Tariff
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.ui.prompt_costs import PromptCosts

MODEL, OTHER = ModelRef("own", "m"), ModelRef("own", "other")
IMAGE = ImagePart(url="https://example.org/x.png")


def costs(count: Callable[..., int] = estimate_attachments) -> PromptCosts:
    made = PromptCosts(count)
    made.tariffs = {MODEL: Tariff(a_price(), ModelFacts("m"), 4096)}
    return made


def test_a_model_that_is_not_looked_up_yet_is_left_out() -> None:
    assert [*costs().of((MODEL, OTHER), Parameters(), (), 10)] == [MODEL]


def test_what_is_attached_costs_too() -> None:
    shown = Message("user", (TextPart("see"), IMAGE))
    plain = costs().of((MODEL,), Parameters(), (Message.of("user", "see"),), 10)[MODEL]
    assert costs().of((MODEL,), Parameters(), (shown,), 10)[MODEL].low > plain.low


def test_files_are_counted_again_only_when_they_change() -> None:
    counted: list[str] = []

    def count(messages: object, vendor: str) -> int:
        counted.append(vendor)
        return 1

    made = costs(count)
    for text in ("s", "se", "see"):
        made.of((MODEL,), Parameters(), (Message("user", (TextPart(text), IMAGE)),), 10)
    assert len(counted) == 1
    made.of((MODEL,), Parameters(), (Message("user", (TextPart("see"), IMAGE, IMAGE)),), 10)
    assert len(counted) == 2


def test_what_goes_in_is_told_with_its_files_as_the_model_counts_that_counts_most() -> None:
    made = PromptCosts(lambda messages, vendor: {"google": 258, "openai": 765}.get(vendor, 0))
    made.tariffs = {
        MODEL: Tariff(a_price(), ModelFacts("m", "google"), 4096),
        OTHER: Tariff(a_price(), ModelFacts("other", "openai"), 4096),
    }
    shown = (Message("user", (TextPart("see"), IMAGE)),)
    assert made.tokens_in((MODEL,), shown, 10) == 268
    assert made.tokens_in((MODEL, OTHER), shown, 10) == 775
    assert made.tokens_in((), shown, 10) == 10
