"""The wheel as users install it: every file of the package is in it, and it serves the page without the repository."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.web.test_jobs_serve import env, serving

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
    where = {"PYTHONPATH": str(place)}
    named = [sys.executable, "-c", "import toguna; print(toguna.__file__)"]
    assert subprocess.check_output(named, cwd=tmp_path, env=env(**where), text=True).startswith(str(place))
    with serving("ouadji", cwd=tmp_path, **where) as (_, said), httpx.Client(timeout=30) as client:
        address = re.search(r"http://\S+", said)[0]
        script = re.search(r'src="(/[^"]+\.js)"', client.get(f"{address}/").text)
        assert client.get(f"{address}{script[1]}").status_code == 200
        places = client.get(f"{address}/api/v1/places?location_code=XOU").json()
        assert places["meta"]["total"] > 10
