"""The section on violence in the months ahead: what is served and why, where, and never more than was validated."""

import io
from dataclasses import replace

import numpy as np
import pypdf
import pytest

import toguna as tg
from tests.briefing.reading import numbers, texts
from tests.briefing.risks import DRAWS, EARNED, made, served
from tests.briefing.test_language import messages, strings
from tests.briefing.test_pdf import squeezed, tags
from tests.test_house import ROOT
from toguna.briefing.compose import compose
from toguna.briefing.docx import render_docx
from toguna.briefing.html import render_html
from toguna.briefing.language import Language
from toguna.briefing.model import Arrow, Figure, Table
from toguna.briefing.pdf import render_pdf
from toguna.briefing.sections.risk_words import MODELS, chance, command, model_name, trend
from toguna.briefing.wording import Wording
from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.forecasting.models.model import models


@pytest.fixture(scope="module")
def country():
    """The made-up country as seen from February 2013."""
    return tg.read_country("ouadji", as_of="2013-02")


@pytest.fixture(scope="module")
def picture(country):
    """Its assessment."""
    return tg.assess(country)


@pytest.fixture(scope="module")
def short(country):
    """What the verb makes of the made-up country: too short a past, so the baseline is served; country and areas."""
    return [tg.forecast(country, 3, grain=grain, draws=DRAWS) for grain in ("country", "admin2")]


def section_of(brief):
    """The section on violence ahead."""
    starts = ("Deaths in the months ahead", "Violence against civilians ahead", "Morts dans les mois à venir")
    return next(section for section in brief.sections if section.title.startswith(starts))


def said(section):
    """All words of a section's paragraphs."""
    return " ".join(run.text for block in section.blocks if block.kind == "paragraph" for run in block.runs)


def tables(section):
    """The tables of a section."""
    return [block for block in section.blocks if isinstance(block, Table)]


def drawn(section):
    """The map of a section."""
    return next(block for block in section.blocks if isinstance(block, Figure))


def test_months_say_what_was_drawn(country, picture):
    """Expected number, range, chances and the chance of more than of late are those of the draws, month and sum."""
    months = tables(section_of(compose(picture, risk=made(country))))[0]
    assert months.columns[3:6] == ("At least 1", "At least 10", "At least 25")
    texts_of = [[cell.text for cell in row] for row in months.rows]
    assert texts_of[0] == ["March 2013", "20", "10–30", ">99%", ">99%", "33%", "50%, about even"]
    assert texts_of[2] == ["All months", "40", "20–60", ">99%", ">99%", "67%", "50%, about even"]
    assert "one of the last 12 known months, any of them; their mean is 20." in months.note


@pytest.mark.parametrize(
    ("counts", "arrow", "word"), [(5.0, Arrow.UP, "up"), (20.0, Arrow.STEADY, "about even"), (90.0, Arrow.DOWN, "down")]
)
def test_ladder_tells_the_forecast_apart(country, picture, counts, arrow, word):
    """Principle 4 ends in the forecast: no number to be explained but the run; up or down only where it is likely."""
    found = made(country, counts=counts)
    brief = compose(picture, risk=found)
    rung = next(rung for rung in brief.ladder if rung.principle == 4)
    total, first = rung.figures[-2:]
    assert (total.value, total.arrow, total.change) == ("40 (20–60)", arrow, word)
    assert total.versus.startswith("on the 2 months to December 2011")
    assert first.value == ">99% / >99% / 33%"
    assert first.label == "Forecast: chance of 1 / 10 / 25 or more in March 2013"
    for one in (total, first):
        assert one.number_id == ""
        assert one.made_by == f"Toguna forecast, run {found.made_from.run_id}"
    assert numbers(brief) == numbers(compose(picture))


REASONS = {
    "earned": (EARNED, "Served: weighted mix of all models (ensemble). Its IGN was 20% below"),
    "as well": (served("conflictology12", (0.97, 0.9, 1.0)), "The baseline does as well: it is served"),
    "luck": (served("conflictology12", (0.9, 0.8, 1.02)), "may be luck"),
    "worse": (served("conflictology12", (0.8, 0.7, 0.9), (1.2, 1.1, 1.3)), "was above that of the better baseline"),
}


@pytest.mark.parametrize("why", REASONS)
def test_what_is_served_is_said_with_the_reason(country, picture, why):
    """The words follow the scores; the served row is marked; the baselines always stand in the table."""
    one, words = REASONS[why]
    section = section_of(compose(picture, risk=made(country, leads=(one, one))))
    assert words in said(section)
    assert "Judged on 540 forecasts of months unseen" in said(section)
    rows = {row[0].text: row for row in tables(section)[1].rows}
    assert any(name.startswith("no violence at all (zero), baseline") for name in rows)
    assert [name for name in rows if "served" in name] == [name for name, row in rows.items() if row[0].bold]
    assert sum("served" in name for name in rows) == 1
    assert f"({one.model})" in next(name for name in rows if "served" in name)
    assert not any("conflictology24" in name for name in rows)


def test_months_served_by_different_models_are_told_apart(country, picture):
    """Each stretch of months has its own sentence, and both rows are marked."""
    leads = (EARNED, REASONS["luck"][0], REASONS["luck"][0])
    section = section_of(compose(picture, risk=made(country, leads=leads)))
    assert "March 2013: Served: weighted mix" in said(section)
    assert "April 2013 to May 2013: The baseline does as well" in said(section)
    assert sum("served" in row[0].text for row in tables(section)[1].rows) == 2


def test_too_short_a_past_serves_the_baseline_and_says_so(picture, short):
    """The made-up country has nothing to judge a model by: said in words, no skill table, data's age told."""
    section = section_of(compose(picture, risk=short))
    assert section.principle == 4
    assert "too few months are known to judge any model" in said(section)
    assert "own last 12 months again (conflictology12)" in said(section)
    assert "Data are known to December 2011; 14 months lie between" in said(section)
    assert not any("Skill" in table.caption for table in tables(section))


@pytest.mark.parametrize(("language", "mark"), [("en", "allocated, not validated"), ("fr", "réparti, non validé")])
def test_allocated_areas_are_marked_wherever_they_show(picture, short, language, mark):
    """Title of map and table, the alternative text, and the drawing itself, which may be cut out."""
    section = section_of(compose(picture, language, None, short))
    figure, areas = drawn(section), tables(section)[-1]
    assert all(mark in words for words in (figure.caption, areas.caption, figure.alt))
    assert mark[1:] in figure.svg.split("</desc>")[1]
    assert "XO" not in figure.svg


def test_areas_forecast_on_their_own_have_their_own_skill_and_no_mark(country, picture):
    """A forecast by area that was back-tested is not called allocated; an area without one is hatched."""
    some = made(country, grain="admin2", target="one_sided", units={"XO0101": "Tamrat", "XO0202": "Kelani"})
    section = section_of(compose(picture, risk=[made(country), some]))
    assert "allocated" not in str(section.model_dump())
    captions = [table.caption for table in tables(section)]
    assert "Skill of forecasts for its areas on months unseen" in captions
    assert captions[-1] == "Deaths in one-sided violence by area, March 2013 to April 2013"
    assert drawn(section).svg.count('fill="url(#hatch)"') == 3  # two areas, and the legend
    alone = section_of(compose(picture, risk=some))
    assert alone.title == "Violence against civilians ahead: March 2013 to April 2013"
    assert tables(alone)[0].rows[0][1].text == "40"


def test_forecasts_that_do_not_belong_are_refused(country, picture):
    """Another grain, the same twice, another month or another country: said, not printed."""
    found = made(country)
    town = made(country, grain="town")
    for wrong in ([found, found], town):
        with pytest.raises(AskError, match="one forecast by country and one by admin2"):
            compose(picture, risk=wrong)
    for wrong in (replace(found, origin=Month(2012, 1)), made(country, units={"MLI": "Mali"})):
        with pytest.raises(AskError, match="same country and month"):
            compose(picture, risk=wrong)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_form_takes_the_section(picture, country, short, language, tmp_path):
    """PDF stays tagged and describes the map; page and Word hold every word; the file is the same made twice."""
    found = [made(country), short[1]]
    brief = compose(picture, language, None, found)
    pdf = pypdf.PdfReader(io.BytesIO(render_pdf(brief)))
    words = squeezed("".join(page.extract_text() for page in pdf.pages))
    wanted = [*texts(only_section(brief)), *(one.made_by for rung in brief.ladder for one in rung.figures)]
    assert [text for text in wanted if squeezed(text) not in words] == []
    _, described = tags(pdf.trailer["/Root"]["/StructTreeRoot"].get_object())
    assert drawn(section_of(brief)).alt in described
    page = render_html(brief)
    assert section_of(brief).title in page
    assert brief.ladder[3].figures[-1].made_by in page
    assert render_docx(brief) == render_docx(brief)
    written = tg.brief(country, picture, None, found, to=tmp_path / "a.html", language=language)
    assert "Toguna" in written[0].read_text(encoding="utf-8")


def only_section(brief):
    """The brief with no other section, so that nothing else can hold its words."""
    return brief.model_copy(update={"beside": (), "sections": (section_of(brief),)})


def test_no_english_in_the_french_section(country, picture, short):
    """No text of the French section is one whose French differs."""
    found = messages(ROOT / "src" / "toguna" / "locale" / "fr.po")
    french = {text for text, other in found.items() if text != other}
    brief = compose(picture, "fr", None, [made(country, leads=(EARNED, REASONS["luck"][0])), short[1]])
    words = list(strings(section_of(brief).model_dump()))
    assert [text for text in words if text.strip(" .") in french] == []
    assert not any(" served" in text or "baseline" in text for text in words)


def test_without_a_forecast_the_brief_is_as_it_was(picture):
    """Nothing of it shows where none is given, and none is an empty list too."""
    assert compose(picture) == compose(picture, risk=[]) == compose(picture, "en", None, None)
    assert not any(one.made_by for rung in compose(picture).ladder for one in rung.figures)


def test_words(country, picture):
    """Every registered model has words; chances are never certain; the command asks for just what differs."""
    say = Wording(picture, Language("en"))
    for name in models():
        assert model_name(say, name).endswith(f"({name})")
    assert model_name(say, "mine") == "mine"
    assert "ensemble" in MODELS
    assert [chance(say, share) for share in (0.0, 0.004, 0.5, 0.996, 1.0)] == ["<1%", "<1%", "50%", ">99%", ">99%"]
    uneven = [0.0] * 11 + [120.0]
    assert trend(say, np.array(uneven), uneven)[:2] == ("about even", 0.5)  # the past again, not less than its mean
    assert command(say, made(country)) == "toguna forecast ouadji --months 2 --as-of 2013-02"
    other = made(country, grain="admin2", target="civilians")
    assert command(say, other).endswith("--months 2 --grain admin2 --target civilians --as-of 2013-02")
    assert command(say, replace(other, made_from=replace(other.made_from, pack="a file of events"))) == ""


def test_sources_name_those_of_the_forecast(country, picture):
    """What a forecast rests on is among the sources."""
    title = country.sources.set_index("source").loc["made-up-events", "title"]
    assert title in [line.title for line in compose(picture, risk=made(country)).sources]
