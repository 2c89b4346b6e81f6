"""Help of every `toguna account` command."""

import pytest
import typer
from typer.testing import CliRunner

from toguna.cli import app


def commands(group, words=("account",)):
    """Every command of a group, as words."""
    for name, one in group.commands.items():
        yield from commands(one, (*words, name)) if hasattr(one, "commands") else [(*words, name)]


@pytest.mark.parametrize("words", list(commands(typer.main.get_command(app).commands["account"])), ids=" ".join)
def test_every_help_fits_eighty_columns(words):
    """Help is whole at 80 columns and names an example."""
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80", "TERMINAL_WIDTH": "80"})
    assert done.exit_code == 0
    assert "Example: toguna account" in done.output
    lines = done.output.splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("…" in line for line in lines)
