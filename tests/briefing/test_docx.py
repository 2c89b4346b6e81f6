"""The Word brief: the same words as the page and the PDF, with real headings, heads and descriptions."""

import io

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.briefing.reading import numbers, texts
from toguna.briefing.docx import render_docx


@pytest.fixture(scope="module")
def mali_docx(mali_brief):
    """The English document on Mali."""
    return Document(io.BytesIO(render_docx(mali_brief)))


def words(document):
    """All words of a document, tables too."""
    return " ".join(
        "".join(node.text or "" for node in line.iter(qn("w:t"))) for line in document.element.iter(qn("w:p"))
    )


def test_document_says_all_the_brief_says(mali_brief, mali_docx):
    """Every text and every number id is in the document."""
    said = " ".join(words(mali_docx).split())
    assert [one for one in (*texts(mali_brief), *numbers(mali_brief)) if " ".join(one.split()) not in said] == []


def test_headings_are_headings_and_heads_repeat(mali_brief, mali_docx):
    """A reader can walk by headings, and a table that breaks shows its head again."""
    headings = [line.text for line in mali_docx.paragraphs if line.style.name == "Heading 1"]
    assert [one.title for one in mali_brief.sections] == [text.lstrip("12345 ") for text in headings[2:-1]]
    assert all(table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None for table in mali_docx.tables[1:])


def test_pictures_are_described(mali_brief, mali_docx):
    """A reader who cannot see the map or the chart gets words for it."""
    described = [shape.get("descr") for shape in mali_docx.element.iter(qn("wp:docPr"))]
    assert len(described) == 2
    assert described[0] == mali_brief.map.alt


def test_missing_is_hatched_and_said(mali_docx):
    """Missing cells say so in words and in a pattern."""
    hatched = [cell for cell in mali_docx.element.iter(qn("w:tc")) if cell.find(".//" + qn("w:shd")) is not None]
    assert hatched
    assert {"".join(node.text for node in cell.iter(qn("w:t"))) for cell in hatched} == {"no data"}


def test_same_brief_same_bytes_and_language(ouadji_brief):
    """The file depends on the brief alone, says its language, and a made-up country is stamped."""
    made = render_docx(ouadji_brief)
    assert made == render_docx(ouadji_brief)
    document = Document(io.BytesIO(made))
    assert document.core_properties.language == "en"
    assert document.styles["Normal"].element.find(".//" + qn("w:lang")).get(qn("w:val")) == "en"
    assert ouadji_brief.stamp.upper() in words(document)
