"""The section on mandates compared: figures are those of the comparison, flips come first, no winner stands alone."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import toguna as tg
from tests.briefing.test_language import messages, strings
from tests.test_cli import run
from tests.test_house import ROOT
from toguna.briefing.compose import compose
from toguna.briefing.curve_chart import ticks_of
from toguna.briefing.docx import render_docx
from toguna.briefing.language import Language
from toguna.briefing.model import Bullets, Figure, Table
from toguna.briefing.sections.compare import break_even, claim, decisions, ladder
from toguna.briefing.sections.compare_asked import ask
from toguna.briefing.sections.compare_words import (
    AUTHORITIES,
    LACKS,
    PURPOSES,
    decision,
    figure,
    mandate,
)
from toguna.briefing.wording import Wording
from toguna.comparison.compare import TRANSFER
from toguna.comparison.measures import DECIDING, MEASURES
from toguna.comparison.parameters import read_parameters
from toguna.comparison.ranking import Decision
from toguna.core.errors import AskError
from toguna.planning.read_mandate import mandate_names, read_mandate
from toguna.planning.resources import read_contribution

MANDATES = ["protect-first", "search-and-destroy", "as-is"]


@pytest.fixture(scope="module")
def country():
    """The made-up country in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def picture(country):
    """Its assessment."""
    return tg.assess(country)


@pytest.fixture(scope="module")
def asked(country):
    """A small comparison with its questions answered."""
    offer = read_contribution("canada-2013")
    risk = tg.forecast(country, months=6, grain="admin2", draws=200)
    found = tg.compare(country, MANDATES, [offer], risk=risk, years=1, draws=100)
    return ask(found, [offer], samples=8)


@pytest.fixture(scope="module")
def section(picture, asked):
    """The section in English."""
    return section_of(compose(picture, compared=asked))


def section_of(brief):
    """The section on mandates compared."""
    return next(one for one in brief.sections if one.title.startswith(("Mandates compared", "Mandats comparés")))


def tables(section):
    """The tables of a section."""
    return [block for block in section.blocks if isinstance(block, Table)]


def figures(section):
    """The drawings of a section."""
    return [block for block in section.blocks if isinstance(block, Figure)]


def words(section):
    """All words of paragraphs and bullets, in reading order."""
    found = []
    for block in section.blocks:
        if block.kind == "paragraph":
            found.append("".join(run.text for run in block.runs))
        elif isinstance(block, Bullets):
            found += ["".join(run.text for run in item) for item in block.items]
    return found


def test_what_authorises_comes_first_and_what_nothing_authorises_before_it(section, asked):
    """The flag is the first block, boxed and bold; the others' authority is told; no row is lost."""
    first = section.blocks[0]
    assert first.role == "warning"
    assert first.runs[0].bold
    assert first.runs[0].text.startswith("“Search and destroy” has no authority on record: No text found")
    said = next(one for one in words(section) if "rest on:" in one)
    assert "“Protect first”" in said
    assert "“As it is”" in said
    assert "Search and destroy" not in said
    assert set(asked.found.authority["mandate"]) == set(MANDATES)


def test_what_is_remembered_is_not_quoted(picture, asked):
    """An authority known from memory alone is left out."""
    table = asked.found.authority.copy()
    table.loc[table["mandate"] == "as-is", ["basis", "says"]] = ["memory", "said to be remembered"]
    shown = section_of(compose(picture, compared=replace(asked, found=replace(asked.found, authority=table))))
    assert not any("remembered" in one for one in words(shown))


def test_transfer_is_said_and_flips_come_first(picture, asked, section):
    """The box names the pairs that flip, then on what results rest; bullets begin with flips."""
    box = words(section)[1]
    assert box.endswith(TRANSFER)
    flips = [one.flips for one in asked.found.ranking.decisions]
    assert box.startswith("The order flips") == any(flips)
    said = decisions(Wording(picture, Language("en")), asked.found)
    assert [" flips " in one for one in said] == sorted(flips, reverse=True)
    assert len(said) == len(asked.found.ranking.decisions)


@pytest.mark.parametrize(
    ("change", "begins", "holds"),
    [
        (
            {},
            "“Protect first” before “As it is” at principle 4 (civilians killed by all sides): better by 12 people",
            "",
        ),
        ({"flips": True, "q05": -3.0}, "The order of “Protect first” and “As it is” flips inside the 90% range.", "−3"),
        (
            {"flips": True, "before": 0.3, "after": 0.6},
            "The order of “Protect first” and “As it is” flips in more than 5%",
            "More draws",
        ),
        ({"principle": 0}, "“Protect first” and “As it is” share a place", "in 10%"),
    ],
)
def test_decisions_in_words(picture, asked, change, begins, holds):
    """Each kind of decision, by hand."""
    one = Decision("protect-first", "as-is", 4, "civilians_killed", "people", 2.0, "protect-first", 0.8, 0.05, 12.0,
                   1.0, 30.0, 0.7, 0.1, flips=False)  # fmt: skip
    said = decision(Wording(picture, Language("en")), asked.found, replace(one, **change))
    assert said.startswith(begins)
    assert holds in said


def test_the_whole_distribution_of_places_is_shown(section, asked, picture):
    """Every mandate, nobody sent too, with the share of draws at each place, in the order of the ranking."""
    table = tables(section)[0]
    ranking = asked.found.ranking
    say = Wording(picture, Language("en"))
    assert [row[0].text for row in table.rows] == [mandate(say, asked.found, one) for one in ranking.order["mandate"]]
    for row, name in zip(table.rows, ranking.order["mandate"], strict=True):
        assert [cell.text for cell in row[3:]] == [say.language.percent(share) for share in ranking.places.loc[name]]
    assert "Nobody sent" in {row[0].text for row in table.rows}


def test_the_ladder_holds_the_five_measures_in_order(section, asked, picture):
    """Each mandate's medians and ranges are in the words of the drawing, principle after principle."""
    drawn = figures(section)[0]
    say = Wording(picture, Language("en"))
    spread = asked.found.spread.set_index(["mandate", "measure"])
    for one in DECIDING:
        for name in asked.found.outcome.mandates:
            row = spread.loc[(name, one.name)]
            low, middle, high = (figure(say, row[key], one.unit) for key in ("q05", "median", "q95"))
            assert f"{mandate(say, asked.found, name)}, {one.words}: {middle} ({low} – {high})" in drawn.alt
            assert f">{middle}</tspan>" in drawn.svg
    starts = [drawn.alt.index(one.words) for one in DECIDING]
    assert starts == sorted(starts)


def test_what_is_nowhere_finite_is_said(asked, picture):
    """A measure without any finite draw is unknown, not nought."""
    table = asked.found.spread.copy()
    table.loc[table["measure"] == "process", ["median", "q05", "q95"]] = np.nan
    drawn = ladder(Wording(picture, Language("en")), replace(asked.found, spread=table))
    assert drawn.svg.count(">unknown<") == len(asked.found.outcome.mandates)


def test_break_even_in_words(asked, picture):
    """Where it turns, how much of what is plausible lies beyond, and where nothing turns it."""
    say = Wording(picture, Language("en"))
    one = asked.turns["recruits_per_fighter_killed"]
    turned = replace(one, half=2.5, half_rising=True, above_half=0.07, never_worse=0.1, always_worse=0.6,
                     by_draw=np.array([1.0, 2.0, math.nan]))  # fmt: skip
    said = break_even(say, asked, turned)
    assert said.startswith("Recruits per fighter killed: the break-even is 2.5. Above it “Search and destroy” leaves")
    assert "7% of the values held plausible lie above" in said
    assert "In 60% of draws it leaves more at every number, in 10% at none." in said
    assert "lie below" in break_even(say, asked, replace(turned, half_rising=False))
    straight = one.curve.assign(worse=0.9)
    never = replace(turned, half=math.nan, above_half=math.nan, curve=straight, by_draw=np.array([math.nan]))
    assert "no number from 0 to 10 turns it" in break_even(say, asked, never)
    assert "in 90% of draws, whatever the number." in break_even(say, asked, never)
    few = replace(never, curve=one.curve.assign(worse=0.2))
    assert "no more than half of draws (20%)" in break_even(say, asked, few)


def test_break_even_drawings(section, asked, picture):
    """One a kind of killing; the ten is marked as what was claimed, and said to be no measurement."""
    drawn = figures(section)[1:]
    assert [one.caption.split(":")[0] for one in drawn] == [
        "Recruits per fighter killed",
        "Recruits per civilian killed",
    ]
    assert all("claimed in 2013: ten" in one.svg for one in drawn)
    assert all("held plausible (90%)" in one.svg for one in drawn)
    said = claim(Wording(picture, Language("en")), asked)
    assert said.startswith(
        "Ten recruits for each one killed is a claim (Ploughshares Monitor 34(1), spring 2013), not a"
    )
    at_ten = asked.turns["recruits_per_fighter_killed"].curve["worse"].iloc[-1]
    assert re.search(rf"fighter killed: (>99%|{at_ten:.0%})", said)


def test_a_claim_from_memory_is_not_quoted(asked, picture):
    """Where the source behind the ten is only remembered, neither drawing nor text names it."""
    known = tuple(
        one.model_copy(update={"sources": tuple(it.model_copy(update={"basis": "memory"}) for it in one.sources)})
        for one in asked.found.assumptions
    )
    other = replace(asked, found=replace(asked.found, assumptions=known))
    assert claim(Wording(picture, Language("en")), other) == ""
    assert not any("claimed" in one.svg for one in figures(section_of(compose(picture, compared=other))))


def test_contributions_by_principle(section, asked, picture):
    """Five rows of the mandate shown, figures as the comparison has them; what is missing or has no number is said."""
    table = next(
        one for one in tables(section) if one.caption.startswith("What contributions add under “Protect first”")
    )
    rows = asked.found.contributions
    rows = rows[rows["mandate"] == asked.shown].to_dict("records")
    say = Wording(picture, Language("en"))
    assert [row[1].text[:2] for row in table.rows] == ["1:", "2:", "3:", "4:", "5:"]
    for cells, row in zip(table.rows, rows, strict=True):
        assert cells[3].text.lstrip("+") == figure(say, row["median"], row["unit"])
        assert cells[5].text == say.language.percent(row["probability_better"])
        assert cells[6].text.lstrip("+") == figure(say, row["per_million"], row["unit"])
    said = words(section)
    missing = [one for one in said if one.startswith(("Missing beside Canada", "Beside Canada"))]
    assert len(missing) == max(len(asked.lacks["canada-2013"]), 1)
    assert "Canada (2013) states no number for money for the African-led mission: not simulated." in said


def test_what_decides_and_how_sure_it_is(section, asked):
    """Five assumptions a question, the largest first, those without a finding marked; then what is not known."""
    shown = [one for one in tables(section) if one.caption.startswith("What decides between")]
    assert len(shown) == len(asked.decides) == 2
    for table, one in zip(shown, asked.decides, strict=True):
        top = one.table.head(5)
        assert [row[0].text for row in table.rows] == list(top["title"])
        assert [row[2].text for row in table.rows] == list(top["confidence"])
        assert [row[2].bold for row in table.rows] == list(top["confidence"] == "none")
    none = sum(one.confidence == "none" for one in read_parameters())
    assert any(f"{none} have confidence “none”" in one for one in words(section))
    assert any(one.startswith("In the adverse set") for one in words(section))
    assert any(f"run {asked.found.made_from.run_id}" in one for one in words(section))


@pytest.mark.parametrize(("language", "begins"), [("en", "Mandates compared"), ("fr", "Mandats comparés")])
def test_every_form_takes_the_section(country, picture, asked, language, begins, tmp_path):
    """PDF, page and Word are written with it."""
    brief = compose(picture, language, compared=asked)
    assert render_docx(brief)
    targets = [tmp_path / "a.pdf", tmp_path / "a.html"]
    written = tg.brief(country, picture, compared=asked, to=targets, language=language)
    assert begins in written[1].read_text(encoding="utf-8")
    assert written[0].stat().st_size > 10_000


def test_no_english_in_the_french_section(picture, asked):
    """No text of the French section is one whose French differs, or holds an English title or measure."""
    known = messages(ROOT / "src" / "toguna" / "locale" / "fr.po")
    french = {text for text, other in known.items() if text != other}
    told = list(strings(section_of(compose(picture, "fr", compared=asked)).model_dump()))
    assert [text for text in told if text.strip(" .") in french] == []
    shown = (*(one.title for one in read_parameters()), *(one.words for one in MEASURES), *LACKS, *AUTHORITIES)
    named = [one for one in shown if len(one) > 12]
    assert [text for text in told if any(one in text for one in named)] == []


def test_every_shipped_name_has_words():
    """Authorities and purposes that can be shown are all in the catalogue."""
    rules = [read_mandate(one) for one in mandate_names()]
    told = {text for rule in rules for one in rule.authority for text in (one.says, one.source)}
    told |= {rule.no_authority for rule in rules if rule.no_authority}
    assert {one for one in told if not one.startswith("S/RES/")} <= set(AUTHORITIES)
    assert {it.purpose for name in ("canada-2013", "france-serval", "un-minusma-2013")
            for it in read_contribution(name).finance} <= set(PURPOSES)  # fmt: skip


def test_what_does_not_belong_is_refused(asked, ouadji):
    """A comparison from another month is a sentence."""
    with pytest.raises(AskError, match="same country and month"):
        compose(tg.assess(ouadji), compared=asked)


def test_one_mandate_alone_has_no_break_even(picture, asked):
    """Without raids on one side and none on the other there is nothing to turn; nothing is drawn for it."""
    kept = ["nothing", "protect-first"]
    at = [asked.found.outcome.mandates.index(one) for one in kept]
    outcome = replace(asked.found.outcome, mandates=tuple(kept), values=asked.found.outcome.values[at],
                      monthly=asked.found.outcome.monthly[at])  # fmt: skip
    from toguna.comparison.ranking import rank
    from toguna.comparison.spread import spread

    alone = replace(
        asked.found,
        outcome=outcome,
        ranking=rank(outcome),
        spread=spread(outcome),
        efforts={one: asked.found.efforts[one] for one in kept},
        plans={"protect-first": asked.found.plans["protect-first"]},
        authority=asked.found.authority[asked.found.authority["mandate"] == "protect-first"],
        contributions=pd.DataFrame(),
    )
    shown = section_of(compose(picture, compared=ask(alone, samples=4)))
    assert len(figures(shown)) == 1
    assert not any("Recruits" in one or "no authority" in one for one in words(shown))


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.2, 17.0), (-900.0, -1.0), (0.001, 0.0042)])
def test_ticks_hold_both_ends_and_are_few(low, high):
    """First at or below, last at or above, evenly spaced, at most five."""
    ticks = ticks_of(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 5
    assert np.allclose(np.diff(ticks), ticks[1] - ticks[0])


def test_the_command_adds_the_pages(tmp_path):
    """Mandates by name, contributions measured; mistakes are sentences."""
    begin = ("brief", "ouadji", "--as-of", "2013-06", "--to", "a.html")
    asked = ("--compare", "protect-first", "-c", "canada-2013", "--years", "0.5", "--draws", "100")
    done = run(*begin, *asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Mandates compared, July 2013 to December 2013" in page
    assert "What contributions add under" in page
    wrong = run(*begin, "--compare", "peace", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "protect-first" in wrong.stderr
