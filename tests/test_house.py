"""The house rules that no linter knows."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import toguna

ROOT = Path(__file__).resolve().parent.parent


def script(name):
    """A script of the project as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_few_names_are_exported():
    """The whole product is a handful of verbs and objects, and each of them is there."""
    assert len(toguna.__all__) < 30
    assert all(getattr(toguna, name) for name in toguna.__all__)


def test_reference_page_is_what_the_declarations_say():
    """Every indicator, table, source and setting stands in docs/reference.md."""
    assert script("reference").main(["--check"]) == 0, "run: python scripts/reference.py"


def test_no_file_is_named_after_nothing():
    """Files say what they hold."""
    empty = {"manager", "managers", "handler", "handlers", "helper", "helpers", "utils", "misc", "common", "base2"}
    named = [path for path in (ROOT / "src").rglob("*.py") if path.stem in empty]
    assert not named


def test_no_country_is_asked_for_by_name():
    """Country differences live in country.yaml, never in code."""
    pattern = re.compile(r"""(iso3|pack|country|name)["'\])]*\s*(==|!=|in)\s*[\[({]?["'](MLI|Mali|mali|XOU)""")
    found = [path.name for path in (ROOT / "src").rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert not found


def test_help_loads_nothing_heavy():
    """`toguna --help` imports neither pandas nor geopandas."""
    heavy = ("pandas", "geopandas", "numpy")
    code = f"import sys, toguna, toguna.cli; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
