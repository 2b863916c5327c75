"""Limits and waits, from the headers of many providers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.providers.rate_limits import rate_limits, retry_after_s, told_wait_s, until_reset_s

DATE = "Sun, 22 Nov 2026 03:11:00 GMT"


def test_openai_tells_limits_and_go_durations() -> None:
    assert rate_limits(
        {
            "x-ratelimit-limit-requests": "30000",
            "x-ratelimit-remaining-requests": "29999",
            "x-ratelimit-reset-requests": "2ms",
            "x-ratelimit-limit-tokens": "150000000",
            "x-ratelimit-remaining-tokens": "149999967",
            "x-ratelimit-reset-tokens": "6m0s",
            "x-ratelimit-limit-input-images": "50000",
        }
    ) == {
        "requests_limit": 30000,
        "requests_remaining": 29999,
        "requests_reset_s": 0.002,
        "tokens_limit": 150000000,
        "tokens_remaining": 149999967,
        "tokens_reset_s": 360,
    }


def test_anthropic_tells_moments_which_count_from_the_date_of_the_response() -> None:
    assert rate_limits(
        {
            "date": DATE,
            "anthropic-ratelimit-requests-limit": "50",
            "anthropic-ratelimit-requests-remaining": "49",
            "anthropic-ratelimit-requests-reset": "2026-11-22T03:11:30Z",
            "anthropic-ratelimit-tokens-reset": "2026-11-22T03:10:00Z",
            "anthropic-ratelimit-input-tokens-limit": "40000",
        }
    ) == {
        "requests_limit": 50,
        "requests_remaining": 49,
        "requests_reset_s": 30,
        "tokens_reset_s": 0,
        "input_tokens_limit": 40000,
    }


def test_mistral_counts_by_the_minute_and_together_counts_requests() -> None:
    assert rate_limits({"x-ratelimit-remaining-req-minute": "4"}) == {"requests_remaining": 4}
    assert rate_limits({"x-ratelimit-limit-tokens-minute": "500"}) == {"tokens_limit": 500}
    assert rate_limits({"x-ratelimit-limit": "60"}) == {"requests_limit": 60}


def test_what_mistral_counts_by_size_are_tokens() -> None:
    assert rate_limits(
        {
            "ratelimitbysize-remaining": "401381",
            "ratelimitbysize-reset": "33",
            "ratelimitbysize-query-cost": "32018",
            "x-ratelimitbysize-limit-minute": "500000",
            "x-ratelimitbysize-limit-month": "1000000000",
        }
    ) == {"tokens_remaining": 401381, "tokens_reset_s": 33, "tokens_limit": 500000}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795317069000", "date": DATE}, 9),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "2s",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "7s",
            },
            7,
        ),
        ({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "7s"}, None),
        ({"x-ratelimit-remaining-tokens": "0"}, None),
        ({}, None),
    ],
    ids=["openrouter", "the-last-of-two", "some-is-left", "untold", "none"],
)
def test_a_limit_that_is_used_up_tells_when_it_is_lifted(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert until_reset_s(headers) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("17.399999999s", 17.399999999),
        ("26ms", 0.026),
        ("1h2m3s", 3723),
        ("2m", 120),
        ("33", 33),
        ("1795317120", 60),
        ("1795317120000", 60),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("2026-11-22T03:12:00", None),
        ("9" * 400, None),
    ],
)
def test_a_reset_is_told_in_many_forms(text: str, seconds: float | None) -> None:
    found = rate_limits({"date": DATE, "x-ratelimit-reset-tokens": text})
    assert found.get("tokens_reset_s") == (pytest.approx(seconds) if seconds else None)


def test_a_moment_without_a_date_to_count_from_is_left_out() -> None:
    assert rate_limits({"anthropic-ratelimit-tokens-reset": "2026-11-22T03:11:30Z"}) == {}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "20"}, 0.25),
        ({"retry-after-ms": "later", "retry-after": "20"}, 20),
        ({"retry-after": "Sun, 22 Nov 2026 03:11:09 GMT", "date": DATE}, 9),
        ({"retry-after": "Sun, 22 Nov 2026 03:10:00 GMT", "date": DATE}, None),
        ({"retry-after": "Sun, 22 Nov 2026 03:11:09 GMT"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1_0"}, None),
        ({"retry-after": "garbage"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_told_in_many_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


@given(st.text(), st.text())
def test_no_header_breaks_the_reader(text: str, date: str) -> None:
    headers = {"x-ratelimit-reset-tokens": text, "retry-after": text, "date": date}
    assert all(value >= 0 for value in rate_limits(headers).values())
    assert (retry_after_s(headers) or 0) >= 0


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Rate limit reached for gpt-4o. Please try again in 1s. Visit the page.", 1),
        ("Please try again in 6m0s.", 360),
        ("Please try again in 20ms.", 0.02),
        ("Please retry in 48.928s.", 48.928),
        ("Please retry after 26 seconds.", 26),
        ("Try again in 1h2m3.5s", 3723.5),
        ("Please try again later.", None),
        ("Please try again in 5 minutes", 300),
        ("Try again in 1 hour.", 3600),
        ("Please try again in 7m12.5s. Need more tokens?", 432.5),
        ("Please try again in 12monkeys", None),
        ("try again in " + "9" * 400 + "s", None),
    ],
)
def test_a_wait_may_be_told_in_words(words: str, seconds: float | None) -> None:
    assert told_wait_s(words) == seconds
