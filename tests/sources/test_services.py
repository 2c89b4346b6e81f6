"""Health sites, markets and airstrips."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.sources.atlas import Atlas
from toguna.sources.health_sites import HealthSites
from toguna.sources.ourairports import OurAirports
from toguna.sources.wfp_markets import WfpMarkets

HEALTH = "Country,Admin1,Facility name,Facility type,Ownership,Lat,Long,LL source\n"
MARKETS = "market_id,market,countryiso3,admin1,admin2,latitude,longitude\n"
AIRPORTS = "id,ident,type,name,latitude_deg,longitude_deg,elevation_ft,iso_country\n"
RUNWAYS = "id,airport_ident,length_ft,width_ft,surface,closed\n"


def atlas(country: Country) -> Atlas:
    return Atlas(country.profile, country.areas)


def test_health_sites(tmp_path: Path, ouadji: Country) -> None:
    """Sites without coordinates are kept without an area; Latin-1 names are read; doubles and strays are refused."""
    text = (
        "Ouadji,Bas-Ouadji,Hôpital,Hospital,MoH,10.5,1.0,GPS\nOuadji,Bas-Ouadji,Wolo,Clinic,MoH,,,\n"
        "Ouadji,Bas-Ouadji,Wolo,Clinic,MoH,,,\nOuadji,Bas-Ouadji,Fana,Clinic,MoH,1.6,11.0,GPS\nTogo,Centre,Far,Clinic,,9,1,\n"
    )
    (tmp_path / "who-cds-gmp-2019-01-eng.csv").write_bytes((HEALTH + text).encode("latin-1"))
    made = HealthSites().tables(
        [HealthSites().read(tmp_path / "who-cds-gmp-2019-01-eng.csv")], ouadji.profile, atlas(ouadji)
    )
    sites = made.tables["services"]
    assert sites[["name", "admin2_pcode"]].to_numpy().tolist() == [["Hôpital", "XO0201"], ["Wolo", ""]]
    assert sites["service_id"].tolist() == ["health-basouadji-hopital", "health-basouadji-wolo"]
    assert [(fault.row, fault.problem) for fault in made.refused] == [
        (4, "the same site at the same point stands there twice"),
        (5, "longitude and latitude seem swapped"),
    ]


def test_names_used_more_than_once_are_numbered(tmp_path: Path, ouadji: Country) -> None:
    """Two sites of one name in a region get identifiers of their own."""
    (tmp_path / "w.csv").write_text(HEALTH + "Ouadji,B,Wolo,Clinic,,10.5,1,\nOuadji,B,Wolo,Clinic,,10.6,1,\n")
    services = (
        HealthSites().tables([HealthSites().read(tmp_path / "w.csv")], ouadji.profile, atlas(ouadji)).tables["services"]
    )
    assert services["service_id"].tolist() == ["health-b-wolo", "health-b-wolo-2"]


def test_markets(tmp_path: Path, ouadji: Country) -> None:
    """Markets lie in the area of their point; a point a little outside the outline belongs to the nearest area."""
    tags = "#id,#name,#country+code,#adm1,#adm2,#lat,#lon\n"
    rows = (
        "1,Doumba,XOU,x,y,10.5,1.0\n2,Border,XOU,x,y,11.0,-0.02\n2,Border,XOU,x,y,11.0,1\n"
        "3,Off,XOU,x,y,11,-0.09\n4,Nador,XNA,x,y,1,1\n"
    )
    (tmp_path / "wfp_markets_xou.csv").write_text(MARKETS + tags + rows)
    made = WfpMarkets().tables([WfpMarkets().read(tmp_path / "wfp_markets_xou.csv")], ouadji.profile, atlas(ouadji))
    assert made.tables["services"][["service_id", "admin2_pcode"]].to_numpy().tolist() == [
        ["wfp-1", "XO0201"],
        ["wfp-2", "XO0201"],
    ]
    assert [fault.row for fault in made.refused] == [5, 6]


def test_airstrips(tmp_path: Path, ouadji: Country) -> None:
    """The longest open runway counts, in metres; closed strips are kept, not usable."""
    (tmp_path / "airports.csv").write_text(
        AIRPORTS
        + "1,A1,small_airport,Doumba,10.5,1,,XOU\n2,A2,closed,Fana,11,1.6,,XOU\n3,A3,heliport,Wolo,11.6,3.6,,XOU\n"
    )
    (tmp_path / "runways.csv").write_text(RUNWAYS + "1,A1,5000,,GRE,0\n2,A1,9000,,ASP,1\n3,A1,6000,,UNK,0\n")
    readings = [OurAirports().read(tmp_path / name) for name in ("airports.csv", "runways.csv")]
    strips = OurAirports().tables(readings, ouadji.profile, atlas(ouadji)).tables["services"]
    assert strips["is_usable"].tolist() == [True, False, True]
    assert strips["subtype"].tolist() == ["small_airport", "closed", "heliport"]
    assert strips["runway_m"].tolist()[0] == 1829
    assert strips["runway_m"].isna().tolist() == [False, True, True]
    assert strips["runway_surface"].tolist() == ["", "", ""]


def test_airstrips_without_runways(tmp_path: Path, ouadji: Country) -> None:
    """Without the file of runways the airstrips have no length."""
    (tmp_path / "airports.csv").write_text(AIRPORTS + "1,A1,small_airport,Doumba,10.5,1,,XOU\n")
    strips = OurAirports().tables([OurAirports().read(tmp_path / "airports.csv")], ouadji.profile, atlas(ouadji)).tables
    assert pd.isna(strips["services"]["runway_m"]).all()


@pytest.mark.parametrize("source", [HealthSites(), WfpMarkets(), OurAirports()])
def test_other_files(tmp_path: Path, source: HealthSites) -> None:
    """A file of another kind is refused in a sentence."""
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"x\.csv is not"):
        source.read(tmp_path / "x.csv")


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """1,478 health sites (1,448 with a point, 21 in Kidal), 153 markets, 36 airstrips of which 3 are closed."""
    geo, where = shared / "geo", atlas(mali)
    made = HealthSites().tables(
        [HealthSites().read(geo / "who_maina2019_health_facilities_sahel.csv")], mali.profile, where
    )
    sites = made.tables["services"]
    assert (len(sites), sites["longitude"].notna().sum(), made.refused) == (1478, 1448, ())
    assert sites["admin2_pcode"].str.startswith("ML08").sum() == 21
    markets = WfpMarkets().tables([WfpMarkets().read(geo / "wfp_markets_sahel.csv")], mali.profile, where)
    assert (len(markets.tables["services"]), markets.refused) == (153, ())
    readings = [OurAirports().read(path) for path in sorted(geo.glob("ourairports_*.csv"))]
    strips = OurAirports().tables(readings, mali.profile, where).tables["services"]
    assert (len(strips), strips["is_usable"].sum(), (strips["subtype"] == "heliport").sum()) == (36, 33, 3)
