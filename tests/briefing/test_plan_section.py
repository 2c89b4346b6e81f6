"""The section on a plan: figures are those of the plan, in every language and form, and no postings are said so."""

from dataclasses import replace

import numpy as np
import pytest

import toguna as tg
from tests.briefing.test_language import messages, strings
from tests.test_cli import run
from tests.test_house import ROOT
from toguna.briefing.compose import compose
from toguna.briefing.docx import render_docx
from toguna.briefing.language import Language
from toguna.briefing.model import Figure, Table
from toguna.briefing.sections.plan_words import CONTRIBUTIONS, deaths, stay
from toguna.briefing.wording import Wording
from toguna.core.errors import AskError
from toguna.planning.mandate import TASK_WORDS, Task
from toguna.planning.resources import read_contribution
from toguna.planning.units import read_kinds


@pytest.fixture(scope="module")
def country():
    """The made-up country in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def picture(country):
    """Its assessment."""
    return tg.assess(country)


@pytest.fixture(scope="module")
def found(country):
    """Its plan."""
    risk = tg.forecast(country, months=2, grain="admin2", draws=200)
    return tg.plan(country, risk, time_limit=20)


def section_of(brief):
    """The section on a plan."""
    return next(one for one in brief.sections if one.title.startswith(("A plan", "Un plan")))


def tables(section):
    """The tables of a section."""
    return [block for block in section.blocks if isinstance(block, Table)]


def said(section):
    """All words of a section's paragraphs."""
    return " ".join(run.text for block in section.blocks if block.kind == "paragraph" for run in block.runs)


def test_figures_are_those_of_the_plan(picture, found):
    """Postings, tiers, demands and places left, each cell as the plan's own tables have it."""
    say = Wording(picture, Language("en"))
    section = section_of(compose(picture, plan=found))
    demands, postings, bought, left = tables(section)
    shown = {(row[0].text, row[1].text): row for row in postings.rows}
    assert len(shown) == len(found.postings)
    for row in found.postings.to_dict("records"):
        cells = shown[row["base"], row["kind"]]
        assert cells[2].text == str(row["number"])
        assert cells[3].text == stay(say, found, row["from"], row["to"])
        assert cells[5].text == deaths(say, row["deaths_lost_without"])
        for one in row["lost_without"].split("; "):
            assert one in cells[4].text or one == "nothing another posting does not do"
    for cells, row in zip(bought.rows, found.tiers.to_dict("records"), strict=True):
        assert cells[0].text.startswith(str(row["principle"]))
        if row["principle"] != 4:
            assert [cells[1].text, cells[2].text] == [f"{row[one]:,.0f}" for one in ("achieved", "bound")]
    assert [row[2].text for row in demands.rows] == [f"{one:,.0f}" for one in found.demands["served"]]
    assert [row[4].text for row in left.rows] == [deaths(say, one) for one in found.unprotected["left"].head(10)]
    assert "Road Bandio – Azgar" in [row[0].text for row in left.rows]
    assert f"Postings: {len(found.postings)}; bases: {found.postings['base'].nunique()}." in said(section)
    low, high = np.quantile(found.averted, (0.05, 0.95))
    assert f"(90%: {deaths(say, low)}–{deaths(say, high)})" in said(section)


def test_rows_of_a_base_stand_together_earlier_principles_first(picture, found):
    """Each base is one run of rows; the first row costs the first principle; no task the mandate forbids is named."""
    postings = tables(section_of(compose(picture, plan=found)))[1]
    bases = [row[0].text for row in postings.rows]
    assert len([one for at, one in enumerate(bases) if at == 0 or bases[at - 1] != one]) == len(set(bases))
    assert postings.rows[0][4].text.startswith("escort aid (42,000 people), ")
    assert not any("search and destroy" in row[4].text for row in postings.rows)
    assert all(row[4].text for row in postings.rows)


def test_units_not_posted_are_named(picture, found):
    """What is on offer less what is posted, kind by kind."""
    words = said(section_of(compose(picture, plan=found)))
    left = found.situation.problem.available - found.solved.units.sum(axis=1)
    for kind, spare, there in zip(found.situation.kinds, left, found.situation.problem.available, strict=True):
        number = f"{spare.min()}" if spare.min() == spare.max() else f"{spare.min()}–{spare.max()}"
        assert (f"{kind.title} ({number} of {there.max()})" in words) == (spare.max() > 0)


def test_map_shows_bases_and_numbers(picture, found):
    """A mark a base, as many units as are there at one time, its name, and a legend."""
    drawn = next(block for block in section_of(compose(picture, plan=found)).blocks if isinstance(block, Figure))
    assert all(f">{name}</text>" in drawn.svg for name in found.postings["base"])
    assert "Units at a base, most at one time" in drawn.svg
    assert f"{found.postings['base'].nunique()} bases" in drawn.alt
    most = int(found.solved.units.sum(axis=0).max())
    assert f">{most}</text>" in drawn.svg


@pytest.mark.parametrize(("language", "begins"), [("en", "A plan: who"), ("fr", "Un plan\u202f: qui")])
def test_every_form_takes_the_section(country, picture, found, language, begins, tmp_path):
    """PDF, page and Word are written with it."""
    brief = compose(picture, language, plan=found)
    assert section_of(brief).title.startswith(begins)
    assert render_docx(brief)
    written = tg.brief(country, picture, plan=found, to=[tmp_path / "a.pdf", tmp_path / "a.html"], language=language)
    assert begins in written[1].read_text(encoding="utf-8")
    assert written[0].stat().st_size > 10_000


def test_no_english_in_the_french_section(picture, found):
    """No text of the French section is one whose French differs, or holds a kind or a task in English."""
    known = messages(ROOT / "src" / "toguna" / "locale" / "fr.po")
    french = {text for text, other in known.items() if text != other}
    words = list(strings(section_of(compose(picture, "fr", plan=found)).model_dump()))
    assert [text for text in words if text.strip(" .") in french] == []
    kinds = [one.title for one in read_kinds().values()]
    named = [one for one in (*kinds, *TASK_WORDS) if one != "react"]
    assert [text for text in words if any(one in text for one in named)] == []


def test_every_shipped_name_has_words():
    """Tasks and contributions that are shipped are all in the catalogue."""
    assert {one.words for one in Task} == set(TASK_WORDS)
    planning = ROOT / "src" / "toguna" / "planning"
    assert {path.stem for path in (planning / "contributions").glob("*.yaml")} == set(CONTRIBUTIONS)
    for name, words in CONTRIBUTIONS.items():
        assert words.startswith(read_contribution(name).contributor.split(" (")[0])


def test_a_plan_without_postings_says_so(picture, found):
    """No map, no table of postings, and a sentence instead."""
    nobody = replace(
        found,
        postings=found.postings.head(0),
        solved=replace(found.solved, units=np.zeros_like(found.solved.units)),
    )
    section = section_of(compose(picture, plan=nobody))
    assert "no unit is posted" in said(section)
    assert not any(isinstance(block, Figure) for block in section.blocks)
    assert "Deaths averted, if the mandate’s effects hold: 0 of" in said(section)


def test_long_tables_say_how_much_is_not_shown(picture, found):
    """At most 20 postings and ten places; the rest is counted."""
    import pandas as pd

    many = replace(found, postings=pd.concat([found.postings] * 3, ignore_index=True))
    postings = tables(section_of(compose(picture, plan=many)))[1]
    assert len(postings.rows) == 20
    assert f"Postings not shown: {len(many.postings) - 20};" in postings.note
    left = tables(section_of(compose(picture, plan=found)))[-1]
    assert f"Places not shown: {len(found.unprotected) - 10}" in left.note


def test_what_does_not_belong_is_refused(found, ouadji):
    """A plan of other months, or of another country, is a sentence."""
    with pytest.raises(AskError, match="same country and month"):
        compose(tg.assess(ouadji), plan=found)


def test_without_a_plan_the_brief_is_as_it_was(picture):
    """Nothing of it shows where none is given."""
    assert not any(one.title.startswith("A plan") for one in compose(picture).sections)


def test_the_command_adds_the_pages(tmp_path):
    """Three months are planned under the mandate named; mistakes are sentences."""
    asked = ("brief", "ouadji", "--as-of", "2013-06")
    done = run(*asked, "--plan", "protect-first", "-c", "un-minusma-2013", "--to", "a.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "A plan: who should be where, July 2013 to September 2013" in page
    assert "on offer from United Nations (MINUSMA)" in page
    wrong = run(*asked, "--plan", "peace", "--to", "a.html", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "protect-first" in wrong.stderr
    bare = run(*asked, "-c", "un-minusma-2013", "--to", "a.html", cwd=tmp_path)
    assert bare.returncode == 2
    assert "--contributions needs --plan" in bare.stderr
