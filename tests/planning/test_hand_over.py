"""Hand-over to police: months in a row by hand, what is not known never met, police needed, and files with faults."""

from dataclasses import replace

import numpy as np
import pytest

import toguna as tg
from toguna.core.errors import PlanError
from toguna.core.months import Month
from toguna.forecasting.panel import Panel
from toguna.planning.hand_over import hand_over
from toguna.planning.hand_over_facts import read_capacity, residents
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import read_contribution, total

AREAS = ("XO0101", "XO0102", "XO0201", "XO0202")  # 33,000, 12,000, 240,000 and 95,000 people
HEAD = "area,month,courts,detention_places,police_trained,source,basis\n"


@pytest.fixture(scope="module")
def country():
    """The made-up country in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def drawn(country):
    """Its forecast by area, as it comes."""
    return tg.forecast(country, months=3, grain="admin2", draws=200)


@pytest.fixture(scope="module")
def mali():
    """Mali and its forecast by area."""
    seen = tg.read_country("mali", as_of="2013-06")
    return seen, tg.forecast(seen, months=6, grain="admin2", draws=200, candidate="conflictology12")


def risk_of(drawn, past, ahead, *, first="2013-03", target="civilians"):
    """A forecast with counts of the months up to the last known one, and draws; both by area."""
    past, ahead = np.array(past, float), np.array(ahead, np.float32)
    units = drawn.units.loc[list(AREAS)]
    months = tuple(Month(2013, 7) + at for at in range(ahead.shape[1]))
    panel = Panel("admin2", target, units, Month.parse(first), past, np.arange(past.shape[1]))
    return replace(drawn, panel=panel, draws=ahead, months=months, remarks=())


def quiet(drawn, *, months=2, draws=4):
    """Four areas without any death on record or ahead."""
    return risk_of(drawn, np.zeros((4, 4)), np.zeros((4, months, draws)))


def rules(**changed):
    """The mandate with other conditions."""
    mandate = read_mandate("protect-first")
    return mandate.model_copy(update={"hand_over": mandate.hand_over.model_copy(update=changed)})


def cell(table, area, month, column):
    """One value of a table by area and month."""
    found = table[(table["area"] == area) & (table["month"] == month)]
    assert len(found) == 1
    return found[column].iloc[0]


def write(tmp_path, text, name="capacity.csv"):
    """A file."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_months_in_a_row_reach_back_over_the_record(country, drawn):
    """One death in April 2013 is in the three months up to July, not in those up to August or September."""
    past = np.zeros((4, 4))
    past[2, 2] = 3  # 2013-05: 3 in 240,000 is 1.25 per 100,000
    found = hand_over(country, risk_of(drawn, past, np.zeros((4, 3, 4))), rules(months=3, harm_below=1.25)).areas
    held = [cell(found, "XO0201", month, "risk_holds") for month in ("2013-07", "2013-08", "2013-09")]
    assert held == ["no", "yes", "yes"]
    assert cell(found, "XO0201", "2013-07", "worst") == pytest.approx(1.25)
    assert cell(found, "XO0201", "2013-07", "worst_month") == "2013-05"
    assert cell(found, "XO0201", "2013-07", "missing").startswith("risk 1.25 against 1.25 (2013-05); ")
    assert cell(found, "XO0201", "2013-07", "draws_share") == 0
    assert cell(found, "XO0101", "2013-07", "risk_holds") == "yes"
    past[0, 0] = 1  # the first month on record, four before July
    longer = hand_over(country, risk_of(drawn, past, np.zeros((4, 3, 4))), rules(months=5)).areas
    assert [cell(longer, "XO0101", f"2013-0{month}", "risk_holds") for month in (7, 8)] == ["no", "yes"]
    above = hand_over(country, risk_of(drawn, past, np.zeros((4, 3, 4))), rules(months=3, harm_below=1.2501)).areas
    assert cell(above, "XO0201", "2013-07", "risk_holds") == "yes"


def test_months_in_a_row_reach_on_into_the_forecast(country, drawn):
    """A bad August rules out August and September; draws say how often each run holds, by hand."""
    ahead = np.zeros((4, 3, 4))
    ahead[3, 1] = [0, 0, 0, 95]  # 95 in 95,000 people in one of four draws: 25 per 100,000 expected
    ahead[3, 2] = [95, 0, 0, 0]
    found = hand_over(country, risk_of(drawn, np.zeros((4, 4)), ahead), rules(months=2, harm_below=25.5)).areas
    july, august, september = (found[(found["area"] == "XO0202") & (found["month"] == f"2013-0{m}")] for m in (7, 8, 9))
    assert august["risk"].item() == pytest.approx(25)
    assert august["risk_low"].item() == 0
    assert august["risk_high"].item() == pytest.approx(85)  # 95th percentile of 0, 0, 0, 100, linear
    assert [one["risk_holds"].item() for one in (july, august, september)] == ["yes", "yes", "yes"]
    assert [one["draws_share"].item() for one in (july, august, september)] == [1.0, 0.75, 0.5]
    assert (september["draws_low"].item(), september["draws_high"].item()) == pytest.approx((0.1824, 0.8176), abs=1e-4)
    assert july["draws_high"].item() == 1.0
    at_it = hand_over(country, risk_of(drawn, np.zeros((4, 4)), ahead), rules(months=2, harm_below=100)).areas
    assert cell(at_it, "XO0202", "2013-08", "draws_share") == 0.75, "100 is not below 100"
    lower = hand_over(country, risk_of(drawn, np.zeros((4, 4)), ahead), rules(months=2, harm_below=25)).areas
    assert [cell(lower, "XO0202", f"2013-0{month}", "risk_holds") for month in (7, 8, 9)] == ["yes", "no", "no"]


def test_a_month_neither_on_record_nor_forecast_is_not_known(country, drawn):
    """The record ends in May: June is unknown, so three months in a row are known from September on only."""
    past = np.zeros((4, 3))
    past[0, 2] = 9
    found = hand_over(country, risk_of(drawn, past, np.zeros((4, 3, 4))), rules(months=3))
    held = [cell(found.areas, "XO0201", f"2013-0{month}", "risk_holds") for month in (7, 8, 9)]
    assert held == ["not known", "not known", "yes"]
    assert cell(found.areas, "XO0201", "2013-08", "missing").startswith("risk not known in 2013-06; ")
    assert np.isnan(cell(found.areas, "XO0201", "2013-08", "draws_share"))
    assert cell(found.areas, "XO0101", "2013-07", "risk_holds") == "no", "what is known to be bad is not unknown"
    assert found.first.set_index("area").at["XO0201", "first_risk_holds"] == "2013-09"
    assert found.police["areas"].tolist() == [0, 0, 4], "police are needed where the risk is known to hold"
    assert any(one.startswith("2013-06: neither on record nor forecast") for one in found.remarks)


def test_nothing_unknown_counts_as_met(country, drawn, tmp_path):
    """Quiet areas without figures are not known; one figure short is a no; all met is a yes; each said in words."""
    path = write(
        tmp_path,
        HEAD + "XO0101,,1,4,50,register,read\nXO0102,,1,2,17,register,read\nXO0201,,,24,360,register,read\n",
    )
    found = hand_over(country, quiet(drawn), rules(months=2), capacity=path)
    last = found.areas[found.areas["month"] == "2013-08"].set_index("area")
    assert last["qualifies"].to_dict() == {
        "XO0101": "yes", "XO0102": "no", "XO0201": "not known", "XO0202": "not known"
    }  # fmt: skip
    assert last.at["XO0101", "missing"] == ""
    assert last.at["XO0102", "missing"] == "142 of 150 police per 100,000"
    assert last.at["XO0201", "missing"] == "courts not known"
    assert last.at["XO0202", "missing"] == "courts not known; places of detention not known; police not known"
    assert last.at["XO0101", "sources"] == "register (read)"
    assert last.at["XO0102", "police_trained_rate"] == pytest.approx(17 / 12_000 * 1e5)
    assert found.first.set_index("area")["first"].to_dict() == {
        "XO0101": "2013-07", "XO0102": "", "XO0201": "", "XO0202": ""
    }  # fmt: skip
    assert found.first.set_index("area").at["XO0201", "first_not_ruled_out"] == "2013-07"
    assert found.first.set_index("area").at["XO0102", "first_not_ruled_out"] == ""
    assert "1 of 4 areas qualify, 1 do not, 2 are not known" in str(found)
    assert "Tamrat 2013-07" in str(found)
    assert "not known of 4 areas: courts in 2, places of detention in 1, police in 1" in str(found)
    assert "Courts: not known in 2 of 4 areas, and not known is not met." in found.remarks


def test_exactly_the_standard_is_enough_and_a_standard_of_nothing_asks_nothing(country, drawn, tmp_path):
    """150 per 100,000 of 12,000 people are 18; where a mandate asks for none, not knowing does no harm."""
    path = write(tmp_path, HEAD + "XO0102,,,,18,register,read\n")
    found = hand_over(country, quiet(drawn), rules(months=1, courts=0, detention_places=0), capacity=path)
    assert cell(found.areas, "XO0102", "2013-07", "qualifies") == "yes"
    assert cell(found.areas, "XO0101", "2013-07", "missing") == "police not known"


def test_figures_hold_from_their_month_and_stay_with_the_area_they_are_stated_of(country, drawn, tmp_path):
    """A later row changes what it states; regions and the country keep theirs to themselves."""
    path = write(
        tmp_path,
        HEAD
        + "XO0101,2013-08,,,60,camp school,judgement\nXO0101,,1,4,10,register,read\nXO01,,3,,,ministry,read\n"
        + "XO,2013-06,,,900,budget,excerpt\nXO0102,,1,9,20,register,read\n",
    )
    found = hand_over(country, quiet(drawn), rules(months=1), capacity=path)
    assert cell(found.areas, "XO0101", "2013-07", "police_trained") == 10
    assert cell(found.areas, "XO0101", "2013-08", "police_trained") == 60
    assert cell(found.areas, "XO0101", "2013-08", "courts") == 1
    assert cell(found.areas, "XO0101", "2013-07", "sources") == "register (read)"
    assert cell(found.areas, "XO0101", "2013-08", "sources") == "register (read); camp school (judgement)"
    assert found.first.set_index("area").at["XO0101", "first"] == "2013-08"
    assert np.isnan(cell(found.areas, "XO0202", "2013-08", "police_trained"))
    north = found.regions[(found.regions["area"] == "XO01") & (found.regions["month"] == "2013-08")].iloc[0]
    assert (north["courts"], north["detention_places"], north["police_trained"]) == (3, 13, 80)
    assert north["stated_for_itself"] == "courts"
    assert (north["qualifies"], north["areas"], north["areas_yes"], north["population_yes"]) == ("yes", 2, 2, 45_000)
    south = found.regions[(found.regions["area"] == "XO02") & (found.regions["month"] == "2013-08")].iloc[0]
    assert (south["qualifies"], south["areas_not_known"]) == ("not known", 2)
    assert np.isnan(south["police_trained"])
    whole = found.regions[(found.regions["level"] == 0) & (found.regions["month"] == "2013-08")].iloc[0]
    assert (whole["police_trained"], whole["areas"], whole["population"]) == (900, 4, 380_000)
    assert "Figures of XO, XO01 are for the whole of it and are not spread over its areas." in found.remarks
    assert "1 rows of capacity.csv are about months after 2013-06: plans, not facts." in found.remarks


def test_a_region_qualifies_only_where_all_its_areas_do(country, drawn, tmp_path):
    """One area that does not qualify decides, even where the region on average would."""
    ahead = np.zeros((4, 1, 4))
    ahead[1] = 1  # 1 in 12,000 is 8.3 per 100,000; in the region's 45,000 it is 2.2
    path = write(tmp_path, HEAD + "XO0101,,1,4,50,register,read\nXO0102,,1,2,18,register,read\n")
    found = hand_over(country, risk_of(drawn, np.zeros((4, 4)), ahead), rules(months=1, harm_below=5), capacity=path)
    north = found.regions.set_index("area").loc["XO01"]
    assert north["risk"] == pytest.approx(1 / 45_000 * 1e5)
    assert (north["qualifies"], north["areas_yes"], north["areas_no"]) == ("no", 1, 1)


def test_police_needed_where_the_risk_holds_against_those_on_offer(country, drawn, tmp_path):
    """By hand: 150 per 100,000, what is there taken off, areas not known at least none and at most all."""
    ahead = np.zeros((4, 1, 4))
    ahead[3] = 9
    path = write(tmp_path, HEAD + "XO0101,,,,40,register,read\nXO0102,,,,90,register,read\n")
    offers = total([read_contribution("un-minusma-2013")])
    risk, mandate = risk_of(drawn, np.zeros((4, 4)), ahead), rules(months=1)
    row = hand_over(country, risk, mandate, capacity=path, resources=offers).police.iloc[0]
    assert (row["areas"], row["areas_police_not_known"], row["population"]) == (3, 1, 285_000)
    assert (row["standard"], row["there"]) == (50 + 18 + 360, 130)  # 49.5 is 50 officers
    assert (row["needed_low"], row["needed_high"]) == (10, 370)  # what one area has too many helps no other
    formed, teams = offers.number("formed_police_unit", "2013-07"), offers.number("police_team", "2013-07")
    assert formed > 0
    assert teams > 0
    assert row["offered"] == 140 * formed + 5 * teams
    assert row["short_high"] == max(370 - row["offered"], 0)
    assert f"{formed} x formed police unit (140 people each)" in row["offered_by"]
    capped = mandate.model_copy(update={"ceilings": {"formed_police_unit": 0, "police_team": 1}})
    row = hand_over(country, risk, capped, capacity=path, resources=offers).police.iloc[0]
    assert (row["offered"], row["short_low"], row["short_high"]) == (5, 5, 365)
    bare = hand_over(country, risk, mandate).police.iloc[0]
    assert np.isnan(bare["offered"])
    assert np.isnan(bare["short_high"])
    assert bare["needed_low"] == 0


def test_areas_without_residents_have_no_rate(country, drawn):
    """No residents known is not known, never a rate of nothing; camps do not count as residents."""
    places = country.places.copy()
    places.loc[places["admin2_pcode"] == "XO0202", "population"] = np.nan
    emptied = replace(country, tables={**country.tables, "places": places})
    found = hand_over(emptied, quiet(drawn), rules(months=1))
    assert cell(found.areas, "XO0202", "2013-07", "risk_holds") == "not known"
    assert cell(found.areas, "XO0202", "2013-07", "missing").startswith("risk not known: no residents known; ")
    assert "1 of 4 areas have no residents known, so no rate." in found.remarks
    assert residents(country, AREAS)[0].tolist() == [33_000, 12_000, 240_000, 95_000]
    places.loc[places["admin2_pcode"] == "XO0202", "population"] = 0.0
    assert np.isnan(residents(replace(country, tables={"places": places}), AREAS)[0][3])
    places = country.places.copy()
    places.loc[places["place_id"] == "p04", "kind"] = "camp"
    assert residents(replace(country, tables={"places": places}), AREAS)[0].tolist()[3] == 35_000


def test_what_the_forecast_counts_is_said_or_refused(country, drawn):
    """Other deaths than those of civilians are remarked; fighters' deaths or attacks are no measure."""
    zeros = (np.zeros((4, 4)), np.zeros((4, 1, 4)))
    said = {
        one: hand_over(country, risk_of(drawn, *zeros, target=one), rules()).remarks[1] for one in ("all", "one_sided")
    }
    assert "too late" in said["all"]
    assert "too early" in said["one_sided"]
    with pytest.raises(PlanError, match=r"this forecast counts attacks on civilians. Ask for one of civilians"):
        hand_over(country, risk_of(drawn, *zeros, target="attacks"), rules())
    with pytest.raises(PlanError, match="by admin2, this one is by country"):
        hand_over(country, tg.forecast(country, months=1, draws=50), rules())


def test_the_made_up_country_and_what_it_was_made_from(country, drawn, tmp_path):
    """The forecast as it comes: nobody qualifies, allocation is remarked; another file is another run."""
    found = hand_over(country, drawn, read_mandate("protect-first"))
    assert len(found.areas) == 12
    assert set(found.areas["qualifies"]) == {"no", "not known"}
    assert any("allocated, not validated" in one for one in found.remarks)
    assert any(one.startswith("The pack holds no courts") for one in found.remarks)
    assert "first could be: none" in str(found)
    again = hand_over(country, drawn, read_mandate("protect-first"))
    assert found.made_from.run_id == again.made_from.run_id
    path = write(tmp_path, HEAD + "XO0101,,1,4,50,register,read\n")
    other = hand_over(country, drawn, read_mandate("protect-first"), capacity=read_capacity(path, country))
    assert other.made_from.run_id != found.made_from.run_id


def test_mali_half_a_year_is_not_known(mali):
    """Known to 2012-12, looked at from 2013-06: six months in a row are known for 2013-12 alone."""
    country, risk = mali
    found = hand_over(country, risk, read_mandate("protect-first"))
    assert len(found.areas) == 50 * 6
    held = found.areas.groupby("month")["risk_holds"].value_counts().unstack(fill_value=0)
    assert (held.loc[:"2013-11", "yes"] == 0).all() if "yes" in held else True
    assert set(found.first["first_risk_holds"]) <= {"", "2013-12"}
    assert (held.sum(axis=1) == 50).all()
    assert set(found.first["first"]) == {""}
    assert any("2013-01 to 2013-06: neither on record nor forecast" in one for one in found.remarks)
    assert any("allocated, not validated" in one for one in found.remarks)
    assert len(found.regions) == 10 * 6
    assert found.regions.loc[found.regions["level"] == 0, "areas"].tolist() == [50] * 6
    by_draw = found.areas[found.areas["month"] == "2013-12"]
    known = by_draw["draws_share"].dropna()
    assert ((known >= by_draw["draws_low"].dropna()) & (known <= by_draw["draws_high"].dropna())).all()
    easier = hand_over(country, risk, read_mandate("policing-transition"))
    assert (easier.areas["risk_holds"] == "yes").sum() > (found.areas["risk_holds"] == "yes").sum()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("area,courtz,source,basis\nXO0101,1,s,read\n", "line 1: there is no such column .*courtz.*mean courts"),
        ("area,area,source,basis\nXO0101,XO0101,s,read\n", "line 1: the column stands twice"),
        (HEAD + "XO0101,,1,1,1,s,read\nXO0199,,1,1,1,s,read\n", "line 3, area: the pack has no such area .*mean XO0"),
        (HEAD + "Tamrat,,1,1,1,s,read\n", r"line 2, area: a name stands .*Write XO0101 \(admin 2\)"),
        (HEAD + "\nXO0101,,-1,1,1,s,read\n", "line 3, courts: .*greater than or equal to 0.*'-1'"),
        (HEAD + "XO0101,,nan,1,1,s,read\n", "line 2, courts: .*finite"),
        (HEAD + "XO0101,,1,1,many,s,read\n", "line 2, police_trained: .*'many'"),
        (HEAD + "XO0101,2013-13,1,1,1,s,read\n", "line 2, month: .*'2013-13'"),
        (HEAD + "XO0101,,1,1,1,s,rumour\n", "line 2, basis: .*'rumour'"),
        (HEAD + "XO0101,,1,1,1,,read\n", "line 2, source: the key is missing"),
        (HEAD + "XO0101,,1,1,1,s,read\nXO0101,,2,1,1,s,read\n", "line 3, area: the area is stated for always on line"),
        (HEAD + "XO0101,,1,1,1,s,read,more\n", "line 2: the row has 8 cells for 7 columns"),
        ("", "capacity.csv is empty. Write the columns area, month, courts"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(country, tmp_path, text, said):
    """Unknown columns and areas, impossible figures, rows without a source."""
    with pytest.raises(PlanError, match=said):
        read_capacity(write(tmp_path, text), country)


def test_all_faults_are_named_at_once_and_a_file_that_is_not_there_is_a_sentence(country, tmp_path):
    """Two bad rows, two lines."""
    with pytest.raises(PlanError) as error:
        read_capacity(write(tmp_path, HEAD + "XO0101,,-1,1,1,s,read\nXO0102,,1,1,1,s,\n"), country)
    assert [line.split(":")[0].strip() for line in str(error.value).splitlines()[1:]] == [
        "- capacity.csv, line 2, courts",
        "- capacity.csv, line 3, basis",
    ]
    with pytest.raises(PlanError, match=r"gone.csv cannot be read as CSV"):
        read_capacity(tmp_path / "gone.csv", country)
