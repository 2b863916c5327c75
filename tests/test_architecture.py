"""The shape of the house: who may import what, what a start imports, how large things grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
PACKAGE = CHECKOUT / "tui_lab"

ONE_ROOM = {
    "httpx": "providers/http.py",
    "aiosqlite": "store/",
    "sqlite3": "store/",
    "textual": "ui/",
    "rich": "ui/",
    "pydantic": "settings/",
    "pydantic_settings": "settings/",
    "platformdirs": "directories.py",
    "keyring": "keys/",
    "cryptography": "keys/",
    "genai_prices": "models/packaged_prices.py",
}
"""Packages, and the one place that may import them."""

LONGEST_FILE = 400
LONGER_FILES: dict[str, int] = {}
"""File, and how long it may be, each with the reason in a comment."""
LONGEST_FUNCTION = 60
LONGER_FUNCTIONS: dict[str, int] = {}
"""`file:function`, each with the reason in a comment."""


def sources() -> Iterator[tuple[str, str]]:
    """Every module: its path below the package, and its text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def imported(text: str) -> set[str]:
    """The packages that a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def modules_after(code: str) -> set[str]:
    """The packages that a fresh interpreter has imported after this code."""
    report = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout


def test_imports_inside_functions_are_seen() -> None:
    text = "import a.b\nfrom . import c\ndef f():\n    from d.e import g\n    import h as i\n"
    assert imported(text) == {"a", "d", "h"}


@pytest.mark.parametrize("package", ONE_ROOM)
def test_a_package_is_imported_in_one_place_only(package: str) -> None:
    room = ONE_ROOM[package]
    strays = [
        path for path, text in sources() if package in imported(text) and not path.startswith(room)
    ]
    assert strays == []


@pytest.mark.parametrize(
    "code",
    [
        "import tui_lab",
        "import tui_lab.cli",
        "from tui_lab.cli import main\nmain(['--version'])",
        "from tui_lab.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass",
        "import tui_lab.resources, tui_lab.directories, tui_lab.textfile",
    ],
)
def test_a_start_imports_nothing_heavy(code: str) -> None:
    heavy = {"textual", "rich", "httpx", "pydantic", "pydantic_settings", "aiosqlite", "sqlite3"}
    heavy |= {"keyring", "cryptography", "genai_prices"}
    assert modules_after(code) & heavy == set()


def test_the_lab_opens_without_what_only_some_need() -> None:
    rare = {"keyring", "cryptography", "genai_prices", "httpx2"}
    assert modules_after("import tui_lab.lab") & rare == set()


def test_the_store_and_the_providers_do_not_need_each_others_packages() -> None:
    assert "httpx" not in modules_after("import tui_lab.store.store")
    assert "aiosqlite" not in modules_after("import tui_lab.providers.http")


def test_no_file_outgrows_its_idea() -> None:
    lines = {path: text.count("\n") for path, text in sources()}
    too_long = {
        path: count for path, count in lines.items() if count > LONGER_FILES.get(path, LONGEST_FILE)
    }
    assert too_long == {}


def test_no_function_outgrows_its_idea() -> None:
    too_long = {}
    for path, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path}:{node.name}"
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > LONGER_FUNCTIONS.get(name, LONGEST_FUNCTION):
                    too_long[name] = count
    assert too_long == {}


def test_no_exception_is_kept_that_is_not_needed() -> None:
    lines = {path: text.count("\n") for path, text in sources()}
    assert all(lines[path] > LONGEST_FILE for path in LONGER_FILES)
