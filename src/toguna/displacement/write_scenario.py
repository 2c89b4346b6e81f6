"""`write_scenario`: a scenario as a folder in the reference model's form, whole or not at all."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from toguna.core.errors import DataError
from toguna.displacement.read_scenario import KINDS, read_scenario
from toguna.displacement.scenario import Floats, Kind, Scenario
from toguna.displacement.settings import Settings

_WORDS = {kind: word for word, kind in reversed(KINDS.items())}  # of two words for a kind the first
_EXACT = (
    "names", "countries", "regions", "kinds", "population", "conflict_day", "ends", "km", "intensity", "closures",
    "start", "days", "latitude", "longitude", "redirections", "link_speed",
)  # fmt: skip
_Rows = Iterable[Sequence[object]]


def write_scenario(scenario: Scenario, folder: str | Path) -> Path:
    """Write a scenario as a folder with `input_csv` and `source_data`, and return the folder.

    The folder is made beside its place, read back, and takes its place only when it reads as what was written.
    Counts are written as corrected, so `registration_corrections.csv` holds no line. Series of places that are not
    in the scenario, and columns no rule reads, are not held by a scenario and so are not written.

    Parameters
    ----------
    scenario : what to write
    folder : where; made if it is not there

    Raises
    ------
    DataError
        The folder holds files already, cannot be written, or the scenario has something the files cannot hold.
    """
    to = Path(folder)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise DataError(f"{to} is there and not empty, so it is left alone. Choose a new or an empty folder.")
    _refuse_unwritable(scenario)
    fresh: Path | None = None
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
        _write_inputs(scenario, fresh / "input_csv")
        _write_counts(scenario, fresh / "source_data")
        _refuse_difference(scenario, fresh)
        fresh.chmod(0o755)
        if to.exists():
            to.rmdir()
        fresh.replace(to)
    except OSError as error:
        raise DataError(f"{to} cannot be written ({error.strerror}). Choose a folder you may write to.") from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
    return to


def write_settings(settings: Settings, path: str | Path) -> Path:
    """Write settings as a YAML file in the reference model's form, and return its path.

    Every setting is written, those left at their default too; `return_rules` is our own section. A file that is
    there is replaced, whole or not at all.
    """
    to = Path(path)
    found = settings.model_dump(mode="json", exclude_none=True)
    text = yaml.safe_dump(
        {
            "spawn_rules": found["spawning"],
            "move_rules": found["movement"],
            "return_rules": found["returns"],
            "optimisations": {"hasten": found["hasten"]},
        },
        sort_keys=False,
    )
    fresh = to.with_name(f".{to.name}.new")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(to)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise DataError(f"{to} cannot be written ({error.strerror}). Choose a file you may write.") from error
    return to


def differences(one: Scenario, other: Scenario) -> tuple[str, ...]:
    """Return what two scenarios differ in: names of attributes; none where they are equal.

    Name, digest and what no rule reads are not compared; shares and hunger are to 12 digits, all else exactly.
    """
    found = [name for name in _EXACT if not _same(getattr(one, name), getattr(other, name))]
    a, b = one.counts, other.counts
    found += [f"counts.{name}" for name in ("camps", "people", "total", "ends") if not _same(*_pair(a, b, name))]
    c, d = one.conditions, other.conditions
    found += [f"conditions.{name}" for name in ("flood", "becomes") if not _same(*_pair(c, d, name))]
    found += ["conditions.hunger"] if not _near(c.hunger, d.hunger) else []
    traits = ("ages", "age_share", "female_share")
    found += [f"people.{name}" for name in traits if not _near(*_pair(one.people, other.people, name))]
    keys = sorted({*one.attributes, *other.attributes})
    empty = np.zeros(0)
    found += [k for k in keys if not _same(one.attributes.get(k, empty), other.attributes.get(k, empty))]
    return tuple(found)


def _pair(one: Any, other: Any, name: str) -> tuple[Any, Any]:
    return getattr(one, name), getattr(other, name)


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are equal; an empty array or tuple stands for one with nothing known in it."""
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(*_filled(one, other), equal_nan=True))
    if isinstance(one, tuple) and (not one or not other):
        return all(item == "" for item in (*one, *other))
    return bool(one == other)


def _near(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-12, atol=1e-15))


def _filled(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    if one.shape == other.shape:
        return one, other
    return (np.full(other.shape, np.nan), other) if not one.size else (one, np.full(one.shape, np.nan))


def _refuse_unwritable(scenario: Scenario) -> None:
    """Refuse names that would be read as something else, and counts of parts of people."""
    for name in (*scenario.names, *scenario.countries, *scenario.regions):
        if name != name.strip() or name.startswith("#") or len(name.splitlines()) > 1:
            raise DataError(f"{name!r} cannot stand in a CSV file of a scenario. Give it a plain name of one line.")
    if "total" in scenario.counts.camps:
        raise DataError("A camp is called 'total', the name of the series of all refugees. Give it another name.")
    if not scenario.counts.camps:
        raise DataError("No camp of the scenario has a count, and the files need one. Give a camp its people of day 0.")
    for counted in (scenario.counts.people, scenario.counts.total):
        if (counted != np.floor(counted)).any():
            raise DataError("A count is no whole number of people, and the files hold whole ones. Round the counts.")


def _refuse_difference(scenario: Scenario, home: Path) -> None:
    try:
        found = differences(scenario, read_scenario(home))
    except DataError as error:
        raise DataError(f"The scenario cannot be written so that it is read again: {error}") from error
    if found:
        raise DataError(
            f"The files of a scenario cannot hold its {', '.join(found)} as they are. Bring them into the form that "
            "reading a scenario gives."
        )


def _write_inputs(scenario: Scenario, inputs: Path) -> None:
    inputs.mkdir()
    names, links = scenario.names, len(scenario.km)
    _write(inputs / "locations.csv", *_locations(scenario))
    speed = [[_cell(km)] for km in scenario.link_speed] if scenario.link_speed.size else [[]] * links
    sent = {link // 2: 1 + (link % 2 == 0) for link in scenario.redirections}
    _write(
        inputs / "routes.csv",
        ["#name1", "name2", "distance", "forced_redirection", *["max_move_speed"][: scenario.link_speed.size]],
        (
            [names[a], names[b], _cell(scenario.km[k]), sent.get(k, 0), *speed[k]]
            for k, (a, b) in enumerate(scenario.ends.tolist())
        ),
    )
    _write(
        inputs / "closures.csv",
        ["#closure_type", "name1", "name2", "closure_start", "closure_end"],
        ([one.kind, one.first, one.second, one.start, one.end] for one in scenario.closures),
    )
    fought = (scenario.intensity > 0).any(axis=0) | (scenario.kinds == Kind.CONFLICT)
    columns = np.flatnonzero(fought if fought.any() else ~fought)
    _write_by_day(inputs / "conflicts.csv", [names[place] for place in columns], scenario.intensity[:, columns])
    _write(inputs / "sim_period.csv", ["StartDate", scenario.start.isoformat()], [["Length", scenario.days]])
    _write(inputs / "registration_corrections.csv", ["#name", "date", "normalize"], [])
    _write_conditions(scenario, inputs)
    _write_people(scenario, inputs)


def _locations(scenario: Scenario) -> tuple[list[str], _Rows]:
    places = len(scenario.names)
    latitude, longitude = _or_unknown(scenario.latitude, places), _or_unknown(scenario.longitude, places)
    regions = scenario.regions or ("",) * places
    head = ["#name", "region", "country", "lat", "lon", "location_type", "conflict_date", "population/capacity"]
    rows = (
        [scenario.names[k], regions[k], scenario.countries[k], _cell(latitude[k]), _cell(longitude[k])]
        + [_WORDS[Kind(scenario.kinds[k])], int(scenario.conflict_day[k]), _cell(scenario.population[k])]
        + [_cell(values[k]) for values in scenario.attributes.values()]
        for k in range(places)
    )
    return [*head, *scenario.attributes], rows


def _write_conditions(scenario: Scenario, inputs: Path) -> None:
    now = scenario.conditions
    if now.hunger.size:
        first = {region: place for place, region in reversed(list(enumerate(scenario.regions)))}
        named = [region for region in first if region]
        _write_by_day(inputs / "region_attributes_IPC.csv", named, 100 * now.hunger[:, [first[one] for one in named]])
    if now.flood.size:
        _write_by_day(inputs / "flood_level.csv", scenario.names, now.flood)
    if now.becomes:
        rows = ([scenario.names[place], _WORDS[Kind(kind)], day] for day, place, kind in now.becomes)
        _write(inputs / "location_changes.csv", ["#name", "location_type", "day"], rows)


def _write_people(scenario: Scenario, inputs: Path) -> None:
    """Write shares of ages and of women and girls; the column Default, which no place needs, is their mean."""
    people = scenario.people
    tables = {"age": ([_cell(age) for age in people.ages], people.age_share)} if people.ages.size else {}
    if people.female_share.size:
        tables["gender"] = (["female", "male"], np.column_stack([people.female_share, 1 - people.female_share]))
    for trait, (labels, share) in tables.items():
        rows = ([label, _cell(share[:, k].mean()), *map(_cell, share[:, k].tolist())] for k, label in enumerate(labels))
        _write(inputs / f"demographics_{trait}.csv", [f"#{trait}", "Default", *scenario.names], rows)


def _write_counts(scenario: Scenario, home: Path) -> None:
    """Write one series a camp, a line a day up to its last count, and the series of all refugees."""
    home.mkdir()
    counts = scenario.counts
    layout = [("total", "refugees.csv")]
    _write_series(scenario, home / "refugees.csv", counts.total, scenario.days - 1)
    for camp, people, end in zip(counts.camps, counts.people.T, counts.ends, strict=True):
        plain = unicodedata.normalize("NFKD", camp).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "camp"
        taken = {name for _, name in layout}
        file = next(one for k in range(len(taken) + 1) if (one := f"{stem}{-k or ''}.csv") not in taken)
        layout.append((camp, file))
        _write_series(scenario, home / file, people, end)
    _write(home / "data_layout.csv", layout[0], layout[1:])


def _write_series(scenario: Scenario, path: Path, people: Floats, end: int) -> None:
    last = scenario.days - 1
    days = [*range(min(end, last) + 1), *([end] if end > last or end < 0 else [])]
    rows = [[(scenario.start + timedelta(days=day)).isoformat(), _cell(people[max(min(day, last), 0)])] for day in days]
    _write(path, rows[0], rows[1:])


def _write_by_day(path: Path, columns: Sequence[str], values: Floats) -> None:
    rows = ([day, *map(_cell, row.tolist())] for day, row in enumerate(values))
    _write(path, ["#Day", *columns], rows)


def _write(path: Path, head: Sequence[object], rows: _Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def _cell(value: float) -> str:
    """Return the shortest text that reads as the same number; empty where it is unknown."""
    value = float(value)
    if np.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _or_unknown(values: Floats, size: int) -> Floats:
    return values if values.size else np.full(size, np.nan)
