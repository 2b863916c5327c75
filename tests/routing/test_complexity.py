"""What is asked of a model shows in a prompt, in any language; everyday words say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.complexity import agreement
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.routing import Level
from tui_lab.routing.complexity import complexity, complexity_of

SIMPLE, MODERATE, COMPLEX, ADVANCED = Level

PIECES = [
    "prove",
    "class",
    "a function",
    "```",
    "f(",
    "(",
    " ",
    "\n",
    "1. ",
    ". ",
    "a-",
    "AA-",
    "$",
]
TEXT = st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "   \n",
        "hello",
        "Thanks!",
        "What time is it in Tokyo?",
        "my class reunion speech",
        "is it global warming?",
        "Let me try to return my class ring",
        "Please send it to my po box",
        "Where is the post office? My PO Box is full",
        "¿Cuál es la capital de Perú?",
        "今日の天気は？",
        "How many legs has a spider?",
        "What does photosynthesis mean?",
        "When is Thanksgiving this year?",
        "What's the capital of Australia?",
    ],
)
def test_greetings_questions_and_everyday_words_are_simple(prompt: str) -> None:
    assert complexity(prompt).level is SIMPLE


@pytest.mark.parametrize(
    "prompt",
    [
        "Analyze the data trends",
        "Write a poem about my class reunion",
        "Schreibe ein Gedicht über den Herbst",
        "写一首关于秋天的诗",
        "Was ist eine Funktion?",
        "Écris un poème sur la fonction publique",
        "Explain recursion",
    ],
)
def test_what_is_asked_of_everybody_is_moderate_at_most(prompt: str) -> None:
    assert complexity(prompt).level <= MODERATE


@pytest.mark.parametrize(
    "prompt",
    [
        "Write a function to sort an array",
        "Implement an LRU cache in Go with O(1) operations",
        "Design a database schema for an airline booking system",
        "prove the Riemann hypothesis",
        "Hi, prove the Riemann hypothesis",
        "Hello! Could you prove that sqrt(2) is irrational?",
        "Schreibe eine Funktion, die eine Liste sortiert",
        "Écris une fonction qui trie un tableau",
        "Escribe una función para ordenar un arreglo",
        "Напиши функцию для сортировки массива",
        "写一个函数来排序数组",
        "配列をソートする関数を書いてください",
        "배열을 정렬하는 함수를 작성해 주세요",
        "اكتب دالة لترتيب مصفوفة",
        "एक ऐरे को सॉर्ट करने के लिए फ़ंक्शन लिखें",
        "Bir diziyi sıralayan bir fonksiyon yaz",
        "Escribe una consulta SQL que agrupe ventas por mes",
        "Faça um programa que leia um arquivo CSV",
        "Напишите класс на Java для работы с матрицами",
        "Напиши функцію, яка сортує масив",
        "Napisz skrypt w Bashu do kopii zapasowej",
        "写一个SQL查询，找出重复的记录",
        "파이썬으로 웹 크롤러를 만들어 줘",
        "Beweise, dass es unendlich viele Primzahlen gibt",
        "证明根号2是无理数",
    ],
)
def test_programs_and_proofs_are_complex_in_any_language(prompt: str) -> None:
    assert complexity(prompt).level >= COMPLEX


def test_much_asked_for_at_once_is_advanced() -> None:
    prompt = (
        "Design a fault-tolerant event-driven payment system with exactly-once semantics, discuss "
        "the trade-offs of consistency and availability, and recommend a migration strategy"
    )
    assert complexity(prompt).level is ADVANCED


@pytest.mark.parametrize(
    "prompt", ["What does this do?\n```\nprint(1)\n```", "x = f(a); why?\n```"]
)
def test_code_in_a_short_prompt_is_moderate_or_complex(prompt: str) -> None:
    assert complexity(prompt).level in (MODERATE, COMPLEX)


def test_a_long_text_to_analyse_is_moderate_or_complex() -> None:
    prompt = "analyze this " + "the data are here and some of it is good. " * 62
    assert len(prompt) > 2600
    assert complexity(prompt).level in (MODERATE, COMPLEX)


@pytest.mark.parametrize("times", [30, 300, 30_000])
def test_a_long_simple_text_is_not_advanced(times: int) -> None:
    prompt = "I went to the shop and bought bread and milk. Then I came home. " * times
    assert complexity(prompt).level < ADVANCED


def test_the_request_is_seen_at_either_end_of_a_long_text() -> None:
    filler = "It was a fine day. " * 50_000
    for prompt in (f"Prove the lemma.\n{filler}", f"{filler}\nProve the lemma."):
        assert any("prove" in reason for reason in complexity(prompt).reasons)


def test_images_documents_and_earlier_turns_add_to_it() -> None:
    question = TextPart("What is this?")
    alone = complexity_of([Message("user", (question,))])
    image = complexity_of([Message("user", (ImagePart(data=b"x"), question))])
    document = complexity_of([Message("user", (DocumentPart(data=b"x"), question))])
    turns = [Message.of("user", "Hi"), Message.of("assistant", "Hello")] * 3
    later = complexity_of([*turns, Message("user", (question,))])
    assert alone.score < later.score < image.score < document.score
    assert "turn 4 of a conversation: +3" in later.reasons


def test_said_to_be_simple_is_simpler() -> None:
    story = "I plan a trip to Paris next month and heard much about the city. When was it founded?"
    assert complexity(f"Quick question. {story}").score < complexity(story).score


def test_each_verdict_has_reasons_with_points_that_add_up_to_the_score() -> None:
    found = complexity("Write a function that sorts, and explain why it must be stable")
    points = [float(reason.rpartition(": ")[2]) for reason in found.reasons]
    assert round(sum(points), 1) == found.score
    assert 0.5 <= found.confidence <= 1
    assert complexity("").reasons == ("there is no text",)


@settings(deadline=2_000)
@given(TEXT)
def test_any_text_has_a_level_and_the_same_text_always_the_same(prompt: str) -> None:
    found = complexity(prompt)
    assert found == complexity(prompt)
    assert 0 <= found.score <= 100
    assert 0.5 <= found.confidence <= 1
    assert found.reasons


@settings(deadline=2_000)
@given(st.sampled_from(PIECES), st.sampled_from(PIECES))
def test_no_repetition_takes_long(first: str, second: str) -> None:
    complexity((first + second) * 50_000)


@pytest.mark.parametrize("name", ["cascadeflow", "llm_router_100"])
def test_it_agrees_with_the_authors_of_prompts(name: str, shared_data: Path) -> None:
    found = agreement(shared_data / "corpora" / "prompts" / f"{name}.jsonl")
    assert found.exact >= 0.6
    assert found.within_one >= 0.9
