"""What is said to a model: messages and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class _Attachment:
    """By URL or by its bytes; of one that was recorded only what it was is left.

    `media_type` is sniffed from the bytes, `size` counts them, `sha256` is their digest in hex;
    None for a URL, whose bytes nobody has seen.
    """

    url: str | None = None
    data: bytes | None = None
    media_type: str | None = None
    name: str | None = None
    size: int | None = None
    sha256: str | None = None

    @property
    def is_reference(self) -> bool:
        """Whether it can only be told, and not be sent."""
        return self.url is None and self.data is None

    def __post_init__(self) -> None:
        if self.data is not None:
            import hashlib

            object.__setattr__(self, "size", len(self.data))
            object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True)
class ImagePart(_Attachment):
    """An image: PNG, JPEG, WebP or GIF."""


@dataclass(frozen=True, slots=True)
class DocumentPart(_Attachment):
    """A document: PDF."""


Part = TextPart | ImagePart | DocumentPart


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, role: Role, text: str) -> Message:
        return cls(role, (TextPart(text),))

    @property
    def text(self) -> str:
        """The text parts, joined by blank lines."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def attachments(self) -> tuple[ImagePart | DocumentPart, ...]:
        return tuple(part for part in self.parts if not isinstance(part, TextPart))
