"""`toguna reach`, `corridors`, `critical`, `supply` and `trade`: what is asked of the road network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from toguna.cli.terminal import AsOf, Hindsight, Pack, read, say_made, say_next, working
from toguna.cli.terminal_tables import print_table, write_table

if TYPE_CHECKING:
    from toguna.country import Country
    from toguna.network.risk import LinkRisk

SeasonOption = Annotated[str, typer.Option("--season", help="dry or wet.")]
VehicleOption = Annotated[
    str,
    typer.Option("--vehicle", "-v", help="light, lorry, convoy, ambulance, foot; reach also helicopter, transport."),
]
SitesOption = Annotated[str, typer.Option("--sites", "-s", help="health, market, airstrip, base, camp or hub.")]
ToOption = Annotated[
    Optional[Path],  # noqa: UP045  (Typer reads this form)
    typer.Option("--to", help="File to write: .csv, .json, .parquet, and .geojson or .gpkg where there are shapes."),
]


def reach(
    country: Pack,
    sites: SitesOption = "health",
    season: SeasonOption = "dry",
    vehicle: VehicleOption = "light",
    hours: Annotated[str, typer.Option("--hours", help="Limits, parted by commas.")] = "1,2,4,8",
    isochrones: Annotated[
        bool, typer.Option("--isochrones", help="With --to: write shapes of reached ground.")
    ] = False,
    to: ToOption = None,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
) -> None:
    """Count people within hours of the nearest health site, market, airstrip, base, camp or aid hub."""
    limits = _limits(hours)
    with working("Reading roads"):
        import toguna

        found = toguna.reach(read(country, as_of, hindsight), sites, season=season, by=vehicle, limits=limits)
        shapes = found.isochrones(read(country, as_of, hindsight).profile.crs) if isochrones else None
    if to is not None:
        write_table(found.table if shapes is None else shapes, to)
    else:
        columns = [("name", "Area", ""), ("people", "People", ",.0f")]
        columns += [(f"within_{one:g}h", f"within {one:g} h", ",.0f") for one in found.limits]
        order = found.table.iloc[1:].sort_values("cut_off", ascending=False)
        print_table(order, str(found), [*columns, ("cut_off", "beyond", ",.0f")])
    say_made(found.made_from)
    say_next(f"toguna corridors {country} --from CAPITAL --to PLACE")


def corridors(
    country: Pack,
    start: Annotated[str, typer.Option("--from", help="Place it starts at.")],
    end: Annotated[str, typer.Option("--to", help="Place it leads to.")],
    month: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--month", "-m", metavar="YYYY-MM", help="Month of travel; default: the newest of the pack."),
    ] = None,
    vehicle: VehicleOption = "lorry",
    season: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--season", help="dry or wet; default: by the month."),
    ] = None,
    cap: Annotated[float, typer.Option("--cap", help="Most events a convoy may expect to meet.")] = float("inf"),
    front: Annotated[bool, typer.Option("--front", help="Print the whole trade-off of time and harm.")] = False,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", "-o", help="File for the links of the ways: .csv, .json, .parquet, .geojson, .gpkg."),
    ] = None,
    hindsight: Annotated[bool, typer.Option("--hindsight", help="Use what is known today about that month.")] = False,
    ahead: Annotated[
        int, typer.Option("--ahead", min=0, max=12, help="Travel so many months later, by forecast violence.")
    ] = 0,
) -> None:
    """Find the ways between two places: fast or safe, with state, harm, delay and whom they serve."""
    with working("Searching") as say:
        import toguna

        known = read(country, month, hindsight and month is not None)
        when, risk = month, None
        if ahead:
            say("Forecasting violence")
            when, risk = _ahead(known, ahead, vehicle, season)
        found = toguna.corridors(known, start, end, month=when, by=vehicle, season=season, cap=cap, risk=risk)
    if output is not None:
        write_table(found.to_geopandas(), output)
    else:
        _print_corridors(found, front=front)
    if risk is not None:
        typer.echo(
            f"Harm is what is on record near each road, times what the forecast expects in {when} against the last "
            "twelve known months; which road is worse than another is no forecast."
        )
    if found.made_from:
        say_made(found.made_from)
    say_next(f"toguna critical {country}")


def _ahead(country: Country, months: int, vehicle: str, season: str | None) -> tuple[str, LinkRisk]:
    """Return the month so many ahead and the risk of each link then."""
    import toguna
    from toguna.forecasting.risk_ahead import link_risk_ahead
    from toguna.network.roads import read_roads
    from toguna.network.vehicles import season_of

    when = country.month + months
    roads = read_roads(country, season or season_of(when), vehicle)
    return str(when), link_risk_ahead(country, roads, toguna.forecast(country, months), when)


def _print_corridors(found: object, *, front: bool) -> None:
    from toguna.network.corridors import Corridors

    assert isinstance(found, Corridors)
    typer.echo(str(found))
    for row in found.table.itertuples():
        typer.echo(
            f"  way {row.way}: {row.people_served:,.0f} people within an hour; {row.delay_h:.1f} h longer than the "
            f"fastest; chance of meeting an event {_percent(row.chance)}; {row.ferries} ferries"
        )
        typer.echo(f"     {row.state}: {row.reason}")
    if front:
        columns = [("hours", "Hours", ".1f"), ("harm", "Harm", ".4f"), ("km", "km", ",.0f")]
        print_table(found.front, "Every way that no other beats at both", columns, most=200)
    typer.echo(
        "Harm: events a convoy expects to meet, from events on record, a partial sample. Road skeleton.", err=True
    )


def _percent(share: float) -> str:
    return f"{share:.1%}" if share == share else "unknown: no series of events reaches near that month"  # noqa: PLR0124


def critical(
    country: Pack,
    sites: SitesOption = "hub",
    season: SeasonOption = "dry",
    vehicle: VehicleOption = "lorry",
    hours: Annotated[str, typer.Option("--hours", help="Limits, parted by commas; the first orders.")] = "2,4,8",
    to: ToOption = None,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
) -> None:
    """Rank links and river crossings by the people who lose access if one closes, and the worst pairs."""
    with working("Closing every link"):
        import toguna

        found = toguna.critical_links(
            read(country, as_of, hindsight), sites, season=season, by=vehicle, limits=_limits(hours)
        )
    if to is not None:
        write_table(found.table, to)
    else:
        columns = [("from_name", "From", ""), ("to_name", "To", ""), ("mode", "Mode", "")]
        columns += [(f"lost_{one:g}h", f"lose {one:g} h", ",.0f") for one in found.limits]
        print_table(
            found.table, f"People losing a {sites} if a link closes", [*columns, ("detour_km", "detour km", ",.0f")]
        )
        pairs = [
            ("link_id", "Link", ""),
            ("other_id", "and", ""),
            ("lost", "People", ",.0f"),
            ("more", "more than alone", ",.0f"),
        ]
        print_table(found.pairs, "Worst pairs", pairs)
    say_made(found.made_from)


def supply(
    country: Pack,
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--source", help="Place outside supply comes from; may be given again."),
    ] = None,
    targets: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--target", help="Place inside it goes to; may be given again."),
    ] = None,
    routes: Annotated[int, typer.Option("--routes", min=1, help="Routes to draw.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same routes.")] = 1,
    season: SeasonOption = "dry",
    to: ToOption = None,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
) -> None:
    """Show which crossings and links plausible supply routes pass: aggregates, never a position."""
    with working("Drawing routes"):
        import numpy as np

        import toguna

        found = toguna.supply_routes(
            read(country, as_of, hindsight),
            np.random.default_rng(seed),
            sources=sources or (),
            targets=targets or (),
            routes=routes,
            season=season,
        )
    if to is not None:
        write_table(found.crossings, to)
    else:
        columns = [
            ("name", "Crossing", ""),
            ("iso3", "To", ""),
            ("share", "Share", ".1%"),
            ("low", "low", ".1%"),
            ("high", "high", ".1%"),
            ("state", "State", ""),
        ]
        print_table(found.crossings, f"Share of {found.routes:,} sampled routes over each crossing", columns)
        print_table(
            found.links,
            "Links most routes pass",
            [("from_name", "From", ""), ("to_name", "To", ""), ("share", "Share", ".1%")],
        )
    say_made(found.made_from)


def trade(country: Pack, season: SeasonOption = "dry", vehicle: VehicleOption = "lorry", to: ToOption = None) -> None:
    """Rank links by the share of modelled trade between markets that passes them."""
    with working("Loading trade on roads"):
        import toguna

        found = toguna.trade(read(country, None, False), season=season, by=vehicle)
    if to is not None:
        write_table(found.table, to)
    else:
        columns = [
            ("from_name", "From", ""),
            ("to_name", "To", ""),
            ("share", "Share of trade", ".1%"),
            ("km", "km", ",.0f"),
        ]
        print_table(found.table, f"Trade routes between {len(found.markets)} markets (gravity model)", columns)
    say_made(found.made_from)


def _limits(text: str) -> tuple[float, ...]:
    from toguna.core.errors import AskError

    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise AskError(f"{text!r} are no hours. Write them as 1,2,4,8.") from error
