"""HTML: one page that fetches nothing and runs nothing, whatever the texts are."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_record
from tests.export.reading import Page, exported
from tests.store.strategies import records
from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise
from tui_lab.export.formats import Format

ID = "01JD0000000000000000000001"
OURS = set("html head meta title style body h1 h2 h3 article dl dt dd pre".split())
HOSTILE = ["<script>x</script>", "</pre><img src=//x>", "&lt;", "\n\nb", "<!--", "]]>", "\x1b[2J"]


@settings(deadline=None, max_examples=50)
@given(records(ID), st.sampled_from(HOSTILE))
def test_no_tag_or_attribute_comes_from_a_text(record: RunRecord, hostile: str) -> None:
    page = Page(exported(Format.HTML, record, a_record(hostile, text=hostile, note=hostile)))
    assert {tag for tag, _ in page.tags} <= OURS
    assert {name for tag, attrs in page.tags if tag != "meta" for name in attrs} <= {"dir", "lang"}
    assert page.open == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_shown_as_it_is_but_for_what_would_act(text: str) -> None:
    page = Page(exported(Format.HTML, a_record(text=text)))
    # A browser leaves out the newline right after <pre>; this parser does not.
    assert page.texts[-1] == "\n" + sanitise(text)


def test_the_policy_allows_the_style_of_the_page_and_nothing_else() -> None:
    text = exported(Format.HTML, a_record())
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [
        attrs["content"]
        for tag, attrs in Page(text).tags
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_nothing_in_the_page_points_elsewhere() -> None:
    text = exported(Format.HTML, a_record())
    assert not re.search(r"href|src=|url\(|@import|//", text)


def test_naughty_strings_stay_texts(shared_data: Path) -> None:
    file = shared_data / "corpora" / "blns" / "blns.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    page = Page(exported(Format.HTML, *(a_record(text=line) for line in lines)))
    assert {tag for tag, _ in page.tags} <= OURS
    assert page.texts[1::2] == ["\n" + sanitise(line) for line in lines]
