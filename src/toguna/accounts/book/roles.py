"""Who may do what: roles by ledger, step and closeness of a field; people by role and area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from toguna.accounts.book.ledger import Level, Step
from toguna.core.errors import AccountError

OWN = Path(__file__).with_name("roles.yaml")
ALL = "all"
BOTH = " + "  # between the names of two people who entered a step together


class Right(BaseModel):
    """What a role may do in one ledger.

    Attributes
    ----------
    steps : it may enter, or propose where a second person is needed
    sees : most closely held fields it may see; identities only once a second person has agreed
    confirms : whether it may be the second person
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: Literal["all"] | tuple[str, ...] = ()
    sees: Literal["open", "closed", "identity"] = "open"
    confirms: bool = False

    def enters(self, step: str) -> bool:
        """Tell whether the role may enter a step."""
        return self.steps == ALL or step in self.steps

    @property
    def level(self) -> Level:
        """Most closely held fields it may see."""
        return Level[self.sees.upper()]


@dataclass(frozen=True)
class Person:
    """Somebody who works with the ledgers.

    Attributes
    ----------
    name : as the log keeps it
    roles : by name
    areas : p-codes of areas and all within them; empty for everywhere
    """

    name: str
    roles: frozenset[str]
    areas: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a name that the log could not tell from nobody, or from two people."""
        if not self.name.strip() or BOTH in self.name:
            raise AccountError(f"A person needs a name without {BOTH.strip()!r} between blanks. Name the account anew.")

    def is_for(self, area: str) -> bool:
        """Tell whether an area is among this person's; p-codes of areas begin with those of the areas they lie in."""
        return not self.areas or any(area.startswith(one) for one in self.areas)


@dataclass(frozen=True)
class Roles:
    """A table of rights: role, ledger, right. What is not in it is not allowed."""

    table: Mapping[str, Mapping[str, Right]]

    def rights(self, person: Person, ledger: str) -> list[Right]:
        """Return a person's rights in a ledger."""
        return [self.table[role][ledger] for role in sorted(person.roles) if ledger in self.table.get(role, {})]

    def may_enter(self, person: Person, ledger: str, step: Step, area: str) -> bool:
        """Tell whether somebody may enter a step of a record in an area, or propose it where it takes two."""
        return person.is_for(area) and any(one.enters(step.name) for one in self.rights(person, ledger))

    def may_work(self, person: Person, ledger: str, area: str) -> bool:
        """Tell whether somebody may enter any step of a record in an area."""
        return person.is_for(area) and any(one.steps for one in self.rights(person, ledger))

    def may_confirm(self, person: Person, ledger: str, area: str) -> bool:
        """Tell whether somebody may be the second person."""
        return person.is_for(area) and any(one.confirms for one in self.rights(person, ledger))

    def sees(self, person: Person, ledger: str, area: str) -> Level | None:
        """Return the most closely held fields somebody may see of a record, None if not even that it is there."""
        found = [one.level for one in self.rights(person, ledger)]
        if not found or (max(found) > Level.OPEN and not person.is_for(area)):
            return None
        return max(found)

    def may_count(self, person: Person, ledger: str) -> bool:
        """Tell whether somebody may see aggregates of a ledger."""
        return bool(self.rights(person, ledger))


def read_roles(path: str | Path = OWN, ledgers: Mapping[str, Iterable[str]] | None = None) -> Roles:
    """Return the rights a YAML file states.

    Parameters
    ----------
    path : the file; default: the one Toguna comes with
    ledgers : step names by ledger; where given, rights to other ledgers or steps are faults

    Raises
    ------
    AccountError
        With every fault: role, ledger and what is wrong.
    """
    path = Path(path)
    try:
        raw: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as wrong:
        raise AccountError(f"{path.name}: the roles cannot be read ({type(wrong).__name__}). Mend the file.") from None
    faults, table = [], {}
    for role, about in raw.items():
        if not isinstance(about, dict):
            faults.append(f"{role}: write ledgers and rights below the role.")
            continue
        rights = {}
        for ledger, said in about.items():
            if ledger == "means":
                continue
            try:
                rights[ledger] = Right.model_validate(said)
            except ValidationError as wrong:
                faults += [
                    f"{role}, {ledger}, {'.'.join(map(str, one['loc']))}: {one['msg']}." for one in wrong.errors()
                ]
                continue
            faults += _unknown(role, ledger, rights[ledger], ledgers)
        table[role] = rights
    if faults:
        raise AccountError("\n".join([f"{path.name}: {len(faults)} faults.", *(f"  - {one}" for one in faults)]))
    return Roles(table)


def _unknown(role: str, ledger: str, right: Right, ledgers: Mapping[str, Iterable[str]] | None) -> list[str]:
    if ledgers is None:
        return []
    if ledger not in ledgers:
        return [f"{role}, {ledger}: there is no such ledger. There are: {', '.join(ledgers)}."]
    wrong = [] if right.steps == ALL else [one for one in right.steps if one not in set(ledgers[ledger])]
    return [f"{role}, {ledger}: it has no step {one!r}." for one in wrong]
