"""Vector tiles (Mapbox Vector Tile 2.1) of square cells, written by hand: one layer of polygons with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXTENT = 4096


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _square(x: int, y: int, side: int) -> bytes:
    """Return the commands that draw a square, clockwise on the screen as an outer ring must be."""
    steps = [9, _zigzag(x), _zigzag(y), 26, _zigzag(side), 0, 0, _zigzag(side), _zigzag(-side), 0, 15]
    return b"".join(_varint(one) for one in steps)


def squares(layer: str, cells: Sequence[tuple[int, int, int]], numbers: Mapping[str, Sequence[int]]) -> bytes:
    """Return a tile with a layer of squares.

    Parameters
    ----------
    cells : left, top and side of each, in units of the tile (4096 across)
    numbers : values of each square by name, none below 0

    Examples
    --------
    >>> squares("events", [], {})
    b''
    >>> len(squares("events", [(0, 0, 128)], {"events": [3]})) > 20
    True
    """
    if not cells:
        return b""
    keys = list(numbers)
    values = sorted({value for column in numbers.values() for value in column})
    at = {value: number for number, value in enumerate(values)}
    body = [_number(15, 2), _field(1, layer.encode())]
    for row, (x, y, side) in enumerate(cells):
        tags = b"".join(_varint(number) + _varint(at[numbers[key][row]]) for number, key in enumerate(keys))
        feature = _number(1, row + 1) + _field(2, tags) + _number(3, 3) + _field(4, _square(x, y, side))
        body.append(_field(2, feature))
    body += [_field(3, key.encode()) for key in keys]
    body += [_field(4, _number(5, value)) for value in values]
    body.append(_number(5, EXTENT))
    return _field(3, b"".join(body))
