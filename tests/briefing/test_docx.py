"""The Word brief: the same words as the page and the PDF, with real headings, heads and descriptions."""

import hashlib
import io
import subprocess
import sys
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.briefing.reading import blocks, numbers, texts
from toguna.briefing.docx import render_docx
from toguna.briefing.docx_page import COLUMN_MM, WIDTH_MM
from toguna.briefing.docx_xml import ORDER
from toguna.briefing.model import Arrow, Bars, Bullets, Cell, Figure, Paragraph, Run, Section, Table, Turn


@pytest.fixture(scope="module")
def mali_docx(mali_brief):
    """The English document on Mali."""
    return Document(io.BytesIO(render_docx(mali_brief)))


@pytest.fixture(scope="module")
def ouadji_docx(ouadji_brief):
    """The English document on the made-up country."""
    return Document(io.BytesIO(render_docx(ouadji_brief)))


def document_of(brief, *shown):
    """The document of a brief with one section of blocks in place of its own."""
    section = Section(title="Trial", principle=4, blocks=shown)
    return Document(io.BytesIO(render_docx(brief.model_copy(update={"sections": (section,)}))))


def said(element):
    """All words of an element, paragraph by paragraph, white space folded."""
    lines = ("".join(node.text or "" for node in line.iter(qn("w:t"))) for line in element.iter(qn("w:p")))
    return " ".join(" ".join(lines).split())


def data_tables(document):
    """The tables after the ladder, which is always the first."""
    return document.tables[1:]


@pytest.mark.parametrize("name", ["mali", "ouadji"])
def test_document_says_all_the_brief_says(name, request):
    """Every text, figure and number id of the brief is in the document."""
    brief, document = request.getfixturevalue(f"{name}_brief"), request.getfixturevalue(f"{name}_docx")
    words = said(document.element)
    wanted = (*texts(brief), *numbers(brief), *(one.citation for one in brief.sources), *brief.colophon)
    assert [text for text in wanted if " ".join(text.split()) not in words] == []


def test_headings_are_headings(mali_brief, mali_docx):
    """A reader can walk by headings: the ladder, each section with its rank, each table and drawing, the sources."""
    levels = ("Title", "Heading 1", "Heading 2")
    heads = {level: [one.text for one in mali_docx.paragraphs if one.style.name == level] for level in levels}
    ranked = [f"{one.principle}  {one.title}" if one.principle else one.title for one in mali_brief.sections]
    before = [mali_brief.labels.ladder, *(one.title for one in mali_brief.beside), mali_brief.map.caption]
    assert heads["Title"] == [mali_brief.title]
    assert heads["Heading 1"] == [*before, *ranked, mali_brief.labels.sources]
    assert heads["Heading 2"] == [one.caption for one in blocks(mali_brief) if isinstance(one, Table | Bars | Figure)]


def test_ladder_stands_in_order_with_arrow_and_word(mali_brief, mali_docx):
    """The five principles come by rank, and a change is told by an arrow and by a word, not by colour."""
    rows = [said(row._tr) for row in mali_docx.tables[0].rows]
    names = [f"{rung.principle} {rung.name}" for rung in mali_brief.ladder]
    assert [row for row in rows if row in names] == names
    words = {Turn.BETTER: mali_brief.labels.better, Turn.WORSE: mali_brief.labels.worse, Turn.NEITHER: ""}
    arrows = {Arrow.UP: "↑", Arrow.DOWN: "↓", Arrow.STEADY: "→"}
    for one in (figure for rung in mali_brief.ladder for figure in rung.figures if figure.arrow in arrows):
        row = next(row for row in rows if f" {one.number_id} " in row)
        assert f"{arrows[one.arrow]} {one.change}" in row
        assert words[one.turn] in row


def test_figures_stand_right_and_arrows_beside_them(ouadji_brief):
    """Cells of a column of figures are set to the right, others are not; the arrow has its word."""
    worse = Cell(text="7", number_id="9.9-XOU", arrow=Arrow.DOWN, turn=Turn.WORSE)
    rows = ((Cell(text="Kelani"), worse),)
    (table,) = data_tables(
        document_of(ouadji_brief, Table(caption="Trial", columns=("Where", "n"), numeric=(False, True), rows=rows))
    )
    assert [cell.text for cell in table.rows[1].cells] == ["Kelani", "7 ↓ worse", "9.9-XOU"]
    sides = [[str(cell.paragraphs[0].alignment) for cell in row.cells] for row in table.rows]
    assert sides == [["None", "RIGHT (2)", "None"]] * 2


def test_heads_repeat_and_rows_stay_whole(mali_docx, ouadji_docx):
    """A table that runs over a page shows its head again, and no row is torn."""
    for table in (*data_tables(mali_docx), *data_tables(ouadji_docx)):
        repeated = [row._tr.find(".//" + qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.find(".//" + qn("w:cantSplit")) is not None for row in table.rows)


def test_tables_fill_the_page_or_a_column(mali_brief, mali_docx):
    """No table hangs over the margin, whatever its figures need; a table of half a page fills a column."""
    shown = [one for one in blocks(mali_brief) if isinstance(one, Table)]
    wanted = [WIDTH_MM, *(COLUMN_MM if one.is_half else WIDTH_MM for one in shown)]
    widths = [sum(column.width.mm for column in table.columns) for table in mali_docx.tables]
    assert widths == pytest.approx(wanted, rel=0.01)
    assert all(column.width.mm > 4 for table in mali_docx.tables for column in table.columns)


def test_halves_stand_in_two_columns(ouadji_brief):
    """What takes half the page stands in two columns of the same page, and what follows is as wide as before."""
    picture = ouadji_brief.map.model_copy(update={"is_half": True})
    table = Table(caption="Half", columns=("Where",), numeric=(False,), rows=((Cell(text="Bandio"),),), is_half=True)
    document = document_of(ouadji_brief, picture, table, Paragraph(runs=(Run(text="after"),)))
    columns = [page._sectPr.find(qn("w:cols")).get(qn("w:num"), "1") for page in document.sections]
    assert columns == ["1", "2", "1", "2", "1"]  # the sources, too, stand in two
    assert [page.different_first_page_header_footer for page in document.sections] == [True] + [False] * 4
    assert document.inline_shapes[1].width.mm == pytest.approx(COLUMN_MM, rel=0.01)


def test_pictures_are_described(mali_brief, mali_docx):
    """A reader who cannot see the map or a chart gets words for it, and it is no wider than the text."""
    wanted = [mali_brief.map.alt, *(one.alt for one in blocks(mali_brief) if isinstance(one, Bars | Figure))]
    assert [shape.get("descr") for shape in mali_docx.element.iter(qn("wp:docPr"))] == wanted
    page = mali_docx.sections[0]
    assert all(one.width <= page.page_width - page.left_margin - page.right_margin for one in mali_docx.inline_shapes)


def test_missing_is_hatched_and_said(mali_brief, mali_docx):
    """Every missing cell, and no other, says so in words and in a pattern."""
    hatched = [cell for cell in mali_docx.element.iter(qn("w:tc")) if cell.find(".//" + qn("w:shd")) is not None]
    cells = [cell for one in blocks(mali_brief) if isinstance(one, Table) for row in one.rows for cell in row]
    figures = [one for rung in mali_brief.ladder for one in rung.figures]
    assert len(hatched) == sum(one.missing for one in (*cells, *figures)) > 0
    assert {said(cell) for cell in hatched} == {mali_brief.labels.no_data}


def test_warning_is_boxed_note_is_small_and_bullets_are_a_list(ouadji_brief):
    """What a paragraph is for shows in a style that an editor can change in one place."""
    shown = (
        Paragraph(runs=(Run(text="Beware of "), Run(text="12", bold=True, number_id="1.1-XOU")), role="warning"),
        Paragraph(runs=(Run(text="In small print."),), role="note"),
        Bullets(items=((Run(text="one"),), (Run(text="two"),))),
    )
    document = document_of(ouadji_brief, *shown)
    styles = {line.text: line.style for line in document.paragraphs}
    assert styles["Beware of 12\u00a01.1-XOU"].element.find(".//" + qn("w:pBdr")) is not None
    assert styles["In small print."].font.size < document.styles["Normal"].font.size
    assert {styles[text].name for text in ("one", "two")} == {"List Bullet"}
    assert styles["one"].element.find(".//" + qn("w:numPr")) is not None
    name = next(run for line in document.paragraphs for run in line.runs if run.text == "\u00a01.1-XOU")
    assert name.style.font.size < styles["In small print."].font.size


def test_header_and_footer(ouadji_brief, ouadji_docx):
    """Each page after the first says what it is of and when, and every page its run and number."""
    page = ouadji_docx.sections[0]
    head = said(page.header._element)
    assert all(text in head for text in (ouadji_brief.title, ouadji_brief.date_line, ouadji_brief.stamp))
    for footer in (page.footer, page.first_page_footer):
        assert ouadji_brief.run_id in said(footer._element)
        fields = [one.get(qn("w:instr")) for one in footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]


def test_paper_language_and_properties(mali_brief, mali_docx):
    """The document is A4, says its language to spell checkers and readers, and bears title and author."""
    page, about = mali_docx.sections[0], mali_docx.core_properties
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert {one.get(qn("w:val")) for one in mali_docx.styles.element.iter(qn("w:lang"))} == {mali_brief.language}
    assert (about.language, about.title, about.author) == (mali_brief.language, mali_brief.title, "Toguna")


def test_made_up_country_is_stamped(ouadji_brief, ouadji_docx, mali_docx):
    """The made-up country says so under the title; a real one does not."""
    documents = (ouadji_docx, mali_docx)
    stamps = [[one.text for one in document.paragraphs if one.style.name == "Stamp"] for document in documents]
    assert stamps == [[ouadji_brief.stamp.upper()], []]


def test_properties_stand_in_the_order_word_demands(mali_docx, ouadji_docx):
    """Word may call a file damaged in which the properties of a table, row, cell or paragraph are out of order."""
    roots = [root for document in (mali_docx, ouadji_docx) for root in (document.element, document.styles.element)]
    for name, order in ORDER.items():
        places = {qn(f"w:{one}"): place for place, one in enumerate(order.split())}
        for properties in (one for root in roots for one in root.iter(qn(name))):
            found = [places[child.tag] for child in properties]
            assert found == sorted(found)


def test_words_are_never_markup(ouadji_brief):
    """A text that looks like markup is shown as it is."""
    trick = "</w:t><w:br/> & <b>"
    assert trick in said(document_of(ouadji_brief, Paragraph(runs=(Run(text=trick),))).element)


def test_same_brief_same_bytes(ouadji_brief):
    """The file depends on the brief alone: not on the day, the process, or the order of sets."""
    made = render_docx(ouadji_brief)
    assert {part.date_time for part in zipfile.ZipFile(io.BytesIO(made)).infolist()} == {(2013, 1, 1, 0, 0, 0)}
    code = (
        "import sys, hashlib; from toguna.briefing.docx import render_docx; from toguna.briefing.model import Brief; "
        "print(hashlib.sha256(render_docx(Brief.model_validate_json(sys.stdin.buffer.read()))).hexdigest())"
    )
    text = ouadji_brief.model_dump_json(exclude_computed_fields=True)
    again = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True)
    assert again.stdout.strip() == hashlib.sha256(made).hexdigest()
