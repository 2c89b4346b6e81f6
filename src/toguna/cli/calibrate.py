"""`toguna displace calibrate`: parameters of movement from the first days of a scenario's counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.terminal import say_next, working
from toguna.cli.terminal_tables import print_table
from toguna.core.errors import AskError


def calibrate(
    folder: Annotated[Path, typer.Argument(help="A scenario in Flee's form: a folder with input_csv and source_data.")],
    to: Annotated[Path, typer.Option("--to", help="Settings file to write (.yml): the nearest draw.")],
    until: Annotated[
        Optional[int],  # noqa: UP045  (Typer reads this form)
        typer.Option("--until", min=1, help="Last day whose counts are used; default: the first third."),
    ] = None,
    settings: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--settings", "-s", help="Settings for all that is not calibrated."),
    ] = None,
    sort_dates: Annotated[
        bool, typer.Option("--sort-dates", help="Put dates of counts in order instead of refusing them.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same draws.")] = 1,
    draws: Annotated[int, typer.Option("--draws", min=10, help="Draws kept in each generation.")] = 60,
) -> None:
    """Calibrate movement on the first days of the counts and say how it does on the days after."""
    if to.suffix not in {".yml", ".yaml"}:
        raise AskError(f"Settings cannot be written as {to.name!r}. Give a name that ends in .yml.")
    if not folder.is_dir():
        raise AskError(f"There is no folder {folder}. Name a scenario's folder, with input_csv and source_data in it.")
    with working("Reading the scenario") as say:
        import numpy as np

        from toguna.displacement import Settings, read_scenario, read_settings
        from toguna.displacement.calibrate import calibrate as verb
        from toguna.displacement.ensemble import ensemble
        from toguna.displacement.write_scenario import write_settings

        one = read_scenario(folder, sort_dates=sort_dates)
        rules = Settings() if settings is None else read_settings(settings)
        last = one.days // 3 if until is None else until
        found = verb(
            one, rules, until=last, seed=seed, draws=draws, progress=lambda done: say(f"Calibrating: {done:.0%}")
        )
        say("Running all draws")
        many = ensemble(one, found.settings, runs=len(found.settings), seed=seed)
        write_settings(found.settings[int(np.argmin(found.distance))], to)
    _print(found, many, last)
    rules_of = "" if settings is None else f" (with all else as in {settings})"
    typer.echo(f"Wrote {to}: the nearest of {found.tried} settings tried{rules_of}")
    say_next(f"toguna displace run {folder} --settings {to}")


def _print(found: Any, many: Any, last: int) -> None:
    import numpy as np
    import pandas as pd

    from toguna.displacement import relative_difference, share_baseline
    from toguna.displacement.baselines import anchored, stacked, weight_of_run
    from toguna.displacement.calibrate import PRIOR

    rows = []
    for name, (low, high) in PRIOR.items():
        values = [getattr(one.movement, name) for one in found.settings]
        by_draw = np.quantile(values, (0.05, 0.5, 0.95))
        rows.append(
            {"name": name, "from": low, "until": high, "low": by_draw[0], "mid": by_draw[1], "high": by_draw[2]}
        )
    columns = [("name", "Setting", ""), ("from", "Tried from", ".3g"), ("until", "to", ".3g"), ("low", "5 %", ".3g")]
    columns += [("mid", "median", ".3g"), ("high", "95 %", ".3g")]
    print_table(pd.DataFrame(rows), f"Settings that come near the counts of days 1 to {last}", columns)
    counted = many.first.scenario.counts.people
    if last + 1 >= len(counted):
        return
    mean = np.average(many.camps, axis=0, weights=found.weight)
    weight = weight_of_run(mean, counted, last)
    tried = {
        "calibrated run": mean,
        "calibrated run, begun again from the counts of that day": anchored(mean, counted, last),
        f"share of that day kept, and the run to {weight:.0%}": stacked(mean, counted, last, weight),
        "share of that day kept": share_baseline(counted, last),
    }
    rows = [
        {"what": name, "miss": relative_difference(one, counted, rescaled=True)[last + 1 :].mean()}
        for name, one in tried.items()
    ]
    title = f"Averaged relative difference, rescaled, on the days after day {last}, which nothing was calibrated on"
    print_table(pd.DataFrame(rows), title, [("what", "Forecast", ""), ("miss", "Miss", ".3f")])
