"""What is attached to a prompt, in words."""

from __future__ import annotations

from typing import NamedTuple

from tui_lab.core.attachments import MIB, text_document
from tui_lab.core.messages import ImagePart, Part, TextPart

KIB = 1024


class AttachmentWords(NamedTuple):
    """`facts` are its type and size, as far as they are known."""

    kind: str
    name: str
    facts: tuple[str, ...]


def attachment_words(part: Part) -> AttachmentWords:
    if isinstance(part, TextPart):
        name, text = text_document(part) or ("unnamed", part.text)
        size = len(text.encode("utf-8", "surrogatepass"))
        return AttachmentWords("document", name, ("text", _size(size)))
    kind = "image" if isinstance(part, ImagePart) else "document"
    name = part.url or part.name or "unnamed"
    size_words = _size(part.size) if part.size is not None else None
    return AttachmentWords(kind, name, tuple(filter(None, (part.media_type, size_words))))


def _size(count: int) -> str:
    if count < KIB:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / KIB:.0f} KiB" if count < MIB else f"{count / MIB:.1f} MiB"
