"""`barred_posts`: bases where nobody may be posted, because a force under a due-diligence flag is stationed there.

The United Nations' human rights due diligence policy (A/67/775-S/2013/110) forbids support to forces of which there are
substantial grounds to fear grave violations. It speaks of support; that to share a base is support is Toguna's reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from toguna.core.errors import Fault
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.country.country import Country
from toguna.network.names import closest, plain
from toguna.planning.hand_over_facts import read_rows
from toguna.planning.mandate import Basis, Mandate, Vetting
from toguna.planning.posture import Bools, Ints
from toguna.planning.resources import YearMonth
from toguna.planning.units import UnitKind, read_sheet, refusal, validated

POLICY = "A/67/775-S/2013/110"


class Flag(Frozen):
    """What due diligence found about a force at a place, for a span of months. Forces only, never persons."""

    force: str = Field(min_length=1, description="Name of the force or unit")
    area_pcode: str = Field(
        default="", description="P-code of the area it is stationed in, any level below the country"
    )
    base: str = Field(default="", description="Town or place_id it is stationed at; empty for the whole area")
    status: Vetting = Field(description="cleared, unchecked or flagged")
    first: YearMonth = Field(alias="from", description="First month, YYYY-MM")
    last: YearMonth | None = Field(default=None, alias="to", description="Last month, YYYY-MM; empty while it holds")
    source: str = Field(min_length=1, description="Who found it")
    basis: Basis = Field(description="How it was obtained")

    @model_validator(mode="after")
    def _somewhere_and_forward(self) -> Self:
        if not (self.area_pcode or self.base):
            raise ValueError("says neither base nor area_pcode, so it is not known where the force is")
        if self.last is not None and self.last < self.first:
            raise ValueError(f"ends in {self.last}, before it begins in {self.first}")
        return self

    def in_months(self, months: Sequence[Month]) -> Bools:
        """Return in which months it holds."""
        held = [self.first <= str(one) and (self.last is None or str(one) <= self.last) for one in months]
        return np.array(held, bool)

    def meets(self, other: Flag) -> bool:
        """Return whether both hold in a month."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)


@dataclass(frozen=True)
class Register:
    """A due-diligence register.

    Attributes
    ----------
    file : name of the file, or of the ledger
    flags : its entries
    lines : line of each entry in the file
    """

    file: str
    flags: tuple[Flag, ...]
    lines: tuple[int, ...]

    def where(self, number: int) -> str:
        """Return where an entry stands, in words."""
        return f"{self.file}, line {self.lines[number]}"


@dataclass(frozen=True, eq=False)
class Gate:
    """Where nobody may be posted, and why.

    Attributes
    ----------
    barred : kinds x bases, for `Posture.barred`: barred in any month planned
    by_month : bases x months
    rows : one row a base and flag that bars it: base, place_id, force, status, from, to (months planned), where,
        source, basis
    remarks : the same in sentences, and what the register does not say
    """

    barred: Bools = field(repr=False)
    by_month: Bools = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        """Return the sentences, one a line."""
        return "\n".join(self.remarks)


def read_flags(path: str | Path) -> Register:
    """Return a due-diligence register from a CSV file, or from a YAML file with a list under the key `flags`.

    Columns or keys are those of `Flag`: force, area_pcode, base, status, from, to, source, basis.

    Raises
    ------
    PlanError
        A key is not known, a value cannot be, or one force has two findings at one place in the same months: file,
        line, key, value and remedy.
    """
    path = Path(path)
    if path.suffix.lower() in {".yaml", ".yml"}:
        sheet = read_sheet(path)
        flags = validated(_Flags, sheet).flags
        lines = tuple(sheet.where(f"flags.{number}")[1] or 1 for number in range(len(flags)))
    else:
        rows = read_rows(path, Flag)
        flags, lines = tuple(flag for _, flag in rows), tuple(line for line, _ in rows)
    faults = [
        Fault(path.name, lines[two], "status", flags[two].status, f"line {lines[one]} says {flags[one].status} of the "
              "same force, place and months", "End the earlier finding with the month before, or take one out.")
        for one, two in combinations(range(len(flags)), 2)
        if _same(flags[one], flags[two]) and flags[one].status != flags[two].status
    ]  # fmt: skip
    if faults:
        raise refusal(f"{path.name} has faults:", faults)
    return Register(path.name, flags, lines)


class _Flags(Frozen):
    flags: tuple[Flag, ...]


def _same(one: Flag, two: Flag) -> bool:
    keys = [(_key(it.force), it.area_pcode, _key(it.base)) for it in (one, two)]
    return keys[0] == keys[1] and one.meets(two)


def barred_posts(
    country: Country,
    register: Register,
    kinds: Sequence[UnitKind],
    bases: pd.DataFrame,
    months: Sequence[Month],
    mandate: Mandate,
) -> Gate:
    """Return where nobody may be posted because of forces stationed there.

    A flagged force always bars. An unchecked one bars where a rule that binds the mandate forbids to support it.

    Parameters
    ----------
    kinds : kinds of units; all are barred alike
    bases : one row a base: name, place_id, admin2_pcode, as in `Situation.bases`
    months : months planned

    Raises
    ------
    PlanError
        An entry names an area or place the pack does not have, or one of several bases of the same name.
    """
    at = _bases_of(country, register, bases)
    binding = {asked for rule in mandate.rules.values() if rule.binds for asked in rule.forbids}
    bars = {Vetting.FLAGGED} | {one for one in Vetting if one is not Vetting.CLEARED and f"support.{one}" in binding}
    by_month = np.zeros((len(bases), len(months)), bool)
    rows, found = [], []
    for number, (flag, here) in enumerate(zip(register.flags, at, strict=True)):
        when = flag.in_months(months)
        if flag.status is Vetting.CLEARED or not when.any():
            continue
        there = np.flatnonzero(when)
        span = str(months[there[0]]) + (f" to {months[there[-1]]}" if len(there) > 1 else "")
        names = ", ".join(bases["name"].iloc[one] for one in here)
        cited = f"{register.where(number)}: {flag.source}; {flag.basis}"
        if not len(here):
            found.append(
                f"{flag.force} is {flag.status} at {flag.base or flag.area_pcode}, where no base is ({cited})."
            )
        elif flag.status in bars:
            by_month[here] |= when
            found.append(f"Nobody is posted at {names}: {flag.force} is {flag.status} there, {span} ({cited}).")
            first, last = months[there[0]], months[there[-1]]
            rows += [_row(bases.iloc[one], flag, first, last, register.where(number)) for one in here]
        else:
            found.append(
                f"{names} stay open though {flag.force} is {flag.status} there, {span}: no rule of the mandate "
                f"{mandate.name} forbids it ({cited})."
            )
    barred = np.tile(by_month.any(axis=1), (len(kinds), 1))
    spoken = len({int(one) for flag, here in zip(register.flags, at, strict=True) for one in here
                  if flag.in_months(months).any()})  # fmt: skip
    if len(bases) > spoken:
        found.append(
            f"{register.file} says nothing about {len(bases) - spoken} of {len(bases)} bases in these months: that "
            "is not the same as cleared."
        )
    found += _against_support(register, mandate, months)
    columns = ["base", "place_id", "force", "status", "from", "to", "where", "source", "basis"]
    return Gate(barred, by_month, pd.DataFrame(rows, columns=columns), tuple(found))


def _row(base: pd.Series, flag: Flag, first: Month, last: Month, where: str) -> dict[str, str]:
    return {
        "base": str(base["name"]),
        "place_id": str(base["place_id"]),
        "force": flag.force,
        "status": str(flag.status),
        "from": str(first),
        "to": str(last),
        "where": where,
        "source": flag.source,
        "basis": str(flag.basis),
    }


def _against_support(register: Register, mandate: Mandate, months: Sequence[Month]) -> list[str]:
    """Return where the mandate takes a force for better vetted than the register does."""
    order = list(Vetting)
    found = []
    for number, flag in enumerate(register.flags):
        for force, status in mandate.support.items():
            worse = order.index(flag.status) > order.index(status)
            if worse and _key(force) == _key(flag.force) and flag.in_months(months).any():
                found.append(
                    f"The mandate {mandate.name} supports {force} as {status}, yet {register.where(number)} says "
                    f"{flag.status}."
                )
    return list(dict.fromkeys(found))


def _bases_of(country: Country, register: Register, bases: pd.DataFrame) -> list[Ints]:
    """Return the bases of each entry, by position; raise where a name is not known."""
    places = country.places[country.places["iso3"] == country.profile.iso3].reset_index(drop=True)
    aliases = {_key(old): _key(new) for old, new in country.profile.place_aliases.items()}
    parent = dict(zip(country.areas["pcode"], country.areas["parent"], strict=True))
    keys, ids = np.array([_key(str(name)) for name in places["name"]]), places["place_id"].to_numpy(str)
    at_base = {place: number for number, place in enumerate(bases["place_id"].astype(str))}
    found, faults = [], []
    for number, flag in enumerate(register.flags):
        line = register.lines[number]
        if flag.area_pcode and not parent.get(flag.area_pcode):
            say = "the pack has no such area below the country"
            faults.append(Fault(register.file, line, "area_pcode", flag.area_pcode, say, "Write its P-code."))
            continue
        named = (keys == aliases.get(_key(flag.base), _key(flag.base))) | (ids == flag.base)
        these = np.flatnonzero(named) if flag.base else np.flatnonzero(np.isin(ids, list(at_base)))
        inside = [one for one in these if not flag.area_pcode or flag.area_pcode in _around(parent, places.iloc[one])]
        here = sorted(at_base[ids[one]] for one in inside if ids[one] in at_base)
        found.append(np.array(here, np.int64))
        if flag.base and not inside:
            near = ", ".join(closest(flag.base, list(places["name"].astype(str).unique())))
            say = f"the pack has no such place{f' in {flag.area_pcode}' if len(these) else ''}"
            remedy = "Correct the area or the place." if len(these) else f"Did you mean {near or 'another one'}?"
            faults.append(Fault(register.file, line, "base", flag.base, say, remedy))
        elif flag.base and len(here) > 1:
            say = f"{len(here)} bases have this name"
            remedy = f"Write one of {', '.join(bases['place_id'].iloc[here].astype(str))}."
            faults.append(Fault(register.file, line, "base", flag.base, say, remedy))
    if faults:
        raise refusal(f"{register.file} does not fit the country:", faults)
    return found


def _key(name: str) -> str:
    """Return a name to compare by; one in letters other than Latin stays as it is."""
    return plain(name) or name.strip()


def _around(parent: Mapping[str, str], place: pd.Series) -> set[str]:
    """Return all areas a place lies in."""
    found: set[str] = set()
    for first in (str(place["admin2_pcode"]), str(place["admin3_pcode"])):
        code = first
        while code and code not in found:
            found.add(code)
            code = parent.get(code, "")
    return found
