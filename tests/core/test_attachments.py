"""Attachments are what their bytes are, whatever their names say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.attachments import (
    LARGEST_IMAGE,
    apart,
    attachment_of,
    document_of,
    image_of,
    is_url,
    name_in_url,
    sniff,
    text_document,
    turn_of,
)
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.value_json import message_from_json, message_to_json

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
PDF = b"%PDF-1.7\n%\xe2\xe3"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF89a\1\0", "image/gif"),
        (b"GIF87a\1\0", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (PDF, "application/pdf"),
        (b"\n\n" + PDF, "application/pdf"),
        ("Grüße\n".encode(), "text/plain"),
        (b"\xef\xbb\xbfwith a mark", "text/plain"),
        (b"\xff\xfeU\0T\0F\0", None),
        (b"PK\3\4\0\0", None),
        (b"\0\0\0\x18ftypheic", None),
    ],
)
def test_the_type_is_sniffed_from_the_bytes(data: bytes, media_type: str | None) -> None:
    assert sniff(data) == media_type


@given(st.binary(max_size=2000))
def test_any_bytes_have_a_type_or_none(data: bytes) -> None:
    sniff(data)


def test_an_image_keeps_its_size_and_its_hash_when_its_bytes_are_gone() -> None:
    part = image_of(PNG, "cat.jpg")
    assert (part.media_type, part.size, part.name) == ("image/png", 16, "cat.jpg")
    again = message_from_json(message_to_json(Message("user", (part,)))).parts[0]
    assert again == ImagePart(media_type="image/png", name="cat.jpg", size=16, sha256=part.sha256)
    assert part.sha256 is not None
    assert len(part.sha256) == 64


def test_a_pdf_stays_a_document_and_a_text_becomes_part_of_the_prompt() -> None:
    assert isinstance(document_of(PDF, "a.pdf"), DocumentPart)
    assert document_of(b"\xef\xbb\xbf one\ntwo\n", "notes.txt") == TextPart(
        '<document name="notes.txt">\none\ntwo\n</document>'
    )


@pytest.mark.parametrize(
    ("make", "data", "words", "hint"),
    [
        (image_of, PDF, "no png", "--document"),
        (image_of, b"text", "no png", "--document"),
        (image_of, b"\0\1\2", "no png", "convert"),
        (image_of, b"", "no png", ""),
        (image_of, PNG + b"\0" * LARGEST_IMAGE, "larger than 20 MiB", "smaller"),
        (document_of, PNG, "neither a PDF nor text", "--image"),
        (document_of, b"\0\1\2", "neither a PDF nor text", "convert"),
        (document_of, b"", "is empty", ""),
    ],
)
def test_what_cannot_be_sent_is_refused_with_what_to_do(
    make: object, data: bytes, words: str, hint: str
) -> None:
    assert callable(make)
    with pytest.raises(LabError) as refused:
        make(data, "file.bin")
    assert refused.value.kind is ErrorKind.USAGE
    assert refused.value.message.startswith("file.bin")
    assert words in refused.value.message
    assert hint in refused.value.hint


def test_what_is_attached_is_told_by_its_bytes_alone() -> None:
    assert isinstance(attachment_of(PNG, "cat.pdf"), ImagePart)
    assert isinstance(attachment_of(PDF, "a.png"), DocumentPart)
    assert isinstance(attachment_of(b"one", "notes.png"), TextPart)
    with pytest.raises(LabError, match="empty"):
        attachment_of(b"", "cat.png")
    with pytest.raises(LabError, match="no png") as refused:
        attachment_of(b"\0\1\2", "song.mp3")
    assert "convert" in refused.value.hint


def test_a_turn_comes_apart_into_what_it_was_made_of() -> None:
    picture, text = attachment_of(PNG, "cat.png"), attachment_of(b"one\ntwo", 'my "notes".txt')
    turn = turn_of("What is this?", [text, picture])
    assert [type(part) for part in turn.parts] == [ImagePart, TextPart, TextPart]
    assert apart(turn) == ("What is this?", (picture, text))
    assert isinstance(text, TextPart)
    assert text_document(text) == ("my 'notes'.txt", "one\ntwo")
    assert text_document(TextPart("What is this?")) is None


def test_of_a_recorded_attachment_only_its_description_is_left() -> None:
    picture = image_of(PNG, "cat.png")
    recorded = message_from_json(message_to_json(Message("user", (picture,)))).attachments[0]
    assert recorded.is_reference
    assert not picture.is_reference
    assert not ImagePart(url="https://example.org/cat.png").is_reference


def test_urls_are_told_from_paths_and_named_by_their_end() -> None:
    assert is_url("HTTPS://example.org/a%20b.png?size=2")
    assert name_in_url("https://example.org/a%20b.png?size=2") == "a b.png"
    assert name_in_url("https://example.org/") is None
    assert not is_url("http/picture.png")
