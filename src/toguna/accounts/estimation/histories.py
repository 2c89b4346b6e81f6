"""`read_histories`: who is on which list from a file, in whichever of three forms it is, with every fault in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toguna.accounts.estimation.files import Rows, read_rows
from toguna.accounts.estimation.lists import Lists, unchecked
from toguna.core.errors import AskError, DataError, Fault, listed
from toguna.core.words import N_, Sentence

FEWEST_PEOPLE = 5  # in a part that is shown
_MOST_LISTS = 16  # more values than this are no lists; they may be names of people
_SHARE = 0.8  # of 0 and 1 from which a column is taken as a list, the rest as faults
_TRUE, _FALSE = {"1", "1.0", "true"}, {"0", "0.0", "false"}
_COUNT = {"count", "counts", "n", "people", "persons", "freq", "frequency", "effectif", "nombre", "total"}
_PATTERN = {"pattern", "history", "capture_history", "cell", "motif"}
_LIST = {"list", "lists", "source", "liste", "register"}
_PERSON = {"person", "person_id", "id", "pseudonym", "case", "case_id", "personne", "victim_id", "record"}
_SHOWABLE = re.compile(r"[-+0-9.,]{1,9}|yes|no|oui|non|x|na|n/a|nan|none|null|y|n|true|false|\?|-", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Histories:
    """Capture histories read from a file: counts only, nobody's identity.

    Attributes
    ----------
    names : of the lists
    counts : people with each pattern, read left to right
    parts : the same for each part (area, year), none with fewer than 5 people; empty where no part was asked for
    said : how the file was understood, in sentences
    """

    names: tuple[str, ...]
    counts: dict[str, int] = field(repr=False)
    parts: dict[str, dict[str, int]] = field(repr=False)
    said: tuple[str, ...]

    @property
    def lists(self) -> Lists:
        """All people; not yet checked for whether anything can be learnt from them."""
        return unchecked(self.counts, self.names)

    def part(self, name: str) -> Lists:
        """Return the people of one part."""
        return unchecked(self.parts[name], self.names)


def read_histories(path: Path | str, *, lists: Sequence[str] = (), by: Sequence[str] = ()) -> Histories:
    """Return who is on which list from a CSV or XLSX file.

    Three forms are told apart: one row a person with a column of 0 and 1 a list; one row a capture pattern, as such
    columns or as text such as 0110, with a column of counts; one row a person on a list, with a column for each.

    Parameters
    ----------
    path : of the file
    lists : columns (or, one row a person and list, values) that are lists; default: all that look so
    by : columns that part people (area, year); parts with fewer than 5 people are put together

    Raises
    ------
    AskError
        No such file or column; a form that is not told; more values than there can be lists.
    DataError
        Rows that are wrong, all of them named.
    """
    table = read_rows(Path(path))
    if absent := [one for one in by if one not in table.head]:
        raise AskError(
            N_("{file} has no column {absent!r} to part by. It has: {known}."),
            file=table.file,
            absent=absent[0],
            known=", ".join(table.head),
        )
    faults = list(table.faults)
    free = [name for name in table.head if name not in by]
    count = next((name for name in free if name.lower() in _COUNT and name not in lists), None)
    columns = [name for name in free if name in lists or (not lists and name != count and _is_list(table, name))]
    pattern = None if columns else _pattern(table, free, count)
    if pattern is not None:
        names, found, how = _by_pattern(table, pattern, count, lists, faults)
        found, how = _on_some(found, how, faults, table)
    elif columns:
        if absent := [one for one in lists if one not in table.head]:
            raise AskError(
                N_("{file} has no list {absent!r}. Its columns: {known}."),
                file=table.file,
                absent=absent[0],
                known=", ".join(table.head),
            )
        names, found, how = _by_columns(table, list(lists) or columns, count, faults)
        found, how = _on_some(found, how, faults, table, chosen=bool(lists))
    else:
        names, found, how = _by_person(table, free, lists, by, faults)
    _refuse(table, faults)
    whole: Counter[str] = Counter()
    parts: dict[str, Counter[str]] = {}
    labels = [", ".join(values) for values in zip(*(table.column(one) for one in by), strict=True)] if by else []
    for at, key, people in found:
        whole[key] += people
        if by:
            parts.setdefault(labels[at], Counter())[key] += people
    said = [f"{table.file}: {how}, {len(table.rows):,} rows; lists: {', '.join(names)}."]
    return Histories(tuple(names), dict(whole), _large_parts(parts, said), tuple(said))


_Found = list[tuple[int, str, int]]  # number of the row, pattern, people


def _is_list(table: Rows, name: str) -> bool:
    """Return whether a column holds 0 and 1, or nearly so."""
    if name.lower() in _PERSON | _LIST:
        return False
    values = [one.lower() for one in table.column(name)]
    return sum(one in _TRUE or one in _FALSE for one in values) >= _SHARE * len(values)


def _pattern(table: Rows, free: Sequence[str], count: str | None) -> str | None:
    """Return the column that holds patterns as text."""
    for name in free:
        values = table.column(name)
        good = sum(re.fullmatch("[01]{2,16}", one) is not None for one in values)
        if name != count and (name.lower() in _PATTERN or good == len(values)):
            return name
    return None


def _by_columns(
    table: Rows, names: Sequence[str], count: str | None, faults: list[Fault]
) -> tuple[list[str], _Found, str]:
    """Read one row a person, or a pattern where there are counts, with a column a list."""
    people = _counts(table, count, faults)
    columns = [table.column(name) for name in names]
    found: _Found = []
    for at, row in enumerate(table.numbers):
        key = ""
        for name, column in zip(names, columns, strict=True):
            value = column[at].lower()
            if value not in _TRUE and value not in _FALSE:
                problem = N_("is neither 0 nor 1") if value else N_("is empty")
                remedy = N_("Write 1 for on the list and 0 for not.")
                faults.append(Fault(table.file, row, name, _shown(column[at]), problem, remedy))
            key += "1" if value in _TRUE else "0"
        found.append((at, key, people[at]))
    if count is None:
        return list(names), found, "one row a person, with a column of 0 and 1 a list"
    return list(names), found, f"one row a capture pattern, with the count in column {count}"


def _by_pattern(
    table: Rows, pattern: str, count: str | None, lists: Sequence[str], faults: list[Fault]
) -> tuple[list[str], _Found, str]:
    """Read one row a pattern, written as 0 and 1."""
    people, values = _counts(table, count, faults), table.column(pattern)
    width = len(lists) or max(len(one) for one in values)
    found: _Found = []
    for at, value in enumerate(values):
        if re.fullmatch(f"[01]{{{width}}}", value) is None:
            problem = Sentence(N_("is no pattern of {width} lists"), width=width)
            remedy = Sentence(
                N_("Write {width} digits of 0 and 1; in a spreadsheet as text, or noughts at the left are lost."),
                width=width,
            )
            faults.append(Fault(table.file, table.numbers[at], pattern, _shown(value), problem, remedy))
        else:
            found.append((at, value, people[at]))
    how = f"one row a capture pattern (column {pattern})"
    how += f", with the count in column {count}" if count else ", each row one person"
    return list(lists) or [str(at + 1) for at in range(width)], found, how


def _counts(table: Rows, count: str | None, faults: list[Fault]) -> list[int]:
    """Return people of each row; 1 where there is no column of counts."""
    if count is None:
        return [1] * len(table.rows)
    people = []
    for row, value in zip(table.numbers, table.column(count), strict=True):
        good = re.fullmatch(r"\d{1,15}(\.0+)?", value)
        if good is None:
            problem = N_("is not a count of people") if value else N_("is empty")
            remedy = N_("Write a whole number of 0 or more.")
            faults.append(Fault(table.file, row, count, _shown(value), problem, remedy))
        people.append(int(value.split(".")[0]) if good else 0)
    return people


def _on_some(found: _Found, how: str, faults: list[Fault], table: Rows, *, chosen: bool = False) -> tuple[_Found, str]:
    """Return what is on a list; who is on none is a fault, unless lists were chosen and others may hold them."""
    none = [(at, people) for at, key, people in found if "1" not in key and people]
    bad = {one.row for one in faults}  # what is wrong with such a row is said already
    if not chosen:
        problem = N_("is on no list")
        remedy = N_("Leave the row out: who is on none is what is estimated.")
        rows = [table.numbers[at] for at, _ in none]
        faults += [Fault(table.file, row, "", "", problem, remedy) for row in rows if row not in bad]
    elif none:
        how += f", {sum(people for _, people in none):,} people on none of the chosen lists left out"
    return [one for one in found if "1" in one[1]], how


def _by_person(
    table: Rows, free: Sequence[str], lists: Sequence[str], by: Sequence[str], faults: list[Fault]
) -> tuple[list[str], _Found, str]:
    """Read one row a person on a list. What a person is called stays in this function."""
    person, source = _person_and_list(table, free)
    on: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    parted = [table.column(one) for one in by]
    twice = 0
    order: dict[str, None] = {}
    for at, (who, which) in enumerate(zip(table.column(person), table.column(source), strict=True)):
        for name, value in ((person, who), (source, which)):
            if not value:
                remedy = N_("Write who, by a number or pseudonym, and on which list.")
                faults.append(Fault(table.file, table.numbers[at], name, "", N_("is empty"), remedy))
        if not who or not which or (lists and which not in lists):
            continue
        order[which] = None
        twice += which in on.setdefault(who, set())
        on[who].add(which)
        begun = first.setdefault(who, at)
        for name, column in zip(by, parted, strict=True):
            if column[at] != column[begun]:
                said = N_("differs from row {row}, which is of the same person")
                problem = Sentence(said, row=table.numbers[begun])
                remedy = N_("Give a person the same part in every row.")
                faults.append(Fault(table.file, table.numbers[at], name, "", problem, remedy))
    if len(order) > _MOST_LISTS:
        raise AskError(
            N_(
                "{file}: column {source} has {count:,} different values, too many to be lists. Name the "
                "columns `person` and `list`, or choose lists with --lists."
            ),
            file=table.file,
            source=source,
            count=len(order),
        )
    if absent := [one for one in lists if one not in order]:
        raise AskError(
            N_("{file}: nobody is on a list {absent!r}. Look at column {source} for how it is spelt."),
            file=table.file,
            absent=absent[0],
            source=source,
        )
    names = list(lists) or sorted(order)
    found = [(first[who], "".join("01"[name in some] for name in names), 1) for who, some in on.items()]
    how = f"one row a person (column {person}) on a list (column {source})"
    how += f", {twice:,} of them said twice and counted once" if twice else ""
    return names, found, how


def _person_and_list(table: Rows, free: Sequence[str]) -> tuple[str, str]:
    """Return the columns that say who, and on which list."""
    person = next((name for name in free if name.lower() in _PERSON), None)
    source = next((name for name in free if name.lower() in _LIST), None)
    if len(free) == 2:
        fewer = min(free, key=lambda name: len(set(table.column(name))))
        source = source or next((name for name in free if name != person and person is not None), fewer)
        person = person or next(name for name in free if name != source)
    if person is None or source is None:
        raise AskError(
            N_(
                "{file} is in none of three forms. Give one row a person with a column of 0 and 1 a list; or "
                "one row a capture pattern with a column `count`; or one row a person on a list, with "
                "columns `person` and `list`. It has: {known}. Columns that part people go after --by."
            ),
            file=table.file,
            known=", ".join(table.head),
        )
    return person, source


def _shown(value: str) -> str:
    """Return a value as it may stand in a message: what may be a name is told by its length."""
    if not value or _SHOWABLE.fullmatch(value):
        return value
    return f"text of {len(value)} letters"


def _refuse(table: Rows, faults: Sequence[Fault]) -> None:
    if faults:
        ordered = sorted(faults, key=lambda one: one.row or 0)
        head = Sentence(N_("Faults of {file}: {count:,}. Nothing was estimated."), file=table.file, count=len(faults))
        raise DataError(listed(head, ordered))


def _large_parts(parts: dict[str, Counter[str]], said: list[str]) -> dict[str, dict[str, int]]:
    """Return parts with five people at least: small ones are put together, with the next smallest if need be."""
    small = [name for name, some in parts.items() if some.total() < FEWEST_PEOPLE]
    if not small:
        return {name: dict(parts[name]) for name in sorted(parts)}
    together: Counter[str] = Counter()
    for name in small:
        together += parts[name]
    rest = sorted((name for name in parts if name not in small), key=lambda name: (parts[name].total(), name))
    number = len(small)
    while rest and (together.total() < FEWEST_PEOPLE or number == 1):
        together += parts[rest.pop(0)]
        number += 1
    said.append(
        f"{number} parts are put together as one, because {len(small)} of them "
        f"{'has' if len(small) == 1 else 'have'} fewer than {FEWEST_PEOPLE} people."
    )
    return {name: dict(parts[name]) for name in sorted(rest)} | {f"{number} parts together": dict(together)}
