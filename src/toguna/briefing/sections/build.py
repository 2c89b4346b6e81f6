"""Small pieces all sections are made of."""

from __future__ import annotations

from toguna.briefing.language import Language
from toguna.briefing.model import Cell, Paragraph, Run


def text(sentence: str, *, role: str = "body") -> Paragraph:
    """Return a paragraph of plain words."""
    return Paragraph.model_validate({"runs": [{"text": sentence}], "role": role})


def fill(template: str, **numbers: Run | str | tuple[Run, ...]) -> tuple[Run, ...]:
    """Return a translated template with numbers in their places, each still traceable.

    Examples
    --------
    >>> [run.text for run in fill("{n} people fled.", n=Run(text="54,029", number_id="1.1-MRT"))]
    ['54,029', ' people fled.']
    """
    runs: list[Run] = []
    rest = template
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        if before:
            runs.append(Run(text=before))
        value = numbers[name]
        if isinstance(value, tuple):
            runs += value
        else:
            runs.append(value if isinstance(value, Run) else Run(text=value))
    return (*runs, Run(text=rest)) if rest else tuple(runs)


def enumerated(items: list[Run], language: Language) -> tuple[Run, ...]:
    """Return runs as an enumeration in words, each still traceable.

    Examples
    --------
    >>> from toguna.briefing.language import Language
    >>> runs = enumerated([Run(text="Gao 5", number_id="1-G"), Run(text="Kidal 3")], Language("en"))
    >>> [run.text for run in runs]
    ['Gao 5', ' and ', 'Kidal 3']
    """
    marks = [f"\0{number}\0" for number in range(len(items))]
    parts = listed(marks, language).split("\0")
    return tuple(items[int(part)] if number % 2 else Run(text=part) for number, part in enumerate(parts) if part)


def words(*cells: str, bold: bool = False) -> tuple[Cell, ...]:
    """Return cells of plain words."""
    return tuple(Cell(text=cell, bold=bold) for cell in cells)


def listed(items: list[str], language: Language) -> str:
    """Return items as an enumeration in words."""
    from babel.lists import format_list

    return str(format_list(items, locale=language.locale)) if items else ""
