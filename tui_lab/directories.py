"""Where configuration and data live, and that nobody else can look into them."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from tui_lab.core.problem import Problem

_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Directories:
    """`config` holds what a person wrote, `data` what the program keeps."""

    config: Path
    data: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def templates_file(self) -> Path:
        """The person's own templates."""
        return self.config / "templates.toml"

    @property
    def themes(self) -> Path:
        """The person's own themes."""
        return self.config / "themes"


def directories(environ: Mapping[str, str]) -> Directories:
    """The directories of the XDG specification, or those that the environment names.

    `TUI_LAB_CONFIG_DIR` and `TUI_LAB_DATA_DIR` come from `environ`; what platformdirs goes by
    (HOME, XDG_…) it reads from the process itself. Nothing is created.
    """

    def named(variable: str, otherwise: Path) -> Path:
        value = environ.get(variable)
        return Path(value).expanduser().absolute() if value else otherwise

    return Directories(
        named("TUI_LAB_CONFIG_DIR", platformdirs.user_config_path("tui-lab")),
        named("TUI_LAB_DATA_DIR", platformdirs.user_data_path("tui-lab")),
    )


def prepare_directory(path: Path) -> Problem | None:
    """Makes the directory if it is missing, and closes it to other users if it is open to them.

    A directory that is meant for everyone (its sticky bit is set, as for /tmp) is left alone.
    """
    try:
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & stat.S_ISVTX:
            return Problem(f"{path} is shared by everyone", hint="choose a directory of your own")
        if mode & ~_PRIVATE:
            path.chmod(_PRIVATE)
            return Problem(
                f"{path} was open to other users (mode {mode:04o})",
                hint="its mode is 0700 now",
                repaired=True,
            )
    except FileExistsError:
        return Problem(f"{path} is a file, where a directory should be", hint="move it away")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Problem(f"{path} cannot be used: {reason}", hint="check the directory above it")
    return None
