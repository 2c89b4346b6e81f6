"""`toguna forecast`: where civilians will be at risk, and what the models were worth so far."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperGroup

from toguna.cli.displace import ahead as arrivals_ahead
from toguna.cli.forecast_challenge import EXAMPLE, score
from toguna.cli.forecast_source import SOURCE_HELP, asked_of_file, asked_of_pack, is_file
from toguna.cli.forecast_submit import submit
from toguna.cli.terminal import AsOf, read, say_made, say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AskError
from toguna.core.progress import Progress


class _SourceFirst(TyperGroup):
    """`toguna forecast mali` is short for `toguna forecast ahead mali`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["ahead", *args]
        return list(super().parse_args(ctx, args))


forecast = typer.Typer(
    cls=_SourceFirst,
    no_args_is_help=True,
    help="Where civilians will be at risk: forecasts with their spread and the skill they showed on months unseen.",
)
forecast.command(epilog=EXAMPLE)(score)
forecast.command(epilog="Example: toguna forecast submit months.csv --target state_based --window Y2018 --to ours")(
    submit
)


class Grain(StrEnum):
    """What a forecast is for."""

    COUNTRY = "country"
    ADMIN2 = "admin2"
    CELL = "cell"
    TOWN = "town"
    PLACE = "place"
    LINK = "link"


class TargetName(StrEnum):
    """What is counted."""

    ALL = "all"
    ONE_SIDED = "one_sided"
    CIVILIANS = "civilians"
    ATTACKS = "attacks"
    STATE_BASED = "state_based"
    ARRIVALS = "arrivals"


SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help=SOURCE_HELP)]
GrainOption = Annotated[Grain, typer.Option("--grain", "-g", help="Units forecast; place and link rank only.")]
TargetOption = Annotated[
    Optional[TargetName],  # noqa: UP045  (Typer reads this form)
    typer.Option("--target", help="What is counted. Default: all by country, one_sided below. arrivals: refugees."),
]
CountryOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--country", help="With a file of events of several countries: one of them."),
]
BoundaryOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--boundary", help="With a file of events: the country's boundary; default: the events' hull."),
]
PreciseOption = Annotated[
    bool, typer.Option("--precise-only", help="With a file of events: leave out those known to admin 1 or less.")
]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Processes on this machine; same result.")]
ClusterOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--cluster", help="Address of a dask scheduler, as tcp://10.0.0.1:8786; same result."),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")]
ToOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--to", help="File for the table: .csv, .json, .parquet, .geojson or .gpkg."),
]
TABLES = ("months", "whole", "total", "skill")


@forecast.command(epilog="Example: toguna forecast mali --months 6 --grain admin2 --to risk.gpkg")
def ahead(
    source: SourceArgument,
    months: Annotated[int, typer.Option("--months", "-m", min=1, max=12, help="Months ahead.")] = 6,
    grain: GrainOption = Grain.COUNTRY,
    target: TargetOption = None,
    model: Annotated[str, typer.Option("--model", help="Served where it earns it.")] = "ensemble",
    table: Annotated[str, typer.Option("--table", "-t", help=f"With --to: {', '.join(TABLES)}.")] = "months",
    country: CountryOption = None,
    boundary: BoundaryOption = None,
    draws: Annotated[int, typer.Option("--draws", min=100, max=10_000, help="Draws.")] = 1000,
    seed: SeedOption = 1,
    workers: WorkersOption = 1,
    cluster: ClusterOption = None,
    to: ToOption = None,
    as_of: AsOf = None,
) -> None:
    """Say what is at risk in the months ahead, and what the model served was worth on months it had not seen."""
    if table not in TABLES:
        raise AskError(f"There is no table {table!r}. Choose one of {', '.join(TABLES)}.")
    if target is TargetName.ARRIVALS:
        arrivals_ahead(source, months=months, runs=min(draws, 100), seed=seed, workers=workers, cluster=cluster, to=to,
                       as_of=as_of)  # fmt: skip
        return
    with working("Reading") as say:
        from toguna.core.months import Month
        from toguna.forecasting.forecast import forecast as verb
        from toguna.forecasting.forecast import forecast_panel

        shared: dict[str, Any] = {
            "candidate": model,
            "draws": draws,
            "seed": seed,
            "workers": workers,
            "cluster": cluster,
        }
        kind = None if target is None else target.value
        if is_file(source):
            asked, origin, made = asked_of_file(source, grain.value, kind, country, boundary, False)
            origin = origin if as_of is None else Month.parse(as_of)
            found = forecast_panel(asked.panel, origin, months, made, progress=_told(say), **shared)
        else:
            found = verb(
                read(source, as_of, False), months, grain=grain.value, target=kind, progress=_told(say), **shared
            )
    if to is not None:
        _write(found, table, to)
    else:
        _print_ahead(found)
        say_next(f"toguna forecast backtest {source} --grain {grain.value}")
    say_made(found.made_from)


def _write(found: Any, table: str, to: Path) -> None:
    if table == "skill":
        write_table(found.skill, to)
    elif table != "months":
        write_table(getattr(found, table), to)
    elif to.suffix.lower() in {".geojson", ".gpkg"}:
        write_table(found.to_geopandas(), to)
    else:
        write_table(found.table, to)


def _told(say: Callable[[str], None]) -> Progress:
    def told(done: int, total: int, what: str) -> None:
        say(f"Back-testing the {what}: {done / total:.0%}")

    return told


def _print_ahead(found: Any) -> None:
    typer.echo(str(found))
    chances = [("chance_1", ">= 1", ".0%"), ("chance_10", ">= 10", ".0%"), ("chance_25", ">= 25", ".0%")]
    spread = [("mean", "Mean", ",.1f"), ("low", "5 %", ",.0f"), ("high", "95 %", ",.0f"), *chances]
    if len(found.units) == 1:
        columns = [("month", "Month", ""), *spread, ("last_12", "Last 12", ",.1f"), ("model", "Served", "")]
        print_table(found.table, "By month; the last 12 known months' mean beside it", columns)
    else:
        print_table(found.total, "All units together, by month", [("month", "Month", ""), *spread])
        columns = [("unit", "Unit", ""), ("name", "Name", ""), *spread, ("last_12", "Last 12", ",.2f")]
        title = f"Units with most at risk, {found.months[0]} to {found.months[-1]}; last 12 months' mean beside it"
        print_table(found.whole.sort_values("mean", ascending=False), title, columns)
    for one in found.served:
        typer.echo(f"{one.lead} months ahead: {one.model} ({one.why})")
    if len(found.skill):
        print_skill(found.skill)
    for remark in found.remarks:
        typer.echo(f"Note: {remark}")


def print_skill(table: Any) -> None:
    """Print mean scores by model, the baselines' among them."""
    columns = [("model", "Model", ""), ("crps", "CRPS", ",.4f"), ("ign", "IGN", ",.4f"), ("mis", "MIS 90 %", ",.2f")]
    columns += [("brier", "Brier", ".4f"), ("average_precision", "AP", ".2f"), ("recall_top", "Recall 5", ".2f")]
    columns += [("inside_90", "In 90 %", ".0%"), ("ign_ratio", "IGN ratio", ".3f"), ("crps_ratio", "CRPS ratio", ".3f")]
    columns += [("crps_low", "5 %", ".3f"), ("crps_high", "95 %", ".3f")]
    shown = [one for one in columns if table[one[0]].notna().any()]
    print_table(table, f"Skill on {table['n'].iloc[0]:,} months unseen: the lower the better", shown)
    typer.echo("IGN ratio: to conflictology12. CRPS ratio: to the better of zero and conflictology12, 90 % interval.")


@forecast.command(epilog="Example: toguna forecast backtest ged231.csv --grain cell --first 2010-01 --last 2018-12")
def backtest(
    source: SourceArgument,
    grain: GrainOption = Grain.COUNTRY,
    target: TargetOption = None,
    first: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--first", metavar="YYYY-MM", help="First origin; default: 108 months before the last."),
    ] = None,
    last: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--last", metavar="YYYY-MM", help="Last origin; default: the last with an outcome."),
    ] = None,
    months: Annotated[int, typer.Option("--months", "-m", min=1, max=12, help="Leads 1 to so many months.")] = 12,
    lag: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--lag", min=0, max=24, help="Take months as public so long after; default: when they were."),
    ] = None,
    every: Annotated[int, typer.Option("--every", min=1, max=12, help="Months between origins.")] = 1,
    country: CountryOption = None,
    boundary: BoundaryOption = None,
    precise_only: PreciseOption = False,
    seed: SeedOption = 1,
    workers: WorkersOption = 1,
    cluster: ClusterOption = None,
    to: ToOption = None,
    as_of: AsOf = None,
) -> None:
    """Judge every model on months it had not seen, from what was public at each origin."""
    with working("Reading") as say:
        from toguna.forecasting.backtest import BacktestParams
        from toguna.forecasting.backtest import backtest as verb
        from toguna.forecasting.skill import by_stratum, leave_out, serve, skill_table

        kind = None if target is None else target.value
        if is_file(source):
            asked, _, _ = asked_of_file(source, grain.value, kind, country, boundary, precise_only)
        else:
            _, asked = asked_of_pack(source, grain.value, kind, as_of)
        panel = asked.panel
        end = last or str(panel.last.back(1))
        params = BacktestParams(
            first=first or str(panel.last.back(109)),
            last=end,
            leads=tuple(range(1, months + 1)),
            lag=lag,
            every=every,
            seed=seed,
        )
        found = verb(panel, params, workers=workers, cluster=cluster, progress=_told(say))
        skill = skill_table(found, seed=seed)
    if to is not None:
        write_table(skill, to)
        return
    typer.echo(f"{panel}; origins {found.origins[0]} to {found.origins[-1]}, leads 1 to {months}")
    print_skill(skill)
    columns = [("stratum", "Units that were", ""), ("n", "Months", ",d"), ("hit", "Hit", ".1%")]
    columns += [("chance", "Chance", ".1%"), ("ign", "IGN", ".3f"), ("crps", "CRPS", ".3f")]
    columns += [("inside_90", "In 90 %", ".0%")]
    print_table(by_stratum(found, "ensemble"), "The ensemble by how active units had been", columns)
    if len(panel.units) > 10:
        print_table(leave_out(found), "Without the five units where conflictology12 did worst",
                    [("model", "Model", ""), ("crps", "CRPS", ",.4f"), ("ign", "IGN", ",.4f")])  # fmt: skip
    for one in serve(found, "ensemble", seed=seed):
        typer.echo(f"{one.lead} months ahead, all units: {one.model} ({one.why})")
    for remark in panel.remarks:
        typer.echo(f"Note: {remark}")
