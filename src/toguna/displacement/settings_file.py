"""Settings read from the YAML files users of the reference model have."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from toguna.core.errors import DataError
from toguna.displacement.settings import FloodRules, Movement, Returns, Settings, Spawning

_SECTIONS: dict[str, tuple[str, type[BaseModel]]] = {
    "spawn_rules": ("spawning", Spawning),
    "move_rules": ("movement", Movement),
    "return_rules": ("returns", Returns),
}
# Other names the reference model reads a setting under.
_ALSO = {
    "ChildrenAvoidHazards": "children_avoid_hazards", "WomenAvoidHazards": "women_avoid_hazards",
    "ElderlyAvoidHazards": "elderly_avoid_hazards", "BoysTakeRisk": "boys_take_risk",
    "flood_driven_spawn_mode": "flood_driven_spawning",
}  # fmt: skip
# Rules of the reference model that no engine here acts on, with the value that leaves them off.
_OFF: dict[str, Any] = {
    "read_from_agents_csv_file": False, "average_social_connectivity": 3.0, "two_system_decision_making": False,
    "avg_religion_fraction": 0.25, "use_v1_rules": False, "max_crossing_speed": 20.0, "flood_forecaster": False,
    "flood_forecaster_timescale": 0, "flood_forecaster_end_time": 0, "flood_forecaster_weights": None,
    "flood_awareness_weights": None, "number_of_steps": -1, "conflict_input_file": "", "flood_level_input_file": "",
    "default_conflict_intensity": 1,
}  # fmt: skip
_HARMLESS = {"average_social_connectivity", "max_crossing_speed", "avg_religion_fraction"}  # read by no rule there
_PRINTING = "log_levels"


def read_settings(path: Path) -> Settings:
    """Return the settings in a YAML file of the reference model's form, with `return_rules` of our own.

    Raises
    ------
    DataError
        The file is no YAML, or a key is not known: the closest known key is offered.
    """
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name} cannot be read as settings ({error}). Give a YAML file.") from error
    found = found or {}
    if not isinstance(found, dict):
        raise DataError(f"{path.name} holds no settings. Expected spawn_rules, move_rules and optimisations.")
    parts: dict[str, Any] = {}
    for key, value in _acted_on(path, "", found, {*_SECTIONS, _PRINTING, "optimisations"}).items():
        if key in _SECTIONS:
            section, model = _SECTIONS[key]
            parts[section] = _section(path, key, value, model)
        elif key == "optimisations":
            parts |= _acted_on(path, key, _mapping(path, key, value), {"hasten"})
    try:
        return Settings.model_validate(parts)
    except ValidationError as error:
        one = error.errors()[0]
        where = ".".join(str(part) for part in one["loc"]) or "the file"
        raise DataError(f"{path.name}: {where} is {one['input']!r}: {one['msg']}. Correct it.") from error


def _section(path: Path, name: str, value: Any, model: type[BaseModel]) -> dict[str, Any]:
    values = {_ALSO.get(str(key), str(key)): one for key, one in _mapping(path, name, value).items()}
    kept = _acted_on(path, name, values, set(model.model_fields))
    if isinstance(kept.get("flood_rules"), dict):
        kept["flood_rules"] = _acted_on(path, "flood_rules", kept["flood_rules"], set(FloodRules.model_fields))
    if kept.get("conflict_spawn_decay", ()) is None:
        del kept["conflict_spawn_decay"]  # the reference model's way to say none
    return kept


def _mapping(path: Path, name: str, value: Any) -> dict[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DataError(f"{path.name}, {name}: {value!r} is no list of settings. Write one 'key: value' a line.")
    return value


def _acted_on(path: Path, section: str, values: dict[Any, Any], known: set[str]) -> dict[str, Any]:
    """Return the settings rules act on; refuse what is misspelt, forbidden, or would be silently ignored."""
    where = f"{path.name}, {section}" if section else path.name
    kept: dict[str, Any] = {}
    for key, value in values.items():
        if key in known:
            kept[key] = value
        elif str(key).startswith("Match") or str(key).lower().startswith("match_"):
            if value:
                raise DataError(f"{where}: {key} goes by ethnicity or religion, which Toguna never uses. Take it out.")
        elif key in _OFF:
            if value != _OFF[key] and key not in _HARMLESS:
                raise DataError(f"{where}: no rule here acts on {key} {value!r}. Take it out to run without it.")
        else:
            near = difflib.get_close_matches(str(key), sorted(known), n=1, cutoff=0.4)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise DataError(f"{where}: there is no setting {str(key)!r}.{hint} Known: {', '.join(sorted(known))}.")
    return kept
