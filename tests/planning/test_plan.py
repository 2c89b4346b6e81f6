"""The verb: plans of the made-up country, what each posting is for, and what is refused."""

import numpy as np
import pytest

import toguna as tg
from tests.test_cli import run
from toguna.cli.plan_tables import ON_SCREEN, TABLES, Asked, table_of
from toguna.core.errors import AskError, PlanError
from toguna.core.progress import silent
from toguna.planning.posture import value_of
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import read_contribution, total


@pytest.fixture(scope="module")
def country():
    """The made-up country in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def risk(country):
    """Its forecast by area."""
    return tg.forecast(country, months=2, grain="admin2", draws=200)


@pytest.fixture(scope="module")
def found(country, risk):
    """Its plan."""
    return tg.plan(country, risk, time_limit=20)


def test_every_principle_is_proved_and_kept_in_order(found):
    """Bounds, gaps, and what priority costs; an earlier principle keeps its share."""
    tiers = found.tiers
    assert tiers["principle"].is_monotonic_increasing
    assert (tiers["bound"] >= tiers["achieved"] - 1e-6).all()
    assert (tiers["gap"] <= 0.01).all()
    eps = tiers["principle"].map(read_mandate("protect-first").eps)
    assert (tiers["kept"] >= (1 - eps) * tiers["achieved"] * (1 - 1e-5)).all()
    assert (tiers["price_of_priority"] >= 0).all()


def test_what_leaving_a_posting_out_costs_is_reckoned_apart(found):
    """The deaths lost without a posting are those of the same plan without it, nothing else."""
    problem, units = found.situation.problem, found.solved.units
    row = found.postings.sort_values("deaths_lost_without").iloc[-1]
    base = list(found.situation.bases["name"]).index(row["base"])
    kind = [one.title for one in found.situation.kinds].index(row["kind"])
    without = units.copy()
    without[kind, base] = 0
    lost = value_of(problem, units)["averted"].sum() - value_of(problem, without)["averted"].sum()
    assert row["deaths_lost_without"] == pytest.approx(lost)
    assert len(found.postings) == int(units.any(axis=2).sum())


def test_deaths_averted_never_exceed_those_expected(found):
    """By place and draw, and what is left adds up."""
    left = found.unprotected
    assert (left["averted"] <= left["expected"] + 1e-9).all()
    assert np.allclose(left["expected"] - left["averted"], left["left"])
    assert (found.averted <= found.situation.draws.sum(axis=(0, 1)) + 1e-6).all()
    assert "deaths averted if the mandate's effects hold" in str(found)


def test_more_on_offer_never_protects_less(country, risk, found):
    """Adding a contribution leaves the first principle no worse off."""
    more = tg.plan(country, risk, contributions=["ecowas-afisma", "un-minusma-2013", "france-serval"], time_limit=20)
    assert more.tiers["achieved"].iloc[0] >= found.tiers["achieved"].iloc[0] - 1e-4


def test_mandates_make_a_difference_that_can_be_read(country, risk, found):
    """Another mandate, another plan; what it was made from says which."""
    other = tg.plan(country, risk, "border-first", time_limit=20)
    assert other.made_from.parameters["mandate"] == "border-first"
    assert other.made_from.run_id != found.made_from.run_id


def test_months_without_an_offer_are_refused(risk, ouadji):
    """Contributions that ended years before are named as the reason."""
    late = tg.forecast(ouadji, months=1, grain="admin2", draws=100)
    with pytest.raises(PlanError, match="Nothing is on offer from 2015-01 to 2015-01"):
        tg.plan(ouadji, late)
    with pytest.raises(PlanError, match="There is no contribution 'atlantis'"):
        tg.plan(ouadji, late, contributions=["atlantis"])


def test_the_command_prints_and_writes(tmp_path):
    """Principles with their gap, postings with what each is for; a table to a file; mistakes are sentences."""
    shown = run("plan", "ouadji", "--month", "2013-07", "--months", "1", width="120")
    assert shown.returncode == 0, shown.stderr
    for words in (
        "By principle, in order",
        "Postings, and what would be lost without each",
        "allocated, not validated",
    ):
        assert words in shown.stdout
    assert "HiGHS" not in shown.stdout
    kept = run("plan", "ouadji", "--month", "2013-07", "--months", "1", "--to", tmp_path / "plan.csv")
    assert kept.returncode == 0, kept.stderr
    assert "lost_without" in (tmp_path / "plan.csv").read_text(encoding="utf-8")
    wrong = run("plan", "ouadji", "--mandate", "peace", "--month", "2013-07", "--months", "1")
    assert wrong.returncode == 2
    assert "protect-first" in wrong.stderr


def test_every_table_has_the_columns_shown_on_a_screen(country, risk, found):
    """Each table by name, reckoned from the plan; what is missing is said, not skipped."""
    resources = total([read_contribution(one) for one in ("ecowas-afisma", "un-minusma-2013")])
    asked = Asked(country, risk, resources, None, 7, 1, silent)
    for name in TABLES:
        if name == "border-teams":
            with pytest.raises(AskError, match="supply_sources"):
                table_of(name, found, asked)
            continue
        table, _ = table_of(name, found, asked)
        assert set(ON_SCREEN.get(name, ())) <= set(table.columns), name
    assert {"one-more", "ranges", "hand-over", "rounds"} <= set(TABLES)


def test_rounds_go_to_a_calendar_with_a_seed_that_is_told_once(tmp_path):
    """A drawn seed is said to be secret; a given one is not repeated; the file says it is sensitive."""
    to = tmp_path / "rounds.ics"
    asked = ("plan", "ouadji", "--month", "2013-07", "--months", "1", "--table", "rounds", "--to", to)
    shown = run(*asked)
    assert shown.returncode == 0, shown.stderr
    assert "Secret seed" in shown.stderr
    assert b"BEGIN:VEVENT" in to.read_bytes()
    quiet = run(*asked, "--secret-seed", "7")
    assert quiet.returncode == 0, quiet.stderr
    assert "Secret seed" not in quiet.stderr
