"""The log file: rotating, for the owner alone, without keys."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tui_lab.core.secret import KnownSecrets, remove_key_formats

LARGEST_BYTES = 1_000_000
OLD_FILES = 2
LOGGERS = ("tui_lab", "asyncio")


class _WithoutKeys(logging.Formatter):
    """Formats a record and its traceback, then removes known keys and what looks like one."""

    def __init__(self, known: KnownSecrets) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._known = known

    def format(self, record: logging.LogRecord) -> str:
        return remove_key_formats(self._known.remove_from(super().format(record)))


class _PrivateFile(RotatingFileHandler):
    def _open(self):  # type: ignore[no-untyped-def]
        def private(path: str, flags: int) -> int:
            fd = os.open(path, flags, 0o600)
            os.fchmod(fd, 0o600)
            return fd

        return open(self.baseFilename, self.mode, encoding="utf-8", opener=private)


def log_to(path: Path, known: KnownSecrets) -> logging.Handler:
    """Sends the lines of the lab and of its event loop to this file, or, if it cannot be written,
    nowhere: standard error belongs to the person. `stop_log` ends it."""
    try:
        handler: logging.Handler = _PrivateFile(
            path, maxBytes=LARGEST_BYTES, backupCount=OLD_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_WithoutKeys(known))
    for logger in map(logging.getLogger, LOGGERS):
        logger.propagate = False
        logger.addHandler(handler)
    logging.getLogger("tui_lab").setLevel(logging.INFO)
    return handler


def stop_log(handler: logging.Handler) -> None:
    for logger in map(logging.getLogger, LOGGERS):
        logger.removeHandler(handler)
        logger.propagate = True
    handler.close()
