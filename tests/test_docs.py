"""What the README and the tutorial tell people to type works as it stands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOGUNA = str(Path(sys.executable).parent / "toguna")
PAGES = ("README.md", "docs/tutorial.md", "docs/roads.md")


def blocks(language):
    """Fenced blocks of a language in the pages."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        found += [(page, block) for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]
    return found


def commands():
    """Command lines of the pages that need no download; what stands behind three blanks is a remark."""
    lines = [line for _, block in blocks("") for line in block.splitlines()]
    lines += [
        line for page in PAGES for line in re.findall(r"`(toguna [^`]+)`", (ROOT / page).read_text(encoding="utf-8"))
    ]
    typed = {re.split(r" {3,}", line)[0].strip() for line in lines if line.startswith("toguna ")}
    # A comparison of Mali takes minutes; that of the made-up country is typed in test_cli_compare.
    return sorted(one for one in typed if not re.search(r"downloads|\.pbf|pack build|compare mali|^toguna \w+$", one))


@pytest.mark.parametrize("command", commands())
def test_command_works(command, tmp_path):
    """The command exits with 0 and prints something; forecasts and plans are of the made-up country, sooner done."""
    command = re.sub(r"^(toguna (?:forecast|plan)) mali\b", r"\1 ouadji", command)
    done = subprocess.run(
        [TOGUNA, *shlex.split(command)[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize(("page", "code"), blocks("python"), ids=lambda value: value if value in PAGES else "")
def test_python_block_runs(page, code, tmp_path):
    """The block runs in an empty folder, on the made-up country: all of it on Mali takes minutes."""
    for name, made_up in (('"mali"', '"ouadji"'), ("Bamako", "Tamrat"), ("Gao", "Kelani")):
        code = code.replace(name, made_up)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
