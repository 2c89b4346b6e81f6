"""The brief as a tagged PDF, set by Typst."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from toguna.briefing.model import Brief
from toguna.briefing.pictures import numbered, pictures


def render_pdf(brief: Brief) -> bytes:
    """Return the brief as PDF/UA-1. Its words are data to the layout and are never read as markup."""
    import typst

    inputs = {"brief": json.dumps(numbered(brief)), "images": json.dumps(pictures(brief))}
    made = typst.compile(
        _template(),
        format="pdf",
        sys_inputs=inputs,
        font_paths=_fonts(),
        pdf_standards=["ua-1"],
        timestamp=0,  # the same brief is the same bytes on any day
    )
    return bytes(made)


def png_of(svg: str, *, width_mm: float, ppi: float) -> bytes:
    """Return an SVG drawing as PNG, drawn with the brief's own fonts."""
    import typst

    page = (
        f"#set page(width: {width_mm}mm, height: auto, margin: 0pt)\n"
        '#set text(font: ("Noto Sans", "Noto Sans Math"))\n'
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    made = typst.compile(
        page.encode(),
        format="png",
        ppi=ppi,
        sys_inputs={"svg": svg},
        font_paths=_fonts(),
    )
    return bytes(made)


@cache
def _fonts() -> Any:
    """Return the brief's own fonts and no other, so that every machine sets the same page."""
    import typst

    folder = str(files("toguna.briefing").joinpath("fonts"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@cache
def _template() -> bytes:
    return files("toguna.briefing").joinpath("templates", "brief.typ").read_bytes()
