"""The page shipped in the package is the one its sources make, and small enough to send."""

import gzip
import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "toguna" / "web" / "static"
MOST = 600_000  # bytes sent, compressed, before any data


@pytest.fixture(scope="module")
def script():
    """The script that builds the page."""
    spec = importlib.util.spec_from_file_location("build_web", ROOT / "scripts" / "build_web.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_build_is_of_these_sources(script):
    """Nobody changes the sources, or the build, without the other; told without Node."""
    assert script.differences() == [], "run python scripts/build_web.py"


def test_a_changed_source_or_file_is_told(script, tmp_path):
    """The check names what differs."""
    web, static = tmp_path / "web", tmp_path / "static"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(STATIC, static)
    assert script.differences(web, static) == []
    (web / "src" / "main.ts").write_text("changed", encoding="utf-8")
    (static / "assets" / "more.js").write_text("", encoding="utf-8")
    assert script.differences(web, static) == ["static/assets/more.js", "web/src/main.ts"]


def test_a_build_anew_is_the_same(script, tmp_path):
    """The same sources make the same files, byte for byte."""
    if not (ROOT / "web" / "node_modules").is_dir() or shutil.which("npx") is None:
        pytest.skip("Node or web/node_modules is not here: python scripts/build_web.py brings them")
    script.build(tmp_path)
    fresh = {one.relative_to(tmp_path): one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    shipped = {one.relative_to(STATIC): one.read_bytes() for one in STATIC.rglob("*") if one.is_file()}
    del shipped[Path(script.NOTE)]
    assert fresh.keys() == shipped.keys()
    assert [str(name) for name in fresh if fresh[name] != shipped[name]] == []


def test_all_code_together_is_small():
    """Every script, style and picture of all screens, compressed as a server sends them."""
    files = [one for one in STATIC.rglob("*") if one.is_file() and one.name != "source.sha256"]
    sizes = {one.name: len(gzip.compress(one.read_bytes(), 9)) for one in files}
    assert sum(sizes.values()) <= MOST, sizes


def test_nothing_comes_from_elsewhere():
    """The page loads its own files only, and holds no script or style of its own that the browser would forbid."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert "http:" not in page
    assert "https:" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('src="/static/assets/') == 1
