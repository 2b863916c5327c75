"""What SQLite and the file system refuse, in words for people."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_REFUSED = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EISDIR}


def storage_error(error: sqlite3.Error | OSError, database: Path) -> LabError:
    """The same failure as a `LabError` of kind `storage`: what happened and what to do."""
    message, hint = (
        _os_words(error, database) if isinstance(error, OSError) else _sqlite_words(error, database)
    )
    return LabError(ErrorKind.STORAGE, message, hint, raw=str(error))


def locked(database: Path) -> LabError:
    return LabError(ErrorKind.STORAGE, *_locked_words(database))


def newer(database: Path) -> LabError:
    return LabError(
        ErrorKind.STORAGE,
        f"{database} was written by a newer tui-lab",
        "use that version, or set TUI_LAB_DATA_DIR to another folder",
    )


def not_begun(database: Path) -> LabError:
    """There is a file, but what was to make a history of it has failed."""
    return LabError(ErrorKind.STORAGE, f"{database} could not be set up", "tui-lab doctor says why")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, as against locked, unreadable or on a failing disk."""
    return _primary_code(error) in _DAMAGED


def is_from_damage(error: LabError) -> bool:
    """Whether this is what `storage_error` has made of damage."""
    return isinstance(error.__cause__, sqlite3.Error) and is_damage(error.__cause__)


def damage(finding: str) -> sqlite3.DatabaseError:
    """What SQLite would raise for a broken file."""
    error = sqlite3.DatabaseError(finding)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def is_refusal(error: sqlite3.Error) -> bool:
    """Whether the file system does not let us, as against locked, damaged or full."""
    return _primary_code(error) in _REFUSED


def is_locked(error: sqlite3.Error) -> bool:
    return _primary_code(error) in _LOCKED


def is_interrupt(error: sqlite3.Error) -> bool:
    return _primary_code(error) == sqlite3.SQLITE_INTERRUPT


def _primary_code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None


def _sqlite_words(error: sqlite3.Error, database: Path) -> tuple[str, str]:
    code = _primary_code(error)
    if code in _LOCKED:
        return _locked_words(database)
    if code in _REFUSED:
        return _no_access_words(database)
    if code in _DAMAGED:
        return f"{database} is damaged", "start tui-lab again; if that does not help, move it away"
    if code == sqlite3.SQLITE_FULL:
        return _no_space_words(database)
    if code == sqlite3.SQLITE_IOERR:
        return f"the disk failed on {database}", "look at the disk: space left, quota, health"
    if code == sqlite3.SQLITE_TOOBIG:
        return "the run is too large for the history", "send less in one prompt"
    return f"the history failed: {error}", "tui-lab doctor tells more"


def _os_words(error: OSError, database: Path) -> tuple[str, str]:
    if error.errno in _NO_SPACE:
        return _no_space_words(database)
    if error.errno in _NO_ACCESS:
        return _no_access_words(database)
    reason = error.strerror or str(error)
    return f"the disk failed on {database}: {reason}", "look at the disk and its file system"


def _locked_words(database: Path) -> tuple[str, str]:
    return f"{database} is locked", "another program holds it: close that, then try again"


def _no_space_words(database: Path) -> tuple[str, str]:
    return (
        "the disk is full: nothing can be recorded",
        f"free some space for {database.parent}, then try again",
    )


def _no_access_words(database: Path) -> tuple[str, str]:
    return (
        f"{database} cannot be written",
        "check the folder's permissions, or set TUI_LAB_DATA_DIR to another one",
    )
