"""Attachments as the dialects send them."""

from __future__ import annotations

import base64
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart

PDF = "application/pdf"
_BY_SUFFIX = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": PDF,
}


def media_type(part: ImagePart | DocumentPart) -> str:
    """What the bytes are; where nobody knew, what every provider takes."""
    return part.media_type or ("image/png" if isinstance(part, ImagePart) else PDF)


def url_media_type(part: ImagePart | DocumentPart) -> str | None:
    """What an address that has not been opened seems to lead to: by the end of its path."""
    suffix = PurePosixPath(urlsplit(part.url or "").path).suffix.lower()
    return part.media_type or _BY_SUFFIX.get(suffix)


def base64_data(part: ImagePart | DocumentPart) -> str:
    """The bytes as base64; raises `LabError` of kind `usage` where only their record is left."""
    if part.data is None:
        raise LabError(
            ErrorKind.USAGE,
            f"the bytes of the attachment {part.name or 'without a name'} are not at hand",
            "attach it again: the history keeps what it was, not its bytes",
        )
    return base64.b64encode(part.data).decode()


def url_of(part: ImagePart | DocumentPart) -> str:
    """Its address, or the bytes as a `data:` URL (RFC 2397)."""
    return part.url or f"data:{media_type(part)};base64,{base64_data(part)}"
