"""A folder of files as owners publish them, and a pack to build from it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toguna.country import Country
from toguna.country.packs import SHIPPED


@pytest.fixture
def files(tmp_path: Path, ouadji: Country) -> Path:
    """A folder with boundaries, settlements, needs, a grid of nothing, and markets of Ouadji."""
    folder = tmp_path / "files" / "deep"
    folder.mkdir(parents=True)
    areas = ouadji.areas[ouadji.areas["level"] == 2]
    parent = dict(zip(ouadji.areas["pcode"], ouadji.areas["name"], strict=True))
    features = [
        {
            "type": "Feature",
            "properties": {
                "admin0Name": "Ouadji", "admin0Pcod": "XO", "admin1Name": parent[row.parent], "admin1Pcod": row.parent,
                "admin2Name": row.name, "admin2Pcod": row.pcode,
            },
            "geometry": json.loads(json.dumps(row.geometry.__geo_interface__)),
        }
        for row in areas.itertuples(index=False)
    ]  # fmt: skip
    (folder / "xou_cod_ab_adm2.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    home = ouadji.places[ouadji.places["kind"] != "camp"]
    kinds = home["kind"].map({"capital": 1, "town": 3, "village": 5})
    with (folder / "xou_cod_ps_settlements.csv").open("w", encoding="utf-8") as out:
        out.write("featureNam,pcode,popPlaceCl,admin2Pcod,admin3Pcod,longitude,latitude\n")
        for row, kind in zip(home.itertuples(), kinds, strict=True):
            out.write(f"{row.name},{row.place_id},{kind},{row.admin2_pcode},,{row.longitude},{row.latitude}\n")
        out.write("Off,off,5,XO0201,,60,60\n")
    with (folder / "cadre_harmonise.csv").open("w", encoding="utf-8") as out:
        out.write(
            "adm0_name,adm2_name,population,phase1,phase2,phase3,phase4,phase5,phase35,chtype,start_date,end_date\n"
        )
        for name in ("Tamrat", "Azgar", "Doumba", "Kelani"):
            out.write(f"Ouadji,{name},1001,1001,0,0,0,0,0,current,2013-10-01,2014-01-31\n")
    (folder / "wfp_markets_xou.csv").write_text(
        "market_id,market,countryiso3,latitude,longitude\n7,Doumba,XOU,10.5,1\n3,Kelani,XOU,10.8,3\n"
    )
    return folder.parent


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of a user's own: the settings of Ouadji and no tables."""
    folder = tmp_path / "packs" / "mine"
    (folder / "tables").mkdir(parents=True)
    shutil.copy(SHIPPED / "ouadji" / "country.yaml", folder)
    return folder
