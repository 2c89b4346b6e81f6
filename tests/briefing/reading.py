"""What a brief says, block by block, for tests that look for it in what was rendered."""

from toguna.briefing.model import Bullets, Paragraph, Table


def blocks(brief):
    """Every block of a brief in reading order."""
    return [
        *brief.headline,
        *(one for section in (*brief.beside, *brief.sections) for one in section.blocks),
    ]


def texts(brief):
    """Every text of headlines, tables, lists and the ladder."""
    found = [brief.title, brief.date_line]
    for one in blocks(brief):
        if isinstance(one, Paragraph):
            found += [run.text for run in one.runs]
        elif isinstance(one, Bullets):
            found += [run.text for item in one.items for run in item]
        elif isinstance(one, Table):
            found += [one.caption, *one.columns, *(cell.text for row in one.rows for cell in row)]
    found += [text for rung in brief.ladder for one in rung.figures for text in (rung.name, one.label, one.value)]
    return [text for text in found if text.strip()]


def numbers(brief):
    """Every number id printed beside a figure: of running text, of the ladder, and one text a row of a table."""
    found = [one.number_id for rung in brief.ladder for one in rung.figures]
    for one in blocks(brief):
        if isinstance(one, Paragraph):
            found += [run.number_id for run in one.runs]
        elif isinstance(one, Table):
            found += one.numbers
    return [number for number in found if number]
