"""`toguna displace`: people on the move."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.terminal import say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AskError

displace = typer.Typer(
    no_args_is_help=True, help="People on the move: runs scenarios of flight beside what was counted."
)


class Engine(StrEnum):
    """How people are moved."""

    AGENTS = "agents"
    COHORTS = "cohorts"


FROM_DAY = 30  # the naive share is taken on this day and judged on the days after it


@displace.command(epilog="Example: toguna displace run mali2012 --settings simsetting.yml --seed 1 --to days.csv")
def run(
    folder: Annotated[Path, typer.Argument(help="A scenario in Flee's form: a folder with input_csv and source_data.")],
    settings: Annotated[
        Optional[Path],  # noqa: UP045  (Typer reads this form)
        typer.Option("--settings", "-s", help="Settings in Flee's YAML form; default: its own defaults."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same run.")] = 1,
    hasten: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--hasten", min=1, help="People an agent stands for; default: as the settings say."),
    ] = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Everybody one by one, or those alike together: faster with many.")
    ] = Engine.AGENTS,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File for people by day and place: .csv, .json or .parquet."),
    ] = None,
) -> None:
    """Run a scenario of flight and say how near it comes to the counts of the camps."""
    if not folder.is_dir():
        raise AskError(f"There is no folder {folder}. Name a scenario's folder, with input_csv and source_data in it.")
    with working("Running the scenario"):
        from toguna.displacement import Settings, read_scenario, read_settings, simulate

        rules = Settings() if settings is None else read_settings(settings)
        if hasten is not None:
            rules = rules.model_copy(update={"hasten": hasten})
        flight = simulate(read_scenario(folder), rules, seed, engine=engine.value)
    if to is not None:
        write_table(flight.table, to)
    else:
        _print(flight)
        rules_of = "" if settings is None else f" --settings {settings}"
        say_next(f"toguna displace run {folder}{rules_of} --to days.csv")
    made = flight.made_from
    typer.echo(f"Scenario {made.pack} {made.pack_hash[:12]}, Toguna {made.version}, run {made.run_id}.", err=True)


def _print(flight: Any) -> None:
    import pandas as pd

    from toguna.displacement import relative_difference, share_baseline

    one = flight.scenario
    counted = one.counts.people
    last = pd.DataFrame({"camp": one.counts.camps, "simulated": flight.camps[-1], "counted": counted[-1]})
    last["country"] = [one.countries[place] for place in one.camps]
    title = f"{one.name}: {one.days} days from {one.start}, {flight.fled[-1]:,.0f} people fled"
    columns = [("camp", "Camp", ""), ("country", "Country", "")]
    columns += [("simulated", "On the last day", ",.0f"), ("counted", "Counted", ",.0f")]
    print_table(last.sort_values("counted", ascending=False), title, columns, most=40)
    typer.echo(f"On the road on the last day: {flight.on_road[-1]:,.0f}")
    normal = relative_difference(flight.camps, counted)
    rescaled = relative_difference(flight.camps, counted, rescaled=True)
    typer.echo(f"Averaged relative difference, all days: {normal.mean():.3f}, rescaled {rescaled.mean():.3f}.")
    if one.days > FROM_DAY + 1:
        naive = relative_difference(share_baseline(counted, FROM_DAY), counted)[FROM_DAY + 1 :].mean()
        ours = rescaled[FROM_DAY + 1 :].mean()
        verdict = "nearer" if ours < naive else "farther off: prefer the naive share"
        typer.echo(
            f"After day {FROM_DAY}: {ours:.3f} rescaled; {naive:.3f} had each camp kept its share of day {FROM_DAY}. "
            f"The run is {verdict}."
        )
    for remark in flight.remarks:
        typer.echo(f"Note: {remark}")
