"""A wheel holds all it needs, and finds it: installed as well as in a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tui_lab.resources import templates_file, themes_folder

CHECKOUT = Path(__file__).parent.parent
PACKAGE = CHECKOUT / "tui_lab"

FIND = """
from tui_lab.resources import templates_file, themes_folder
from tui_lab.templates.library import load_templates
import tui_lab
print(tui_lab.__file__)
print(len(load_templates([templates_file()]).templates))
print(*sorted(file.stem for file in themes_folder().glob("*.toml")))
"""


def pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, CHECKOUT)
    (file,) = folder.glob("tui_lab-*.whl")
    return file


def test_the_wheel_holds_everything_that_is_not_code(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    data = {
        path.relative_to(CHECKOUT).as_posix()
        for kind in ("*.toml", "*.sql", "*.tcss", "py.typed")
        for path in PACKAGE.rglob(kind)
    }
    themes = {f"tui_lab/_data/themes/{path.name}" for path in themes_folder().glob("*.toml")}
    assert {"tui_lab/py.typed", "tui_lab/providers/catalogue.toml"} <= data
    assert any(path.endswith(".sql") for path in data)
    assert data | themes | {"tui_lab/_data/templates.toml"} <= inside


def test_the_wheel_holds_the_program_and_nothing_beside_it(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    assert "tui_lab/cli/__init__.py" in inside
    tops = {name.partition("/")[0] for name in inside}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tui_lab"}


def test_an_installed_wheel_finds_its_templates_and_themes(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip("install", "--no-deps", "--no-index", "--target", site, wheel)
    done = subprocess.run(
        [sys.executable, "-c", FIND],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    place, templates, themes = done.stdout.splitlines()
    assert Path(place).is_relative_to(site)
    assert templates == "10"
    assert themes == "high-contrast lab-dark lab-light terminal"


def test_a_checkout_finds_them_beside_the_package() -> None:
    assert templates_file() == CHECKOUT / "templates.toml"
    assert themes_folder() == CHECKOUT / "themes"
    assert templates_file().is_file()
