"""The wheel as users install it: every file of the package is in it, and it serves the page without the repository."""

import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.web.test_auth_provider import free_port

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "toguna"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this tree."""
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        str(ROOT),
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(out),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_it_holds_every_file_of_the_package(wheel):
    """Code, packs, catalogues, maps, fonts and the built page."""
    made = {"__pycache__", ".mypy_cache"}
    wanted = {
        f"toguna/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and not made & set(path.parts) and path.suffix not in {".nbi", ".nbc"}
    }
    assert wanted - set(zipfile.ZipFile(wheel).namelist()) == set()
    assert wheel.stat().st_size < 10_000_000


def test_it_serves_the_page_from_elsewhere(wheel, tmp_path):
    """Unpacked where nothing of the repository is: the page, its script and its figures."""
    place = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(place)
    port = free_port()
    program = f"import toguna, toguna.cli; assert toguna.__file__.startswith({str(place)!r}); toguna.cli.main()"
    command = [sys.executable, "-c", program, "serve", "ouadji", "--no-browser", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            page = _answer(f"http://127.0.0.1:{port}/", server, tmp_path / "log")
            script = re.search(r'src="(/[^"]+\.js)"', page.text)
            assert httpx.get(f"http://127.0.0.1:{port}{script[1]}").status_code == 200
            places = httpx.get(f"http://127.0.0.1:{port}/api/v1/places?location_code=XOU").json()
            assert places["meta"]["total"] > 10
        finally:
            server.terminate()
            server.wait(20)


def _answer(address, server, log):
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            return httpx.get(address, timeout=30)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())
