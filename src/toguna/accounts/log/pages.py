"""Entries as they lie on the pages of a SQLite file, read without SQLite: to say where one is, and for damaged files.

Layout of pages, cells and records: SQLite, "Database File Format" (sqlite.org/fileformat2.html); text_status
"unverified".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

TABLE_LEAF, TABLE_INNER, INDEX_LEAF, INDEX_INNER = 13, 5, 10, 2
PAGE = 16384  # bytes of a new log's pages: entries are of one or two kB, and leave little of these unused
HEADER = 100  # bytes of page 1 before its tree
HEAD_PAGE = 4  # root of the table `head`, which is made third
SIZES = tuple(2**power for power in range(9, 17))  # pages SQLite knows, bytes
ENTRY = (16, 32)  # bytes of the first and the last column of an entry: record and link
_PAGE = struct.Struct(">BHHHB")  # kind, first free block, cells, where they begin, lost bytes
_WRONG = (IndexError, ValueError, struct.error)


class Cell(NamedTuple):
    """A row as it lies in the file.

    Attributes
    ----------
    number : its key
    page, start, size : page, first byte there and bytes there, from page 1 and byte 0
    rest : pages that hold what does not fit there
    values : its columns after the key, as bytes
    """

    number: int
    page: int
    start: int
    size: int
    rest: tuple[int, ...]
    values: tuple[bytes, ...]


def page_size(image: bytes) -> int:
    """Return the size of a file's pages, bytes; the usual one if the file does not say."""
    said = int.from_bytes(image[16:18], "big")
    size = 65536 if said == 1 else said
    return size if size in SIZES else PAGE


def read_cell(image: bytes, size: int, page: int, start: int) -> Cell:
    """Return the row at a place of a table's leaf.

    Raises
    ------
    ValueError, IndexError, struct.error
        There is no whole row of bytes there.
    """
    base = (page - 1) * size
    end = base + size
    length, at = _varint(image, base + start)
    number, at = _varint(image, at)
    least = (size - 12) * 32 // 255 - 23
    local = length
    if length > size - 35:
        local = least + (length - least) % (size - 4)
        local = local if local <= size - 35 else least
    payload, at = image[at : at + local], at + local
    rest: list[int] = []
    if length > local:
        payload, rest = _chained(image, size, payload, length, int.from_bytes(image[at : at + 4], "big"))
        at += 4
    if at > end or len(payload) != length:
        raise ValueError("the row goes on beyond its page")
    return Cell(number, page, start, at - base - start, tuple(rest), _values(payload))


def _chained(image: bytes, size: int, payload: bytes, length: int, first: int) -> tuple[bytes, list[int]]:
    """Return a payload with what stands on further pages, and these pages.

    A file that only grows gives a row pages that follow one another, so the way is known where a page names another.
    """
    rest = range(first, first - (len(payload) - length) // (size - 4))
    if first < 2 or rest.stop - 1 > len(image) // size:
        raise ValueError("the row goes on on a page that is not there")
    further = (image[(page - 1) * size + 4 : page * size] for page in rest)
    return b"".join([payload, *further])[:length], list(rest)


def _values(payload: bytes) -> tuple[bytes, ...]:
    """Return the columns of a record whose first is its key (kept as NULL) and whose others are bytes."""
    end, at = _varint(payload, 0)
    key, at = _varint(payload, at)
    sizes = []
    while at < end:
        kind, at = _varint(payload, at)
        if kind < 12 or kind % 2:
            raise ValueError("a column that is not bytes")
        sizes.append((kind - 12) // 2)
    if key or at != end or end + sum(sizes) != len(payload):
        raise ValueError("the columns do not fill the row")
    values = []
    for size in sizes:
        values.append(payload[at : at + size])
        at += size
    return tuple(values)


def held(sizes: Sequence[int]) -> int:
    """Return how many bytes a row takes whose key is below 128 and whose other columns are so many bytes long."""
    header = 2 + sum(_width(12 + 2 * one) for one in sizes)
    payload = header + sum(sizes)
    return _width(payload) + 1 + payload


def _width(value: int) -> int:
    return (value.bit_length() + 6) // 7 or 1


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = raw[at + step]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + step + 1
    return value << 8 | raw[at + 8], at + 9


def pointers(image: bytes, size: int, page: int) -> tuple[int, list[int]]:
    """Return the kind of a page, and where its cells begin, in the order of their keys."""
    base = (page - 1) * size + (HEADER if page == 1 else 0)
    kind, _, count, _, _ = _PAGE.unpack_from(image, base)
    at = base + (12 if kind in {TABLE_INNER, INDEX_INNER} else 8)
    count = min(count, size // 4)
    return kind, list(struct.unpack_from(f">{count}H", image, at)) if at + 2 * count <= len(image) else []


def entries_of(image: bytes, size: int) -> Iterator[Cell]:
    """Yield the entries of a file that can be read, page by page."""
    for page in range(2, len(image) // size + 1):
        yield from entries_on(image, size, page)


def entries_on(image: bytes, size: int, page: int) -> list[Cell]:
    """Return the entries that begin on a page.

    Rows are laid from the end of a page down without room between them, so that where a pointer is lost they are still
    met one after the other.
    """
    kind, starts = pointers(image, size, page)
    found: dict[int, Cell] = {}
    for start in (*(starts if kind == TABLE_LEAF else ()), *_content(image, size, page)):
        at = start
        while at not in found and at < size:
            try:
                cell = read_cell(image, size, page, at)
            except _WRONG:
                break
            if len(cell.values) != 3 or (len(cell.values[0]), len(cell.values[2])) != ENTRY:
                break
            found[at] = cell
            at += cell.size
    return sorted(found.values())


def _content(image: bytes, size: int, page: int) -> list[int]:
    start = int.from_bytes(image[(page - 1) * size + 5 : (page - 1) * size + 7], "big")
    return [start] if start < size else []


def unread(image: bytes, size: int) -> list[str]:
    """Return the places where a row should be and none can be read."""
    wrong = []
    for page in range(2, len(image) // size + 1):
        kind, starts = pointers(image, size, page)
        for start in starts if kind == TABLE_LEAF else ():
            try:
                read_cell(image, size, page, start)
            except _WRONG:
                place = f"page {page}, byte {start} (byte {(page - 1) * size + start} of the file)"
                wrong.append(f"{place}: no row can be read there")
    return wrong


def head_row(image: bytes, size: int) -> tuple[bytes, ...] | None:
    """Return the signed head and the subtrees as they lie in the file."""
    with suppress(*_WRONG):
        return read_cell(image, size, HEAD_PAGE, pointers(image, size, HEAD_PAGE)[1][0]).values
    return None


def lying_on(image: bytes, size: int, page: int) -> str:
    """Return in words what lies on a page of a whole file."""
    if page == 1:
        return "the description of the tables lies on that page"
    if page == HEAD_PAGE:
        return "the signed head lies on that page"
    kind, starts = pointers(image, size, page)
    if kind == TABLE_LEAF:
        return f"{_named([cell.number for cell in entries_on(image, size, page)])} on that page"
    if kind in {INDEX_LEAF, INDEX_INNER}:
        skip = 4 if kind == INDEX_INNER else 0
        numbers = [_indexed(image, (page - 1) * size + start + skip) for start in starts]
        return f"the index of {_named(sorted(numbers))} on that page"
    if kind == TABLE_INNER:
        return "the way to the pages of entries lies on that page, and no entry"
    owner = next((cell.number for cell in entries_of(image, size) if page in cell.rest), None)
    return "nothing lies on that page" if owner is None else f"entry {owner} goes on on that page"


def _named(numbers: list[int]) -> str:
    """Return entries in words: a run by its ends, of many the first few."""
    if len(numbers) == 1:
        return f"entry {numbers[0]} lies"
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"entries {numbers[0]} to {numbers[-1]} lie"
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"entries {', '.join(map(str, numbers[:5]))}{more} lie"


def _indexed(image: bytes, at: int) -> int:
    """Return the number of the entry a cell of the index is of: its last column."""
    length, at = _varint(image, at)
    end, columns = _varint(image, at)
    record, columns = _varint(image, columns)
    return int.from_bytes(image[at + end + (record - 12) // 2 : at + length], "big") or 1
