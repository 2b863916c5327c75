"""What every test may use."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest


def pytest_configure() -> None:
    # What is imported by now stays: to look through it for garbage takes a fifth of the time.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: half the time of most tests is waiting for screens and processes."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recorded traffic and hostile texts, where they are at hand."""
    folder = os.environ.get("TUI_LAB_TEST_DATA")
    if not folder:
        pytest.skip("TUI_LAB_TEST_DATA is not set: no recordings to test against")
    return Path(folder)
