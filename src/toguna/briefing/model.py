"""The one `Brief` that HTML, PDF and docx are rendered from.

Every text here is already translated and every number already formatted: a renderer lays out, nothing more.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, computed_field, model_validator

from toguna.briefing.numbers import row_numbers
from toguna.core.frozen import Frozen


class Arrow(StrEnum):
    """Where an indicator went over twelve months. Shape, not colour, carries the meaning."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    UNKNOWN = "unknown"


class Turn(StrEnum):
    """Whether the change is good or bad for civilians."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


class Run(Frozen):
    """A stretch of text; `number_id` names the printed number for `toguna explain`."""

    text: str
    bold: bool = False
    number_id: str = ""


class Paragraph(Frozen):
    """Running text. `role` is "body", "note" (small print) or "warning" (boxed)."""

    kind: Literal["paragraph"] = "paragraph"
    runs: tuple[Run, ...]
    role: Literal["body", "note", "warning"] = "body"


class Bullets(Frozen):
    """A list of short points."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[tuple[Run, ...], ...]


class Cell(Frozen):
    """One cell of a table. `missing` cells are hatched and say so in words."""

    text: str
    number_id: str = ""
    bold: bool = False
    missing: bool = False
    arrow: Arrow | None = None
    turn: Turn = Turn.NEITHER


class Table(Frozen):
    """A table; `numeric` says per column whether cells are right-aligned figures, `wide` which one takes the room.

    `is_half` says that it stands in a column of half the page.
    """

    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wide: int = 0
    note: str = ""
    is_half: bool = False

    @model_validator(mode="after")
    def _is_even(self) -> Self:
        widths = {len(self.columns), len(self.numeric), *map(len, self.rows)}
        if len(widths) > 1 or not 0 <= self.wide < len(self.columns):
            raise ValueError(f"the table {self.caption!r} has rows, heads or a wide column that do not fit together")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def numbers(self) -> tuple[str, ...]:
        """What the numbers of each row are called, for the last column."""
        return tuple(row_numbers([cell.number_id for cell in row]) for row in self.rows)


class Series(Frozen):
    """One named series of a bar chart; None where there is no data."""

    name: str
    values: tuple[float | None, ...]


class Bars(Frozen):
    """Stacked bars over time. `ticks` maps positions to labels; black-and-white safe by pattern."""

    kind: Literal["bars"] = "bars"
    caption: str
    unit: str
    positions: tuple[str, ...]
    ticks: dict[int, str]
    series: tuple[Series, ...]
    note: str = ""
    alt: str
    missing_label: str


class Figure(Frozen):
    """A drawing as SVG text, with the words a reader who cannot see it needs."""

    kind: Literal["figure"] = "figure"
    caption: str
    svg: str
    alt: str
    note: str = ""
    is_half: bool = False


Block = Annotated[Paragraph | Bullets | Table | Bars | Figure, Field(discriminator="kind")]


class Section(Frozen):
    """A titled part of the brief. `principle` is 1 to 5 where it serves one, else None."""

    title: str
    principle: int | None = None
    blocks: tuple[Block, ...]


class RungFigure(Frozen):
    """One figure on a rung of the ladder of principles.

    `versus` says what the change is measured on where that is not twelve months earlier; `made_by` names what made a
    figure that has no number to be explained.
    """

    label: str
    value: str
    number_id: str
    arrow: Arrow
    turn: Turn
    change: str
    period: str
    confidence: str
    missing: bool = False
    versus: str = ""
    made_by: str = ""


class Rung(Frozen):
    """One principle on the ladder, in order of priority."""

    principle: int
    name: str
    figures: tuple[RungFigure, ...]


class SourceLine(Frozen):
    """One source as credited at the end."""

    title: str
    owner: str
    version: str
    licence: str
    until: str
    citation: str


class Labels(Frozen):
    """The fixed words of the page, in the brief's language."""

    ladder: str
    better: str
    worse: str
    steady: str
    unknown: str
    confidence: str
    change: str
    sources: str
    owner: str
    version: str
    licence: str
    until: str
    page: str
    of: str
    run: str
    no_data: str
    contents: str
    number: str
    principle: str


class Brief(Frozen):
    """A country brief of at most four A4 pages, more where it looks ahead.

    The sections `beside` stand with the map, the others follow.
    """

    language: str
    country: str
    title: str
    subtitle: str
    date_line: str
    stamp: str = ""
    headline: tuple[Paragraph, ...]
    ladder: tuple[Rung, ...]
    map: Figure
    beside: tuple[Section, ...]
    sections: tuple[Section, ...]
    sources: tuple[SourceLine, ...]
    run_id: str
    colophon: tuple[str, ...]
    labels: Labels
