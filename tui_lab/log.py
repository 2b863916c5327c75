"""The log file: rotating, for the owner alone, without keys."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui_lab.core.secret import remove_key_formats

LARGEST_BYTES = 1_000_000
OLD_FILES = 2


class _WithoutKeys(logging.Formatter):
    """Formats a record and its traceback, then removes what looks like a key."""

    def format(self, record: logging.LogRecord) -> str:
        return remove_key_formats(super().format(record))


class _PrivateFile(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def]
        return open(  # noqa: SIM115
            self.baseFilename,
            self.mode,
            encoding="utf-8",
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )


def log_to(path: Path) -> logging.Handler | None:
    """Sends the lab's own log lines to this file; None where it cannot be written."""
    logger = logging.getLogger("tui_lab")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    try:
        handler = _PrivateFile(
            path, maxBytes=LARGEST_BYTES, backupCount=OLD_FILES, encoding="utf-8"
        )
    except OSError:
        logger.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(_WithoutKeys("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    return handler
