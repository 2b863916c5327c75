"""Attachments from paths and URLs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui_lab import attached
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, TextPart

GIF = b"GIF89a\1\0\1\0"


def test_a_file_is_read_and_named_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "dot.gif"
    path.write_bytes(GIF)
    assert attached.image(str(path)) == ImagePart(data=GIF, media_type="image/gif", name="dot.gif")


def test_a_url_is_passed_on() -> None:
    url = "https://example.org/cat.png"
    assert attached.image(url) == ImagePart(url=url, name="cat.png")
    assert attached.document("http://x.example/a.pdf") == DocumentPart(
        url="http://x.example/a.pdf", name="a.pdf"
    )


def test_of_a_url_the_ending_tells_what_it_is() -> None:
    assert isinstance(attached.attachment("https://example.org/A.PDF?page=2"), DocumentPart)
    assert isinstance(attached.attachment("https://example.org/picture"), ImagePart)


def test_of_a_file_the_bytes_tell_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "dot.pdf"
    path.write_bytes(GIF)
    assert attached.attachment(str(path)) == attached.image(str(path))


@pytest.mark.parametrize("word", ["missing.png", ".", "nul\0byte"])
def test_what_cannot_be_read_is_told(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabError, match="cannot be read") as refused:
        attached.image(word)
    assert refused.value.kind is ErrorKind.USAGE


def test_of_an_endless_file_no_more_is_read_than_may_be_sent() -> None:
    with pytest.raises(LabError, match="no png"):
        attached.image("/dev/zero")


def test_a_name_that_is_no_text_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.txt")
    path.write_bytes(b"hello")
    assert attached.document(str(path)) == TextPart(
        '<document name="\ufffd.txt">\nhello\n</document>'
    )
