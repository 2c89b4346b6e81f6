"""`toguna estimate`: how many people no list holds, by several methods side by side and never as one number."""

from __future__ import annotations

import json
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.terminal import console, say_next, working
from toguna.cli.terminal_tables import write_table
from toguna.core.errors import AskError

FORMS = (".csv", ".xlsx", ".json", ".md")
EXAMPLE = "Example: toguna estimate lists.csv --by area --delta 0.0625,0.5 --to estimate.md"
ListsOption = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads this form)
    typer.Option("--lists", metavar="A,B,C", help="Columns that are lists. Default: all of 0 and 1."),
]
ByOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--by", metavar="COLUMN", help="Columns that part people (area, year), commas between."),
]
DeltaOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--delta", metavar="D,D", help="For graphs: people added to a cell; first counts. 2^-k,0.5,1."),
]
ToOption = Annotated[
    Optional[list[Path]],  # noqa: UP045
    typer.Option("--to", help="File to write: .csv, .xlsx, .json or .md. May be given again."),
]


def estimate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV or XLSX of who is on which list.")],
    lists: ListsOption = None,
    by: ByOption = None,
    replicates: Annotated[
        bool, typer.Option("--replicates", help="Files are the same people, what was missing filled in anew.")
    ] = False,
    level: Annotated[float, typer.Option("--level", help="Of the intervals.")] = 0.95,
    delta: DeltaOption = None,
    iterations: Annotated[int, typer.Option("--iterations", min=1_000, help="Of each latent-class chain.")] = 50_000,
    chains: Annotated[int, typer.Option("--chains", min=2, help="Latent-class chains, side by side.")] = 4,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")] = 1,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="Also other priors, classes, lists left out.")
    ] = True,
    to: ToOption = None,
) -> None:
    """Estimate how many people there are in all, from three or more lists that overlap.

    Several methods stand side by side, never one number alone. FILE has one of

    - one row a person, with a column of 0 and 1 for each list;

    - one row a capture pattern, with such columns and one named count;

    - one row a person on a list, with columns named person and list.

    For instance: toguna estimate lists.csv
    """
    deltas = _numbers(delta)
    for path in to or ():
        if path.suffix.lower() not in FORMS:
            raise AskError(f"An estimate cannot be written as {path.name!r}. Use one of {', '.join(FORMS)}.")
        if not path.parent.is_dir():
            raise AskError(f"There is no folder {path.parent} for {path.name}. Make it, or name another.")
    if len(files) > 1 and not replicates:
        raise AskError(f"There are {len(files)} files. Give one, or --replicates where they are of the same people.")
    if replicates and by:
        raise AskError("--replicates and --by do not go together. Estimate each part by itself.")
    chosen, parted = _names(lists), _names(by)
    settings = {"level": level, "seed": seed, "iterations": iterations, "chains": chains}
    with working("Reading") as say:
        from toguna.accounts.estimation.histories import read_histories

        def told(done: int, total: int, what: str) -> None:
            say(f"{what} ({done + 1} of {total})")

        read = [read_histories(path, lists=chosen, by=parted) for path in files]
        if replicates:
            report = _replicated([one.lists for one in read], settings, deltas, told)
        else:
            report = _one(read[0], settings, deltas, told, sensitivity=sensitivity)
    for key, *_ in _SECTIONS:
        if key in report:
            report[key] = _held(report[key])
    report["read"] = [sentence for one in read for sentence in one.said]
    report["made_from"] = _made(files, {**settings, "delta": delta, "lists": lists, "by": by, "replicates": replicates})
    if to:
        for path in to:
            _write(report, path)
    else:
        _print(report)
        named = " ".join(str(path) for path in files)
        say_next(f"toguna estimate {named}{' --replicates' if replicates else ''} --to estimate.md")
    made = report["made_from"]
    typer.echo(f"{made['files']}, seed {seed}, Toguna {made['version']}, run {made['run']}.", err=True)


def _held(frame: Any) -> Any:
    """Return a table without the numbers of rows that do not hold, so that no file or screen has them."""
    if "holds" in frame:
        frame = frame.copy()
        frame.loc[~frame["holds"].astype(bool), ["N", "low", "high"]] = float("nan")
    return frame


def _names(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _numbers(text: str | None) -> list[float] | None:
    try:
        return [float(part) for part in _names(text)] or None
    except ValueError as fault:
        raise AskError(f"--delta {text!r} is not all numbers. Give some above 0, such as 0.0625,0.5.") from fault


def _one(read: Any, settings: dict[str, Any], deltas: list[float] | None, told: Any, *, sensitivity: bool) -> Any:
    """Return what is to be said of one file, as sections of sentences and tables."""
    from toguna.accounts.estimation.estimate import MUST_HOLD
    from toguna.accounts.estimation.estimate import estimate as verb
    from toguna.accounts.estimation.strata import stratified

    found = verb(read.lists, deltas=deltas, **settings, sensitivity=sensitivity, progress=told)
    report = {
        "lists": str(found.lists),
        "seen": found.lists.seen,
        "level": found.level,
        "methods": found.table,
        "range": _range(found.low, found.high),
        "disagreement": list(found.disagreement),
        "refused": found.refused,
        "must_hold": list(MUST_HOLD),
    }
    if read.parts:
        told(0, 1, f"{len(read.parts)} parts")
        parts = stratified(
            {name: read.part(name) for name in read.parts}, **settings, delta=deltas[0] if deltas else None
        )
        report |= {"parts": parts.table, "parts_refused": parts.refused}
    return report


def _replicated(every: list[Any], settings: dict[str, Any], deltas: list[float] | None, told: Any) -> Any:
    """Return what is to be said of replicates, as sections of sentences and tables."""
    from toguna.accounts.estimation.estimate import MUST_HOLD
    from toguna.accounts.estimation.replicates import replicated

    found = replicated(every, **settings, delta=deltas[0] if deltas else None, progress=told)
    good = found.table[found.table["holds"]]
    return {
        "lists": str(every[0]),
        "seen": every[0].seen,
        "level": found.level,
        "methods": found.table,
        "range": _range(float(good["low"].min()), float(good["high"].max()) if len(good) else float("nan")),
        "disagreement": [],
        "refused": found.refused,
        "replicates": found.each,
        "must_hold": [*MUST_HOLD, "What was missing was filled in well, in every replicate anew."],
    }


def _range(low: float, high: float) -> str:
    if low != low:  # noqa: PLR0124  (not a number)
        return "No method holds: nothing can be said but what was recorded."
    if not isfinite(high):
        return f"Main methods together: {low:,.0f} people or more; the lists set no upper end."
    return f"Main methods together: {low:,.0f} to {high:,.0f} people. Report this range with its rows, not one number."


def _made(files: list[Path], parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what an estimate was made from: names and hashes of files, settings, version, run."""
    from toguna.core.provenance import MadeFrom

    hashes = [sha256(path.read_bytes()).hexdigest() for path in files]
    asked = {name: value for name, value in parameters.items() if name != "seed"}
    made = MadeFrom(" ".join(path.name for path in files), " ".join(hashes), asked, parameters["seed"])
    named = ", ".join(f"{path.name} {one[:12]}" for path, one in zip(files, hashes, strict=True))
    return {"files": named, **parameters, "version": made.version, "run": made.run_id}


_SECTIONS = (  # key, title, columns shown on a screen
    ("methods", "How many in all", ("method", "setting", "N", "low", "high", "remark")),
    ("replicates", "Each replicate by itself", ("method", "replicate", "seen", "N", "low", "high")),
    ("parts", "By part, and all parts together", ("part", "method", "seen", "N", "low", "high", "remark")),
)


def _tables(report: Any) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return tables as text: title, heads, rows; of all methods those that are main, then what settings change."""
    found, level = [], f"people and {report['level']:.0%} intervals"
    for key, title, columns in _SECTIONS:
        if key not in report:
            continue
        frame, shown = report[key], list(columns)
        if "role" not in frame:
            found.append((f"{title}: {level}", *_as_text(frame, [one for one in shown if one in frame])))
            continue
        is_asked = frame["role"] != "sensitivity"
        found.append((f"{title}: {level}", *_as_text(frame[is_asked], shown)))
        if not is_asked.all():
            found.append(("What choices made beforehand change", *_as_text(frame[~is_asked], shown)))
        if (is_chain := frame["r_hat"].notna()).any():
            chains = ["setting", "r_hat", "ess", "holds"]
            found.append(("Chains of latent classes", *_as_text(frame[is_chain], chains)))
    return found


_HEADS = {"N": "People", "r_hat": "R-hat", "ess": "Worth draws", "holds": "Converged"}


def _as_text(frame: Any, columns: list[str]) -> tuple[list[str], list[list[str]]]:
    rows = [[_cell(name, row[name]) for name in columns] for row in frame.to_dict("records")]
    return [_HEADS.get(name, name.capitalize()) for name in columns], rows


def _cell(name: str, value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  (not a number)
        return "none"
    if name == "holds":
        return "yes" if value else "no"
    if name == "r_hat":
        return f"{value:.3f}"
    if name in {"N", "low", "high", "seen", "ess"}:
        return f"{value:,.0f}" if isfinite(value) else "no end"
    return str(value)


def _notes(report: Any) -> list[tuple[str, list[str]]]:
    """Return lists of sentences under their titles."""
    refused = [f"{name}: {why}" for name, why in (report["refused"] | report.get("parts_refused", {})).items()]
    sections = [
        ("Where methods and settings part", report["disagreement"]),
        ("No answer", refused),
        ("What must be true", report["must_hold"]),
    ]
    return [(title, lines) for title, lines in sections if lines]


def _print(report: Any) -> None:
    from rich.table import Table

    for line in [*report["read"], report["lists"]]:
        typer.echo(line)
    screen = console()
    for number, (title, heads, rows) in enumerate(_tables(report)):
        screen.print(f"\n[bold]{title}[/]", highlight=False)
        table = Table(box=None, pad_edge=False)
        for head in heads:
            table.add_column(head, justify="right" if head in {"People", "Low", "High", "Seen"} else "left")
        for row in rows:
            table.add_row(*(one.replace("[", r"\[") for one in row))
        screen.print(table)
        if not number:
            typer.echo(report["range"])
    for title, lines in _notes(report):
        screen.print(f"\n[bold]{title}[/]", highlight=False)
        for line in lines:
            typer.echo(f"- {line}")


def _write(report: Any, to: Path) -> None:
    """Write an estimate, whole or not at all: every row of every method, and as .json, .md and .xlsx all sentences."""
    import pandas as pd

    frames = [report[key].assign(table=key) for key, *_ in _SECTIONS if key in report]
    if to.suffix.lower() == ".csv":
        write_table(pd.concat(frames, ignore_index=True), to)
        return
    fresh = to.with_name(f".{to.stem}-new{to.suffix}")
    try:
        if to.suffix.lower() == ".json":
            fresh.write_text(_json(report), encoding="utf-8")
        elif to.suffix.lower() == ".md":
            fresh.write_text(_markdown(report), encoding="utf-8")
        else:
            _xlsx(report, fresh)
        fresh.replace(to)
    finally:
        fresh.unlink(missing_ok=True)
    typer.echo(f"Wrote {to}")


def _json(report: Any) -> str:
    rows = {key: json.loads(report[key].to_json(orient="records")) for key, *_ in _SECTIONS if key in report}
    return json.dumps({**report, **rows}, ensure_ascii=False, indent=1) + "\n"


def _markdown(report: Any) -> str:
    lines = ["# Estimate: how many people in all", "", *report["read"], "", report["lists"], "", report["range"]]
    for title, heads, rows in _tables(report):
        lines += ["", f"## {title}", "", f"| {' | '.join(heads)} |"]
        lines += [f"|{' --- |' * len(heads)}", *(f"| {' | '.join(row)} |" for row in rows)]
    for title, sentences in _notes(report):
        lines += ["", f"## {title}", "", *(f"- {one}" for one in sentences)]
    made = ", ".join(
        f"{name} {value}" for name, value in report["made_from"].items() if value is not None and value is not False
    )
    return "\n".join([*lines, "", f"Made from {made}.", ""])


def _xlsx(report: Any, to: Path) -> None:
    from importlib import import_module

    try:
        book = import_module("openpyxl").Workbook()
    except ImportError as missing:
        raise AskError("XLSX needs openpyxl. Install toguna[accounts], or write .csv.") from missing
    words = book.active
    words.title = "read me"
    sentences = [*report["read"], report["lists"], report["range"]]
    for title, lines in _notes(report):
        sentences += ["", title, *lines]
    for line in [*sentences, "", *(f"{name}: {value}" for name, value in report["made_from"].items())]:
        words.append([_safe(line)])
    for key, title, _ in _SECTIONS:
        if key in report:
            sheet = book.create_sheet(title[:31])
            sheet.append(list(report[key].columns))
            for row in report[key].itertuples(index=False):
                sheet.append([_safe(one) for one in row])
    book.save(to)


def _safe(value: Any) -> Any:
    """Return a value for a sheet: no formula, and nothing where there is no number."""
    if isinstance(value, float) and not isfinite(value):
        return None
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and value else value
