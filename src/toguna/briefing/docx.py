"""The brief as a Word document, to be edited and passed on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby

from docx import Document
from docx.document import Document as DocumentObject
from docx.shared import Mm, Pt

from toguna.briefing.docx_page import COLUMN_MM, WIDTH_MM, prepare, set_columns
from toguna.briefing.docx_table import add_ladder, add_table
from toguna.briefing.docx_words import add_runs, add_text
from toguna.briefing.docx_xml import describe
from toguna.briefing.model import Bars, Block, Brief, Bullets, Figure, Paragraph, Section, Table
from toguna.briefing.pdf import png_of
from toguna.briefing.pictures import pictures

_MAP_MM = 140.0
_PPI = 220.0
_STYLES = {"body": "Normal", "note": "Small Print", "warning": "Warning"}


def render_docx(brief: Brief) -> bytes:
    """Return the brief as a Word document with real headings, tables, lists and described pictures."""
    document = Document()
    prepare(document, brief)
    images = iter(pictures(brief).values())
    map_image = next(images)
    _front(document, brief)
    for section in brief.beside:
        _section(document, brief, section, images)
    _picture(document, brief.map, map_image, width_mm=_MAP_MM, level=1)
    for section in brief.sections:
        _section(document, brief, section, images)
    _end(document, brief)
    made = io.BytesIO()
    document.save(made)
    return _undated(made.getvalue())


def _front(document: DocumentObject, brief: Brief) -> None:
    document.add_paragraph(brief.title, style="Title")
    document.add_paragraph(f"{brief.subtitle} · {brief.date_line}", style="Subtitle")
    if brief.stamp:
        document.add_paragraph(brief.stamp.upper(), style="Stamp")
    for one in brief.headline:
        style = "Headline" if one.role == "body" else _STYLES[one.role]
        add_runs(document.add_paragraph(style=style), one.runs)
    document.add_heading(brief.labels.ladder, level=1)
    add_ladder(document, brief, WIDTH_MM)


def _section(document: DocumentObject, brief: Brief, section: Section, images: Iterator[str]) -> None:
    rank = "" if section.principle is None else f"{section.principle}  "
    document.add_heading(f"{rank}{section.title}", level=1)
    for is_half, shown in groupby(section.blocks, key=_is_half):
        if is_half:
            set_columns(document, 2)
        _blocks(document, brief, shown, images, width_mm=COLUMN_MM if is_half else WIDTH_MM)
        if is_half:
            set_columns(document, 1)


def _is_half(one: Block) -> bool:
    return isinstance(one, Table | Figure) and one.is_half


def _blocks(
    document: DocumentObject, brief: Brief, shown: Iterable[Block], images: Iterator[str], *, width_mm: float
) -> None:
    above: object = None
    for one in shown:
        if isinstance(one, Paragraph):
            line = document.add_paragraph(style=_STYLES[one.role])
            add_runs(line, one.runs)
            if isinstance(above, Table):
                line.paragraph_format.space_before = Pt(7)
        elif isinstance(one, Bullets):
            _bullets(document, one)
        elif isinstance(one, Table):
            add_table(document, one, brief.labels, width_mm)
        else:
            _picture(document, one, next(images), width_mm=width_mm, level=2)
        above = one


def _bullets(document: DocumentObject, one: Bullets) -> None:
    for place, item in enumerate(one.items):
        line = document.add_paragraph(style="List Bullet")
        add_runs(line, item)
        line.paragraph_format.keep_with_next = place == 0 and len(one.items) > 1  # no heading with one line alone


def _picture(document: DocumentObject, one: Figure | Bars, image: str, *, width_mm: float, level: int) -> None:
    document.add_heading(one.caption, level=level)
    line = document.add_paragraph()
    png = io.BytesIO(png_of(image, width_mm=width_mm, ppi=_PPI))
    describe(line.add_run().add_picture(png, width=Mm(width_mm)), one.caption, one.alt)
    if one.note:
        line.paragraph_format.keep_with_next = True
        document.add_paragraph(one.note, style="Small Print")


def _end(document: DocumentObject, brief: Brief) -> None:
    labels = brief.labels
    set_columns(document, 2)
    document.add_heading(labels.sources, level=1)
    for one in brief.sources:
        line = document.add_paragraph(style="Source")
        add_text(line, one.title, bold=True)
        until = f" {labels.until}: {one.until}." if one.until else ""
        terms = f"{labels.version}: {one.version}. {labels.licence}: {one.licence}.{until}"
        add_text(line, f". {one.owner}. {terms} {one.citation}")
        line.paragraph_format.keep_together = True
    set_columns(document, 1)
    for place, text in enumerate(brief.colophon):
        line = document.add_paragraph(text, style="Source")
        line.paragraph_format.space_before = Pt(6 if place == 0 else 0)
        line.paragraph_format.keep_with_next = text != brief.colophon[-1]


def _undated(package: bytes) -> bytes:
    """Return the package with one date on all its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=(2013, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3  # whatever machine writes it
            new.writestr(part, old.read(name))
    return made.getvalue()
