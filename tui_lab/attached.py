"""Attachments as a person names them: a file, or a URL, which is passed on and never fetched."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tui_lab.core.attachments import (
    LARGEST_DOCUMENT,
    LARGEST_IMAGE,
    MIB,
    attachment_of,
    document_of,
    image_of,
    is_url,
    name_in_url,
    sniff,
)
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Part, TextPart

LARGEST_TEXT = MIB
"""Bytes of a file whose content takes the place of a variable."""


def image(word: str) -> ImagePart:
    """The image of this path or URL; raises `LabError` of kind `usage` where there is none."""
    if is_url(word):
        return ImagePart(url=word, name=name_in_url(word))
    path = Path(word).expanduser()
    return image_of(_read(path, LARGEST_IMAGE), _name(path))


def document(word: str) -> DocumentPart | TextPart:
    """The document of this path or URL; raises `LabError` of kind `usage` where there is none."""
    if is_url(word):
        return DocumentPart(url=word, name=name_in_url(word))
    path = Path(word).expanduser()
    return document_of(_read(path, LARGEST_DOCUMENT), _name(path))


def attachment(word: str) -> Part:
    """The image or document of this path or URL, whichever it is; raises like the two of them.

    By URL, what ends in .pdf is a document and everything else an image.
    """
    if is_url(word):
        is_pdf = urlsplit(word).path.lower().endswith(".pdf")
        return document(word) if is_pdf else image(word)
    path = Path(word).expanduser()
    return attachment_of(_read(path, LARGEST_DOCUMENT), _name(path))


def text_of(word: str) -> str:
    """The content of a text file, for a place in a prompt.

    Raises `LabError` of kind `usage` where there is none, or it is larger than `LARGEST_TEXT`.
    """
    path = Path(word.strip()).expanduser()
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise LabError(ErrorKind.USAGE, f"{_name(path)} is no file", "check the path")
    data = _read(path, LARGEST_TEXT)
    if len(data) > LARGEST_TEXT:
        hint = f"{LARGEST_TEXT // MIB} MiB at most: attach it as a document"
        raise LabError(ErrorKind.USAGE, f"{_name(path)} is too large for a variable", hint)
    if data and sniff(data) != "text/plain":
        raise LabError(ErrorKind.USAGE, f"{_name(path)} is no text", "save it as UTF-8 text")
    return data.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n")


def _read(path: Path, largest: int) -> bytes:
    """The bytes, but for what is beyond the limit by more than one."""
    try:
        with path.open("rb") as file:
            return file.read(largest + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise LabError(
            ErrorKind.USAGE, f"{_name(path)} cannot be read: {why}", "check the path"
        ) from error


def _name(path: Path) -> str:
    """Names of files are bytes; those that are no text are shown as U+FFFD."""
    return (path.name or str(path)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
