"""What is said to a model: messages and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image by URL or by its bytes; `media_type` is sniffed from the bytes (None for a URL)."""

    url: str | None = None
    data: bytes | None = None
    media_type: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A document by URL or by its bytes."""

    url: str | None = None
    data: bytes | None = None
    media_type: str | None = None
    name: str | None = None


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
