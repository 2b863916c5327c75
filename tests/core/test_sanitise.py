"""What comes out of the sanitiser can be written to any terminal, and text is still text."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.sanitise import LONGEST_SEQUENCE, Sanitiser, is_safe, sanitise, sanitise_line

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

HOSTILE = st.text(
    st.sampled_from(
        "\x1b\x1b[]PX^_\\;?0123mHJa (\x07\x08\x00\x18\r\r\n\t\x7f\x85\x90\x9b\x9c\x9d\x9f é"
        "\u200b\u200c\u200d\u200d\u200e\u202e\u2028\u2066\u034f\xad\ufe0e\ufe0f\u180b\ufeff\ufffd"
        "👩🏽❤1#↔\u20e3🏴\U000e0067\U000e0062\U000e0065\U000e007f\U000e0100\u094dक漢\u0301\u3164"
        "<U+>\u241b\ud83d\udc69\ufdd0\uffff🇩"
    ),
    max_size=60,
)
PIECES = st.lists(HOSTILE, max_size=8)


def in_pieces(pieces: list[str]) -> str:
    sanitiser = Sanitiser()
    return "".join([sanitiser.feed(piece) for piece in pieces]) + sanitiser.end()


@given(PIECES)
def test_the_same_text_in_any_pieces_comes_out_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert in_pieces(pieces) == sanitise(text) == in_pieces(list(text))


@given(HOSTILE)
def test_nothing_that_acts_or_hides_is_left(text: str) -> None:
    assert not FORBIDDEN.search(sanitise(text))
    assert is_safe(sanitise(text))


@given(HOSTILE)
def test_sanitising_again_changes_nothing(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)


@given(HOSTILE)
def test_a_line_stays_a_line(text: str) -> None:
    assert not re.search(r"[\n\t]", sanitise_line(text))


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "Sm", "Sc"))))
def test_ordinary_text_is_returned_as_it_is(text: str) -> None:
    plain = text.replace("\u3164", "").replace("\uffa0", "")
    assert sanitise(plain) == plain


def test_every_code_point_alone_is_kept_or_marked() -> None:
    for code in (*range(0x20000), *range(0xE0000, 0xE1000), sys.maxunicode):
        shown = sanitise(chr(code))
        assert not FORBIDDEN.search(shown)
        assert is_safe(shown)
        assert is_safe(chr(code)) or shown != chr(code), f"U+{code:04X}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛red␛"),
        ("\x1b[<0;1;1M\x1b[?25l\x1b[ q", "␛␛␛"),
        ("\x1b]0;title\x07after", "␛after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "␛link␛"),
        ("\x1b]52;c;aGk=\x9cafter", "␛after"),
        ("\x1bPq#0;2\x07;0\x1b\\after", "␛after"),
        ("\x1bXstring\x1b\\ \x1b^pm\x1b\\ \x1b_apc\x1b\\", "␛ ␛ ␛"),
        ("\x9b2J\x9d0;t\x07\x90q\x9c\x98s\x9c\x9ep\x9c\x9fa\x9c.", "␛␛␛␛␛␛."),
        ("\x1b(B\x1b#8\x1b7\x1b=\x1bc.", "␛␛␛␛␛."),
        ("\x1b\x1b[m\x1b", "␛␛␛"),
    ],
)
def test_an_escape_sequence_is_one_mark(text: str, shown: str) -> None:
    assert sanitise(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;the rest\nof it", "␛0;the rest\nof it"),
        ("\x1bPthe rest", "␛the rest"),
        ("\x1b_the rest\x1b[1mbold", "␛the rest␛bold"),
        ("\x1b]0;the\x18rest\x07", "␛0;the␘rest␇"),
        ("\x9dthe rest\u2028of it\x07", "␛the rest\nof it␇"),
        ("\x1b[31\nthe rest", "␛31\nthe rest"),
        ("\x1b[31éthe rest", "␛31éthe rest"),
        ("\x1b[", "␛"),
        ("\x1b é", "␛ é"),
    ],
)
def test_a_sequence_broken_off_hides_nothing(text: str, shown: str) -> None:
    assert sanitise(text) == shown


def test_a_string_longer_than_the_limit_hides_nothing() -> None:
    longest = "x" * LONGEST_SEQUENCE
    assert sanitise(f"\x1b]{longest}\x07.") == "␛."
    assert sanitise(f"\x1b]{longest}x\x07.") == f"␛{longest}x␇."


def test_a_stream_holds_back_no_more_than_one_sequence() -> None:
    sanitiser = Sanitiser()
    shown = sanitiser.feed("\x1b]" + "x" * (LONGEST_SEQUENCE + 1))
    assert shown == "␛" + "x" * (LONGEST_SEQUENCE + 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\nc\td", "a\nb\nc\td"),
        ("over\rwrite\r\r\n", "over␍write␍\n"),
        ("\x00\x07\x08\x0b\x0c\x7f", "␀␇␈␋␌␡"),
        ("\x80\x85\x9c", "<U+0080><U+0085><U+009C>"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("\u202egnp.exe\u2066\u061c\u200e", "<U+202E>gnp.exe<U+2066><U+061C><U+200E>"),
        ("a\u200bb\u2060\u2064\ufeff\u180e", "a<U+200B>b<U+2060><U+2064><U+FEFF><U+180E>"),
        ("\xad\ufff9\ufffb\u3164", "<U+00AD><U+FFF9><U+FFFB><U+3164>"),
        ("\ud800x\udfff\ufffe\U0001ffff", "�x���"),
        ("\ud83d\ude00", "��"),
    ],
)
def test_controls_and_invisible_characters_become_marks(text: str, shown: str) -> None:
    assert sanitise(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u200dx", "<U+200D>x"),
        ("x\u200d", "x<U+200D>"),
        ("x \u200c y", "x <U+200C> y"),
        ("x\u200d\u200dy", "x<U+200D><U+200D>y"),
        ("x\u200d\ufe0f", "x<U+200D><U+FE0F>"),
        ("\ufe0f", "<U+FE0F>"),
        ("x\ufe0f", "x<U+FE0F>"),
        ("❤\ufe0f\ufe0f\ufe0f", "❤\ufe0f<U+FE0F><U+FE0F>"),
        ("❤\U000e0101\U000e0102", "❤\U000e0101<U+E0102>"),
        ("\U000e0068\U000e0069", "<U+E0068><U+E0069>"),
        ("🏴\U000e0067\U000e0062", "🏴<U+E0067><U+E0062>"),
        ("🏴\U000e0067\U000e007f", "🏴<U+E0067><U+E007F>"),
        ("🏴" + "\U000e0061" * 7 + "\U000e007f", "🏴" + "<U+E0061>" * 7 + "<U+E007F>"),
        ("\x1b[m\u200dx\x00\ufe0f", "␛<U+200D>x␀<U+FE0F>"),
    ],
)
def test_joiners_selectors_and_tags_that_join_nothing_become_marks(text: str, shown: str) -> None:
    assert sanitise(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🏴‍☠️ ❤️‍🔥 🙂‍↔️ 🐦‍⬛",
        "🇩🇪🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "1️⃣ #️⃣ *️⃣ ☎︎ ☎️ ‼️ ©️",
        "می‌خواهم نامه‌ای بنویسم",
        "क्‍ष क्‌ष ശ്രീ ന്‍ ",
        "日本語、한국어, 葛󠄀飾, ไทย",
        "e\u0301 n\u0303 q\u0307\u0323 שָׁלוֹם",
        "–—“quoted”… ½ €5 → ✓ \ue0b0 \xa0",
        "[/] [@click=app.quit]x[/] ```unclosed",
    ],
)
def test_scripts_and_emoji_are_intact(text: str) -> None:
    assert sanitise(text) == text
    assert in_pieces(list(text)) == text
    assert is_safe(text)


def test_a_sanitiser_is_as_new_after_the_end() -> None:
    sanitiser = Sanitiser()
    assert sanitiser.feed("x\x1b[3") + sanitiser.end() == "x␛3"
    assert sanitiser.feed("\ufe0fm") + sanitiser.end() == "<U+FE0F>m"


def test_newlines_and_tabs_of_a_title_are_spaces() -> None:
    assert sanitise_line("one\r\ntwo\tthree\rfour\x1b[m") == "one two three␍four␛"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_real_escape_streams_are_harmless(shared_data: Path, encoding: str) -> None:
    streams = sorted((shared_data / "corpora" / "terminal-escape").rglob("*.in"))
    assert streams
    for stream in streams:
        text = stream.read_bytes().decode(encoding, "replace")
        shown = sanitise(text)
        assert not FORBIDDEN.search(shown), stream.name
        assert sanitise(shown) == shown, stream.name
        assert in_pieces(list(text)) == shown, stream.name


def test_naughty_strings_are_harmless(shared_data: Path) -> None:
    strings = json.loads((shared_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    assert strings
    for text in strings:
        shown = sanitise(text)
        assert not FORBIDDEN.search(shown)
        assert sanitise(shown) == shown
        assert in_pieces(list(text)) == shown
