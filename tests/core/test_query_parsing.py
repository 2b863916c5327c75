"""The language of searches."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON, a_query
from tui_lab.core.query import (
    Began,
    Comparison,
    Condition,
    Has,
    Measure,
    Measured,
    Name,
    Named,
    Part,
    Query,
    Term,
)
from tui_lab.core.query_parsing import FIELDS, LONGEST, parse_query

BERLIN = ZoneInfo("Europe/Berlin")
MORE, AT_LEAST, EQUAL = Comparison.MORE, Comparison.AT_LEAST, Comparison.EQUAL


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("two words", [Term("two"), Term("words")]),
        ('"a phrase" word', [Term("a phrase"), Term("word")]),
        ("-not", [Term("not", negated=True)]),
        ('-"not this"', [Term("not this", negated=True)]),
        ("wor*", [Term("wor", prefix=True)]),
        ('"a phra"*', [Term("a phra", prefix=True)]),
        ("--help", [Term("--help")]),
        ("a - b", [Term("a"), Term("-"), Term("b")]),
        ("twice twice", [Term("twice")]),
        ('""', []),
        ("https://a.org c::d 12:30", [Term("https://a.org"), Term("c::d"), Term("12:30")]),
    ],
)  # fmt: skip
def test_words_phrases_and_beginnings(text: str, terms: list[Term]) -> None:
    assert a_query(text) == Query(tuple(terms))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("model:gpt-4o", Named(Name.MODEL, "gpt-4o")),
        ("Provider:groq", Named(Name.PROVIDER, "groq")),
        ("-status:ok", Named(Name.STATUS, "ok", negated=True)),
        ('tag:"two words"', Named(Name.TAG, "two words")),
        ("template:exp*", Named(Name.TEMPLATE, "exp", prefix=True)),
        ("source:cli", Named(Name.SOURCE, "cli")),
        ("rating:>=4", Measured(Measure.RATING, AT_LEAST, Decimal(4))),
        ("rating:5", Measured(Measure.RATING, EQUAL, Decimal(5))),
        ("cost:>$0.01", Measured(Measure.COST, MORE, Decimal("0.01"))),
        ("ttft:>1.5s", Measured(Measure.TTFT, MORE, Decimal(1500))),
        ("ttft:<250ms", Measured(Measure.TTFT, Comparison.LESS, Decimal(250))),
        ("-latency:<=2min", Measured(Measure.LATENCY, Comparison.AT_MOST, Decimal(120_000), True)),
        ("tokens:>1k", Measured(Measure.TOKENS, MORE, Decimal(1000))),
        ("has:image", Has(Part.IMAGE)),
        ("-has:error", Has(Part.ERROR, negated=True)),
    ],
)
def test_conditions(text: str, condition: Condition) -> None:
    assert a_query(text) == Query(conditions=(condition,))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("on:today", "2026-11-22T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("on:yesterday", "2026-11-21T00:00+01:00", "2026-11-22T00:00+01:00"),
        ("on:2026-10-25", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
        ("on:2026-12", "2026-12-01T00:00+01:00", "2027-01-01T00:00+01:00"),
        ("on:2026-11-21T23:30Z", "2026-11-22T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("after:2026-11-20", "2026-11-20T00:00+01:00", None),
        ("after:2026-11-20t10:00:00z", "2026-11-20T10:00Z", None),
        ("after:2026-11-20T10:00", "2026-11-20T10:00+01:00", None),
        ("before:yesterday", None, "2026-11-21T00:00+01:00"),
        ("after:12h", "2026-11-22T00:00:00.123Z", None),
        ("after:7d", "2026-11-15T12:00:00.123Z", None),
    ],
)
def test_days_are_those_of_the_time_zone(text: str, since: str | None, until: str | None) -> None:
    (found,) = parse_query(text, NOON, BERLIN).conditions
    assert found == Began(
        datetime.fromisoformat(since) if since else None,
        datetime.fromisoformat(until) if until else None,
    )


def test_a_star_alone_is_any_name_there_may_be() -> None:
    assert a_query("workspace:*").conditions == (Named(Name.WORKSPACE, "", prefix=True),)
    assert not a_query("workspace:*").problems
    assert a_query("status:*").problems


@pytest.mark.parametrize(
    ("text", "where", "message", "hint"),
    [
        ("a modle:x", (2, 9), "no filter modle:", "did you mean model:?"),
        ("cost:cheap", (0, 10), "'cheap' is no cost", "cost:>0.01"),
        ("ttft:>1h", (0, 8), "'>1h' is no ttft", "ttft:>500ms"),
        ("status:fine", (0, 11), "no status:fine", "cancelled"),
        ("has:eror", (0, 8), "no has:eror", "did you mean error?"),
        ("on:2026-02-30", (0, 13), "'2026-02-30' is no day", "7d"),
        ("on:9999-12-31", (0, 13), "'9999-12-31' is no day", "7d"),
        ("model: x", (0, 6), "model: needs a value", "right behind the colon"),
        ('x "open', (2, 7), "quotation mark", "close it"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_looked_for_as_words(
    text: str, where: tuple[int, int], message: str, hint: str
) -> None:
    query = a_query(text)
    (problem,) = query.problems
    assert (problem.start, problem.end) == where
    assert message in problem.message
    assert hint in problem.hint
    assert query.terms
    assert not query.conditions


def test_a_wrong_filter_is_a_word_as_it_was_written() -> None:
    assert a_query("-modle:x*").terms == (Term("modle:x", prefix=True, negated=True),)


def test_only_so_many_characters_count() -> None:
    query = a_query("x" * (LONGEST + 1))
    assert query.terms == (Term("x" * LONGEST),)
    assert "1,000" in query.problems[0].message


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("two wor", Query((Term("two"), Term("wor", prefix=True)))),
        ("two words ", Query((Term("two"), Term("words")))),
        ('"two wor', Query((Term("two wor", prefix=True),))),
        ("model:", Query()),
        ("provider:op", Query(conditions=(Named(Name.PROVIDER, "op", prefix=True),))),
        ("status:er", Query(conditions=(Named(Name.STATUS, "er", prefix=True),))),
        ("has:no", Query()),
    ],
)
def test_while_one_types_the_last_word_is_a_beginning(text: str, query: Query) -> None:
    assert a_query(text, typing=True) == query


def test_what_is_wrong_while_one_types_it_hides_nothing() -> None:
    query = a_query("cost:>x", typing=True)
    assert query.problems
    assert query == Query(problems=query.problems)


@given(
    st.text(st.characters() | st.sampled_from('"*:-<>=0123456789 ')) | st.builds(
        "{}{}:{}".format, st.sampled_from(["", "-"]), st.sampled_from(FIELDS), st.text(max_size=12)
    ),
    st.booleans(),
)  # fmt: skip
def test_any_text_is_a_search(text: str, typing: bool) -> None:
    query = parse_query(text, NOON, BERLIN, typing=typing)
    for problem in query.problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.message
        assert problem.hint
    for condition in query.conditions:
        if isinstance(condition, Began):
            for moment in (condition.since, condition.until):
                assert moment is None or moment.astimezone(UTC)
