"""The PDF brief: at most four tagged pages that say what the brief says."""

import io

import pypdf
import pytest

from tests.briefing.reading import numbers, texts
from toguna.assessment import assess
from toguna.briefing.compose import compose
from toguna.briefing.pdf import png_of, render_pdf


@pytest.fixture(scope="module")
def mali_pdf(mali_brief):
    """The English PDF on Mali."""
    return pypdf.PdfReader(io.BytesIO(render_pdf(mali_brief)))


def squeezed(text):
    """Letters and digits only: lines are broken and hyphenated as the page needs."""
    return "".join(letter for letter in text if letter.isalnum())


def test_every_text_and_number_is_on_the_pages(mali_brief, mali_pdf):
    """Nothing of the brief is lost on the way to paper."""
    words = squeezed("".join(page.extract_text() for page in mali_pdf.pages))
    wanted = (*texts(mali_brief), *numbers(mali_brief))
    assert [text for text in wanted if squeezed(text) not in words] == []


def test_pdf_is_tagged_titled_and_says_its_language(mali_brief, mali_pdf):
    """A screen reader gets structure, title and language, and words for each drawing."""
    root = mali_pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert mali_pdf.metadata.title == mali_brief.title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    kinds, described = tags(root["/StructTreeRoot"].get_object())
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/Figure"} <= kinds
    assert len(described) == 3
    assert all(len(words) > 40 for words in described)


def tags(node):
    """Kinds of tags under a node of the structure tree, and the words given for figures."""
    kinds, described = set(), []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, pypdf.generic.DictionaryObject):
            continue
        kinds.add(one.get("/S"))
        if one.get("/S") == "/Figure" and "/Alt" in one:
            described.append(str(one["/Alt"]))
        below = one.get("/K", [])
        below = below if isinstance(below, list) else [below]
        waiting += [child.get_object() for child in below if not isinstance(child, int)]
    return kinds, described


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("as_of", ["2012-04", "2013-02", "2015-06", "2019-12", "2023-12", None])
def test_at_most_four_pages_at_any_time(mali, as_of, language):
    """The brief keeps to four A4 pages whatever was known."""
    country = mali.seen_from(as_of) if as_of else mali
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(compose(assess(country), language)))).pages
    assert len(pages) <= 4
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(595, 842)}


def test_same_brief_same_bytes(ouadji_brief):
    """The file depends on the brief alone, not on the day or the machine."""
    assert render_pdf(ouadji_brief) == render_pdf(ouadji_brief)


def test_drawing_as_picture(mali_brief):
    """A drawing becomes a PNG of the width asked for."""
    picture = png_of(mali_brief.map.svg, width_mm=50.8, ppi=100)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20]) == 200
