"""OCHA Common Operational Dataset, populated places (COD-PS)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas, normal_name
from toguna.sources.cod_ab import of_country
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.points import NEAR_M, metric, nearest_area, off_faults
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, standing

# The owner's classes: capital of the country, chief places of regions, of cercles, of communes, and the rest.
KINDS = {1.0: "capital", 2.0: "town", 3.0: "town", 4.0: "town", 5.0: "village"}

FIELDS = (
    Field("featureNam", aliases=("featureName", "featureRef", "name", "NAME")),
    Field("pcode", aliases=("featurePcod", "featurePcode", "PCODE"), example="ML010101001"),
    Field("popPlaceCl", "integer", aliases=("popPlaceClass", "popPlaceCls", "CLASS"), low=1, high=5, example="5"),
    Field("admin2Name", aliases=("ADM2_EN", "ADM2_FR"), required=False, empty=True),
    Field("admin2Pcod", aliases=("admin2Pcode", "ADM2_PCODE"), example="ML0101"),
    Field("admin3Pcod", aliases=("admin3Pcode", "ADM3_PCODE"), empty=True, example="ML010101"),
    LONGITUDE,
    LATITUDE,
)


class CodPs:
    """Reads `mli_cod_ps_settlements_18769.csv` and its like; one row a settlement, without population."""

    about = About(
        key="cod-ps",
        title="Common Operational Dataset: populated places",
        owner="OCHA Field Information Services Section",
        version="not stated",
        licence="CC BY-IGO",
        licence_basis="memory",
        citation="OCHA, populated places, Humanitarian Data Exchange",
        url="https://data.humdata.org/dashboards/cod",
        rhythm="irregular",
        lag=standing(),
    )
    files: tuple[str, ...] = (
        "*_cod_ps_settlements*.csv",
        "???_pplp_*.csv",
        "???_ppp*_ocha*.csv",
        "*_populated_places*.csv",
    )
    provides: tuple[str, ...] = ("places",)

    def read(self, path: Path) -> Reading:
        """Return the settlements of one file."""
        return read_delimited(path, FIELDS, what="COD-PS populated places, one row a settlement")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's settlements, each in the area its point and its P-code agree on."""
        frames, refused = [], []
        for reading in readings:
            if not of_country(reading.file, profile):
                continue
            rows, doubles = _single(reading)
            rows, misplaced = _located(reading.file, rows, profile, atlas)
            frames.append(_places(rows, profile, self.about))
            refused += [*doubles, *misplaced]
        if not frames:
            return Made({}, tuple(refused))
        places = pd.concat(frames, ignore_index=True).drop_duplicates("place_id", keep="last")
        return Made({"places": places}, tuple(refused))


def _single(reading: Reading) -> tuple[pd.DataFrame, list[Fault]]:
    """Return settlements once each, with a note where several share a point, and the doubles as faults.

    The same P-code, or the same name at the same point, is the same settlement; the higher class stays.
    Different names at one point are different settlements whose position is rough.
    """
    rows = reading.rows.assign(note="", key=reading.rows["featureNam"].map(normal_name))
    point = ["longitude", "latitude"]
    ranked = rows.sort_values("popPlaceCl", kind="stable")
    code = ranked.duplicated("pcode").reindex(rows.index)
    same = ranked.duplicated([*point, "key"]).reindex(rows.index) & ~code
    remedy = "Keep one of them."
    faults = [
        *_faults(reading.file, rows[code], "pcode", "the P-code is used twice", remedy),
        *_faults(reading.file, rows[same], "featureNam", "the same name stands at the same point twice", remedy),
    ]
    rows = rows[~(code | same)]
    shared = rows.groupby(point)["key"].transform("size") - 1
    rows.loc[shared > 0, "note"] = [f"shares its point with {n} other{'s' * (n > 1)}" for n in shared[shared > 0]]
    return rows, faults


def _located(file: str, rows: pd.DataFrame, profile: Profile, atlas: Atlas) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return settlements with the area they lie in, and those off the country as faults.

    The point decides, unless it lies within 5 km of the area stated; a point whose mirror image (longitude
    with the other sign) lies in the area stated is mirrored. Each such row says so in its note.
    """
    rows = rows.assign(admin2=atlas.pcodes_at(rows["longitude"], rows["latitude"]))
    apart = rows[rows["admin2"] != rows["admin2Pcod"]]
    distance = _distance(apart, profile, atlas)
    near = apart[distance <= NEAR_M]
    rows.loc[near.index, "admin2"] = near["admin2Pcod"]
    text = (distance[distance <= NEAR_M] / 1000).map("point {:.1f} km outside the area stated, which is kept".format)
    _note(rows, text)
    far = apart.drop(near.index)
    mirror = far[
        pd.Series(atlas.pcodes_at(-far["longitude"], far["latitude"]), far.index, dtype=str) == far["admin2Pcod"]
    ]
    rows.loc[mirror.index, "longitude"] = -mirror["longitude"]
    rows.loc[mirror.index, "admin2"] = mirror["admin2Pcod"]
    _note(rows, mirror["longitude"].map("sign of the longitude corrected: the file has {:.4f}".format))
    far = far.drop(mirror.index)
    stray = far[(far["admin2"] == "") & atlas.is_inside_box(far["longitude"], far["latitude"])]
    rows.loc[stray.index, "admin2"] = nearest_area(stray, profile, atlas)
    moved = far[rows.loc[far.index, "admin2"] != ""]
    _note(rows, moved["admin2Pcod"].map("the file puts it in {}; its point decides".format))
    off = rows["admin2"] == ""
    rows.loc[moved.index, "admin3Pcod"] = ""
    return _communes(rows[~off], atlas), off_faults(file, rows[off], atlas)


def _distance(rows: pd.DataFrame, profile: Profile, atlas: Atlas) -> pd.Series:
    """Return metres from each point to the area its row states; infinite where no area has that P-code."""
    areas = atlas.areas.to_crs(profile.crs).set_index("pcode").geometry
    stated = areas.reindex(rows["admin2Pcod"]).to_numpy()
    apart = shapely.distance(metric(rows["longitude"], rows["latitude"], profile.crs), stated)
    return pd.Series(np.nan_to_num(apart, nan=np.inf), index=rows.index)


def _communes(rows: pd.DataFrame, atlas: Atlas) -> pd.DataFrame:
    """Return rows with an admin 3 P-code that exists and lies in their admin 2 area: as stated, or by the point."""
    parents = dict(zip(atlas.areas["pcode"], atlas.areas["parent"], strict=True))
    by_point = pd.Series(atlas.pcodes_at(rows["longitude"], rows["latitude"], level=3), rows.index, dtype=str)
    stated = rows["admin3Pcod"].where(rows["admin3Pcod"].map(parents).eq(rows["admin2"]), by_point)
    return rows.assign(admin3=stated.where(stated.map(parents).eq(rows["admin2"]), ""))


def _note(rows: pd.DataFrame, text: pd.Series) -> None:
    if len(text):
        before = rows.loc[text.index, "note"]
        rows.loc[text.index, "note"] = before.where(before == "", before + "; ") + text


def _faults(file: str, rows: pd.DataFrame, column: str, problem: str, remedy: str) -> list[Fault]:
    return [
        Fault(file, int(line), column, f"{name} ({code})", problem, remedy)
        for line, name, code in zip(rows.index, rows["featureNam"], rows["pcode"], strict=True)
    ]


def _places(rows: pd.DataFrame, profile: Profile, about: About) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place_id": rows["pcode"],
            "name": rows["featureNam"],
            "kind": rows["popPlaceCl"].map(KINDS),
            "iso3": profile.iso3,
            "admin2_pcode": rows["admin2"],
            "admin3_pcode": rows["admin3"],
            "longitude": rows["longitude"].round(5),
            "latitude": rows["latitude"].round(5),
            "population": np.nan,
            "population_year": np.nan,
            "population_basis": "none",
            "capacity": np.nan,
            "opened": "",
            "closed": "",
            "note": rows["note"],
            "basis": "dataset",
            "source": about.key,
            "published": pd.Timestamp(about.lag.published("1900")),
        }
    )
