"""Border teams: what they meet, by hand and on routes they were not chosen on, and what is refused."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import toguna as tg
from toguna.core.errors import AskError, PlanError
from toguna.network.crossings import border_points, links_of
from toguna.network.supply import sampled_routes, supply_routes
from toguna.planning import border_teams as module
from toguna.planning.border_teams import border_teams

INTO_OUADJI = {"sources": ["Nador", "Belko"], "targets": ["Azgar", "Tamrat"], "routes": 400}


@pytest.fixture(scope="module")
def mali_then():
    """Mali as it was known in February 2013."""
    return tg.read_country("mali", as_of="2013-02")


@pytest.fixture(scope="module")
def found(mali_then):
    """Four teams for it."""
    return border_teams(mali_then, 4)


def ways(country, seed, **asked):
    """Sampled routes as sets of what they pass: links and, on the way, nodes; by a plain walk over their links."""
    drawn = sampled_routes(country, np.random.default_rng(seed), **asked)
    links = links_of(border_points(country, drawn.roads))
    over = {link: {key for key, many in links.items() if link in many} for link in range(len(drawn.roads.start))}
    sets = []
    for route in range(drawn.passed.shape[0]):
        at = drawn.passed.indices[drawn.passed.indptr[route] : drawn.passed.indptr[route + 1]]
        nodes = {int(node) for link in at for node in (drawn.roads.start[link], drawn.roads.end[link])}
        nodes -= {int(drawn.source[route]), int(drawn.target[route])}
        met = {str(drawn.roads.node_id[node]) for node in nodes} | {key for link in at for key in over[link]}
        if len(at):
            sets.append(met)
    return sets


def keys(table):
    """Sites as `ways` names them."""
    return set(table["crossing_id"].where(table["crossing_id"] != "", table["node_id"]))


def share(routes, sites, sees):
    """Expected share of routes met."""
    return np.mean([1 - (1 - sees) ** len(route & sites) for route in routes])


def test_sampled_routes_are_those_the_shares_count(mali_then):
    """The same generator gives the same routes; each runs without a break from its source to its target."""
    drawn = sampled_routes(mali_then, np.random.default_rng(4), routes=300)
    counted = supply_routes(mali_then, np.random.default_rng(4), routes=300)
    by_link = counted.links.set_index("link_id")["share"].loc[drawn.roads.table["link_id"]].to_numpy()
    assert np.allclose(drawn.passed.mean(axis=0), by_link)
    for route in np.flatnonzero(drawn.is_way):
        at = drawn.passed.indices[drawn.passed.indptr[route] : drawn.passed.indptr[route + 1]]
        nodes, times = np.unique(np.concatenate([drawn.roads.start[at], drawn.roads.end[at]]), return_counts=True)
        assert set(nodes[times == 1].tolist()) == {int(drawn.source[route]), int(drawn.target[route])}
        assert (times <= 2).all()


@pytest.mark.parametrize(("teams", "sees"), [(1, 0.5), (2, 0.5), (3, 0.8), (2, 1.0)])
def test_no_choice_of_sites_meets_more(ouadji, teams, sees):
    """Every choice in the made-up country counted by hand: none beats the value, and the bound is reached."""
    found = border_teams(ouadji, teams, sees=sees, worst_case=False, **INTO_OUADJI)
    routes = ways(ouadji, [1, 1], **INTO_OUADJI)
    drawn = sampled_routes(ouadji, np.random.default_rng([1, 1]), **INTO_OUADJI)
    places = module._sites(ouadji, drawn).table
    choices = combinations(sorted(keys(places)), teams)
    best = max(share(routes, set(sites), sees) for sites in choices)
    assert found.value == pytest.approx(best)
    assert found.bound == pytest.approx(best)
    assert share(routes, keys(found.sites), sees) == pytest.approx(best)
    most = max(np.mean([bool(route & set(sites)) for route in routes]) for sites in combinations(keys(places), teams))
    assert found.cover.value == pytest.approx(most)


def test_the_best_pair_is_proved_on_real_roads(mali_then):
    """Of all pairs of sites in Mali none meets more of the routes the pair was chosen on."""
    found = border_teams(mali_then, 2, worst_case=False, routes=400)
    routes = ways(mali_then, [1, 1], routes=400)
    names = sorted(set().union(*routes))
    passed = np.array([[name in route for name in names] for route in routes], dtype=float)
    drawn = sampled_routes(mali_then, np.random.default_rng([1, 1]), routes=400)
    passed = passed[:, np.isin(names, sorted(keys(module._sites(mali_then, drawn).table)))]
    alone, both = passed.mean(axis=0), passed.T @ passed / len(passed)
    pairs = 0.5 * (alone[:, None] + alone[None]) - 0.25 * both
    np.fill_diagonal(pairs, 0)
    assert found.value == pytest.approx(pairs.max())
    assert found.gap < 1e-6


def test_scores_are_of_routes_not_used_in_choosing(mali_then, found):
    """Shares are counted on the second sample, by hand; what is lost without a team is the same count without it."""
    fresh = ways(mali_then, [1, 2])
    chosen = keys(found.sites)
    mine = found.scores.set_index("plan").loc["chosen"]
    assert len(fresh) == found.total
    assert mine["met"] == pytest.approx(share(fresh, chosen, 0.5))
    assert mine["covered"] == pytest.approx(np.mean([bool(route & chosen) for route in fresh]))
    assert mine["low"] <= mine["met"] <= mine["high"]
    assert found.value == pytest.approx(share(ways(mali_then, [1, 1]), chosen, 0.5))
    for row in found.sites.itertuples():
        site = row.crossing_id or row.node_id
        assert row.passing == pytest.approx(np.mean([site in route for route in fresh]))
        assert row.met_alone == pytest.approx(0.5 * row.passing)
        assert row.lost_without == pytest.approx(mine["met"] - share(fresh, chosen - {site}, 0.5))


def test_beside_the_choice_stand_those_anybody_could_make(found):
    """The choice beats looking at crossings one by one; the lead over each plan is the difference of the shares."""
    scores = found.scores.set_index("plan")
    assert (scores["met"].max() - scores.loc["chosen", "met"]) < 0.01
    assert np.allclose(scores["more"], scores.loc["chosen", "met"] - scores["met"])
    assert scores.loc["random crossings", "more_low"] > 0
    assert scores.loc["crossings with most people near", "more_low"] > 0
    assert (scores["sites"] <= 4).all()
    assert "never sightings" in str(found)
    assert "not distinguishable" in str(found)
    assert any("Tinzawatène" in remark for remark in found.remarks)


def test_who_knows_the_teams_is_held_up_most_by_sites_chosen_for_it(found):
    """Hours: nobody, then the chosen, then the proved longest; the network is small enough for proof."""
    hours = found.worst.hours.set_index("plan")
    assert hours.loc["nobody", "mean"] < hours.loc["chosen", "mean"] <= hours.loc["longest on average", "mean"]
    assert (hours["any"] <= hours.loc["longest to any", "any"] + 1e-9).all()
    assert hours.loc["longest on average", "mean"] == pytest.approx(found.worst.on_average.value)
    assert found.worst.on_average.is_optimal
    assert found.worst.on_average.bound == pytest.approx(found.worst.on_average.value, abs=1e-4)
    assert found.worst.to_any.is_optimal
    assert found.worst.on_average.nodes <= 300


def test_same_seed_same_teams(mali_then, found):
    """Another seed draws other routes."""
    again = border_teams(mali_then, 4, worst_case=False)
    other = border_teams(mali_then, 4, worst_case=False, seed=2)
    assert again.sites.equals(found.sites)
    assert again.scores.equals(found.scores)
    assert not np.array_equal(other.met, found.met)


def test_neighbours_are_named(found):
    """A crossing has its own neighbour, an inner site that of most of its routes."""
    sites = found.sites.set_index("name")
    assert sites.loc["Anderamboukane-Banibangou/Abala", "iso3"] == "NER"
    assert sites.loc["Kidal", "iso3"] == "DZA"
    assert set(sites["iso3"]) <= {"NER", "DZA", "MRT", "BFA"}


def test_sites_keep_to_the_border_and_to_bases(mali_then):
    """Only what lies within the distance, and within hours of a base."""
    near = border_teams(mali_then, 6, within_km=60, worst_case=False)
    assert (near.sites["border_km"] <= 60).all()
    gao = pd.DataFrame({"name": ["Gao"], "longitude": [-0.0447], "latitude": [16.2717]})
    held = border_teams(mali_then, 2, near_bases=gao, reach_h=2.5, worst_case=False)
    assert (np.hypot(held.sites["longitude"] + 0.04, held.sites["latitude"] - 16.27) < 2).all()
    with pytest.raises(PlanError, match=r"No site is within 0.01 h of a base; raise reach_h"):
        border_teams(mali_then, 1, near_bases=gao.assign(longitude=-4.0, latitude=23.5), reach_h=0.01)
    with pytest.raises(PlanError, match="The bases lack longitude"):
        border_teams(mali_then, 1, near_bases=gao[["name", "latitude"]])
    with pytest.raises(PlanError, match="No base is named"):
        border_teams(mali_then, 1, near_bases=gao.iloc[:0])


def test_nobody_is_posted_where_no_route_passes(ouadji):
    """More teams than sites on the routes: the others stay, and it is said."""
    found = border_teams(ouadji, 5, sources=["Nador"], targets=["Azgar"], routes=50, worst_case=False)
    assert (found.sites["passing"] > 0).all()
    assert len(found.sites) < 5
    assert any("not posted" in remark for remark in found.remarks)


def test_what_makes_no_sense_is_refused(ouadji, monkeypatch):
    """Each mistake is a sentence."""
    for teams, more, error, words in (
        (0, {}, PlanError, "0 border teams cannot be posted"),
        (-2, {}, PlanError, "-2 border teams"),
        (1.5, {}, PlanError, "1.5 border teams"),
        (99, {}, PlanError, "There are 99 teams but only"),
        (1, {"month": "2013-13"}, AskError, "is not a month"),
        (1, {"sees": 0.0}, PlanError, "chance of 0.0"),
        (1, {"delay_h": np.inf}, PlanError, "delay of inf h"),
        (1, {"sources": ["Atlantis"]}, AskError, "No place 'Atlantis'"),
        (1, {"sources": ["Nador"], "targets": ["Nador"]}, PlanError, "No sampled route leads"),
        (1, {"within_km": 0.0001, "targets": ["Azgar"]}, PlanError, "No site lies within"),
    ):
        with pytest.raises(error, match=words):
            border_teams(ouadji, teams, **{**INTO_OUADJI, **more})
    with pytest.raises(AskError, match="supply_sources"):
        border_teams(ouadji, 1)
    nowhere = pd.DataFrame(columns=["link", "longitude", "latitude", "crossing_id", "km"])
    monkeypatch.setattr(module, "border_points", lambda *_: nowhere)
    with pytest.raises(PlanError, match="nothing to watch"):
        border_teams(ouadji, 1, **INTO_OUADJI)
