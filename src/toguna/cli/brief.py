"""`toguna brief`."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from toguna.cli.terminal import AsOf, Hindsight, LanguageOption, Pack, read, say_made, say_next, working
from toguna.core.errors import AskError, DataError

if TYPE_CHECKING:
    from toguna.briefing.sections.compare_asked import Compared
    from toguna.country import Country
    from toguna.forecasting.forecast import Forecast
    from toguna.planning.mandate import Mandate
    from toguna.planning.plan import Plan
    from toguna.planning.resources import Contribution

_PLANNED = 3  # months
_REACH = 12  # months ahead that violence is forecast for
_WORKERS = 4
_YEARS = 3.0
_DRAWS = 1_000


def brief(
    country: Pack,
    to: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(
            "--to", help="File to write, .pdf, .html or .docx; may be given again. Default: a PDF and an HTML here."
        ),
    ] = None,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
    language: LanguageOption = "en",
    ahead: Annotated[
        int,
        typer.Option(
            "--ahead", min=0, max=24, help="Months of flight and, to 12, of violence to forecast, a section each."
        ),
    ] = 0,
    plan: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--plan",
            metavar="MANDATE",
            help="Adds pages on a plan of the next three months under this mandate; names as in `toguna plan`.",
        ),
    ] = None,
    contributions: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--contributions",
            "-c",
            help="With --plan: what is on offer, as in `toguna plan`; with --compare: whose addition is measured; "
            "again for more.",
        ),
    ] = None,
    compare: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--compare",
            metavar="MANDATES",
            help="Adds pages that set mandates side by side over three years; names with commas between, or all.",
        ),
    ] = None,
    years: Annotated[
        float, typer.Option("--years", min=0.25, max=10, help="With --compare: years simulated.")
    ] = _YEARS,
    draws: Annotated[int, typer.Option("--draws", min=100, help="With --compare: draws of the assumptions.")] = _DRAWS,
) -> None:
    """Write a brief of at most four pages, by the five principles in order; more with --ahead, --plan, --compare."""
    if contributions and plan is None and compare is None:
        raise AskError("--contributions needs --plan or --compare: the mandates, for example --plan protect-first.")
    asked = _asked(plan, contributions) if plan is not None else None
    side_by_side = _asked_compare(compare, contributions) if compare is not None else None
    remarks: list[str] = []
    with working("Reading the pack") as say:
        import toguna

        found = read(country, as_of, hindsight)
        say("Assessing by the five principles")
        picture = toguna.assess(found)
        flight, risk = None, []
        if ahead:
            say("Forecasting flight")
            flight = toguna.displace(found, months=ahead, runs=100)
            risk = _risk(found, ahead, say, remarks.append)
        proposed = _plan(found, asked, risk, say) if asked is not None else None
        compared = _compared(found, side_by_side, years, draws, say) if side_by_side is not None else None
        say("Writing")
        stem = f"{found.pack}-{found.month}-{language}"
        written = toguna.brief(
            found, picture, flight, risk,
            plan=proposed, compared=compared, to=to or [Path(f"{stem}.pdf"), Path(f"{stem}.html")], language=language,
        )  # fmt: skip
    for path in written:
        typer.echo(f"Wrote {path} ({path.stat().st_size / 1000:,.0f} kB)")
    for remark in remarks:
        typer.echo(f"Note: {remark}", err=True)
    say_made(picture.made_from)
    say_next(f"toguna explain 1.1-ALL --country {country}")


def _risk(found: Country, ahead: int, say: Callable[[str], None], note: Callable[[str], None]) -> list[Forecast]:
    """Return the forecast of violence for the country and for its areas; where one cannot be had, note why."""
    import toguna
    from toguna.forecasting.forecast import to_areas
    from toguna.forecasting.panels import whole_file

    months = min(ahead, _REACH)
    if ahead > months:
        note(f"Violence is forecast for {months} months at most; flight for {ahead}.")
    forecasts: list[Forecast] = []
    for grain, of in (("country", "the country"), ("admin2", "its areas")):
        say(f"Forecasting violence in {of}")

        def told(done: int, total: int, what: str, of: str = of) -> None:
            say(f"Forecasting violence in {of}: back-testing the {what}, {done / total:.0%}")

        try:
            if forecasts and whole_file(found).empty:
                forecasts.append(to_areas(found, forecasts[0]))
                continue
            forecasts.append(
                toguna.forecast(found, months, grain=grain, workers=min(os.cpu_count() or 1, _WORKERS), progress=told)
            )
        except (AskError, DataError) as error:
            note(f"No forecast of violence in {of}: {error}")
    return forecasts


def _asked(mandate: str, contributions: list[str] | None) -> tuple[Mandate, list[Contribution]]:
    """Return mandate and contributions by their names, before anything slow is done."""
    from toguna.planning.plan import DEFAULT_OFFERS
    from toguna.planning.read_mandate import read_mandate
    from toguna.planning.resources import read_contribution

    return read_mandate(mandate), [read_contribution(one) for one in contributions or DEFAULT_OFFERS]


def _plan(
    found: Country,
    asked: tuple[Mandate, list[Contribution]],
    forecasts: list[Forecast],
    say: Callable[[str], None],
) -> Plan:
    """Return the plan of the next months; a forecast by area made for the brief is used where it covers just these."""
    import toguna

    def told(done: int, total: int, what: str) -> None:
        say(f"Planning: {what}, {done} of {total}")

    say("Planning")
    made = [one for one in forecasts if one.panel.grain == "admin2" and len(one.months) == _PLANNED]
    workers = min(os.cpu_count() or 1, _WORKERS)
    return toguna.plan(found, made[0] if made else None, *asked, months=_PLANNED, workers=workers, progress=told)


def _asked_compare(mandates: str, contributions: list[str] | None) -> tuple[list[Mandate], list[Contribution]]:
    """Return mandates and contributions by their names, before anything slow is done."""
    from toguna.planning.read_mandate import mandate_names, read_mandate
    from toguna.planning.resources import read_contribution

    names = mandate_names() if mandates == "all" else [one.strip() for one in mandates.split(",") if one.strip()]
    return [read_mandate(one) for one in names], [read_contribution(one) for one in contributions or ()]


def _compared(
    found: Country,
    asked: tuple[list[Mandate], list[Contribution]],
    years: float,
    draws: int,
    say: Callable[[str], None],
) -> Compared:
    """Return mandates side by side, with the questions answered that the pages put."""
    import toguna
    from toguna.briefing.sections.compare_asked import ask

    def told(done: int, total: int, what: str) -> None:
        say(f"Comparing mandates: {what}, {done} of {total}")

    say("Comparing mandates")
    mandates, contributions = asked
    workers = min(os.cpu_count() or 1, _WORKERS)
    side_by_side = toguna.compare(
        found, mandates, contributions, years=years, draws=draws, workers=workers, progress=told
    )
    samples = 2 ** int(math.log2(draws / 4))  # a power of 2; 99 blocks of these are run
    return ask(side_by_side, contributions, samples=samples, progress=told)
