"""What python-docx has no words for, put where Word looks for it: Word may refuse a file out of order."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

# The children of each element in the order of the standard (ECMA-376, part 1), those used here.
ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens spacing ind contextualSpacing jc outlineLvl rPr sectPr",
    "w:tblPr": "tblStyle tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd "
    "tblLayout tblCellMar tblLook tblCaption tblDescription",
    "w:trPr": "cantSplit tblHeader",
    "w:tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
}


def put(parent: Any, name: str, **attributes: object) -> Any:
    """Return a new child of a paragraph's, table's, row's or cell's properties, put in its place.

    Parameters
    ----------
    parent : element of python-docx, such as `w:tblPr`
    name : of the child, with its prefix, such as `w:tblBorders`
    attributes : of the child, names without prefix
    """
    child = element(name, **attributes)
    order = [f"w:{one}" for one in ORDER[f"w:{parent.tag.rpartition('}')[2]}"].split()]
    parent.insert_element_before(child, *order[order.index(name) + 1 :])
    return child


def element(name: str, **attributes: object) -> Any:
    """Return an element of Word's own kind with its attributes."""
    made: Any = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def add_borders(parent: Any, name: str, lines: dict[str, tuple[int, str]]) -> None:
    """Draw single lines on the sides named, each with its width in eighths of a point and its colour."""
    borders = put(parent, name)
    space = {"space": 4} if name == "w:pBdr" else {}
    for side, (width, color) in lines.items():
        borders.append(element(f"w:{side}", val="single", sz=width, color=color, **space))


def describe(picture: Any, title: str, words: str) -> None:
    """Give a picture the words for those who cannot see it, and no room around it."""
    shape = picture._inline  # noqa: SLF001  (the library has no way to describe a picture)
    shape.docPr.set("title", title)
    shape.docPr.set("descr", words)
    for side in ("distT", "distB", "distL", "distR"):
        shape.set(side, "0")
