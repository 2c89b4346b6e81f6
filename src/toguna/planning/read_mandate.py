"""`read_mandate` and `diff`: a mandate from a base and the changes to it, and what sets two of them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from toguna.core.errors import Fault, PlanError
from toguna.core.words import N_, Sentence
from toguna.planning.mandate import Effect, Mandate, Task
from toguna.planning.units import Sheet, UnitKind, read_kinds, read_sheet, refusal, validated

BASE = "base"


def read_mandate(
    name: str | Path, overrides: Sequence[str | Path] = (), kinds: Mapping[str, UnitKind] | None = None
) -> Mandate:
    """Return a mandate by name or file, with further changes on top in the order given.

    Each file changes the one its key `extends` names, the base where it names none.

    Parameters
    ----------
    name : a shipped mandate, or a YAML file
    overrides : further mandates or YAML files; only what they change themselves is taken, not what they extend
    kinds : kinds of units that ceilings may name, the shipped ones where none are given

    Raises
    ------
    PlanError
        A file is wrong, or the mandate asks for what a rule of its own forbids: file, line, key, value and remedy.

    Examples
    --------
    >>> mandate = read_mandate("protect-first")
    >>> mandate.ordered[0].words, mandate.escorts
    ('open corridors', 8)
    """
    chain = [*_chain(name), *((str(one), _sheet(one)) for one in overrides)]
    sheet = Sheet(chain[-1][1].file, {}, {})
    for _, one in chain:
        own = {key: value for key, value in one.values.items() if key != "extends"}
        sheet = Sheet(one.file, _merged(sheet.values, own), {**sheet.lines, **one.lines})
    called = "+".join([Path(name).stem, *(Path(one).stem for one in overrides)])
    made = {"name": called, "made_of": [one.file for _, one in chain]}
    mandate = validated(Mandate, Sheet(sheet.file, {**sheet.values, **made}, sheet.lines))
    faults = [*_contradictions(mandate, sheet), *_strange_kinds(mandate, sheet, kinds)]
    if faults:
        raise refusal(f"The mandate {mandate.name} cannot stand:", faults)
    return mandate


def mandate_names() -> tuple[str, ...]:
    """Return the names of the shipped mandates."""
    shelf = files("toguna.planning").joinpath("mandates")
    names = (one.name.removesuffix(".yaml") for one in shelf.iterdir() if one.name.endswith(".yaml"))
    return tuple(sorted(name for name in names if name != BASE))


def _sheet(name: str | Path) -> Sheet:
    given = Path(name)
    if given.suffix in {".yaml", ".yml"}:
        return read_sheet(given)
    if str(name) not in {BASE, *mandate_names()}:
        raise PlanError(
            N_("There is no mandate {name!r}. Choose one of {known}, or give a YAML file."),
            name=str(name),
            known=", ".join(mandate_names()),
        )
    with as_file(files("toguna.planning").joinpath("mandates", f"{name}.yaml")) as path:
        return read_sheet(path)


def _chain(name: str | Path) -> list[tuple[str, Sheet]]:
    found: list[tuple[str, Sheet]] = []
    following: str | Path = name
    while True:
        sheet = _sheet(following)
        if any(str(following) == before for before, _ in found):
            at = sheet.where("extends")
            fault = Fault(*at, "extends", str(following), "the file extends itself in the end", "Extend the base.")
            raise refusal("A mandate goes in a circle:", [fault])
        found.insert(0, (str(following), sheet))
        if following == BASE:
            return found
        following = sheet.values.get("extends", BASE)
        if Path(following).suffix:
            following = Path(name).parent / following


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = _merged(found[key], value) if both else value
    return found


def _contradictions(mandate: Mandate, sheet: Sheet) -> list[Fault]:
    found: list[Fault] = []
    for asked, key in mandate.asks_for():
        for name, rule in mandate.rules.items():
            if not (rule.binds and asked in rule.forbids):
                continue
            file, line = sheet.where(f"rules.{name}")
            at = Sentence(N_("{file}, line {line}"), file=file, line=line) if line else file
            problem = Sentence(
                N_("asks for {asked}, which the rule {rule} forbids ({at}: {says})"),
                asked=Sentence(_words(asked)), rule=name, at=at, says=Sentence(rule.says),
            )  # fmt: skip
            remedy = Sentence(
                N_("Take this line out, or write `rules: {{{rule}: {{binds: false}}}}` and answer for it."), rule=name
            )
            found.append(Fault(*sheet.where(key), key, asked.partition(".")[2], problem, remedy))
    return found


def _strange_kinds(mandate: Mandate, sheet: Sheet, kinds: Mapping[str, UnitKind] | None) -> list[Fault]:
    known = read_kinds() if kinds is None else kinds
    remedy = Sentence(N_("Choose one of {known}."), known=", ".join(known))
    strange = [f"ceilings.{kind}" for kind in mandate.ceilings if kind not in known]
    return [Fault(*sheet.where(key), key, "", N_("there is no such kind of unit"), remedy) for key in strange]


def _words(asked: str) -> str:
    key, _, value = asked.partition(".")
    words = value.replace("_", " ")
    return {"tasks": words, "support": f"support to a force that vetting left {words}"}.get(
        key, f"{key.replace('_', ' ')} {words}"
    )


def diff(one: Mandate, other: Mandate) -> list[str]:
    """Return what sets the other mandate apart from the one, a sentence each.

    Examples
    --------
    >>> diff(read_mandate("protect-first"), read_mandate("protect-first"))
    []
    """
    found = [*_tasks(one, other), *_rules(one, other)]
    for key, field in Mandate.model_fields.items():
        if key in {"name", "title", "summary", "made_of", "tasks", "rules", "effects"}:
            continue
        before, after = getattr(one, key), getattr(other, key)
        if key == "hand_over":
            said = {name: part.description for name, part in type(before).model_fields.items()}
            pairs = [(said[name] or name, getattr(before, name), getattr(after, name)) for name in said]
        elif isinstance(before, dict):
            names = dict.fromkeys([*before, *after])
            pairs = [(f"{field.description}: {_shown(name)}", before.get(name), after.get(name)) for name in names]
        else:
            pairs = [(field.description or key, before, after)]
        found += [f"{say}: {_shown(a)} in {one.name}, {_shown(b)} in {other.name}." for say, a, b in pairs if a != b]
    return found + _effects(one, other)


def _shown(value: Any) -> str:
    return "not named" if value is None else str(value).replace("_", " ")


def _tasks(one: Mandate, other: Mandate) -> list[str]:
    found: list[str] = []
    for task in Task:
        before, after = one.tasks.get(task, 0), other.tasks.get(task, 0)
        place = f"Task {task.words!r} (principle {task.principle})"
        if before and not after:
            found.append(f"{place}: {one.name} asks for it, {other.name} does not.")
        elif after and not before:
            found.append(f"{place}: {other.name} asks for it, {one.name} does not.")
        elif before != after:
            found.append(f"{place}: place {before} in {one.name}, place {after} in {other.name}.")
    return found


def _rules(one: Mandate, other: Mandate) -> list[str]:
    found: list[str] = []
    for name in dict.fromkeys([*one.rules, *other.rules]):
        before, after = one.rules.get(name), other.rules.get(name)
        if before == after:
            continue
        bound = [mandate.name for mandate, rule in ((one, before), (other, after)) if rule is not None and rule.binds]
        rule = after or before
        words = name.replace("_", " ")
        if len(bound) == 1 and rule is not None:
            loose = other.name if bound[0] == one.name else one.name
            found.append(f"Rule {words!r} binds {bound[0]} and not {loose}: {rule.says}")
        elif rule is not None:
            forbids = ", ".join(_words(asked) for asked in rule.forbids)
            found.append(f"Rule {words!r} reads otherwise in {other.name}: {rule.says} It forbids {forbids}.")
    return found


def _effects(one: Mandate, other: Mandate) -> list[str]:
    def shown(effect: Effect | None) -> str:
        return "not stated" if effect is None else f"{effect.central:.0%} ({effect.low:.0%} to {effect.high:.0%})"

    pairs = [(task, one.effects.get(task), other.effects.get(task)) for task in Task]
    return [
        f"Share of harm averted by {task.words!r}: {shown(a)} in {one.name}, {shown(b)} in {other.name}."
        for task, a, b in pairs
        if a != b
    ]
