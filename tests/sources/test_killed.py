"""A build that is killed, at whatever step, leaves the old pack or the new one, whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from toguna.country import check, read_country
from toguna.country.read import pack_hash
from toguna.sources.build import build_pack

SCRIPT = Path(__file__).with_name("killed_build.py")


def test_killed_at_every_step(files: Path, pack: Path, tmp_path: Path) -> None:
    """SIGKILL before each step on the disk, and at random: the pack is the old or the new to the byte, and sound."""
    build_pack(pack, files)
    (pack / "fr.po").write_text("words")
    old = pack_hash(pack)
    (files / "wfp_markets_new.csv").write_text("market_id,market,countryiso3,latitude,longitude\n9,Fana,XOU,11,1.6\n")
    arguments = [sys.executable, str(SCRIPT), str(pack), str(files), str(tmp_path / "killed")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole, *killed = json.loads(done.stdout)
    new = whole["hash"]
    assert [one["at"] for one in killed if one["hash"] not in {old, new}] == []
    # Killed before the second move the old pack is put back; before what is tidied up after it, the new one stands.
    assert {one["hash"] for one in killed if one["at"].startswith("os.rename")} == {old}
    assert len([one for one in killed if one["at"].startswith("os.rename")]) >= 2
    found = {one["hash"]: Path(one["pack"]) for one in killed}
    assert set(found) == {old, new}
    assert [(len(read_country(found[key]).services), check(found[key])) for key in (old, new)] == [(2, []), (3, [])]
    assert all((Path(one["pack"]) / "fr.po").read_text() == "words" for one in killed)
