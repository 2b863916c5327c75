"""Sizes of files in words."""

from __future__ import annotations


def size_words(count: int) -> str:
    """`812 KiB`, `4.2 MiB`, `1.3 GiB`; of bytes."""
    if count < 2**20:
        return f"{-(-count // 2**10)} KiB"
    unit, name = (2**20, "MiB") if count < 2**30 else (2**30, "GiB")
    return f"{count / unit:.1f} {name}"
