"""Prompts against context windows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.tokens import estimate_messages, estimate_tokens
from tui_lab.models.context import FittedPrompt, fit_context, shorten

SMALL = ModelFacts("small", context_window=2_000, guessed=False)


def words(count: int, word: str = "word") -> str:
    return " ".join(f"{word}{n}" for n in range(count))


def fit(
    *texts: str,
    facts: ModelFacts = SMALL,
    system: str | None = None,
    max_tokens: int | None = None,
    truncate: bool = False,
) -> FittedPrompt:
    roles = ("user", "assistant")
    messages = tuple(Message.of(roles[n % 2], text) for n, text in enumerate(texts))  # type: ignore[arg-type]
    return fit_context(facts, system, messages, max_tokens, truncate=truncate)


def test_a_prompt_that_fits_is_left_alone() -> None:
    assert fit("Say hello", max_tokens=100) == FittedPrompt((Message.of("user", "Say hello"),))
    assert fit(words(600)).note is None


def test_a_prompt_that_is_too_long_is_refused_with_the_numbers() -> None:
    with pytest.raises(LabError) as refused:
        fit(words(3000))
    tokens = estimate_messages(None, (Message.of("user", words(3000)),))
    assert refused.value.kind is ErrorKind.CONTEXT_OVERFLOW
    assert f"{tokens:,}" in refused.value.message
    assert "2,000" in refused.value.message
    assert "tui-lab run --truncate" in refused.value.hint


def test_the_answer_needs_room_too() -> None:
    assert fit(words(500), max_tokens=900).note is None
    with pytest.raises(LabError, match=r"1,500 for the answer"):
        fit(words(500), max_tokens=1500)


def test_the_system_prompt_counts() -> None:
    with pytest.raises(LabError):
        fit("Hello", system=words(3000))


def test_a_window_that_is_a_guess_blocks_nothing_and_notes() -> None:
    prompt = words(3000)
    fitted = fit(prompt, facts=ModelFacts("new", context_window=2_000))
    assert fitted.messages == (Message.of("user", prompt),)
    assert fitted.note is not None
    assert "unknown" in fitted.note
    assert "2,000" in fitted.note


def test_cut_both_ends_are_kept_and_the_cut_is_marked() -> None:
    prompt = f"BEGIN {words(3000)} END: now answer in French."
    fitted = fit(prompt, truncate=True)
    text = fitted.messages[0].text
    assert text.startswith("BEGIN word0")
    assert text.endswith("END: now answer in French.")
    mark = re.search(r"\[… about ([\d,]+) tokens left out …\]", text)
    assert mark
    assert fitted.note is not None
    assert "left out" in fitted.note
    left_out = int(mark[1].replace(",", ""))
    kept = estimate_tokens(text)
    assert left_out + kept == pytest.approx(estimate_tokens(prompt), rel=0.03)


def test_cut_there_is_room_for_the_answer() -> None:
    fitted = fit(words(3000), max_tokens=1000, truncate=True)
    assert estimate_messages(None, fitted.messages) + 1000 <= 2000


def test_the_longest_text_is_cut_and_the_others_are_not() -> None:
    fitted = fit("First question", words(3000, "answer"), "The newest question", truncate=True)
    first, answer, newest = fitted.messages
    assert (first.text, newest.text) == ("First question", "The newest question")
    assert "left out" in answer.text


def test_where_one_is_not_enough_the_next_longest_follows() -> None:
    fitted = fit(words(2500), words(2400), "And now?", truncate=True)
    assert [("left out" in message.text) for message in fitted.messages] == [True, True, False]
    assert estimate_messages(None, fitted.messages) <= 2000


def test_what_no_cut_can_save_is_refused() -> None:
    with pytest.raises(LabError) as refused:
        fit("Hello", system=words(3000), truncate=True)
    assert refused.value.kind is ErrorKind.CONTEXT_OVERFLOW


def test_attachments_stay_where_they_are() -> None:
    image = ImagePart(url="https://example.com/a.png")
    turn = Message("user", (image, TextPart(words(3000)), TextPart("What is this?")))
    fitted = fit_context(SMALL, None, (turn,), None, truncate=True)
    parts = fitted.messages[0].parts
    assert parts[0] == image
    assert parts[2] == TextPart("What is this?")


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="ab 字\n🙂é.", min_size=0, max_size=3000),
    st.integers(min_value=0, max_value=400),
)
def test_a_shortened_text_holds_its_ends_and_no_more_than_asked(text: str, tokens: int) -> None:
    shortened, gone = shorten(text, tokens)
    head, mark, tail = re.split(r"(\n\n\[… about [\d,]+ tokens left out …\]\n\n)", shortened)
    assert text.startswith(head)
    assert text.endswith(tail)
    assert len(head) + len(tail) <= len(text)
    assert estimate_tokens(head) + estimate_tokens(tail) <= tokens + 2
    assert f"{gone:,}" in mark


def pdf(pages: int) -> tuple[Message, ...]:
    document = DocumentPart(data=b"%PDF-1.7 " + b"<</Type/Page>>" * pages)
    return (Message("user", (document, TextPart("Sum it up"))),)


def test_a_document_counts_against_the_window() -> None:
    claude = replace(SMALL, vendor="anthropic")
    assert fit_context(claude, None, pdf(1), 100, truncate=False).note is None
    with pytest.raises(LabError, match=r"3,0\d\d tokens \(3,000 of them guessed") as refused:
        fit_context(claude, None, pdf(2), 100, truncate=False)
    assert refused.value.kind is ErrorKind.CONTEXT_OVERFLOW


def test_where_no_rule_counts_documents_the_guess_is_told_and_stops_nothing() -> None:
    fitted = fit_context(SMALL, None, pdf(2), None, truncate=False)
    assert fitted.messages == pdf(2)
    assert fitted.note is not None
    assert "perhaps too many" in fitted.note


def test_a_text_is_cut_to_leave_room_for_what_is_attached() -> None:
    claude = replace(SMALL, vendor="anthropic")
    turn = Message("user", (*pdf(1)[0].attachments, TextPart(words(1000))))
    fitted = fit_context(claude, None, (turn,), 100, truncate=True)
    assert estimate_messages(None, fitted.messages) + 1500 + 100 <= 2_000
