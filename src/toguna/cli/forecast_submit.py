"""`toguna forecast submit`: our own forecasts in the form of the ViEWS Prediction Challenge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from toguna.cli.forecast_source import asked_of_file, is_file
from toguna.cli.terminal import say_next, working
from toguna.core.errors import AskError


def submit(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="Deaths by month and iso3 (level cm), or UCDP GED events (pgm); .csv.")
    ],
    window: Annotated[list[str], typer.Option("--window", help="Year forecast, as Y2018; may be given again.")],
    to: Annotated[Path, typer.Option("--to", help="Folder to write into, as FOLDER/cm/window=Y2018/.")],
    target: Annotated[str, typer.Option("--target", help="What is counted.")] = "state_based",
    ids: Annotated[
        Optional[Path],  # noqa: UP045  (Typer reads this form)
        typer.Option("--ids", help="Table with columns iso3 and country_id; default: numbers in order of codes."),
    ] = None,
    model: Annotated[str, typer.Option("--model", help="Model; the ensemble unless another is named.")] = "ensemble",
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")] = 1,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes on this machine; same result.")] = 1,
) -> None:
    """Forecast whole years from the months to the October before, and write them as the challenge wants them."""
    if not is_file(source):
        raise AskError(f"There is no file {source}. Name a .csv of deaths by month and iso3, or of events.")
    with working("Reading") as say:
        import numpy as np

        from toguna.forecasting.challenge import Window
        from toguna.forecasting.challenge_file import write_actuals, write_submission
        from toguna.forecasting.challenge_submit import entry
        from toguna.sources.month_file import targets_in

        level = "cm" if targets_in(source) else "pgm"
        asked, _, _ = asked_of_file(source, "country" if level == "cm" else "cell", target, None, None, False)
        panel = asked.panel
        units = _country_ids(panel.units.index.tolist(), ids) if level == "cm" else panel.units.index.to_numpy()
        wanted = [Window.parse(text) for text in window]
        for one in wanted:

            def told(done: int, total: int, what: str, one: Window = one) -> None:
                say(f"{one}, {what}: {done / total:.0%}")

            draws = entry(panel, one, name=model, seed=seed, workers=workers, progress=told)
            say(f"Writing {one}")
            path = write_submission(to, level, one, np.asarray(units), draws)
            typer.echo(f"Wrote {path}")
            start = panel.at(one.months[0])
            if start + 12 <= panel.months:
                actuals = write_actuals(to.with_name(f"{to.name}-actuals"), level, one, np.asarray(units),
                                        panel.counts[:, start : start + 12])  # fmt: skip
                typer.echo(f"Wrote {actuals}")
    say_next(f"toguna forecast score {to} --actuals {to}-actuals")


def _country_ids(codes: list[str], ids: Path | None) -> list[int]:
    if ids is None:
        typer.echo("No --ids: countries are numbered in the order of their codes, " + ", ".join(codes) + ".", err=True)
        return list(range(1, len(codes) + 1))
    import pandas as pd

    table = pd.read_csv(ids)
    if not {"iso3", "country_id"} <= set(table):
        raise AskError(f"{ids.name} lacks the columns iso3 and country_id. Give a table that has both.")
    known = table.drop_duplicates("iso3").set_index("iso3")["country_id"]
    missing = [code for code in codes if code not in known.index]
    if missing:
        raise AskError(f"{ids.name} has no country_id for {', '.join(missing)}. Add them.")
    return [int(known[code]) for code in codes]
