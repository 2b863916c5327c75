"""How long ago something was, in words."""

from __future__ import annotations

from datetime import timedelta


def ago(age: timedelta) -> str:
    """`just now`, `5 min ago`, `3 h ago`, `12 d ago`: whole units that have passed."""
    seconds = age.total_seconds()
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name} ago"
    return "just now"
