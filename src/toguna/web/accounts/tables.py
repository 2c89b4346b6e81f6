"""Tables of the ledgers as answers and as files; missing stays missing in each of them."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
from fastapi import Response

from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.web.words import Words

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET = "application/vnd.apache.parquet"
FORMS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "xlsx": _XLSX, "parquet": _PARQUET}
LABELS = {
    "area": N_("Area"), "period": N_("Period"), "act": N_("Act"), "outcome": N_("How custody stands"),
    "kind": N_("Kind"), "event": N_("Event"), "phase": N_("Phase"), "category": N_("Category"), "count": N_("Count"),
    "status": N_("Shown or withheld"), "when": N_("When"), "what": N_("What is due"), "record": N_("Record"),
    "by": N_("Due by"), "hours_late": N_("Hours late"), "rule": N_("Rule"), "tell": N_("Tell"),
    "finding": N_("Finding"), "says": N_("What it means"), "rows": N_("Rows of your file"), "method": N_("Method"),
    "setting": N_("Setting"), "role": N_("Role"), "N": N_("People"), "low": N_("Low"), "high": N_("High"),
    "holds": N_("May be used"), "remark": N_("Remark"), "r_hat": N_("R-hat"), "ess": N_("Worth draws"),
    "high_open": N_("No upper end"),
}  # fmt: skip
_NUMBERS = {"count", "hours_late", "N", "low", "high", "r_hat", "ess"}
_CODES = {"area", "record"}


def answer(
    table: pd.DataFrame, view: str, meta: dict[str, Any], unit: str, say: Words, made_from: MadeFrom | None = None
) -> dict[str, Any]:
    """Return a table as the routes answer with it: rows, and what they are in the reader's language."""
    made = {} if made_from is None else {
        "file": made_from.pack, "sha256": made_from.pack_hash, "parameters": dict(made_from.parameters),
        "seed": made_from.seed, "version": made_from.version, "run": made_from.run_id,
    }  # fmt: skip
    columns = [_column(str(name), unit, say) for name in table.columns]
    whole = {"view": view, "columns": columns, "sources": [], "made_from": made, "geometry": None}
    return {"data": json.loads(table.to_json(orient="records")), "meta": whole | meta}


def as_file(table: pd.DataFrame, form: str, name: str) -> Response:
    """Return a table as a file to be kept; one of `FORMS`."""
    if form == "csv":
        content: bytes = table.map(_safe).to_csv(index=False, lineterminator="\n").encode()
    elif form == "json":
        content = str(table.to_json(orient="records", force_ascii=False, indent=1)).encode()
    elif form == "parquet":
        content = table.to_parquet(index=False)
    else:
        file = io.BytesIO()
        table.map(_safe).to_excel(file, index=False)
        content = file.getvalue()
    head = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=FORMS[form], headers=head)


def _column(name: str, unit: str, say: Words) -> dict[str, Any]:
    kind = "number" if name in _NUMBERS else "code" if name in _CODES else "text"
    is_counted = name in {"count", "N", "low", "high"}
    return {"name": name, "label": say(LABELS.get(name, name)), "unit": say(unit) if is_counted else None, "kind": kind}


def _safe(value: Any) -> Any:
    """Return a value a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} and value else value
