"""roles.yaml and people.yaml of an account: who may do what, and who they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from toguna.accounts.book.roles import Person, Roles, read_roles
from toguna.accounts.ledgers import LEDGERS
from toguna.core.errors import AccountError


class Works(BaseModel):
    """What people.yaml says of somebody: roles, and p-codes of areas; no areas: everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: tuple[str, ...]
    areas: tuple[str, ...] = ()


def read_people(path: Path, roles: Roles) -> dict[str, Person]:
    """Return who works with an account, by name.

    Raises
    ------
    AccountError
        With every fault: who, and what is wrong.
    """
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        raise AccountError(f"{path}: people cannot be read ({type(wrong).__name__}). Mend the file.") from None
    if not isinstance(said, dict):
        raise AccountError(f"{path}: write a name, and below it roles and areas.")
    faults, people = [], {}
    for name, about in said.items():
        try:
            works = Works.model_validate(about)
        except ValidationError as wrong:
            faults += [f"{name}, {'.'.join(map(str, one['loc']))}: {one['msg']}." for one in wrong.errors()]
            continue
        unknown = sorted(set(works.roles) - set(roles.table))
        faults += [f"{name}: there is no role {one!r}. There are: {', '.join(roles.table)}." for one in unknown]
        try:
            people[str(name)] = Person(str(name), frozenset(works.roles), frozenset(works.areas))
        except AccountError as wrong:
            faults.append(f"{name}: {wrong}")
    if faults:
        raise AccountError("\n".join([f"{path}: {len(faults)} faults.", *(f"  - {one}" for one in faults)]))
    return people


def read_own_roles(path: Path) -> Roles:
    """Return the roles of an account, checked against its ledgers; `AccountError` has every fault."""
    return read_roles(path, {one.name: one.steps for one in LEDGERS})
