"""The brief as a Word document, to be edited and passed on."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from toguna.briefing.docx_table import data_table, ladder_table
from toguna.briefing.docx_words import ACCENT, SOFT, add_runs, add_text, field
from toguna.briefing.model import Bars, Brief, Bullets, Figure, Paragraph, Section, Table
from toguna.briefing.pdf import png_of
from toguna.briefing.pictures import pictures

FONT = "Arial"  # on every desk, or another of the same widths
WIDTH_MM = 174.0  # of the text: A4 less two margins of 18 mm
_WHEN = datetime(2013, 1, 1)  # the same brief is the same bytes on any day


def render_docx(brief: Brief) -> bytes:
    """Return the brief as a Word document with real headings, tables, lists and described pictures."""
    document = Document()
    _prepare(document, brief)
    images = iter(pictures(brief).values())
    _front(document, brief, next(images))
    for section in (*brief.beside, *brief.sections):
        _section(document, brief, section, images)
    _end(document, brief)
    made = io.BytesIO()
    document.save(made)
    return _undated(made.getvalue())


def _prepare(document: DocumentObject, brief: Brief) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin, page.bottom_margin = Mm(18), Mm(16)
    about = document.core_properties
    about.title, about.author, about.language = brief.title, "Toguna", brief.language
    about.subject, about.keywords, about.comments = brief.subtitle, brief.run_id, ""
    about.created = about.modified = about.last_printed = _WHEN
    about.last_modified_by, about.revision = "Toguna", 1
    _styles(document, brief.language)
    header, footer = page.header.paragraphs[0], page.footer.paragraphs[0]
    for line in (header, footer):
        line.style.paragraph_format.tab_stops.clear_all()
        line.style.font.size, line.style.font.color.rgb = Pt(8), SOFT
        line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    add_text(header, f"{brief.title}\t{brief.date_line}", size=8, color=SOFT)
    add_text(footer, f"Toguna · {brief.labels.run} {brief.run_id}\t{brief.labels.page} ", size=8, color=SOFT)
    field(footer, "PAGE")
    add_text(footer, f" {brief.labels.of} ", size=8, color=SOFT)
    field(footer, "NUMPAGES")


def _styles(document: DocumentObject, language: str) -> None:
    styles = document.styles
    sizes = {"Normal": 9.5, "List Bullet": 9.5, "Title": 22, "Heading 1": 14, "Heading 2": 11, "Caption": 9}
    for name, size in sizes.items():
        style: Any = styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        style.paragraph_format.space_after = Pt(4)
        if name not in {"Normal", "List Bullet"}:
            style.font.color.rgb, style.font.bold, style.font.italic = ACCENT, True, False
            style.paragraph_format.keep_with_next = True
    styles["Title"].font.color.rgb = None
    styles["Title"].paragraph_format.space_after = Pt(2)
    styles["Heading 1"].paragraph_format.space_before = Pt(12)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), language)
    styles["Normal"].element.get_or_add_rPr().append(spoken)


def _front(document: DocumentObject, brief: Brief, image: str) -> None:
    document.add_paragraph(brief.title, style="Title")
    add_text(document.add_paragraph(), f"{brief.subtitle} · {brief.date_line}", color=SOFT)
    if brief.stamp:
        add_text(document.add_paragraph(), brief.stamp.upper(), bold=True, size=12)
    for one in brief.headline:
        add_runs(document.add_paragraph(), one.runs, size=10.5)
    document.add_paragraph(brief.labels.ladder, style="Heading 1")
    ladder_table(document, brief)
    _picture(document, brief.map, image, 130.0)


def _section(document: DocumentObject, brief: Brief, section: Section, images: Any) -> None:
    rank = "" if section.principle is None else f"{section.principle}  "
    document.add_paragraph(f"{rank}{section.title}", style="Heading 1")
    for one in section.blocks:
        if isinstance(one, Paragraph):
            add_runs(document.add_paragraph(), one.runs, size=8 if one.role == "note" else None)
        elif isinstance(one, Bullets):
            for item in one.items:
                add_runs(document.add_paragraph(style="List Bullet"), item)
        elif isinstance(one, Table):
            data_table(document, one, brief.labels, WIDTH_MM)
        else:
            _picture(document, one, next(images), WIDTH_MM)


def _picture(document: DocumentObject, one: Figure | Bars, image: str, width_mm: float) -> None:
    document.add_paragraph(one.caption, style="Caption")
    line = document.add_paragraph()
    line.add_run().add_picture(io.BytesIO(png_of(image, width_mm=width_mm, ppi=220)), width=Mm(width_mm))
    shape = line._p.find(".//" + qn("wp:docPr"))  # noqa: SLF001  (the library has no way to describe a picture)
    shape.set("descr", one.alt)
    shape.set("title", one.caption)
    if one.note:
        add_text(document.add_paragraph(), one.note, size=8, color=SOFT)


def _end(document: DocumentObject, brief: Brief) -> None:
    labels = brief.labels
    document.add_paragraph(labels.sources, style="Heading 1")
    for one in brief.sources:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        add_text(line, one.title, bold=True, size=7.5)
        until = f" {labels.until}: {one.until}." if one.until else ""
        terms = f"{labels.version}: {one.version}. {labels.licence}: {one.licence}.{until}"
        add_text(line, f". {one.owner}. {terms} {one.citation}", size=7.5, color=SOFT)
    for text in brief.colophon:
        add_text(document.add_paragraph(), text, size=8, color=SOFT)


def _undated(package: bytes) -> bytes:
    """Return the package with one date on all its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=(2013, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return made.getvalue()
