"""`build_pack`: a pack from a folder of files, whole or not at all, and the same every time."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from toguna.core.errors import DataError, PackError
from toguna.country import check, read_country
from toguna.country.read import pack_hash
from toguna.sources import build, gather
from toguna.sources.build import build_pack
from toguna.sources.cod_ps import CodPs
from toguna.sources.source import Made
from toguna.sources.wfp_markets import WfpMarkets


def test_build(files: Path, pack: Path) -> None:
    """A folder of files becomes a sound pack: settings untouched, sources stated, refusals listed, gaps named."""
    settings = (pack / "country.yaml").read_text()
    report = build_pack(pack, files)
    country = read_country(pack)
    assert (len(country.areas), len(country.places), len(country.needs), len(country.services)) == (7, 10, 4, 2)
    assert country.places.groupby("admin2_pcode")["population"].sum().tolist() == [1001] * 4
    assert country.services["service_id"].tolist() == ["wfp-3", "wfp-7"]
    assert country.sources["source"].tolist() == ["cadre-harmonise", "cod-ab", "cod-ps", "wfp-markets"]
    assert country.sources.set_index("source").loc["cadre-harmonise", "until"] == "2013-10-01"
    assert (pack / "country.yaml").read_text() == settings
    with (pack / "refused.csv").open() as lines:
        refused = list(csv.DictReader(lines))
    assert [(row["file"], row["row"]) for row in refused] == [("xou_cod_ps_settlements.csv", "12")]
    assert dict(report.skipped)["worldpop"].startswith("no file named afripop")
    assert check(pack) == []


def test_summary(files: Path, pack: Path) -> None:
    """The report reads as text: each source with its counts, each table with its rows, what was left out."""
    report = build_pack(pack, files)
    lines = report.summary().splitlines()
    assert lines[0].startswith("mine: ")
    assert any(line.split()[:4] == ["cod-ps", "1", "11", "1"] for line in lines)
    assert any(line.strip().startswith("worldpop: no file named") for line in lines)


def test_two_builds_are_equal(files: Path, pack: Path) -> None:
    """Built twice, whatever the order of files on disk, a pack is the same to the byte."""
    build_pack(pack, files)
    first = pack_hash(pack)
    moved = files.parent / "moved"
    for path in sorted(files.rglob("*.*"), reverse=True):
        (moved / path.stem).mkdir(parents=True)
        shutil.copy(path, moved / path.stem / path.name)
    build_pack(pack, moved)
    assert pack_hash(pack) == first


def test_to_another_folder(files: Path, pack: Path, tmp_path: Path) -> None:
    """`to` leaves the pack the settings come from as it is."""
    report = build_pack(pack, files, tmp_path / "new")
    assert report.folder == tmp_path / "new"
    assert len(read_country(tmp_path / "new").places) == 10
    assert list((pack / "tables").iterdir()) == []


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError])
def test_interrupted(files: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]) -> None:
    """A build that is broken off while it writes leaves the old pack whole and nothing beside it."""
    build_pack(pack, files)
    before, beside = pack_hash(pack), sorted(pack.parent.iterdir())

    def broken(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(pd.DataFrame, "to_parquet", broken)
    with pytest.raises(failure):
        build_pack(pack, files)
    assert (pack_hash(pack), sorted(pack.parent.iterdir())) == (before, beside)


def test_unreadable_file(files: Path, pack: Path) -> None:
    """A file that is not what its name says stops the build in one sentence; the old pack stays."""
    build_pack(pack, files)
    before = pack_hash(pack)
    (files / "wfp_markets_new.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"wfp_markets_new\.csv is not WFP markets"):
        build_pack(pack, files)
    assert pack_hash(pack) == before


class Faulty(CodPs):
    """A stranger's source that yields a place in an area nobody knows, without a name."""

    def tables(self, readings: object, profile: object, atlas: object) -> Made:
        places = super().tables(readings, profile, atlas).tables["places"]  # type: ignore[arg-type]
        return Made({"places": places.assign(longitude=999.0)})


class Unknown(CodPs):
    """A stranger's source that yields a table no pack has."""

    def tables(self, readings: object, profile: object, atlas: object) -> Made:
        return Made({"people_by_name": pd.DataFrame()})


@pytest.mark.parametrize(("other", "said"), [(Faulty(), "faulty rows"), (Unknown(), "which no pack has")])
def test_faulty_source(files: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, other: CodPs, said: str) -> None:
    """Rows that break the table's rules stop the build, naming the source; the old pack stays."""
    build_pack(pack, files)
    before = pack_hash(pack)
    ours, broken = gather.registered()
    swapped = [other if source.about.key == "cod-ps" else source for source in ours]
    monkeypatch.setattr(build, "registered", lambda: (swapped, broken))
    with pytest.raises(PackError, match=said) as caught:
        build_pack(pack, files)
    assert "cod-ps" in str(caught.value)
    assert pack_hash(pack) == before


def test_rows_that_may_not_be_handed_on(
    files: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Rows a user may not hand on are written into the user's own folder, never into a pack that ships."""

    class Private(WfpMarkets):
        about = replace(WfpMarkets.about, is_shippable=False)

    ours, broken = gather.registered()
    swapped = [Private() if source.about.key == "wfp-markets" else source for source in ours]
    monkeypatch.setattr(build, "registered", lambda: (swapped, broken))
    assert build_pack(pack, files).rows["services"] == 2
    monkeypatch.setattr(build, "SHIPPED", tmp_path / "packs")
    with pytest.raises(PackError, match="not handed on"):
        build_pack(pack, files)


def test_bad_folders(files: Path, pack: Path, tmp_path: Path) -> None:
    """A folder that is not there, holds no boundaries, or a pack that does not exist: each is one sentence."""
    with pytest.raises(PackError, match="is no folder"):
        build_pack(pack, tmp_path / "nowhere")
    with pytest.raises(PackError, match="holds no boundaries"):
        build_pack(pack, pack)
    with pytest.raises(PackError, match="no country pack"):
        build_pack("atlantis", files)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep me")
    with pytest.raises(PackError, match="is no pack"):
        build_pack(pack, files, tmp_path / "full")


def test_settings_of_another_toguna(files: Path, pack: Path) -> None:
    """Settings of a newer schema, misspelt or unreadable stop the build before anything is read; the pack stays."""
    build_pack(pack, files)
    settings = pack / "country.yaml"
    written = settings.read_text(encoding="utf-8")
    for wrong, said in (
        (written.replace("schema: 1", "schema: 99"), r"schema 99.*newer Toguna"),
        (written.replace("bbox:", "box:"), "box"),
        (written + "\n\t: [", "not readable YAML"),
        ("", "holds no settings"),
    ):
        settings.write_text(wrong, encoding="utf-8")
        before = pack_hash(pack)
        with pytest.raises(PackError, match=said):
            build_pack(pack, files)
        assert pack_hash(pack) == before


def test_places_no_pack_can_be_written_to(files: Path, pack: Path, tmp_path: Path) -> None:
    """A file where the pack should go, or above it, is one sentence, and the file stays."""
    letter = tmp_path / "letter.txt"
    letter.write_text("keep me")
    with pytest.raises(PackError, match="is no pack"):
        build_pack(pack, files, letter)
    with pytest.raises(PackError, match="cannot be written"):
        build_pack(pack, files, letter / "mine")
    assert letter.read_text() == "keep me"


def test_boundaries_of_another_country(files: Path, pack: Path) -> None:
    """A folder whose boundaries are another country's stops the build, and the old pack stays."""
    build_pack(pack, files)
    before = pack_hash(pack)
    (files / "deep" / "xou_cod_ab_adm2.geojson").rename(files / "deep" / "xna_cod_ab_adm2.geojson")
    with pytest.raises(DataError, match="No COD-AB boundaries of XOU"):
        build_pack(pack, files)
    assert pack_hash(pack) == before


def test_progress(files: Path, pack: Path) -> None:
    """Whoever listens hears every step, up to the last."""
    heard: list[tuple[int, int, str]] = []
    build_pack(pack, files, progress=lambda done, total, what: heard.append((done, total, what)))
    assert [done for done, _, _ in heard] == list(range(heard[0][1] + 1))
    assert heard[-1][2] == "writing"


def test_source_that_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that cannot be imported is named, and the others are still there."""

    class Point:
        name = "broken"

        def load(self) -> None:
            raise ImportError("no module named broken")

    points = [*gather.entry_points(group="toguna.sources"), Point()]
    monkeypatch.setattr(gather, "entry_points", lambda group: points)
    sources, broken = gather.registered()
    assert "areas" in sources[0].provides
    assert "it cannot be loaded" in dict(broken)["broken"]


def test_best_series_of_an_event() -> None:
    """An event in several series is kept once: from the complete one, then the provisional, then the sample."""
    from toguna.sources.combine import _best_events

    events = pd.DataFrame(
        {
            "event_id": ["e1", "e1", "e1", "e2", "e2"],
            "is_partial": [True, False, False, True, False],
            "source": ["sample@1", "ucdp-candidate@24", "ucdp-ged@25", "sample@1", "ucdp-candidate@24"],
        }
    )
    assert _best_events(events)["source"].tolist() == ["ucdp-ged@25", "ucdp-candidate@24"]
