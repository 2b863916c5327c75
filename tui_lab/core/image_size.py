"""How large an image is, read from the head of its bytes."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Pixels(NamedTuple):
    width: int
    height: int


def image_size(data: bytes) -> Pixels | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None where they cannot be read."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        return _pixels(data[16:20], data[20:24], "big")
    if data.startswith(b"GIF8") and len(data) >= 10:
        return _pixels(data[6:8], data[8:10], "little")
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp_size(data)
    return None


def _pixels(width: bytes, height: bytes, order: Literal["big", "little"]) -> Pixels:
    return Pixels(int.from_bytes(width, order), int.from_bytes(height, order))


def _jpeg_size(data: bytes) -> Pixels | None:
    """The segments are walked up to the first that begins a frame (SOF, ITU T.81 B.2.2)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _pixels(data[at + 7 : at + 9], data[at + 5 : at + 7], "big")
        alone = marker == 0xFF or 0xD0 <= marker <= 0xD9
        at += 1 if marker == 0xFF else 2 if alone else 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _webp_size(data: bytes) -> Pixels | None:
    """Lossy, lossless and extended files keep it in three places (RFC 9649, section 2)."""
    match data[12:16]:
        case b"VP8 ":
            width, height = (int.from_bytes(data[n : n + 2], "little") & 0x3FFF for n in (26, 28))
            return Pixels(width, height)
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return Pixels((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            width, height = (int.from_bytes(data[n : n + 3], "little") for n in (24, 27))
            return Pixels(width + 1, height + 1)
        case _:
            return None
