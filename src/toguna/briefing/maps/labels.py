"""Places names so that they cover neither each other nor a symbol."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

ADVANCE = 0.56  # mean width of a letter of Noto Sans in ems


@dataclass(frozen=True)
class Label:
    """A name to be placed at a point; `gap` is the room its symbol needs."""

    text: str
    x: float
    y: float
    size: float
    gap: float
    bold: bool = False
    must: bool = False


Box = tuple[float, float, float, float]


class Labels:
    """Takes names in order of importance and places each where there is room, or leaves it out."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.taken: list[Box] = []
        self.placed: list[tuple[Label, Box]] = []

    def block(self, box: Box) -> None:
        """Keep a box free of names."""
        self.taken.append(box)

    def place(self, label: Label) -> bool:
        """Place a name beside its point at the first of eight sides with room; False where there is none."""
        boxes = [box for box in self._candidates(label) if self._inside(box)]
        free = next((box for box in boxes if not any(_overlap(box, other) for other in self.taken)), None)
        if free is None and label.must and boxes:
            free = min(boxes, key=lambda box: sum(_overlap(box, other) for other in self.taken))
        if free is None:
            return False
        self.taken.append(free)
        self.placed.append((label, free))
        return True

    def svg(self) -> str:
        """Return all placed names, each with a white halo drawn under it."""
        parts = []
        for label, (x0, _, _, y1) in self.placed:
            style = f'x="{x0 + 0.6:.1f}" y="{y1 - label.size * 0.24:.1f}" font-size="{label.size:g}"'
            weight = ' font-weight="700"' if label.bold else ""
            text = escape(label.text)
            halo = 'stroke="#fff" stroke-width="3" stroke-linejoin="round" stroke-opacity="0.9"'
            parts.append(
                f'<text {style}{weight} {halo} aria-hidden="true">{text}</text><text {style}{weight}>{text}</text>'
            )
        return "".join(parts)

    def _inside(self, box: Box) -> bool:
        return box[0] >= 2 and box[1] >= 2 and box[2] <= self.width - 2 and box[3] <= self.height - 2

    @staticmethod
    def _candidates(label: Label) -> list[Box]:
        w, h = len(label.text) * label.size * ADVANCE + 1.2, label.size * 1.12
        x, y, g, d = label.x, label.y, label.gap, label.gap * 0.7
        corners = [
            (x + g, y - h / 2), (x - g - w, y - h / 2), (x - w / 2, y - g - h), (x - w / 2, y + g),
            (x + d, y - d - h), (x + d, y + d), (x - d - w, y - d - h), (x - d - w, y + d),
        ]  # fmt: skip
        return [(left, top, left + w, top + h) for left, top in corners]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
