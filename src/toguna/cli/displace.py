"""`toguna displace`: people on the move."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperGroup

from toguna.cli.calibrate import calibrate
from toguna.cli.terminal import AsOf, Pack, read, say_made, say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AskError


class _PackFirst(TyperGroup):
    """`toguna displace mali` is short for `toguna displace ahead mali`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["ahead", *args]
        return list(super().parse_args(ctx, args))


displace = typer.Typer(
    cls=_PackFirst,
    no_args_is_help=True,
    help="People on the move: who will flee a country and where to, and scenarios of flight beside what was counted.",
)
displace.command(epilog="Example: toguna displace calibrate mali2012 --until 100 --to calibrated.yml")(calibrate)
ToOption = Annotated[
    Optional[Path],  # noqa: UP045  (Typer reads this form)
    typer.Option("--to", help="File for the table: .csv, .json or .parquet."),
]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Processes on this machine; same result.")]
ClusterOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--cluster", help="Address of a dask scheduler, as tcp://10.0.0.1:8786; same result."),
]
TABLES = ("arrivals", "sites", "roads", "needs")


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
    sort_dates: Annotated[
        bool, typer.Option("--sort-dates", help="Put dates of counts in order instead of refusing them.")
    ] = False,
    runs: Annotated[int, typer.Option("--runs", min=1, help="Runs; with more than one, 90 % intervals.")] = 1,
    workers: WorkersOption = 1,
    cluster: ClusterOption = None,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File for people by day and place: .csv, .json or .parquet."),
    ] = None,
) -> None:
    """Run a scenario of flight and say how near it comes to the counts of the camps."""
    if not folder.is_dir():
        raise AskError(f"There is no folder {folder}. Name a scenario's folder, with input_csv and source_data in it.")
    with working("Running the scenario") as say:
        from toguna.displacement import Settings, read_scenario, read_settings, simulate
        from toguna.displacement.ensemble import ensemble

        rules = Settings() if settings is None else read_settings(settings)
        if hasten is not None:
            rules = rules.model_copy(update={"hasten": hasten})
        one = read_scenario(folder, sort_dates=sort_dates)
        many = None
        if runs == 1:
            flight = simulate(one, rules, seed, engine=engine.value)
        else:
            many = ensemble(
                one,
                rules,
                runs=runs,
                seed=seed,
                engine=engine.value,
                workers=workers,
                cluster=cluster,
                progress=lambda done: say(f"Running the scenario: {done:.0%}"),
            )
            flight = many.first
    if to is not None:
        write_table(flight.table if many is None else many.table, to)
    else:
        _print(flight, many)
        rules_of = "" if settings is None else f" --settings {settings}"
        say_next(f"toguna displace run {folder}{rules_of} --to days.csv")
    made = flight.made_from
    typer.echo(f"Scenario {made.pack} {made.pack_hash[:12]}, Toguna {made.version}, run {made.run_id}.", err=True)


def _print(flight: Any, many: Any) -> None:
    import numpy as np
    import pandas as pd

    from toguna.displacement import relative_difference, share_baseline

    one = flight.scenario
    counted = one.counts.people
    last = pd.DataFrame({"camp": one.counts.camps, "simulated": flight.camps[-1], "counted": counted[-1]})
    last["country"] = [one.countries[place] for place in one.camps]
    title = f"{one.name}: {one.days} days from {one.start}, {flight.fled[-1]:,.0f} people fled"
    columns = [("camp", "Camp", ""), ("country", "Country", "")]
    columns += [("simulated", "On the last day", ",.0f")]
    if many is not None:
        last["simulated"] = np.median(many.camps[:, -1], axis=0)
        last["low"], last["high"] = np.quantile(many.camps[:, -1], (0.05, 0.95), axis=0)
        columns += [("low", "5 %", ",.0f"), ("high", "95 %", ",.0f")]
    columns += [("counted", "Counted", ",.0f")]
    print_table(last.sort_values("counted", ascending=False), title, columns, most=40)
    typer.echo(f"On the road on the last day: {flight.on_road[-1]:,.0f}")
    camps = flight.camps if many is None else many.camps.mean(axis=0)
    normal = relative_difference(camps, counted)
    rescaled = relative_difference(camps, counted, rescaled=True)
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


@displace.command(epilog="Example: toguna displace mali --as-of 2013-02 --months 6 --table sites --to sites.csv")
def ahead(
    country: Pack,
    months: Annotated[int, typer.Option("--months", "-m", min=1, max=24, help="Months ahead.")] = 6,
    runs: Annotated[int, typer.Option("--runs", min=2, help="Draws of the forecast, each run once.")] = 100,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")] = 1,
    workers: WorkersOption = 1,
    cluster: ClusterOption = None,
    table: Annotated[str, typer.Option("--table", "-t", help=f"With --to: {', '.join(TABLES)}.")] = "arrivals",
    to: ToOption = None,
    as_of: AsOf = None,
) -> None:
    """Say who will flee a country in the months ahead, where they arrive, by which roads, and what they need."""
    if table not in TABLES:
        raise AskError(f"There is no table {table!r}. Choose one of {', '.join(TABLES)}.")
    with working("Reading the pack") as say:
        from toguna.displacement.displace import displace as verb

        found = verb(
            read(country, as_of, False),
            months=months,
            runs=runs,
            seed=seed,
            workers=workers,
            cluster=cluster,
            progress=lambda done: say(f"Running: {done:.0%}"),
        )
    if to is not None:
        write_table(getattr(found, table), to)
    else:
        _print_ahead(found)
        say_next(f"toguna displace {country}{f' --as-of {as_of}' if as_of else ''} --table needs --to needs.csv")
    say_made(found.made_from)


def _print_ahead(found: Any) -> None:
    total = found.fleeing.people.sum(axis=1)
    months = found.fleeing.months
    low, middle, high = (float(one) for one in _quantiles(total))
    typer.echo(f"{months[0]} to {months[-1]}: {middle:,.0f} people flee abroad (90 %: {low:,.0f} to {high:,.0f}).")
    spread = [("low", "low", ",.0f"), ("median", "median", ",.0f"), ("high", "high", ",.0f")]
    by_host = found.arrivals[found.arrivals["site"] == "ALL"]
    columns = [("host", "Host", ""), ("month", "Month", ""), *spread, ("share_kept", "Share kept", ",.0f")]
    print_table(by_host, "New arrivals at sites, by host country and month (90 % interval)", columns, most=40)
    columns = [("host", "Host", ""), ("site", "Site", ""), ("people_now", "Now", ",.0f"), *spread]
    columns += [("capacity", "Planned for", ",.0f"), ("overflow_chance", "Overflows", ".0%")]
    columns += [("overflow_median", "by", "")]
    print_table(found.sites.sort_values("median", ascending=False), f"At sites by the end of {months[-1]}", columns, 30)
    columns = [("from", "From", ""), ("to", "To", ""), ("km", "km", ",.0f"), *spread]
    print_table(found.roads, "People on each road", columns, most=10)
    for remark in found.remarks:
        typer.echo(f"Note: {remark}")


def _quantiles(values: Any) -> Any:
    import numpy as np

    return np.quantile(values, (0.05, 0.5, 0.95))
