"""Keys as they are pasted."""

from __future__ import annotations

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.key_input import clean_key, likely_owners
from tui_lab.core.keys import check_label
from tui_lab.core.secret import Secret

PREFIXES = {
    "openai": ("sk-proj-", "sk-"),
    "anthropic": ("sk-ant-",),
    "deepseek": ("sk-",),
    "groq": ("gsk_",),
    "mistral": (),
}


@pytest.mark.parametrize(
    ("given", "notices"),
    [
        ("sk-abcdef", 0),
        ("sk-abcdef\n", 0),
        ("  sk-abcdef\t", 1),
        ('"sk-abcdef"', 1),
        ("‘sk-abcdef’", 1),
        ("Bearer sk-abcdef", 1),
        ("Authorization: Bearer sk-abcdef", 1),
        ("' Bearer sk-abcdef '", 2),
        ('bearer "sk-abcdef"\r\n', 1),
    ],
)
def test_what_was_copied_with_a_key_is_taken_off_and_told(given: str, notices: int) -> None:
    cleaned = clean_key(given)
    assert cleaned.secret.reveal() == "sk-abcdef"
    assert len(cleaned.notices) == notices


@pytest.mark.parametrize(
    "given", ["", " ", "\n", '""', "Bearer ", "x", "sk-abc def", "a\nb", "sk-é"]
)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(LabError) as refused:
        clean_key(given)
    assert refused.value.kind is ErrorKind.USAGE
    assert "abc" not in f"{refused.value.message}{refused.value.hint}"


@pytest.mark.parametrize(
    ("key", "provider", "owners"),
    [
        ("sk-ant-api03-x", "openai", ("anthropic",)),
        ("sk-proj-x", "deepseek", ("openai",)),
        ("sk-x", "anthropic", ("openai", "deepseek")),
        ("gsk_x", "mistral", ("groq",)),
        ("gsk_x", "a_proxy", ("groq",)),
        ("sk-x", "openai", ()),
        ("sk-proj-x", "openai", ()),
        ("sk-x", "deepseek", ()),
        ("sk-x", "mistral", ()),
        ("no known form", "openai", ()),
    ],
)
def test_a_key_that_looks_like_anothers_is_questioned(
    key: str, provider: str, owners: tuple[str, ...]
) -> None:
    assert likely_owners(Secret(key), provider, PREFIXES) == owners


def test_a_label_is_a_short_line() -> None:
    assert check_label(" work ") == "work"
    for label in ("", " ", "a\nb", "\x1b[31m", "x" * 41):
        with pytest.raises(LabError, match="label"):
            check_label(label)
