"""Whatever happened to a file on its way here, no row of it is lost silently and nothing but a sentence is raised.

Every registered source is given shortened copies of its real files, mutilated; see `mutilation`.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from tests.sources.mutilation import (
    Sheet,
    damaged,
    mutilated_features,
    mutilated_rows,
    saved,
    shortened,
    shortened_features,
    text_in,
)
from toguna.core.errors import DataError, Fault, PackError, TogunaError
from toguna.country import Country, check
from toguna.country.read import pack_hash
from toguna.sources.acled import Acled
from toguna.sources.atlas import Atlas
from toguna.sources.build import build_pack
from toguna.sources.combine import combined
from toguna.sources.gather import Gathered, registered
from toguna.sources.geonames import COLUMNS, GeoNames
from toguna.sources.reading import Reading
from toguna.sources.source import Source
from toguna.sources.unhcr_camps import UnhcrCamps

SOURCES: dict[str, Source] = {source.about.key: source for source in registered()[0]}
DELIMITED = sorted(key for key, source in SOURCES.items() if any(".csv" in one for one in source.files))
DELIMITED.remove("unhcr-camps")
SHAPED = sorted(key for key, source in SOURCES.items() if any(".geojson" in one for one in source.files))
NIGHTLY = int(os.environ.get("TOGUNA_TRIES", "1"))  # how many times as many examples; a change gets one


def tries(count: int) -> settings:
    """So many examples, the same on every machine and day."""
    return settings(
        max_examples=count * NIGHTLY,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )


@dataclass(frozen=True)
class Bench:
    """Where mutilated files are written, and the country they are read for."""

    folder: Path
    country: Country
    atlas: Atlas

    def write(self, name: str, text: bytes) -> Path:
        """Write text as a file of a name; packed where the name says so."""
        path = self.folder / name
        path.write_bytes(gzip.compress(text, 1, mtime=0) if path.suffix == ".gz" else text)
        return path

    def read(self, source: Source, path: Path, lines: int | set[int] | None) -> Reading | None:
        """Read a file whose rows start on these lines (or are so many), and hold reader and tables to their word."""
        try:
            reading = source.read(path)
        except DataError as error:
            is_sentence(error, "" if path.name == "data_layout.csv" else path.name)
            return None
        stated = {(fault.file, fault.row) for fault in reading.refused}
        if isinstance(lines, int):
            assert reading.total == lines
        elif lines is not None:
            assert {line for _, line in stated} | set(reading.rows.index) == lines
            assert reading.total == len(lines)
        assert len(reading.rows) + len(stated) == reading.total
        assert all(fault.row is not None for fault in reading.refused)
        assert all(is_told(fault) for fault in reading.refused)
        try:
            made = source.tables([reading], self.country.profile, self.atlas)
        except TogunaError as error:
            is_sentence(error, "")
            return reading
        assert all(is_told(fault) for fault in made.refused)
        try:
            combined([Gathered(source.about, (reading,), made)])
        except PackError:
            # Where a P-code of one level is that of another there is no ground to stand on; any other row is refused.
            assert "areas" in source.provides
        return reading


def is_told(fault: Fault) -> bool:
    """Whether a fault says which file, what is wrong and what to do."""
    return bool(fault.file and fault.problem and fault.remedy.endswith("."))


def is_sentence(error: TogunaError, name: str) -> None:
    """Hold an error to being one sentence or two that name the file."""
    text = str(error)
    assert name in text
    assert "\n" not in text
    assert text.endswith("."), text


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, mali: Country) -> Bench:
    return Bench(tmp_path_factory.mktemp("mutilated"), mali, Atlas(mali.profile, mali.areas))


def real_files(source: Source, shared: Path) -> list[Path]:
    """The real files of a source, by the names it knows."""
    return sorted({path for form in source.files for path in shared.rglob(form)})


@cache
def sheets(source: Source, shared: Path) -> list[Sheet]:
    """Shortened copies of the delimited files of a source."""
    if isinstance(source, Acled):
        return [acled_of(shortened(shared / "events" / "ucdp_candidate_ged_v23_0_10.csv"))]
    found = [shortened(path) for path in real_files(source, shared) if ".csv" in path.suffixes]
    return [*found, headless_of(found[0])] if isinstance(source, GeoNames) else found


def acled_of(ged: Sheet) -> Sheet:
    """Events of UCDP in the columns of an ACLED export: no export may lie among the shared files."""
    columns = {name: position for position, name in enumerate(ged.rows[0])}
    header = [
        *("event_id_cnty", "event_date", "time_precision", "event_type", "sub_event_type", "actor1", "inter1"),
        *("actor2", "inter2", "country", "location", "latitude", "longitude", "geo_precision", "fatalities"),
    ]
    rows = []
    for row in ged.rows[1:]:
        cell = {name: row[position] for name, position in columns.items()}
        rows.append(
            [
                *(f"MLI{cell['id']}", cell["date_start"][:10], "1", "Violence against civilians", "Attack"),
                *(cell["side_a"], "Rebel group", cell["side_b"], "Civilians", cell["country"]),
                *(cell["where_coordinates"], cell["latitude"], cell["longitude"], "1", cell["best"]),
            ]
        )
    return Sheet("acled_mali.csv", [header, *rows])


def headless_of(towns: Sheet) -> Sheet:
    """The same towns in the owner's own form: 19 columns parted by tabs, no header."""
    header = towns.rows[0]
    rows = [[dict(zip(header, row, strict=True)).get(name, "") for name in COLUMNS] for row in towns.rows[1:]]
    return Sheet("cities500.txt", rows, headed=False, plain=True)


@pytest.mark.shared
@pytest.mark.parametrize("key", sorted(SOURCES))
def test_every_source_has_a_real_file_here(shared: Path, key: str) -> None:
    """A source whose files the tests below never see would be tested by nobody; ACLED's may not be handed on."""
    assert real_files(SOURCES[key], shared) or key == "acled"


@pytest.mark.shared
@pytest.mark.parametrize("key", DELIMITED)
def test_mutilated_rows(bench: Bench, shared: Path, key: str) -> None:
    """Cells blanked or nonsense, columns and rows moved, doubled or cut: as many rows come out as went in."""
    copies = sheets(SOURCES[key], shared)

    @tries(15)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        sheet = data.draw(st.sampled_from(copies))
        rows = data.draw(mutilated_rows(sheet))
        bench.read(SOURCES[key], bench.write(sheet.name, sheet.save(rows)), len(rows) - sheet.headed)

    holds()


@pytest.mark.shared
@pytest.mark.parametrize("key", DELIMITED)
def test_damaged_text(bench: Bench, shared: Path, key: str) -> None:
    """Cut off at any byte, bytes flipped, saved in another encoding: every line that starts a row is accounted for."""
    copies = sheets(SOURCES[key], shared)

    @tries(15)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        sheet = data.draw(st.sampled_from(copies))
        content = data.draw(saved(sheet) | damaged(sheet.save(sheet.rows)))
        bench.read(SOURCES[key], bench.write(sheet.name, content), sheet.lines(content))

    holds()


@pytest.mark.shared
@pytest.mark.parametrize("key", SHAPED)
def test_mutilated_features(bench: Bench, shared: Path, key: str) -> None:
    """Shapes missing, turned, crossing themselves, properties gone or odd: as many features come out as went in."""
    copies = {path.name: shortened_features(path) for path in real_files(SOURCES[key], shared)}

    @tries(15)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(copies)))
        content = data.draw(mutilated_features(copies[name]))
        path = bench.write(name, json.dumps(content).encode())
        bench.read(SOURCES[key], path, set(range(1, rows_of(content, key) + 1)))

    holds()


@pytest.mark.shared
@pytest.mark.parametrize("key", SHAPED)
def test_damaged_features(bench: Bench, shared: Path, key: str) -> None:
    """A GeoJSON file cut or flipped anywhere is refused, or holds as many features as the text still says."""
    copies = {path.name: json.dumps(shortened_features(path)).encode() for path in real_files(SOURCES[key], shared)}

    @tries(15)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(copies)))
        content = data.draw(damaged(copies[name]))
        bench.read(SOURCES[key], bench.write(name, content), rows_in(content, key))

    holds()


def rows_in(data: bytes, key: str) -> int:
    """How many rows a GeoJSON text holds; 0 where it is none."""
    try:
        content = json.loads(text_in(data))
    except ValueError:
        return 0
    return rows_of(content, key) if isinstance(content, dict) else 0


def rows_of(content: dict[str, Any], key: str) -> int:
    """How many rows a GeoJSON document holds: its features, or the paths in them where each is a row."""
    features = content.get("features")
    if not isinstance(features, list):
        return 0
    if key != "osm-routes":
        return len(features)
    shapes = [one.get("geometry") if isinstance(one, dict) else None for one in features]
    lines = [one.get("coordinates") if isinstance(one, dict) else None for one in shapes]
    return sum(len(one) if isinstance(one, list) and one else 1 for one in lines)


SHAPEFILES = {"cod-ab": "mli_admbnda_adm1_20211220", "natural-earth": "ne_10m_admin_0_countries"}


@pytest.mark.shared
@pytest.mark.parametrize("key", sorted(SHAPEFILES))
def test_damaged_shapefile(bench: Bench, shared: Path, key: str) -> None:
    """A Shapefile with any of its parts cut, flipped or empty is refused, or read to the last shape."""
    real = {"cod-ab": "mli_cod_ab_adm1.geojson", "natural-earth": "ne10m_countries_sahel.geojson"}[key]
    features = shortened_features(next(shared.rglob(real)))["features"]
    path = bench.folder / f"{SHAPEFILES[key]}.shp"
    geopandas.GeoDataFrame.from_features(features, crs="EPSG:4326").to_file(path)
    parts = {part: path.with_suffix(part).read_bytes() for part in (".shp", ".shx", ".dbf", ".prj", ".cpg")}

    @tries(15)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        for part, content in parts.items():
            path.with_suffix(part).write_bytes(content)
        part = data.draw(st.sampled_from(sorted(parts)))
        path.with_suffix(part).write_bytes(data.draw(damaged(parts[part])))
        bench.read(SOURCES[key], path, len(features))

    holds()


@pytest.mark.shared
def test_damaged_grid(bench: Bench, shared: Path) -> None:
    """A grid cut or flipped anywhere is refused in a sentence, or read with no cell on two rows."""
    path = bench.folder / "afripop2020.tif"
    with Image.open(shared / "geo" / path.name) as image:
        tags = ImageFileDirectory_v2()
        for number in (33550, 33922, 42113):
            tags.tagtype[number] = image.tag_v2.tagtype[number]
            tags[number] = image.tag_v2[number]
        image.crop((0, 120, 24, 144)).save(path, tiffinfo=tags, compression="tiff_lzw")
    whole = path.read_bytes()

    @tries(120)
    @given(damaged(whole))
    def holds(content: bytes) -> None:
        path.write_bytes(content)
        reading = bench.read(SOURCES["worldpop"], path, None)
        assert reading is None or not reading.rows.duplicated(["longitude", "latitude"]).any()

    holds()


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ged231-csv.zip", "V-Dem-CY-Core-v15.zip", "ucdp_base_town_month_10km_a.csv.gz"])
def test_damaged_archive(bench: Bench, shared: Path, name: str) -> None:
    """A packed file damaged in any byte is refused in a sentence, or gives every row it held."""
    key = {"ged": "ucdp-ged", "V-D": "v-dem", "ucd": "ucdp-base-town-month"}[name[:3]]
    sheet = sheets(SOURCES[key], shared)[0]
    text = sheet.save(sheet.rows)
    path = bench.write(name, text)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("in/GEDEvent_v23_1.csv", text)
    whole = path.read_bytes()

    @tries(60)
    @given(damaged(whole))
    def holds(content: bytes) -> None:
        path.write_bytes(content)
        bench.read(SOURCES[key], path, len(sheet.rows) - 1)

    holds()


@pytest.mark.shared
def test_damaged_camp_folder(bench: Bench, shared: Path) -> None:
    """Counts, layout or list of places mutilated: every count of the other files is still there."""
    scenario = bench.folder / "mali2012"
    shutil.copytree(shared / "displacement" / "flee" / "mali2012", scenario, dirs_exist_ok=True)
    for path in (scenario, *scenario.rglob("*")):
        path.chmod(0o755)
    layout = scenario / "source_data" / "data_layout.csv"
    counts = {path: shortened(path, headed=False) for path in sorted(layout.parent.glob("*.csv")) if path != layout}
    whole = {path: sheet.save(sheet.rows) for path, sheet in counts.items()}
    whole |= {path: path.read_bytes() for path in (layout, scenario / "input_csv" / "locations.csv")}

    @tries(25)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        for path, content in whole.items():
            path.write_bytes(content)
        path = data.draw(st.sampled_from(sorted(whole)))
        content = damaged(whole[path])
        if path in counts:
            content |= mutilated_rows(counts[path]).map(counts[path].save)
        path.write_bytes(data.draw(content))
        bench.read(UnhcrCamps(), layout, sum(len(sheet.lines(one.read_bytes())) for one, sheet in counts.items()))

    holds()


def test_build_from_mutilated_files(files: Path, pack: Path) -> None:
    """From a folder with a mutilated file a sound pack is built, or none and the old one stays to the byte."""
    build_pack(pack, files)
    whole = {path: path.read_bytes() for path in sorted(files.rglob("*.*"))}
    for path in whole:
        path.chmod(0o644)

    @tries(15)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        for path, content in whole.items():
            path.write_bytes(content)
        path = data.draw(st.sampled_from(sorted(whole)))
        if path.suffix == ".csv":
            sheet = shortened(path)
            content = data.draw(mutilated_rows(sheet).map(sheet.save))
        else:
            content = json.dumps(data.draw(mutilated_features(json.loads(whole[path])))).encode()
        path.write_bytes(content)
        before = pack_hash(pack)
        try:
            build_pack(pack, files)
        except TogunaError:
            assert pack_hash(pack) == before
        else:
            assert check(pack) == []

    holds()
