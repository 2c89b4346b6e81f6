"""The verb: mandates of the made-up country side by side, the same on any number of processes, and what is refused."""

import importlib

import numpy as np
import pandas as pd
import pytest

import toguna as tg
from toguna.cli.compare_tables import ON_SCREEN, TABLES, Asked, table_of
from toguna.comparison.measures import DECIDING, NAMES, column
from toguna.comparison.ranking import sentences
from toguna.comparison.simulate import MONTHLY
from toguna.core.errors import AskError, ComparisonError

MODULE = importlib.import_module("toguna.comparison.compare")
MANDATES = ("protect-first", "search-and-destroy")


@pytest.fixture(scope="module")
def country():
    """The made-up country in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def risk(country):
    """Its forecast by area."""
    return tg.forecast(country, 6, grain="admin2", draws=200)


@pytest.fixture(scope="module")
def found(country, risk):
    """Two mandates and one contribution."""
    return tg.compare(country, MANDATES, ["canada-2013"], risk=risk, years=1, draws=200)


def asked(**changes):
    """What tables are asked with, and the steps that were told."""
    steps = []
    told = {"between": None, "measure": "civilians_killed", "samples": 8, "seed": 1}
    return Asked(**{**told, **changes}, progress=lambda *step: steps.append(step)), steps


def replanned(monkeypatch, found):
    """Let the plans of a comparison be taken as they are, so that only the simulation is run again."""
    monkeypatch.setattr(MODULE, "_planned", lambda task: found.plans[task[2].name])


def test_nothing_stands_beside_and_costs_nothing(found):
    """Months after the one looked from; nobody sent costs nothing, kills nobody and dies nowhere."""
    assert found.outcome.mandates == ("nothing", *MANDATES)
    assert (found.outcome.months[0], found.outcome.months[-1]) == ("2013-07", "2014-06")
    for name in ("cost", "killed_by_intervening", "force_deaths"):
        assert not found.outcome.of("nothing", name).any()
    assert (found.outcome.of("protect-first", "cost") > 0).all()


def test_a_run_with_the_same_assumptions_is_the_same(found):
    """Draws are paired with their chances, so that questions asked later rest on the same futures."""
    assert np.array_equal(found.run(found.outcome.parameters), found.outcome.values)


def test_measures_add_up(found):
    """Those killed by each side are all who were killed, and months add up to the whole."""
    values = found.outcome.values
    sides = [column(f"killed_by_{one}") for one in ("groups", "state", "intervening")]
    assert values[:, :, sides].sum(axis=2) == pytest.approx(values[:, :, column("civilians_killed")])
    killed = found.outcome.monthly[..., MONTHLY.index("civilians_killed")].sum(axis=2)
    assert killed == pytest.approx(values[:, :, column("civilians_killed")], rel=1e-4)


def test_two_processes_give_the_same_numbers(country, risk, found):
    """Plans and futures are shared out; nothing changes, not in the last digit."""
    two = tg.compare(country, MANDATES, risk=risk, years=1, draws=200, workers=2)
    assert np.array_equal(two.outcome.values, found.outcome.values)
    assert np.array_equal(two.outcome.monthly, found.outcome.monthly)
    pd.testing.assert_frame_equal(two.ranking.order, found.ranking.order)


def test_every_table_has_its_columns(found):
    """Each by name, the columns of the screen among its own; long ones tell how far they are."""
    columns = {
        "places": {"mandate", "place_1", "place_2", "place_3"},
        "missing": {"mandate", "missing"},
        "other-orders": {"view", "mandate", "place_1", "weight_1", "confidence"},
        "hangs-on": {"case", "place", "mandate"},
        "assumptions": {"parameter", "mechanism", "judgement"},
        "monthly": {"mandate", "month", "measure", "unit", "median", "q05", "q95"},
        "outcomes": {"mandate", "draw", "principle", "measure", "unit", "value"},
        "astray": {"draw", "cost_un"},
    }
    for name in TABLES:
        how, steps = asked()
        table, words = table_of(name, found, how)
        assert columns.get(name, set()) | set(ON_SCREEN.get(name, ())) <= set(table.columns), name
        assert isinstance(words, str)
        assert bool(steps) == (name in {"break-even", "decides", "futures", "hangs-on", "monthly"}), name
    assert set(columns) | set(ON_SCREEN) == set(TABLES)


def test_tables_say_what_the_comparison_holds(found):
    """Places share out every draw; months are quantiles of the draws; assumptions count their findings."""
    how, _ = asked()
    places = table_of("places", found, how)[0].set_index("mandate")
    assert places.sum().to_numpy() == pytest.approx(np.ones(3))
    monthly = table_of("monthly", found, how)[0].set_index(["mandate", "month", "measure"])
    drawn = found.outcome.monthly[1, :, 3, MONTHLY.index("displaced")]
    row = monthly.loc[("protect-first", "2013-10", "displaced")]
    assert row[["q05", "median", "q95"]].tolist() == pytest.approx(np.quantile(drawn, [0.05, 0.5, 0.95]).tolist())
    assert len(monthly) == 3 * 12 * len(MONTHLY)
    findings = table_of("findings", found, how)[0].groupby("parameter").size()
    assumed = table_of("assumptions", found, how)[0].set_index("parameter")
    sides = assumed[["raises", "lowers", "neither"]].sum(axis=1)
    assert sides[sides > 0].to_dict() == findings.to_dict()
    assert ((assumed["least"] <= assumed["low"]) & (assumed["high"] <= assumed["most"])).all()
    assert len(table_of("outcomes", found, how)[0]) == 3 * 200 * len(NAMES)


def test_the_two_set_against_each_other(found):
    """By name, or raids and protecting first; break-even and box are told in words with both."""
    how, _ = asked()
    assert how.two(found) == ("search-and-destroy", "protect-first")
    other, steps = asked(between=("nothing", "protect-first"), measure="not_reached")
    assert other.two(found) == ("nothing", "protect-first")
    table, words = table_of("break-even", found, other)
    assert "outcomes under protect-first" in words
    assert set(table["parameter"]) == {
        "recruits_per_fighter_killed", "recruits_per_civilian_killed", "collateral_per_fighter_killed"
    }  # fmt: skip
    assert max(done for done, _, _ in steps) > 1
    assert "people in need whom no help reaches" in table_of("futures", found, other)[1] + words


def test_what_a_contribution_adds(found, country, risk):
    """One row a mandate and principle; where none was asked about, that is said."""
    how, _ = asked()
    table, _ = table_of("contributions", found, how)
    assert table["measure"].tolist() == [one.name for one in DECIDING] * 2
    bare = MODULE.Comparison(**{**found.__dict__, "contributions": found.contributions.iloc[:0]})
    with pytest.raises(AskError, match="--contributions canada-2013"):
        table_of("contributions", bare, how)


def test_authority_is_flagged(found):
    """A mandate that says it has none stays in, with its reason."""
    kinds = found.authority.set_index("mandate")["kind"].to_dict()
    assert kinds == {"protect-first": "consent", "search-and-destroy": "no authority"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("tasks: {protect_towns: 1}\nauthority: []", "states no authority for XOU"),
        ("tasks: {%s}", "has no tasks"),
    ],
)
def test_mandates_that_cannot_be_compared(country, tmp_path, lines, words):
    """Before anything is forecast or planned."""
    from toguna.planning.mandate import Task

    lines = lines.replace("%s", ", ".join(f"{one.value}: 0" for one in Task))
    file = tmp_path / "odd.yaml"
    file.write_text(f"extends: base\ntitle: Odd\nsummary: Odd.\n{lines}\n", encoding="utf-8")
    with pytest.raises(ComparisonError, match=words):
        tg.compare(country, [file])


def test_draws_that_go_astray_are_named_and_left_out(country, risk, found, monkeypatch):
    """One of 200 under one mandate: left out under all, kept with its parameters, and said; tables do without it."""
    replanned(monkeypatch, found)
    simulated = MODULE.simulate_all

    def broken(*given, **how):
        values, monthly = simulated(*given, **how)
        values[1, 7, column("displaced")] = np.nan
        return values, monthly

    monkeypatch.setattr(MODULE, "simulate_all", broken)
    astray = tg.compare(country, MANDATES, risk=risk, years=1, draws=200)
    monkeypatch.setattr(MODULE, "simulate_all", simulated)
    assert list(astray.astray.index) == [7]
    assert np.isnan(astray.outcome.values[:, 7]).all()
    assert astray.ranking.left_out == 1
    assert any("1 of 200 draws went astray" in one for one in sentences(astray.ranking))
    kept = [draw for draw in range(200) if draw != 7]
    assert np.array_equal(astray.outcome.values[:, kept], found.outcome.values[:, kept])
    how, _ = asked()
    table, words = table_of("astray", astray, how)
    assert table["draw"].tolist() == [7]
    assert table["cost_un"].tolist() == [found.outcome.parameters.loc[7, "cost_un"]]
    assert "1 of 200 draws left the range of numbers" in words
    for name in set(TABLES) - {"contributions"}:
        table_of(name, astray, how)


def test_too_many_draws_astray_stop_it(country, risk, found, monkeypatch):
    """Numbers that overflow are no result; the first draws are named."""
    replanned(monkeypatch, found)
    simulated = MODULE.simulate_all

    def broken(*given, **how):
        values, monthly = simulated(*given, **how)
        values[0, [3, 50, 80], 0] = [np.inf, np.nan, -1.0]
        return values, monthly

    monkeypatch.setattr(MODULE, "simulate_all", broken)
    with pytest.raises(ComparisonError, match=r"3 of 200 draws left the range of numbers \(draws 3, 50, 80, ...\)"):
        tg.compare(country, MANDATES, risk=risk, years=1, draws=200)


@pytest.mark.parametrize("how", [{"draws": 9}, {"years": 0.05}, {"years": 11}])
def test_too_few_draws_and_too_many_years(country, how):
    """The sentence says what can be asked."""
    with pytest.raises(ComparisonError, match="1 month to 10 years, with at least 10 draws"):
        tg.compare(country, MANDATES, **how)
