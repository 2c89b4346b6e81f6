"""Routes of the ledgers: what may be counted, what is overdue, counts of stores, estimates. Nothing sent is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from toguna.core.errors import AskError
from toguna.core.frozen import Frozen
from toguna.core.words import N_
from toguna.web.accounts.aggregates import COUNTED, FEWEST, REMARKS, aggregates, counted, without_echoes
from toguna.web.accounts.counted import against_register
from toguna.web.accounts.estimating import Asked, estimated
from toguna.web.accounts.ledgers import actor_of, ledgers_of, records_of
from toguna.web.accounts.overdue import BY, by_area, cases, people_late
from toguna.web.accounts.tables import FORMS, answer, as_file
from toguna.web.words import Words, language_of

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"])
_MOST = 4_000_000  # signs of a file that is sent
Name = Annotated[str, Field(pattern=r"^[\w .()-]{1,80}\.csv$", description="Name of the file, for messages")]
Text = Annotated[str, Field(min_length=1, max_length=_MOST, description="The file itself: CSV with a head")]


class Estimating(Asked):
    """A file of who is on which list, and how the estimate is made."""

    name: Name = "lists.csv"
    text: Text


class Reconciling(Frozen):
    """A count of a store as a file."""

    store: str = Field(min_length=1, max_length=200, description="Store, as the register names it")
    name: Name = "count.csv"
    text: Text


@router.get("/{ledger}/aggregates")
@router.get("/{ledger}/aggregates.{form}")
def show_aggregates(
    request: Request,
    ledger: str,
    form: str = "",
    limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    offset: Annotated[int, Query(ge=0)] = 0,
    sort: Annotated[str, Query(pattern=r"^-?[a-z_]*$")] = "",
) -> Any:
    """Return a ledger in numbers, small cells withheld; every category column is a filter."""
    how = counted(ledger)
    made = aggregates(ledger, records_of(request, ledger, "numbers for the workbench"))
    given = {name: value for name in how.by if (value := request.query_params.get(name))}
    table = made.table
    for name, value in given.items():
        table = table[table[name].astype(str).isin(value.split(","))]
    if column := sort.removeprefix("-"):
        if column not in table:
            raise AskError(
                N_("There is no column {column!r} to sort by. Choose one of {known}."),
                column=column,
                known=", ".join(table.columns),
            )
        table = table.sort_values(column, ascending=not sort.startswith("-"), kind="stable")
    if form:
        return _file(table if limit is None else table[offset : offset + limit], form, ledger)
    say = Words(language_of(request))
    remarks = [say(one).format(withheld=made.withheld, fewest=FEWEST) for one in REMARKS]
    meta: dict[str, Any] = {"total": len(table), "limit": limit or 1_000, "offset": offset, "remarks": remarks}
    return answer(table[offset : offset + (limit or 1_000)], f"accounts/{ledger}/aggregates", meta, how.unit, say)


@router.get("/custody/overdue")
@router.get("/custody/overdue.{form}")
def show_overdue(request: Request, form: str = "", *, single: bool = False) -> Any:
    """Return what is due for people in custody, overdue first; by region, or with `single` by record if allowed."""
    records, now = records_of(request, "custody", "deadlines in custody"), datetime.now(UTC)
    is_case = single and ledgers_of(request).sees_cases("custody", actor_of(request))
    every = cases(records, now) if is_case else by_area(records, now)
    table = every if is_case else without_echoes(every, BY)
    if form:
        return _file(table, form, "custody-overdue")
    say = Words(language_of(request))
    remarks = [say(N_("As at {time} UTC.")).format(time=f"{now:%Y-%m-%d %H:%M}")]
    if single and not is_case:
        remarks.append(say(N_("Record by record only for those who work on custody; these are numbers by region.")))
    meta: dict[str, Any] = {"total": len(table), "limit": None, "offset": 0, "remarks": remarks}
    meta |= {} if is_case else {"overdue": people_late(every)}
    return answer(table, "accounts/custody/overdue", meta, N_("people"), say)


@router.post("/arms/reconcile")
def reconcile_store(request: Request, asked: Reconciling) -> Any:
    """Return what a count of a store and the register say of each other; no serial is shown, and nothing is kept."""
    records = records_of(request, "arms", "count of a store")
    with _as_path(asked.name, asked.text) as path:
        table = against_register(path, asked.store, records)
    meta: dict[str, Any] = {"total": len(table), "limit": None, "offset": 0, "remarks": []}
    say = Words(language_of(request))
    return answer(table.assign(says=table["says"].map(say)), "accounts/arms/reconcile", meta, N_("weapons"), say)


@router.post("/estimate")
def estimate_unseen(request: Request, asked: Estimating) -> Any:
    """Return how many people no list holds, by every method side by side; what is sent is not kept."""
    settings = Asked(**asked.model_dump(exclude={"name", "text"}))
    with _as_path(asked.name, asked.text) as path:
        made = estimated(path, settings)
    say = Words(language_of(request))
    says = {part: [say(one) for one in lines] for part, lines in made.says.items()}
    meta: dict[str, Any] = {"total": len(made.rows), "limit": None, "offset": 0, "remarks": says["disagreement"]}
    meta |= {"says": says, "level": settings.level, "low": made.low, "high": made.high}
    return answer(pd.DataFrame(made.rows), "accounts/estimate", meta, N_("people"), say, made.made_from)


@router.get("/ledgers")
def list_ledgers(request: Request) -> dict[str, Any]:
    """Return which ledgers can be counted, and whether any are kept here."""
    is_kept = getattr(request.app.state, "ledgers", None) is not None
    return {"data": [{"ledger": name, "unit": one.unit, "by": list(one.by)} for name, one in COUNTED.items()],
            "meta": {"kept": is_kept}}  # fmt: skip


def _file(table: pd.DataFrame, form: str, name: str) -> Response:
    if form not in FORMS:
        raise AskError(
            N_("A table is not handed out as {form!r}. Choose one of {known}."), form=form, known=", ".join(FORMS)
        )
    return as_file(table, form, f"toguna-{name}")


@contextmanager
def _as_path(name: str, text: str) -> Iterator[Path]:
    """Give what was sent to a reader of files; it is gone as soon as it was read."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(text, encoding="utf-8")
        yield path
