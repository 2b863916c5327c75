"""Attachments as the dialects send them."""

from __future__ import annotations

import base64

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart

PDF = "application/pdf"


def media_type(part: ImagePart | DocumentPart) -> str:
    """What the bytes are; where nobody knew, what every provider takes."""
    return part.media_type or ("image/png" if isinstance(part, ImagePart) else PDF)


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
