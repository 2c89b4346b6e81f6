"""The due-diligence gate: which bases which flag bars, in which months, under which mandate; faults by line."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import toguna as tg
from toguna.core.errors import PlanError
from toguna.core.months import Month
from toguna.planning.gate import Flag, Register, barred_posts, read_flags
from toguna.planning.mandate import Vetting
from toguna.planning.read_mandate import read_mandate
from toguna.planning.units import read_kinds

HEAD = "force,area_pcode,base,status,from,to,source,basis\n"
MONTHS = (Month(2013, 7), Month(2013, 8), Month(2013, 9))
KINDS = tuple(read_kinds().values())[:3]


@pytest.fixture(scope="module")
def country():
    """The made-up country."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def bases(country):
    """Its towns: p01 Doumba, p02 Sirakoro, p04 Kelani in the south, the others in the north."""
    home = country.places[country.places["kind"].isin(["capital", "town"]) & (country.places["iso3"] == "XOU")]
    return home[["name", "place_id", "admin2_pcode"]].reset_index(drop=True)


def register(tmp_path, text, name="register.csv"):
    """A register in a file."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_flags(path)


def barred(country, bases, found, mandate="protect-first", months=MONTHS):
    """Names of the bases barred, the same for every kind, and the gate."""
    gate = barred_posts(country, found, KINDS, bases, months, read_mandate(mandate))
    assert gate.barred.shape == (len(KINDS), len(bases))
    assert gate.barred.dtype == bool
    assert (gate.barred == gate.by_month.any(axis=1)).all()
    return list(bases["name"][gate.barred[0]]), gate


def test_a_flagged_force_bars_its_base_for_all_kinds_and_the_plan_can_say_why(country, bases, tmp_path):
    """One base, the months that both are in, and a sentence with line, source and basis."""
    found = register(tmp_path, HEAD + "Second Battalion,,Kelani,flagged,2013-08,2013-08,inquiry of May,read\n")
    names, gate = barred(country, bases, found)
    assert names == ["Kelani"]
    at = list(bases["name"]).index("Kelani")
    assert gate.by_month[at].tolist() == [False, True, False]
    assert gate.by_month.sum() == 1
    assert gate.remarks[0] == (
        "Nobody is posted at Kelani: Second Battalion is flagged there, 2013-08 (register.csv, line 2: inquiry of May; "
        "read)."
    )
    assert gate.remarks[1] == (
        f"register.csv says nothing about {len(bases) - 1} of {len(bases)} bases in these months: that is not the same "
        "as cleared."
    )
    assert len(gate.remarks) == 2
    assert gate.rows.to_dict("records") == [
        {"base": "Kelani", "place_id": "p04", "force": "Second Battalion", "status": "flagged", "from": "2013-08",
         "to": "2013-08", "where": "register.csv, line 2", "source": "inquiry of May", "basis": "read"}
    ]  # fmt: skip
    assert str(gate).startswith("Nobody is posted at Kelani")


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        ("2013-01", "2013-06", [0, 0, 0]),
        ("2013-01", "2013-07", [1, 0, 0]),
        ("2013-09", "2013-12", [0, 0, 1]),
        ("2013-10", "", [0, 0, 0]),
        ("2012-01", "", [1, 1, 1]),
        ("2013-08", "", [0, 1, 1]),
    ],
)
def test_months_count_from_the_first_to_the_last_and_on_where_no_last_is_named(
    country, bases, tmp_path, first, last, held
):
    """Both ends are in; an empty last month means that it still holds."""
    found = register(tmp_path, HEAD + f"Guard,,Kelani,flagged,{first},{last},s,read\n")
    names, gate = barred(country, bases, found)
    assert gate.by_month[list(bases["name"]).index("Kelani")].tolist() == [bool(one) for one in held]
    assert names == (["Kelani"] if any(held) else [])
    assert len(gate.rows) == any(held)
    if not any(held):
        assert gate.remarks == (
            f"register.csv says nothing about {len(bases)} of {len(bases)} bases in these months: that is not the same "
            "as cleared.",
        )


def test_flags_at_one_base_add_up(country, bases, tmp_path):
    """A second force does not lift what the first one bars."""
    rows = "Guard,,Kelani,flagged,2013-01,2013-07,s,read\nArmy,,Kelani,flagged,2013-09,,s,read\n"
    gate = barred(country, bases, register(tmp_path, HEAD + rows))[1]
    assert gate.by_month[list(bases["name"]).index("Kelani")].tolist() == [True, False, True]


def test_an_unchecked_force_bars_only_where_a_rule_binds(country, bases, tmp_path):
    """Flagged always, unchecked where the mandate may not support it, cleared never."""
    found = register(
        tmp_path,
        HEAD
        + "Guard,,Kelani,unchecked,2013-01,,s,memory\nArmy,,Doumba,flagged,2013-01,,s,read\n"
        + "Police,,Sirakoro,cleared,2013-01,,s,read\n",
    )
    assert read_mandate("protect-first").rules["due_diligence"].binds
    assert not read_mandate("as-is").rules["due_diligence"].binds
    names, gate = barred(country, bases, found)
    assert names == ["Doumba", "Kelani"]
    assert not any("Police" in one for one in gate.remarks)
    names, gate = barred(country, bases, found, "as-is")
    assert names == ["Doumba"]
    assert gate.remarks[0].startswith("Kelani stay open though Guard is unchecked there, 2013-07 to 2013-09: no rule")
    assert "register.csv, line 2" in gate.remarks[0]
    assert gate.rows["force"].tolist() == ["Army"]


def test_an_area_bars_all_bases_in_it_at_any_level(country, bases, tmp_path):
    """Region and admin 2 area, through the parents of the pack, not through what P-codes look like."""
    north = register(tmp_path, HEAD + "Guard,XO01,,flagged,2013-01,,s,read\n")
    names, gate = barred(country, bases, north)
    assert names == list(bases["name"][bases["admin2_pcode"].isin(["XO0101", "XO0102"])])
    assert 0 < len(names) < len(bases)
    assert ", ".join(names) in gate.remarks[0]
    one = register(tmp_path, HEAD + "Guard,XO0201,,flagged,2013-01,,s,read\n")
    assert barred(country, bases, one)[0] == list(bases["name"][bases["admin2_pcode"] == "XO0201"])
    areas = country.areas.copy()
    areas.loc[areas["pcode"] == "XO0102", "parent"] = "XO02"
    moved = replace(country, tables={**country.tables, "areas": areas})
    assert barred(moved, bases, north)[0] == list(bases["name"][bases["admin2_pcode"] == "XO0101"])


def test_a_small_area_bars_the_bases_in_it_alone():
    """An admin 3 area of Mali."""
    mali = tg.read_country("mali", as_of="2013-06")
    home = mali.places[mali.places["place_id"].isin(["ML010000000", "ML010101000"])]  # Kayes and Bangassi, both ML0101
    bases = home[["name", "place_id", "admin2_pcode"]].reset_index(drop=True)
    flag = Flag(force="Guard", area_pcode="ML010112", status="flagged", **{"from": "2013-01"}, source="s", basis="read")
    assert barred(mali, bases, Register("ledger", (flag,), (1,)))[0] == ["Kayes"]
    wider = flag.model_copy(update={"area_pcode": "ML0101"})
    assert barred(mali, bases, Register("ledger", (wider,), (1,)))[0] == ["Kayes", "Bangassi"]
    alias = flag.model_copy(update={"area_pcode": "", "base": "Timbuktu"})
    town = mali.places[mali.places["name"].eq("Tombouctou") & mali.places["kind"].eq("town")]
    both = pd.concat([bases, town[["name", "place_id", "admin2_pcode"]]], ignore_index=True)
    assert barred(mali, both, Register("ledger", (alias,), (1,)))[0] == ["Tombouctou"]


def test_names_are_read_without_accents_and_a_place_without_a_base_is_said(country, bases, tmp_path):
    """Spelling does not open a gate; place_id works; a village bars no base but is not forgotten."""
    found = register(tmp_path, HEAD + "Guard,,KÉLANI,flagged,2013-01,,s,read\nArmy,,p01,flagged,2013-01,,s,read\n")
    assert barred(country, bases, found)[0] == ["Doumba", "Kelani"]
    village = register(tmp_path, HEAD + "Guard,XO0201,Fana,flagged,2013-01,,s,read\n")
    names, gate = barred(country, bases, village)
    assert names == []
    assert gate.remarks[0] == "Guard is flagged at Fana, where no base is (register.csv, line 2: s; read)."


def test_two_bases_of_one_name_must_be_told_apart(country, bases, tmp_path):
    """By area or by place_id; else the line is refused with both."""
    places = country.places.copy()
    places.loc[places["place_id"] == "p04", "name"] = "Doumba"
    twins = replace(country, tables={**country.tables, "places": places})
    named = bases.assign(name=bases["name"].replace("Kelani", "Doumba"))
    with pytest.raises(PlanError, match=r"register.csv, line 2, base: 2 bases have this name .*Write one of p01, p04"):
        barred(twins, named, register(tmp_path, HEAD + "Guard,,Doumba,flagged,2013-01,,s,read\n"))
    _, gate = barred(twins, named, register(tmp_path, HEAD + "Guard,XO0202,Doumba,flagged,2013-01,,s,read\n"))
    assert gate.rows["place_id"].tolist() == ["p04"]


def test_a_mandate_that_takes_a_force_for_better_than_the_register_is_told(country, bases, tmp_path):
    """The register finds worse than the mandate states; better, or other months, is no remark."""
    found = register(tmp_path, HEAD + "Army of the State,,Doumba,flagged,2013-01,,s,read\n")
    said = "The mandate as-is supports army of the state as unchecked, yet register.csv, line 2 says flagged."
    assert barred(country, bases, found, "as-is")[1].remarks[-1] == said
    assert said not in barred(country, bases, found, "as-is", (Month(2012, 12),))[1].remarks
    same = register(tmp_path, HEAD + "Army of the State,,Doumba,unchecked,2013-01,,s,read\n")
    assert not any("supports" in one for one in barred(country, bases, same, "as-is")[1].remarks)


def test_csv_and_yaml_say_the_same(tmp_path):
    """Two ways to write one register, with the line of each entry."""
    one = register(
        tmp_path,
        HEAD + 'Guard,XO01,,flagged,2013-01,,"Commission, May",read\nArmy,,Doumba,cleared,2013-01,2013-03,s,memory\n',
    )
    two = register(
        tmp_path,
        "flags:\n"
        "  - {force: Guard, area_pcode: XO01, status: flagged, from: 2013-01, source: 'Commission, May', basis: read}\n"
        "  - force: Army\n    base: Doumba\n    status: cleared\n    from: 2013-01\n    to: 2013-03\n    source: s\n"
        "    basis: memory\n",
        "register.yaml",
    )
    assert one.flags == two.flags
    assert (one.lines, two.lines) == ((2, 3), (2, 3))
    assert one.flags[0].status is Vetting.FLAGGED
    assert (one.flags[0].last, one.flags[1].last) == (None, "2013-03")
    assert one.flags[0].in_months([Month(2012, 12), Month(2013, 1)]).tolist() == [False, True]
    assert np.array_equal(one.flags[1].in_months([Month(2013, 3), Month(2013, 4)]), [True, False])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.csv", HEAD.replace("status", "state") + "G,,Doumba,flagged,2013-01,,s,read\n",
         "line 1: there is no such column .*status"),
        ("r.csv", HEAD + "G,,Doumba,accused,2013-01,,s,read\n",
         "line 2, status: .*cleared.*unchecked.*flagged.*'accused'"),
        ("r.csv", HEAD + "G,,,flagged,2013-01,,s,read\n", "line 2: says neither base nor area_pcode"),
        ("r.csv", HEAD + "G,,Doumba,flagged,2013-03,2013-02,s,read\n",
         "line 2: ends in 2013-02, before it begins in 2013-03"),
        ("r.csv", HEAD + "G,,Doumba,flagged,,,s,read\n", "line 2, from: the key is missing"),
        ("r.csv", HEAD + "G,,Doumba,flagged,2013,,s,read\n", "line 2, from: .*'2013'"),
        ("r.csv", HEAD + ",,Doumba,flagged,2013-01,,s,read\n", "line 2, force: the key is missing"),
        ("r.csv", HEAD + "G,,Doumba,flagged,2013-01,,,read\n", "line 2, source: the key is missing"),
        ("r.csv", HEAD + "G,,Doumba,flagged,2013-01,,s,read\ng,,DOUMBA,cleared,2013-06,,s,read\n",
         "line 3, status: line 2 says flagged"),
        ("r.yaml", "flags:\n  - {force: G, base: D, status: flagged, from: 2013-01, sauce: s, basis: read}\n",
         "line 2, flags.0.sauce: there is no such key.*Did you mean source"),
        ("r.yaml", "flag: []\n", "there is no such key"),
    ],
)  # fmt: skip
def test_faults_of_a_register_are_named_with_their_line(tmp_path, name, text, said):
    """Unknown keys, findings that are none, nowhere, backwards, without a source, contradictions."""
    with pytest.raises(PlanError, match=said):
        register(tmp_path, text, name)


def test_findings_that_follow_each_other_are_no_contradiction(tmp_path):
    """Flagged until May, cleared from June; another place or another force is another matter."""
    rows = (
        "G,,Doumba,flagged,2013-01,2013-05,s,read\nG,,Doumba,cleared,2013-06,,s,read\n"
        "G,,Kelani,unchecked,2013-01,,s,read\nH,,Doumba,unchecked,2013-01,,s,read\n"
    )
    assert len(register(tmp_path, HEAD + rows).flags) == 4
    with pytest.raises(PlanError, match="line 2 says flagged of the same force, place and months"):
        register(tmp_path, HEAD + rows.replace("2013-06", "2013-05"))
    backwards = "G,,Doumba,cleared,2013-05,,s,read\nG,,Doumba,flagged,2013-01,2013-05,s,read\n"
    with pytest.raises(PlanError, match="line 2 says cleared of the same force, place and months"):
        register(tmp_path, HEAD + backwards)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("G,,Kelanu,flagged,2013-01,,s,read",
         "line 3, base: the pack has no such place .*'Kelanu'.*Did you mean Kelani"),
        ("G,XO0201,Kelani,flagged,2013-01,,s,read", "line 3, base: the pack has no such place in XO0201"),
        ("G,XO99,,flagged,2013-01,,s,read", "line 3, area_pcode: the pack has no such area below the country .*'XO99'"),
        ("G,XO,,flagged,2013-01,,s,read", "line 3, area_pcode: the pack has no such area below the country .*'XO'"),
        ("G,,Kelanu,flagged,2001-01,2001-02,s,read", "line 3, base: the pack has no such place"),
    ],
)  # fmt: skip
def test_names_the_pack_does_not_have_are_refused_with_their_line(country, bases, tmp_path, row, said):
    """A name nobody knows would open the gate, so it is an error, also in months long past."""
    found = register(tmp_path, HEAD + f"Army,,Doumba,cleared,2013-01,,s,read\n{row}\n")
    with pytest.raises(PlanError, match=said):
        barred(country, bases, found)
