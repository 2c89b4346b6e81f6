"""`toguna forecast score`: forecasts in the form of the ViEWS Prediction Challenge beside what came."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.terminal import say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AskError

EXAMPLE = "Example: toguna forecast score ours theirs --actuals actuals --to scores.csv"


class ChallengeLevel(StrEnum):
    """What a forecast is for."""

    CM = "cm"
    PGM = "pgm"


def score(
    forecasts: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER",
            help="Submissions in the challenge's layout, FOLDER/cm/window=Y2018/*.parquet; or .csv files with a column "
            "for each quantile.",
        ),
    ],
    actuals: Annotated[
        Path, typer.Option("--actuals", help="What came: a folder in the same layout, or a .csv of months and deaths.")
    ],
    level: Annotated[
        Optional[ChallengeLevel],  # noqa: UP045  (Typer reads this form)
        typer.Option("--level", help="Countries or PRIO-GRID cells, where a folder holds both."),
    ] = None,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File for the table: .csv, .json or .parquet."),
    ] = None,
) -> None:
    """Score forecasts as the ViEWS Prediction Challenge does, all of them on the same units and months."""
    for path in (*forecasts, actuals):
        if not path.exists():
            raise AskError(f"There is no {path}. Name a folder in the challenge's layout or a .csv file.")
    with working("Scoring"):
        from toguna.forecasting.challenge_score import compare

        table = compare(forecasts, actuals, level)
    if to is not None:
        write_table(table, to)
    else:
        _print(table)
    _say_left_out(table[table["window"] == "all"])
    if to is None:
        named = " ".join(str(path) for path in forecasts)
        say_next(f"toguna forecast score {named} --actuals {actuals} --to scores.csv")


def _print(table: Any) -> None:
    columns = [("forecast", "Forecast", ""), ("window", "Window", ""), ("unit_months", "Unit-months", ",d")]
    columns += [("crps", "CRPS", ",.4f"), ("ign", "IGN", ",.4f"), ("mis", "MIS 90 %", ",.2f")]
    columns += [("pinball", "Pinball", ",.4f"), ("coverage", "Inside 90 %", ".1%")]
    shown = [one for one in columns if table[one[0]].notna().any()]
    print_table(table, "Mean scores: the lower the better, and 90 % inside is right", shown, most=60)
    if table["pinball"].notna().any():
        typer.echo("Pinball: on the quantiles all tables share; it approximates the CRPS, so compare it with itself.")


def _say_left_out(whole: Any) -> None:
    typer.echo(f"{whole['unit_months'].iloc[0]:,} unit-months are in all forecasts and in the actuals.")
    for row in whole.to_dict("records"):
        if row["left_out"]:
            typer.echo(f"{row['forecast']}: {row['left_out']:,} left out, which others or the actuals lack.")
        if row["not_forecast"]:
            typer.echo(f"{row['forecast']}: {row['not_forecast']:,} in the actuals of its years are not forecast.")
