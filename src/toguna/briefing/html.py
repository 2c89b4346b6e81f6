"""The brief as one self-contained page: no script, no font, no picture from anywhere else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from toguna.briefing.model import Brief
from toguna.briefing.pictures import numbered, pictures


def render_html(brief: Brief) -> str:
    """Return the brief as an HTML page. Its words are escaped; only Toguna's own drawings are markup."""
    # Drawings stand in one page, where the same id twice would take the pattern of another drawing.
    drawings = {number: Markup(_own_ids(svg, number)) for number, svg in pictures(brief).items()}
    return _template().render(brief=numbered(brief), drawings=drawings)


def _own_ids(svg: str, number: str) -> str:
    for name in ("hatch", "gap", "scale"):
        svg = svg.replace(f'id="{name}"', f'id="{name}-{number}"').replace(f"url(#{name})", f"url(#{name}-{number})")
    return svg.replace("<svg ", '<svg role="img" ', 1)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    folder = files("toguna.briefing").joinpath("templates")
    shared: dict[str, Any] = {"style": Markup(folder.joinpath("brief.css").read_text(encoding="utf-8"))}
    return environment.from_string(folder.joinpath("brief.html").read_text(encoding="utf-8"), globals=shared)
