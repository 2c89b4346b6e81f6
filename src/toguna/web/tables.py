"""The one table behind every form of a view, made once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toguna.core.version import __version__
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.countries import Countries
from toguna.web.filters import Where, arguments_of, parameters
from toguna.web.jobs.results import NoResultError, made_from_of, result_table
from toguna.web.kept import Kept
from toguna.web.problems import Problem
from toguna.web.views import VIEWS, View
from toguna.web.views.jobs import columns_of
from toguna.web.views.view import SHAPE, Column, in_area, points, tidy

_TABLES = 300


@dataclass(frozen=True, eq=False)
class Table:
    """A whole view of a country, before any row is left out.

    Attributes
    ----------
    rows : its rows; with a column `geometry` where they have shapes
    made_from : pack, its hash, what was asked, seed, version and run
    """

    view: View
    country: Country
    rows: pd.DataFrame
    columns: tuple[Column, ...]
    made_from: Mapping[str, Any]


class Tables:
    """Whole views, by country, month and arguments, or by job."""

    def __init__(self, countries: Countries, folder: Path) -> None:
        self.countries = countries
        self._folder = folder
        self._kept: Kept[Table] = Kept(_TABLES)

    def table(self, view: View, asked: Where) -> Table:
        """Return the table of a view for what was asked."""
        if view.of_job:
            job = str(getattr(asked, "job"))  # noqa: B009  (a parameter of job views only)
            return self._kept.get((view.name, job), lambda: self._of_job(view, job))
        pack = self.countries.pack_of(asked.location_code, asked.pack)
        arguments = arguments_of(view, asked)
        key = (view.name, pack, asked.as_of, tuple(sorted(arguments.items(), key=lambda one: one[0])))
        return self._kept.get(key, lambda: self._of_country(view, pack, asked.as_of, arguments))

    def make_first(self) -> None:
        """Make the table that the first page shows, of the country shown where none is asked for."""
        view = VIEWS["indicators"]
        self.table(view, parameters(view)())

    def _of_country(self, view: View, pack: str, as_of: str | None, arguments: Mapping[str, Any]) -> Table:
        country = self.countries.country(pack, as_of)
        rows = tidy(view.rows(country, arguments), view.columns)
        made = country.made_from
        given = {name: value for name, value in arguments.items() if value is not None}
        return Table(view, country, rows, view.columns, {
            "pack": made.pack, "pack_hash": made.pack_hash, "parameters": {**made.parameters, **given},
            "seed": made.seed, "version": made.version, "run_id": made.run_id,
        })  # fmt: skip

    def _of_job(self, view: View, job: str) -> Table:
        made = made_from_of(self._folder, job)
        if made is None:
            detail = N_("There are no results of the job {name!r}: it is not done, unknown, or made room for others.")
            remedy = N_("Ask for the job again; the same question has the same id.")
            raise Problem(404, "unknown-job", detail, [("job", detail, remedy)], name=job)
        try:
            rows = result_table(self._folder, job, view.name)
        except NoResultError as error:
            raise Problem(404, "unknown-result", error.told) from None
        country = self.countries.country(self.countries.pack_of(None, str(made["pack"])))
        if {"longitude", "latitude"} <= set(rows.columns) and SHAPE not in rows:
            rows = points(rows)
        code = next((name for name in ("admin2_pcode", "pcode") if name in rows), "")
        rows = in_area(rows, country, code) if code and "admin2_code" not in rows else rows
        columns = columns_of(rows)
        return Table(view, country, tidy(rows, columns), columns, {"version": __version__, **made})
