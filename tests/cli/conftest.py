from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program, warm_program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def warm_program_ends() -> Iterator[None]:
    yield
    if warm_program.cache_info().currsize:
        warm_program().close()
