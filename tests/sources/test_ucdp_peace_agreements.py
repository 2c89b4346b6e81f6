"""UCDP peace agreements: dummies as provisions in plain words."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.ucdp_peace_agreements import UcdpPeaceAgreements

HEADER = "GWNO,pa_name,pa_date ,pa_comment,ended,Duration,cease,DDR,Amn,PKO,Mil_prov,Link to fulltext agreement\n"


def made(path: Path, country: Country):
    profile = country.profile.model_copy(update={"gwno": 999})
    source = UcdpPeaceAgreements()
    return source.tables([source.read(path)], profile, Atlas(profile, country.areas))


def test_dummies_become_provisions(tmp_path: Path, ouadji: Country) -> None:
    """Each 1 is a provision in words, once for all parties; a header's trailing blank and long notes do no harm."""
    path = tmp_path / "ucdp_peace_agreements_1975_2011.csv"
    path.write_text(
        HEADER
        + '999,Kelani Accord,1991-01-06,"A note,\nin two lines",1,1994-09-,1,1,0,0,1,http://x\n'
        + '"12, 999",Kelani Accord,1991-01-06,,1,1994-09-,1,0,1,-99,1,http://x\n'
        + "9990,Other Accord,1992-01-06,,0,,1,1,1,1,1,\n",
        encoding="cp1252",
    )
    table = made(path, ouadji).tables["agreements"]
    assert table["theme"].to_list() == ["ceasefire", "ddr", "amnesty"]
    assert set(table["agreement"]) == {"Kelani Accord"}
    assert set(table["ended"]) == {"1994-09-30"}
    assert "no exact day" in table["detail"].iloc[0]
    assert set(table["published"].astype(str)) == {"2012-06-01"}
    assert check_table(TABLES["agreements"], table, "agreements")[1] == []


def test_an_agreement_without_provisions_is_said(tmp_path: Path, ouadji: Country) -> None:
    """An agreement in which nothing read is a 1 is listed rather than dropped."""
    path = tmp_path / "ucdp_peace_agreements.csv"
    path.write_text(HEADER + "999,Empty Accord,1991-01-06,,0,,0,0,0,0,1,\n")
    result = made(path, ouadji)
    assert [(fault.row, fault.value) for fault in result.refused] == [(2, "Empty Accord")]


def test_another_file(tmp_path: Path) -> None:
    """A file without the provisions is refused by name of what is missing."""
    path = tmp_path / "ucdp_peace_agreements.csv"
    path.write_text("GWNO,pa_name,pa_date\n1,A,1991-01-06\n")
    with pytest.raises(DataError, match="lacks the columns cease; DDR; PKO"):
        UcdpPeaceAgreements().read(path)


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """Mali's two agreements of 1991 and 1992 come out under the names of the curated list."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    source = UcdpPeaceAgreements()
    reading = source.read(shared / "politics" / "ucdp_peace_agreements_1975_2011.csv")
    assert (reading.total, len(reading.refused)) == (33, 0)
    table = source.tables([reading], profile, Atlas(profile, ouadji.areas)).tables["agreements"]
    assert table.groupby("agreement").size().to_dict() == {"National Pact": 9, "Tamanrasset accord": 9}
    refugees = table[table["theme"] == "refugees"]
    assert refugees["agreement"].to_list() == ["National Pact"]
