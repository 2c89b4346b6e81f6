"""Which rows of a view are asked for: the parameters of a request, checked, and what they leave in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, create_model

from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.field_faults import CODE_PATTERN, DAY_PATTERN, ISO3_PATTERN, MONTH_PATTERN, SORT_PATTERN
from toguna.web.problems import invalid, unknown
from toguna.web.views.view import Filter, View

MOST = 10_000  # rows of one answer; a file without a limit holds them all
_FLAGS = {"true": True, "false": False}


class Where(BaseModel):
    """Which country, month and area, and in which language."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    location_code: Annotated[
        str | None,
        Field(pattern=ISO3_PATTERN, description="Country, ISO 3166-1 alpha-3; else the first served", examples=["XOU"]),
    ] = None
    pack: Annotated[str | None, Field(max_length=80, description="Country by pack instead", examples=["ouadji"])] = None
    as_of: Annotated[
        str | None,
        Field(pattern=MONTH_PATTERN, description="Only what had been published by this month", examples=["2013-02"]),
    ] = None
    admin1_code: Annotated[str | None, Field(pattern=CODE_PATTERN, description="Within this admin 1 area")] = None
    admin2_code: Annotated[str | None, Field(pattern=CODE_PATTERN, description="Within this admin 2 area")] = None
    language: Annotated[Literal["en", "fr", "ar"] | None, Field(description="Of labels and words")] = None


class Asked(Where):
    """What every view can be asked."""

    sort: Annotated[
        str | None, Field(pattern=SORT_PATTERN, description="Columns, first first; a minus sorts downwards")
    ] = None
    limit: Annotated[int | None, Field(ge=1, le=MOST, description=f"Rows returned, at most {MOST:,}")] = None
    offset: Annotated[int, Field(ge=0, le=10_000_000, description="Rows left out before the first")] = 0


def parameters(view: View) -> type[Asked]:
    """Return the model of all parameters of a view; whatever else is given is a fault."""
    return create_model(f"{view.name.title().replace('_', '')}Asked", __base__=Asked, **_own(view))


def narrowing(view: View) -> type[Where]:
    """Return the model of the parameters that say which rows of a view, for what shows no rows one by one."""
    return create_model(f"{view.name.title().replace('_', '')}Where", __base__=Where, **_own(view))


def _own(view: View) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if view.of_job:
        fields["job"] = (
            Annotated[str, Field(pattern="^[0-9a-z-]{1,64}$", description="Finished job", examples=["0" * 20])],
            ...,
        )
    for argument in view.arguments:
        fields[safe(argument.name)] = (Annotated[argument.annotation, Field(alias=argument.name)], argument.default)
    for one in view.filters:
        fields[safe(one.name)] = (_annotation(one), None)
    return fields


def safe(name: str) -> str:
    """Return a parameter's name as Python can write it."""
    return f"{name}_"


def _annotation(one: Filter) -> Any:
    words = {"is": "", "from": " (from)", "to": " (to)", "least": " (at least)"}[one.how]
    told: dict[str, Any] = {"alias": one.name, "description": (one.description or one.name) + words}
    if one.example and one.how != "least":
        told["examples"] = [one.example]
    if one.how == "least":
        return Annotated[float | None, Field(allow_inf_nan=False, examples=[float(one.example)], **told)]
    if one.how in ("from", "to"):
        return Annotated[str | None, Field(pattern=DAY_PATTERN, **told)]
    if one.choices:
        told["description"] += f"; one or more of {', '.join(one.choices)}, parted by commas"
        word = "|".join(one.choices)
        return Annotated[str | None, Field(pattern=f"^({word})(,({word}))*$", **told)]
    return Annotated[str | None, Field(min_length=1, max_length=200, **told)]


def arguments_of(view: View, asked: Where) -> dict[str, Any]:
    """Return what the table of a view is made from, by name."""
    return {one.name: getattr(asked, safe(one.name)) for one in view.arguments}


def filtered(table: pd.DataFrame, view: View, asked: Where, country: Country) -> pd.DataFrame:
    """Return the rows asked for; every form of a view shows these and no others."""
    keep = pd.Series(True, index=table.index)
    for one in view.filters:
        value = getattr(asked, safe(one.name))
        if value is not None:
            keep &= _passes(table[one.column], one, value)
    for level, code in ((1, asked.admin1_code), (2, asked.admin2_code)):
        if code is not None:
            _check_area(country, level, code)
            if f"admin{level}_code" in table:
                keep &= table[f"admin{level}_code"] == code
    return table[keep]


def ignored(table: pd.DataFrame, asked: Where) -> bool:
    """Return whether an area was asked for and the view knows none."""
    return (asked.admin1_code or asked.admin2_code) is not None and "admin1_code" not in table


def _passes(cells: pd.Series, one: Filter, value: Any) -> pd.Series:
    if one.how == "least":
        return (cells >= value).fillna(value=False).astype(bool)
    if one.how == "from":
        return (cells != "") & (cells >= value)
    if one.how == "to":
        return (cells != "") & (cells.str.slice(0, len(value)) <= value)
    wanted = str(value).split(",")
    if cells.dtype == bool:
        return cells.isin([_FLAGS[word] for word in wanted])
    if pd.api.types.is_numeric_dtype(cells):
        return cells.isin(_numbers(one, wanted))
    return cells.isin({str(value), *wanted})


def _numbers(one: Filter, wanted: list[str]) -> list[float]:
    try:
        return [float(word) for word in wanted]
    except ValueError:
        problem, remedy = N_("{name} is not a number."), N_("Write a number, for example {example}.")
        raise invalid(one.name, problem, remedy, name=one.name, example=one.example or "1") from None


def _check_area(country: Country, level: int, code: str) -> None:
    areas = country.areas
    known = areas.loc[areas["level"] == level, "pcode"]
    if not (known == code).any():
        raise unknown("area", code, known.tolist(), f"admin{level}_code")


def ordered(rows: pd.DataFrame, sort: str | None) -> pd.DataFrame:
    """Return the rows in the order asked for, missing numbers last."""
    if sort is None:
        return rows
    names = [one.removeprefix("-") for one in sort.split(",")]
    columns = [str(one) for one in rows.columns if one != "geometry"]
    for name in names:
        if name not in columns:
            raise invalid(
                "sort",
                N_("There is no column {name} to sort by."),
                N_("Columns: {known}."),
                name=name,
                known=", ".join(columns),
            )
    upwards = [not one.startswith("-") for one in sort.split(",")]
    return rows.sort_values(names, ascending=upwards, kind="stable", na_position="last")


def page(rows: pd.DataFrame, asked: Asked, most: int | None) -> pd.DataFrame:
    """Return the part of the rows that one answer holds."""
    limit = asked.limit or most
    return rows.iloc[asked.offset : None if limit is None else asked.offset + limit]


def given(asked: Asked) -> Mapping[str, Any]:
    """Return what was asked for beyond the defaults, under the names it was asked by."""
    return asked.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
