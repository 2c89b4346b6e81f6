"""The page of a Word document: paper, styles, header and footer, and what the file says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from docx.document import Document as DocumentObject
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from toguna.briefing.docx_words import NUMBER_STYLE, add_field, add_text
from toguna.briefing.docx_xml import add_borders, put
from toguna.briefing.model import Brief

FONT = "Arial"  # on every desk, or another of the same widths
MARGIN_MM = 18.0
WIDTH_MM = 210 - 2 * MARGIN_MM  # of the text
GUTTER_MM = 6.0
COLUMN_MM = (WIDTH_MM - GUTTER_MM) / 2  # of one of two columns
NUMBER_SIZE, TABLE_SIZE = 6.5, 8.0  # points
ACCENT = "0B4F5C"
_ANY_DAY = datetime(2013, 1, 1)  # the same brief is the same bytes on any day
_INK, _ACCENT, _SOFT = RGBColor.from_string("1B2326"), RGBColor.from_string(ACCENT), RGBColor.from_string("566166")


class _Look(NamedTuple):
    """How a style looks: size and room before and after in points."""

    size: float
    color: RGBColor = _INK
    bold: bool = False
    before: float = 0
    after: float = 4
    with_next: bool = False


_LOOKS = {
    "Normal": _Look(9.5),
    "Title": _Look(20, bold=True, after=2, with_next=True),
    "Subtitle": _Look(10, _SOFT, after=6),
    "Heading 1": _Look(14, _ACCENT, bold=True, before=10, with_next=True),
    "Heading 2": _Look(9.5, _ACCENT, bold=True, before=6, after=3, with_next=True),
    "List Bullet": _Look(9.5, after=2),
    "Headline": _Look(10),
    "Stamp": _Look(12, RGBColor(255, 255, 255), bold=True, before=4, after=8),
    "Warning": _Look(9.5, before=6, after=8),
    "Small Print": _Look(8, _SOFT, before=2),
    "Source": _Look(6.5, _SOFT, after=2),
    "Table Text": _Look(TABLE_SIZE, after=0),
    "Table Head": _Look(TABLE_SIZE, _SOFT, after=0, with_next=True),
    "Table Missing": _Look(TABLE_SIZE, _SOFT, after=0),
    "Rung": _Look(9.5, after=0, with_next=True),
    "Header": _Look(8, _SOFT, after=0),
    "Footer": _Look(8, _SOFT, after=0),
}


def prepare(document: DocumentObject, brief: Brief) -> None:
    """Set paper, styles, language, header, footer and properties of an empty document."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(MARGIN_MM)
    page.top_margin, page.bottom_margin = Mm(18), Mm(14)
    page.header_distance, page.footer_distance = Mm(9), Mm(7)
    _properties(document, brief)
    _language(document, brief.language)
    for name, look in _LOOKS.items():
        _style(document, name, look)
    _boxes(document)
    _margins(document, brief)


def set_columns(document: DocumentObject, count: int) -> None:
    """Set what follows in so many columns, on the same page."""
    page = document.add_section(WD_SECTION.CONTINUOUS)
    page.different_first_page_header_footer = False
    columns = page._sectPr.find(qn("w:cols"))  # noqa: SLF001  (the library knows no columns)
    columns.set(qn("w:num"), str(count))
    columns.set(qn("w:space"), str(round(Mm(GUTTER_MM).twips)))
    *_, above, holder, _last = document.element.body
    if above.tag == qn("w:p") and above.find(".//" + qn("w:sectPr")) is None:  # no empty line for the break
        above.get_or_add_pPr().append(holder.pPr.find(qn("w:sectPr")))
        document.element.body.remove(holder)
    else:
        line = document.paragraphs[-1].paragraph_format
        line.line_spacing, line.space_after = Pt(1), Pt(0)


def _properties(document: DocumentObject, brief: Brief) -> None:
    about = document.core_properties
    about.title, about.author, about.language = brief.title, "Toguna", brief.language
    about.subject, about.keywords, about.comments = brief.subtitle, f"{brief.country}, {brief.run_id}", ""
    about.created = about.modified = _ANY_DAY
    about.last_modified_by, about.revision = "Toguna", 1
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del links[name]  # it shows an empty page


def _language(document: DocumentObject, language: str) -> None:
    """Say the language of all words, and that the file needs no older Word: there tables hang into the margin."""
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), language)
    for one in document.settings.element.iter(qn("w:themeFontLang"), qn("w:compatSetting")):
        if one.tag == qn("w:themeFontLang"):
            one.set(qn("w:val"), language)
        elif one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")


def _style(document: DocumentObject, name: str, look: _Look) -> None:
    styles = document.styles
    known = {one.name for one in styles}
    style: Any = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name not in known:
        style.base_style, style.quick_style = styles["Normal"], True
    style.font.size, style.font.color.rgb = Pt(look.size), look.color
    style.font.bold, style.font.italic = look.bold, False
    _font(style)
    room = style.paragraph_format
    room.space_before, room.space_after, room.keep_with_next = Pt(look.before), Pt(look.after), look.with_next
    if name.startswith("Table"):  # the same for a figure and for its smaller name, so that they stand on one line
        room.line_spacing_rule, room.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(look.size * 1.2)
    else:
        room.line_spacing = 1.0 if name == "Source" else 1.1


def _font(style: Any) -> None:
    """Take the font for all scripts instead of the theme's, and letters no further apart than it says."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    for theme in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for spread in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spread)


def _boxes(document: DocumentObject) -> None:
    """Box warnings, set the stamp white on black, rule off the title, and make number ids small."""
    styles: Any = document.styles
    for name, color in (("Warning", ACCENT), ("Stamp", str(_INK))):
        add_borders(
            styles[name].element.get_or_add_pPr(),
            "w:pBdr",
            dict.fromkeys(("top", "left", "bottom", "right"), (8, color)),
        )
        styles[name].paragraph_format.left_indent = styles[name].paragraph_format.right_indent = Mm(2)
    put(styles["Stamp"].element.pPr, "w:shd", val="clear", color="auto", fill=str(_INK))
    styles["Stamp"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title = styles["Title"].element.pPr
    title.remove(title.find(qn("w:pBdr")))
    add_borders(title, "w:pBdr", {"bottom": (12, ACCENT)})
    number = styles.add_style(NUMBER_STYLE, WD_STYLE_TYPE.CHARACTER)
    number.font.size, number.font.color.rgb, number.font.bold = Pt(NUMBER_SIZE), _SOFT, False


def _margins(document: DocumentObject, brief: Brief) -> None:
    """Write header and footer; the first page has its title below and needs none above."""
    page, labels = document.sections[0], brief.labels
    page.different_first_page_header_footer = True
    title = f"{brief.title} · {brief.stamp}" if brief.stamp else brief.title
    lines = [one.paragraphs[0] for one in (page.first_page_header, page.header, page.first_page_footer, page.footer)]
    for line in lines:
        line.style.paragraph_format.tab_stops.clear_all()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    add_text(lines[0], "TOGUNA", bold=True)
    add_text(lines[1], f"{title}\t{brief.date_line}")
    for line in lines[2:]:
        add_text(line, f"Toguna · {labels.run} {brief.run_id}\t{labels.page} ")
        add_field(line, "PAGE")
        add_text(line, f" {labels.of} ")
        add_field(line, "NUMPAGES")
