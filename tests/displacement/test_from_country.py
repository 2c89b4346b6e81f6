"""A scenario of flight from a pack: only what was known, nobody lost, what is not known is said."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from toguna.core.errors import AskError, PackError
from toguna.country.country import Country
from toguna.displacement import Settings, read_scenario, simulate
from toguna.displacement.from_country import scenario_from_country
from toguna.displacement.known_violence import KnownViolence, known_violence
from toguna.displacement.scenario import Closure, Kind
from toguna.displacement.settings import Movement
from toguna.displacement.skeleton import _neighbours
from toguna.displacement.write_scenario import differences, write_scenario
from toguna.network.geodesy import great_circle_km


def made(country, days=30, **asked):
    """Fifty people a day flee."""
    return scenario_from_country(country, np.full(days, 50.0), days=days, **asked)


def changed(country, table, change):
    """The country with one table changed."""
    return replace(country, tables={**country.tables, table: change(country.tables[table])})


def links_of(scenario):
    """Names of ends and km of each link."""
    return {
        tuple(scenario.names[place] for place in pair): km for pair, km in zip(scenario.ends, scenario.km, strict=True)
    }


def test_made_up_country_by_hand(ouadji):
    """As of February 2013: an attack and two atrocities are public, no deaths by area; the northern border is shut."""
    found = made(ouadji.seen_from("2013-02"), is_limited=True)
    one = found.scenario
    people = dict(zip(one.names, one.population, strict=True))
    # Sirakoro has 30,000, Doumba stands for itself and Fana; Kelani for Wolo too; Tamrat for Tin-Ager and In-Zaran.
    assert people["Doumba"] == 210_000
    assert people["Kelani"] == 75_000
    assert people["Tamrat"] == 33_000
    assert (people["Nador"], people["Belko"]) == (12_000, 6_000)
    assert sum(people[name] for name in one.names[:-2]) == 380_000
    assert (one.start, one.days) == (date(2013, 3, 1), 30)
    assert one.counts.camps == ("Nador", "Belko")
    assert one.counts.people[[0, -1]].tolist() == [[8000, 3000], [8000, 3000]]
    assert one.counts.ends == (-60, -60)
    assert one.counts.total[[0, 1, 2, -1]].tolist() == [11_000, 11_100, 11_150, 12_500]
    assert one.countries[0] == "XOU"
    assert links_of(one)["Tamrat", "Nador"] == 270
    assert links_of(one)["Kelani", "Belko"] == 280
    assert one.closures == (Closure("link", "Tamrat", "Nador", 0, 30),)
    assert one.digest == ouadji.pack_hash
    assert found.made_from.parameters["as_of"] == "2013-02"
    assert set(found.sources) <= set(ouadji.sources["source"])


def test_those_who_flee_all_flee_and_shut_borders_hold(ouadji):
    """Arrivals of day 0 flee on day 1; nobody reaches Nador while its border is shut, and some do once it opens."""
    found = made(ouadji.seen_from("2013-02"), days=200)
    flight = simulate(found.scenario, found.rules(Settings()), 1)
    at = found.scenario.place("Nador")
    assert flight.fled[-1] - flight.fled[0] == 200 * 50
    assert found.scenario.closures[0].end == 122  # to the end of June
    assert flight.people[121, at] <= 8000
    assert flight.people[-1, at] > 8000


@pytest.mark.parametrize(
    ("month", "camps", "held"), [("2012-03", ("Nador",), (2000,)), ("2012-06", None, (2000, 1000))]
)
def test_nothing_of_later_months_is_used(ouadji, month, camps, held):
    """Counts published later, and camps opened later, are not there."""
    one = made(ouadji.seen_from(month)).scenario
    assert one.counts.camps == (camps or ("Nador", "Belko"))
    assert tuple(one.counts.people[0]) == held
    assert ("Belko" in one.names) == (camps is None)
    assert one.closures == ()


def test_a_start_in_the_past_uses_what_was_known_before_it(ouadji):
    """The full pack, from July 2012: counts to 30 June, no closure of 2013, violence to June."""
    one = made(ouadji, start=date(2012, 7, 1)).scenario
    assert one.counts.people[0].tolist() == [6500, 1000]
    assert one.counts.ends == (-1, -62)
    assert one.closures == ()


def test_old_counts_are_not_of_the_present(ouadji):
    """A count older than three years says nothing of the present: the camp begins empty, and that is said."""
    older = changed(
        ouadji, "displacement", lambda rows: rows[(rows["place_id"] != "camp-nador") | (rows["date"] < "2011-12")]
    )
    found = made(older)
    assert found.scenario.counts.camps == ("Belko",)
    assert "Nador begins empty: no count by 2014-12-31." in found.remarks
    old = changed(ouadji, "displacement", lambda rows: rows[rows["date"] < "2012-05"])
    later = replace(old, profile=ouadji.profile.model_copy(update={"edition": "2015-03"}))
    found = made(later)
    assert found.scenario.counts.camps == ("Belko",)
    assert "Nador begins empty: its last count, of 2012-02-29, is older than 3 years." in found.remarks


def test_deaths_by_area_grade_violence(ouadji):
    """17 deaths in two areas by logarithm of the worst; an area known by a political event alone is in the middle."""
    found = known_violence(ouadji, date(2013, 2, 28), 12)
    # March 2012 to February 2013: 8 deaths around Sirakoro (XO0201), 76 around Bandio (XO0202).
    assert found.intensity == {"XO0201": 0.5, "XO0202": 1.0}
    assert found.remarks[0].startswith("Deaths are known for 2 areas in 3 of the 12 months from 2012-03 to 2013-02-28")
    found = known_violence(ouadji, date(2012, 3, 31), 6)
    # 12 deaths at Tamrat in January, 5 at Azgar in February; the attack on Tamrat adds no area.
    assert found.intensity == {"XO0101": 1.0, "XO0102": 0.7}


def test_without_deaths_by_area_silence_is_no_peace(ouadji):
    """Samples and political events say where, not how much: those areas and the region apart are taken alike."""
    partial = changed(ouadji, "events", lambda rows: rows.assign(is_partial=True))
    found = known_violence(partial, date(2013, 2, 28), 12)
    assert found.intensity == {"XO0101": 1.0, "XO0102": 1.0, "XO0201": 1.0, "XO0202": 1.0}
    assert "from the 2 areas with violence on record and the " in found.remarks[0]
    alone = replace(partial, profile=partial.profile.model_copy(update={"region": None}))
    found = known_violence(alone, date(2013, 2, 28), 12)
    assert found.intensity == {"XO0201": 1.0, "XO0202": 1.0}
    assert "from the 2 areas with violence on record in proportion to people" in found.remarks[0]


def test_where_nothing_is_known_by_area_the_region_stands_for_it(ouadji):
    """The region the profile sets apart, or the whole country; and that is said."""
    quiet = changed(changed(ouadji, "events", lambda t: t.head(0)), "political_events", lambda t: t.head(0))
    found = made(quiet)
    region = ouadji.areas[ouadji.areas["parent"].isin(ouadji.profile.region.pcodes)]["pcode"]
    one = found.scenario
    fought = {code for code, kind in zip(one.regions, one.kinds, strict=True) if kind == Kind.CONFLICT}
    assert fought == set(region)
    assert "No deaths by area are known" in found.remarks[0]
    whole = replace(quiet, profile=quiet.profile.model_copy(update={"region": None}))
    one = made(whole).scenario
    assert (one.kinds[:-2] == Kind.CONFLICT).all()
    assert "from the whole country" in made(whole).remarks[0]


def test_names_of_places_and_regions_are_found(mali):
    """A town (Gao), a town by another spelling (Timbuktu), all of a region (Kidal region)."""
    found = known_violence(mali.seen_from("2024-02"), date(2024, 2, 29), 12)
    assert {code for code in found.intensity if code.startswith("ML08")} == set(
        mali.areas[mali.areas["parent"] == "ML08"]["pcode"]
    )
    plain_country = replace(mali, profile=mali.profile.model_copy(update={"region": None}))
    fell = known_violence(plain_country.seen_from("2012-06"), date(2012, 6, 30), 12).intensity
    assert {"ML0701", "ML0801", "ML0601"} <= set(fell)
    assert len(fell) < 6


def test_a_camp_without_roads_is_said(ouadji):
    """A camp farther than 60 km from every road is in the scenario, joined to nothing."""
    far = changed(ouadji, "places", lambda t: t.assign(longitude=t["longitude"] - 3.0 * (t["name"] == "Nador")))
    found = made(far)
    assert found.scenario.isolated == ("Nador",)
    assert "Nador is more than 60 km from every road: nobody can arrive there." in found.remarks


def test_a_site_counted_with_its_neighbour_is_no_goal_of_its_own(ouadji):
    """A site never counted, 11 km from Nador, is part of it; one 110 km away is a camp that begins empty."""
    camp = ouadji.places[ouadji.places["name"] == "Nador"]

    def with_site(degrees):
        site = camp.assign(place_id="camp-new", name="New", latitude=camp["latitude"] + degrees)
        return made(changed(ouadji, "places", lambda rows: pd.concat([rows, site], ignore_index=True)))

    assert "New" not in with_site(0.1).scenario.names
    assert "New has no count and is 11 km from Nador: taken as part of it." in with_site(0.1).remarks
    assert "New" in with_site(1.0).scenario.names
    assert "New begins empty: no count by 2014-12-31." in with_site(1.0).remarks


def test_sites_at_home_are_idp_sites(ouadji):
    """A camp at home holds displaced people of the country."""

    def at_home(rows, column):
        return rows.assign(**{column: rows[column].where(rows["place_id"] != "camp-belko", "XOU")})

    home = changed(ouadji, "places", lambda rows: at_home(rows, "iso3"))
    home = changed(home, "displacement", lambda rows: at_home(rows, "host"))
    idps = changed(
        home,
        "displacement",
        lambda rows: rows.assign(group=rows["group"].where(rows["place_id"] != "camp-belko", "idps")),
    )
    one = made(idps).scenario
    assert one.kinds[one.place("Belko")] == Kind.IDP_CAMP
    assert one.counts.camps == ("Nador", "Belko")
    assert made(home).scenario.counts.camps == ("Nador",)  # refugees of abroad are not counted as displaced at home


def test_full_camps_are_said_and_need_not_be_limits(ouadji):
    """Nador planned for 12,000 holds 13,000."""
    full = changed(
        ouadji,
        "displacement",
        lambda rows: rows.assign(people=rows["people"].mask(rows["place_id"] == "camp-nador", 13_000.0)),
    )
    found, free = made(full, is_limited=True), made(full)
    assert any("Nador held 13,000 people" in line and "takes no more" in line for line in found.remarks)
    assert found.scenario.population[-2:].tolist() == [12_000, 6_000]
    assert free.scenario.population[-2:].tolist() == [0, 0]


def test_own_violence_and_few_places(ouadji):
    """A forecast may say where people flee from; the smallest quiet towns go first when places are few."""
    own = KnownViolence({"XO0102": 1.0}, ("as foreseen",))
    found = made(ouadji, violence=own, most_places=4)
    one = found.scenario
    assert one.names[0] == "Azgar"
    assert len(one.names) == 4
    assert one.population[:2].sum() == 380_000  # the people of places left out are with the nearest one that is not
    assert found.remarks[0] == "as foreseen"
    assert any("left out to keep to 2 places" in line for line in found.remarks)


@pytest.mark.parametrize(
    ("arrivals", "days", "says"),
    [([1.0], 1, "no day on which people move"), ([1.0] * 3, 4, "Give 4 numbers"), ([1.0, -1.0], 2, "none below 0")],
)
def test_wrong_arrivals_are_refused(ouadji, arrivals, days, says):
    """The sentence says what to give."""
    with pytest.raises(AskError, match=says):
        scenario_from_country(ouadji, arrivals, days=days)


def test_a_pack_without_roads_or_people_is_refused(ouadji):
    """Nobody can flee along no road, or from nowhere."""
    with pytest.raises(PackError, match="has no roads"):
        made(Country(ouadji.pack, ouadji.profile, {**ouadji.tables, "links": ouadji.links.head(0)}, ouadji.pack_hash))
    with pytest.raises(AskError, match="no place with people"):
        made(changed(ouadji, "places", lambda rows: rows.assign(population=np.nan)))


def test_a_written_scenario_comes_back(ouadji, tmp_path):
    """The folder of a pack's scenario reads as the same."""
    one = made(ouadji).scenario
    assert differences(one, read_scenario(write_scenario(one, tmp_path / "ouadji"))) == ()


def test_neighbours_by_hand():
    """Places on a line at 0, 10 and 20 km: no link over the middle, unless the middle is a camp."""
    at = np.array([0.0, 10.0, 20.0])
    apart = np.abs(at[:, None] - at)
    assert _neighbours(apart, np.array([True, True, True])) == [(0, 1), (1, 2)]
    assert _neighbours(apart, np.array([True, False, True])) == [(0, 1), (0, 2), (1, 2)]
    assert _neighbours(apart, np.array([False, False, False])) == [(0, 1), (1, 2)]  # between camps a camp may lie
    apart[0, 2] = apart[2, 0] = 19.0  # a way round the middle, 5 per cent shorter
    assert _neighbours(apart, np.array([True, True, True])) == [(0, 1), (0, 2), (1, 2)]


def test_closed_road_shuts_links_over_it(ouadji):
    """A road closed between two places shuts the links whose way uses it, inside the country too."""
    row = ouadji.closures.iloc[[0]].assign(
        closure_id="road", kind="road", subject="Kelani - Wolo", date="2014-12-01", date_end="", status="closed"
    )
    unknown = row.assign(closure_id="nowhere", subject="Kelani - Atlantis")
    one = changed(ouadji, "closures", lambda rows: pd.concat([rows, row, unknown], ignore_index=True))
    found = made(one)
    assert found.scenario.closures == (Closure("link", "Kelani", "Belko", 0, 30),)
    assert "The closure road has no known end and lasts to the last day." in found.remarks
    assert "The closure nowhere lies on no way between the places of the scenario." in found.remarks


@pytest.mark.parametrize("month", ["2012-06", "2013-02", None])
def test_mali_runs_and_people_arrive_in_three_countries(mali, month):
    """A small network whose places are all joined; refugees in Mauritania, Burkina Faso and Niger."""
    found = made(mali.seen_from(month) if month else mali, days=120)
    one = found.scenario
    assert len(one.names) <= 150
    size = len(one.names)
    graph = csr_array((np.ones(len(one.km)), (one.ends[:, 0], one.ends[:, 1])), shape=(size, size))
    assert connected_components(graph, directed=False)[0] == 1
    a, b = one.ends.T
    direct = great_circle_km(one.longitude[a], one.latitude[a], one.longitude[b], one.latitude[b])
    assert (one.km >= 0.97 * direct).all()
    flight = simulate(one, found.rules(Settings(hasten=5, movement=Movement(camp_movechance=0.0))), 1)
    day0 = np.zeros(size)
    day0[one.camps] = one.counts.people[0]
    gained = flight.people[-1] - day0
    camps = one.kinds == Kind.CAMP
    for host in ("MRT", "BFA", "NER"):
        there = camps & (np.array(one.countries) == host)
        assert gained[there].sum() > 0.1 * gained[camps].sum()
