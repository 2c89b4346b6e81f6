"""Roles of the workbench, whom they are given to, and what each may do: all of it data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, TypeAdapter, ValidationError
from starlette.routing import compile_path

from toguna.core.errors import AskError
from toguna.core.frozen import Frozen

ROUTES = Path(__file__).with_name("routes.yaml")


class Role(StrEnum):
    """What somebody who signed in may be."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    KEEPER = "keeper"
    MONITOR = "monitor"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Rule(Frozen):
    """Who may make a request, and whether it is noted."""

    methods: tuple[Literal["GET", "POST", "PUT", "PATCH", "DELETE"], ...] = Field(min_length=1)
    path: str = Field(pattern="^/")
    to: Literal["anybody", "everyone"] | tuple[Role, ...]
    log: Literal["yes", "never"] | bool | None = None

    @cached_property
    def _pattern(self) -> Any:
        return compile_path(self.path)[0]

    def fits(self, method: str, path: str) -> bool:
        """Tell whether this line is about a request."""
        asked = "GET" if method in ("HEAD", "OPTIONS") else method
        return asked in self.methods and self._pattern.match(path) is not None

    def admits(self, roles: Iterable[str]) -> bool:
        """Tell whether somebody with these roles may; nobody signed in has none."""
        held = set(roles) & set(Role)
        if isinstance(self.to, str):
            return self.to == "anybody" or bool(held)
        return bool(held & set(self.to))

    @property
    def is_noted(self) -> bool:
        """Whether each request is noted, be it a read."""
        return self.log in ("yes", True)

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing is ever noted."""
        return self.log == "never"


def read_rules(path: Path = ROUTES) -> tuple[Rule, ...]:
    """Return the table of who may do what, in its order.

    Examples
    --------
    >>> rule = rule_for(read_rules(), "POST", "/api/v1/jobs")
    >>> rule.admits(["viewer"]), rule.admits(["analyst"])
    (False, True)
    """
    return TypeAdapter(tuple[Rule, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


def rule_for(rules: Iterable[Rule], method: str, path: str) -> Rule | None:
    """Return the line that decides about a request; None refuses it."""
    return next((one for one in rules if one.fits(method, path)), None)


def read_given(path: Path) -> dict[str, tuple[Role, ...]]:
    """Return which roles each value of the sign-in's claim gives, from a YAML file.

    Raises
    ------
    AskError
        There is no such file, or it gives roles that do not exist.
    """
    like = f"Write one line a group, for example `toguna-analysts: [viewer, analyst]`. Roles: {', '.join(Role)}."
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, tuple[Role, ...]]).validate_python(said)
    except OSError:
        raise AskError(f"The file {path.name} that gives roles is missing in the workspace folder. {like}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise AskError(f"{path.name} cannot be read as YAML. {like}") from None
    except ValidationError as error:
        where = "; ".join(".".join(map(str, one["loc"])) + f": {one['msg']}" for one in error.errors())
        raise AskError(f"{path.name} has faults: {where}. {like}") from None


def roles_of(claims: Mapping[str, Any], claim: str, given: Mapping[str, tuple[Role, ...]]) -> tuple[Role, ...]:
    """Return the roles somebody's claims give; the claim is dotted where it lies within another.

    Examples
    --------
    >>> roles_of({"realm": {"roles": ["team", "x"]}}, "realm.roles", {"team": (Role.VIEWER,)})
    (<Role.VIEWER: 'viewer'>,)
    """
    found: Any = claims
    for part in claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    held = {role for value in values for role in given.get(str(value), ())}
    return tuple(role for role in Role if role in held)
