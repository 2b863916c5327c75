"""Images and documents that go with a prompt: what they are is told by their bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Message, Part, TextPart

MIB = 1024 * 1024
LARGEST_IMAGE = 20 * MIB
LARGEST_DOCUMENT = 32 * MIB
"""Bytes; what the most generous of the big providers take."""

_DOCUMENT = re.compile(r'<document name="([^"]*)">\n(.*)\n</document>\Z', re.DOTALL)
_PDF_WITHIN = 1024
"""Where a PDF may begin: readers allow something before its head."""


def sniff(data: bytes) -> str | None:
    """The media type that these bytes have: an image, a PDF or plain text; None for others."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "application/pdf"
    return None if _text(data) is None else "text/plain"


def image_of(data: bytes, name: str) -> ImagePart:
    """Raises `LabError` of kind `usage` for what is no image that models read, or too large."""
    media_type = sniff(data)
    if media_type is None or not media_type.startswith("image/"):
        other = "use --document" if media_type else "convert it to one of these"
        raise _refused(f"{name} is no png, jpeg, webp or gif image", other)
    _check_size(name, data, LARGEST_IMAGE)
    return ImagePart(data=data, media_type=media_type, name=name)


def document_of(data: bytes, name: str) -> DocumentPart | TextPart:
    """A PDF as it is; a text as a part of the prompt, under its name.

    Raises `LabError` of kind `usage` for what is neither, or too large.
    """
    media_type = sniff(data)
    _check_size(name, data, LARGEST_DOCUMENT)
    if media_type == "application/pdf":
        return DocumentPart(data=data, media_type=media_type, name=name)
    text = _text(data)
    if text is None or media_type != "text/plain":
        other = "use --image" if media_type else "convert it to one of these"
        raise _refused(f"{name} is neither a PDF nor text", other)
    title = name.replace('"', "'")
    return TextPart(f'<document name="{title}">\n{text.strip()}\n</document>')


def attachment_of(data: bytes, name: str) -> Part:
    """Whichever of the two it is; raises `LabError` of kind `usage` for what is neither."""
    media_type = sniff(data)
    if media_type is None and data:
        raise _refused(
            f"{name} is no png, jpeg, webp or gif image, no PDF and no text",
            "convert it to one of these",
        )
    is_image = media_type is not None and media_type.startswith("image/")
    return image_of(data, name) if is_image else document_of(data, name)


def turn_of(prompt: str, attached: Sequence[Part]) -> Message:
    """What is attached, then the prompt; texts of documents follow it, under their names."""
    files = (part for part in attached if not isinstance(part, TextPart))
    texts = (part for part in attached if isinstance(part, TextPart))
    return Message("user", (*files, TextPart(prompt), *texts))


def apart(turn: Message) -> tuple[str, tuple[Part, ...]]:
    """A turn's prompt and what is attached to it: the way back from `turn_of`."""
    prompt = next((part for part in turn.parts if isinstance(part, TextPart)), TextPart(""))
    return prompt.text, tuple(part for part in turn.parts if part is not prompt)


def text_document(part: TextPart) -> tuple[str, str] | None:
    """Name and text of a document that is sent as text; None for any other text."""
    found = _DOCUMENT.match(part.text)
    return (found[1], found[2]) if found else None


def is_url(word: str) -> bool:
    return word.lower().startswith(("http://", "https://"))


def name_in_url(url: str) -> str | None:
    """The last part of its path."""
    return unquote(urlsplit(url).path.rpartition("/")[2]) or None


def _text(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _check_size(name: str, data: bytes, largest: int) -> None:
    if not data:
        raise _refused(f"{name} is empty", "choose another file")
    if len(data) > largest:
        raise _refused(f"{name} is larger than {largest // MIB} MiB", "make it smaller")


def _refused(message: str, hint: str) -> LabError:
    return LabError(ErrorKind.USAGE, message, hint)
