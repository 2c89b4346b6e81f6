"""An account in a folder of its own, and commands built once."""

from functools import cache

import pytest
import typer

from tests.cli_account.story import PEOPLE, run


@pytest.fixture(autouse=True)
def built_once(monkeypatch):
    """Commands are built once for all runs; that takes longer than running one."""
    monkeypatch.setattr("typer.testing._get_command", built)


@cache
def built(one):
    return typer.main.get_command(one)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An account with people, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    run("new", "--no-passphrase")
    (tmp_path / "account" / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    return tmp_path
