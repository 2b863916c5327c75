"""What is said when the program itself fails: where, without the values of any variable."""

from __future__ import annotations

import traceback

from tui_lab.core.sanitise import sanitise
from tui_lab.core.secret import KnownSecrets, remove_key_formats


def crash_report(error: BaseException, known: KnownSecrets) -> str:
    """The traceback as text, fit for a terminal. Known keys in it are removed, and what looks like
    one."""
    lines = traceback.format_exception(error)
    told = sanitise(remove_key_formats(known.remove_from("".join(lines))))
    return (
        f"{told}\ntui-lab failed; this is a defect of the program. "
        "Runs that were in progress are recorded as far as they had come."
    )
