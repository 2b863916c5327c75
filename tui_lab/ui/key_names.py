"""Keys as they are printed: short, and the same everywhere."""

from __future__ import annotations

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "equals_sign": "=",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "backspace": "bksp",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def key_name(key: str) -> str:
    """`ctrl+j` → `^j`, `question_mark` → `?`; of several keys the first."""
    key = key.split(",")[0].strip()
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    last = _NAMES.get(last, last)
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last}"
    return "+".join([*modifiers, last])
