"""Prices in config.toml: exact, and wrong ones are told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tui_lab.core.price import Price, Rates
from tui_lab.settings import load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_price_is_exact(file: Path) -> None:
    file.write_text(
        '[prices."own/model-1"]\n'
        "input = 0.1000000000000000055\n"
        "output = 2\ncached = 0.01\nrequest = 0.005\ndate = 2026-11-01\n"
    )
    settings, problems = load_settings(file, {})
    assert problems == ()
    assert settings.prices["own/model-1"].price() == Price(
        Rates(Decimal("0.1000000000000000055"), Decimal(2), cached=Decimal("0.01")),
        request=Decimal("0.005"),
        source="config.toml",
        date="2026-11-01",
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[prices."own/m"]\ninput = -1\noutput = 1', "greater than or equal to 0"),
        ('[prices."own/m"]\ninput = nan\noutput = 1', "finite number"),
        ('[prices."own/m"]\ninput = true\noutput = 1', "US dollars"),
        ('[prices."own/m"]\ninput = 1', "prices.own/m: it should have input and output"),
        ('[prices."nothing"]\ninput = 1\noutput = 1', "provider/model"),
        ('[prices."own/m"]\ninput = 1\noutput = 1\ncashed = 1', "cashed means nothing here"),
    ],
)
def test_a_price_that_cannot_be_is_told_and_left_out(file: Path, table: str, said: str) -> None:
    file.write_text(table)
    settings, problems = load_settings(file, {})
    assert any(said in str(problem) for problem in problems)
    assert all(price.input == price.output == 1 for price in settings.prices.values())
