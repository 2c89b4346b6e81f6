"""The section on flight in the months ahead: in its place, in every language and form, only where asked for."""

import pytest

import toguna as tg
from toguna.briefing.compose import compose
from toguna.briefing.docx import render_docx
from toguna.briefing.model import Bars, Figure, Table


@pytest.fixture(scope="module")
def ahead():
    """Three months ahead of February 2013 in the made-up country."""
    country = tg.read_country("ouadji", as_of="2013-02")
    return country, tg.displace(country, months=3, runs=20, seed=4)


@pytest.mark.parametrize(("language", "begins"), [("en", "Flight in the months ahead"), ("fr", "Fuites dans les mois")])
def test_section_says_what_the_forecast_says(ahead, language, begins, tmp_path):
    """It follows humanitarian assistance; figures are those of the tables; PDF, page and Word all take it."""
    country, found = ahead
    picture = tg.assess(country)
    brief = compose(picture, language, found)
    titles = [section.title for section in brief.sections]
    at = next(at for at, title in enumerate(titles) if title.startswith(begins))
    assert brief.sections[at].principle == 1
    assert brief.sections[at - 1].principle == 1
    months, sites = (block for block in brief.sections[at].blocks if isinstance(block, Table))
    assert len(months.rows) == 3
    nador = next(row for row in sites.rows if row[0].text.startswith("Nador"))
    assert nador[1].text.replace("\u202f", ",") == "8,000"
    bars = next(block for block in brief.sections[at].blocks if isinstance(block, Bars))
    sums = found.arrivals[(found.arrivals["site"] == "ALL") & (found.arrivals["month"] == "2013-03")]["median"]
    assert sum(series.values[0] for series in bars.series) == sums.sum()
    assert any(isinstance(block, Figure) and "<svg" in block.svg for block in brief.sections[at].blocks)
    assert render_docx(brief)
    written = tg.brief(country, picture, found, to=[tmp_path / "a.pdf", tmp_path / "a.html"], language=language)
    assert begins in written[1].read_text(encoding="utf-8")


def test_not_asked_for_not_there(ahead):
    """Without a forecast the brief is as it was."""
    titles = [section.title for section in compose(tg.assess(ahead[0])).sections]
    assert not any(title.startswith("Flight") for title in titles)
