from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.payload import (
    as_count,
    as_json,
    as_money,
    as_number,
    parse_object,
    request_body,
)


def test_fractions_keep_every_digit() -> None:
    assert parse_object('{"cost": 0.0076509169000000005}') == {
        "cost": Decimal("0.0076509169000000005")
    }


@pytest.mark.parametrize("text", ["null", "1", "[1, 2]", '"text"', "true", "NaN"])
def test_a_payload_that_is_no_object_holds_nothing(text: str) -> None:
    assert parse_object(text) == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "<html>", '{"a": 1', "[" * 100_000, "9" * 5000, "1e" + "9" * 30, '{"a": "\x00"}'],
    ids=lambda text: text[:8] or "empty",
)
def test_what_is_not_json_is_a_protocol_error_with_a_cut_of_it(text: str) -> None:
    with pytest.raises(LabError) as caught:
        parse_object(text)
    assert caught.value.kind is ErrorKind.PROTOCOL
    assert caught.value.raw == text[:500]


def test_not_a_number_is_nothing() -> None:
    assert parse_object('{"a": NaN, "b": -Infinity}') == {"a": None, "b": None}


@pytest.mark.parametrize("value", [True, -1, "5", 5.0, None, [5], 10**4000])
def test_only_a_sane_whole_number_is_a_count(value: Any) -> None:
    assert as_count(value) is None


def test_a_count_may_be_zero() -> None:
    assert as_count(0) == 0


@pytest.mark.parametrize(
    "value",
    [True, "1", None, Decimal("-0.1"), Decimal("1e-999999"), Decimal("1e99"), float("nan"), 10**30],
)
def test_only_a_sane_amount_is_money(value: Any) -> None:
    assert as_money(value) is None


@pytest.mark.parametrize("value", [0, 1, 0.1, Decimal("0.00000468")])
def test_money_is_exact(value: Any) -> None:
    assert as_money(value) == Decimal(str(value))


@pytest.mark.parametrize("value", [True, "1", None, 10**400, Decimal("1e999")])
def test_only_a_finite_number_is_a_number(value: Any) -> None:
    assert as_number(value) is None


def test_arguments_may_come_as_text_or_as_an_object() -> None:
    assert as_json('{"a": 1}') == '{"a": 1}'
    assert json.loads(as_json({"a": Decimal("0.5"), "b": "é"})) == {"a": 0.5, "b": "é"}
    assert as_json(None) == ""


def test_half_characters_in_a_prompt_do_not_break_the_request() -> None:
    body = request_body({"content": "\ud83d\ude00 \ud83d"})
    assert json.loads(body) == {"content": "😀 \ufffd"}
