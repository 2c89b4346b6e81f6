"""What all tests share: the made-up country, and the folder of real files where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toguna.country import Country, read_country

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "shared: needs the folder of real upstream files beside the project")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real upstream files; a must in CI, a reason to skip elsewhere."""
    if not SHARED.is_dir():
        message = "the folder of real upstream files (shared/data beside the project) is not here"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return SHARED


@pytest.fixture(scope="session")
def ouadji() -> Country:
    """The made-up country, all that is known."""
    return read_country("ouadji")


@pytest.fixture(scope="session")
def mali() -> Country:
    """The shipped Mali pack."""
    return read_country("mali")
