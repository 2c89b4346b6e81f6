"""The drawings of a brief, numbered in the order they appear."""

from __future__ import annotations

from typing import Any

from toguna.briefing.bars import draw_bars
from toguna.briefing.model import Bars, Brief, Figure


def pictures(brief: Brief) -> dict[str, str]:
    """Return the SVG text of every drawing: 0 is the map, then bars and figures in reading order."""
    found = {"0": brief.map.svg}
    for section in (*brief.beside, *brief.sections):
        for block in section.blocks:
            if isinstance(block, Bars):
                found[str(len(found))] = draw_bars(block)
            elif isinstance(block, Figure):
                found[str(len(found))] = block.svg
    return found


def numbered(brief: Brief) -> dict[str, Any]:
    """Return the brief as plain data in which each drawing carries the number of its picture."""
    data = brief.model_dump(mode="json")
    data["map"] |= {"image": 0, "svg": ""}
    count = 1
    for section in (*data["beside"], *data["sections"]):
        for block in section["blocks"]:
            if block["kind"] in {"bars", "figure"}:
                block["image"] = count
                count += 1
    return data
