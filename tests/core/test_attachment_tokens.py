"""How large images are and how many tokens attachments take."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.attachment_tokens import estimate_attachments, page_count
from tui_lab.core.image_size import Pixels, image_size
from tui_lab.core.messages import DocumentPart, ImagePart, Message


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


def jpeg(width: int, height: int) -> bytes:
    head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    return head + b"\xff\xff\xc2\0\x11\x08" + struct.pack(">HH", height, width) + b"\x03"


def webp(kind: bytes, data: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + kind + b"\0\0\0\0" + data.ljust(12, b"\0")


@pytest.mark.parametrize(
    "data",
    [
        png(640, 480),
        b"GIF89a" + struct.pack("<HH", 640, 480),
        jpeg(640, 480),
        webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480)),
        webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)),
        webp(b"VP8X", b"\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")),
    ],
    ids=["png", "gif", "jpeg", "webp", "lossless webp", "extended webp"],
)
def test_the_size_of_an_image_is_in_its_head(data: bytes) -> None:
    assert image_size(data) == Pixels(640, 480)


HEADS = st.sampled_from([b"\x89PNG", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8 "])


@given(HEADS, st.binary(max_size=80))
def test_no_bytes_break_the_reader(head: bytes, rest: bytes) -> None:
    size = image_size(head + rest)
    assert size is None or min(size) >= 0


def image(width: int, height: int) -> Message:
    return Message("user", (ImagePart(data=png(width, height)),))


@pytest.mark.parametrize(
    ("vendor", "width", "height", "tokens"),
    [
        ("anthropic", 1000, 1000, 1334),
        ("anthropic", 200, 200, 54),
        ("anthropic", 8000, 8000, 1600),
        ("openai", 1024, 1024, 765),
        ("openai", 2048, 4096, 1105),
        ("openai", 100, 100, 255),
        ("google", 300, 300, 258),
        ("google", 1536, 768, 516),
        ("", 1000, 1000, 1334),
    ],
)
def test_images_count_as_their_vendors_say(
    vendor: str, width: int, height: int, tokens: int
) -> None:
    assert estimate_attachments([image(width, height)], vendor) == tokens


def test_an_image_that_nobody_has_seen_counts_as_one_of_a_usual_size() -> None:
    unseen = Message("user", (ImagePart(url="https://example.org/a.png"),))
    assert estimate_attachments([unseen], "openai") == 765


PAGES = b"%PDF-1.7\n<</Type /Pages /Count 3>> " + b"<</Type/Page>> <</Type /Page\n>> "


@pytest.mark.parametrize(
    ("pdf", "pages"),
    [
        (PAGES, 3),
        (b"%PDF-1.7 <</Type/Page>><</Type/Page>>", 2),
        (b"%PDF-1.7 " + b"\xff" * 250_000, 3),
    ],
    ids=["its tree counts", "it shows", "its length tells"],
)
def test_pages_of_a_pdf(pdf: bytes, pages: int) -> None:
    assert page_count(pdf) == pages


def test_each_page_counts() -> None:
    document = Message("user", (DocumentPart(data=PAGES),))
    assert estimate_attachments([document], "google") == 3 * 258
    assert estimate_attachments([document], "anthropic") == 3 * 1500
