"""What each screen shows: its tables, what its map is painted with, and the question it can put to the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toguna.core.words import N_

Query = Mapping[str, object]


@dataclass(frozen=True)
class Panel:
    """A table of a view.

    Attributes
    ----------
    view : of the API
    title : caption, a word of the catalogue
    columns : shown, in order; those the view lacks are left out, and the file holds all
    query : filters beside country, month and area
    most : rows shown; the file holds all
    first_of : show only the first row of each value of this column
    group : a table for each value of this column, called by it
    of_job : rows are a result of the job
    asks : parameters that must be given before it can be shown
    chart : columns with the names and the numbers of a bar chart; none where empty
    """

    view: str
    title: str
    columns: tuple[str, ...]
    query: Query = field(default_factory=dict)
    most: int = 60
    first_of: str = ""
    group: str = ""
    of_job: bool = False
    asks: tuple[str, ...] = ()
    chart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paint:
    """What the areas of the map are painted with.

    Attributes
    ----------
    view, query : rows to paint with
    title : a word of the catalogue; "" takes it from the rows
    value, area : columns with the number and the admin 2 P-code
    add : sum rows of an area; else the first row counts
    """

    view: str
    value: str
    area: str
    title: str = ""
    query: Query = field(default_factory=dict)
    add: bool = False
    of_job: bool = False


@dataclass(frozen=True)
class Marks:
    """What lies on the map: a circle a row, or a line a road."""

    view: str
    title: str
    value: str = ""
    is_roads: bool = False
    query: Query = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A field of a form.

    Attributes
    ----------
    options : values; or the name of an API list they come from
    """

    name: str
    label: str
    options: tuple[str, ...] | str = ()
    value: str = ""
    least: int | None = None
    most: int | None = None
    is_many: bool = False


@dataclass(frozen=True)
class Screen:
    """One of the ten screens."""

    title: str
    lead: str
    panels: tuple[Panel, ...] = ()
    paint: Paint | None = None
    marks: tuple[Marks, ...] = ()
    verb: str = ""
    choices: tuple[Choice, ...] = ()
    filters: tuple[Choice, ...] = ()


def _cols(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MONTHS = Choice("months", N_("Months ahead"), value="3", least=1, most=12)
_MANDATE = Choice("mandate", N_("Mandate"), "mandates", "protect-first")
_OFFERS = Choice("contributions", N_("What is on offer"), "offers", is_many=True)
_STATES = ("", "open", "contested", "closed", "unknown")

SCREENS: dict[str, Screen] = {
    "situation": Screen(
        N_("Situation"),
        N_("The five principles in order of priority: an earlier one is never weighed against a later one."),
        (
            Panel(
                "indicators",
                N_("The five principles"),
                _cols("label area_name value unit period turn confidence why_missing"),
                {"milestone": 0},
                most=200,
                first_of="code",
                group="principle",
            ),
            Panel(
                "violence",
                N_("Deaths in organised violence by month"),
                _cols("month deaths area_name"),
                {"area_kind": "country", "type": "all", "perpetrator": "any", "sort": "-month"},
                most=24,
                chart=("month", "deaths"),
            ),
        ),
        Paint("indicators", "value", "admin2_code", query={"area_kind": "area", "milestone": 0, "code": "1.5"}),
        (Marks("camps", N_("Refugees in camps, last count"), "people"),),
        filters=(Choice("figure", N_("Map shows"), ("1.5", "1.11", "1.14"), "1.5"),),
    ),
    "risk": Screen(
        N_("Risk"),
        N_("Deaths expected from organised violence in the months ahead, by area, with the range they may fall in."),
        (
            Panel(
                "risk",
                N_("Violence expected in the months ahead"),
                _cols("name unit month mean low high chance_25 last_12 model validated"),
                {"sort": "-mean"},
                most=80,
                chart=("name", "mean"),
                of_job=True,
            ),
            Panel(
                "violence",
                N_("Deaths on record by month"),
                _cols("month deaths area_name"),
                {"area_kind": "country", "type": "all", "perpetrator": "any", "sort": "-month"},
                most=24,
                chart=("month", "deaths"),
            ),
        ),
        Paint("risk", "mean", "unit", N_("Deaths expected, all months together"), add=True, of_job=True),
        verb="forecast",
        choices=(_MONTHS,),
    ),
    "displacement": Screen(
        N_("Displacement"),
        N_("People who had to leave their homes: counted in the past, and expected in the months ahead."),
        (
            Panel(
                "arrivals",
                N_("Arrivals expected in the months ahead"),
                _cols("host site month low median high"),
                {},
                of_job=True,
            ),
            Panel(
                "camps",
                N_("Camps and sites, last count"),
                _cols("name iso3 people date capacity"),
                {"sort": "-people"},
                chart=("name", "people"),
            ),
            Panel(
                "displacement",
                N_("People displaced, and those gone back"),
                _cols("date group measure origin host place_name people"),
                {"sort": "-date"},
                most=40,
            ),
        ),
        None,
        (Marks("camps", N_("Refugees in camps, last count"), "people"),),
        verb="displace",
        choices=(
            Choice("months", N_("Months ahead"), value="3", least=1, most=24),
            Choice("runs", N_("Draws"), value="50", least=2, most=1000),
        ),
    ),
    "corridors": Screen(
        N_("Corridors"),
        N_("Roads for aid and trade by month: open, contested or closed, and the ways between two places."),
        (
            Panel(
                "corridors",
                N_("Ways between two places, the fastest first"),
                _cols("way via km hours delay_h harm chance people_served state reason"),
                chart=("via", "hours"),
                asks=("from", "to"),
            ),
            Panel("crossings", N_("Border crossings"), _cols("home_place far_place iso3 road state"), {}),
            Panel(
                "roads",
                N_("Roads"),
                _cols("road from_name to_name length_km state surface"),
                {"sort": "state"},
                most=60,
            ),
        ),
        None,
        (Marks("roads", N_("Roads by state"), is_roads=True),),
        filters=(
            Choice("from", N_("From place")),
            Choice("to", N_("To place")),
            Choice("state", N_("State of roads"), _STATES),
        ),
    ),
    "plan": Screen(
        N_("Plan"),
        N_("Who should be where to protect most people, with proof of how much better any other plan could be."),
        (
            Panel(
                "tiers",
                N_("What the plan reaches by principle, in order"),
                _cols("principle tier what achieved bound gap kept"),
                of_job=True,
            ),
            Panel(
                "postings",
                N_("Who is posted where"),
                _cols("base kind number from to deaths_lost_without"),
                of_job=True,
            ),
            Panel(
                "demands",
                N_("What is to be done, and how much of it is"),
                _cols("principle demand served asked unit share"),
                of_job=True,
            ),
            Panel(
                "unprotected",
                N_("Where most deaths are expected that nothing averts"),
                _cols("name expected averted left"),
                {},
                most=15,
                of_job=True,
            ),
        ),
        verb="plan",
        choices=(_MANDATE, _OFFERS, _MONTHS),
    ),
    "compare": Screen(
        N_("Compare"),
        N_("What mandates would mean under each principle, over the same range of assumptions, side by side."),
        (
            Panel("ranking", N_("Mandates in order"), (), of_job=True),
            Panel(
                "measures",
                N_("What each mandate would bring about"),
                _cols("mandate measure median low high best regret"),
                most=90,
                of_job=True,
            ),
            Panel("break_even", N_("At which assumptions mandates change places"), (), most=20, of_job=True),
            Panel("contributions", N_("What each contribution would add"), (), most=40, of_job=True),
        ),
        verb="compare",
        choices=(
            Choice("mandates", N_("Mandates"), "mandates", is_many=True),
            Choice("years", N_("Years simulated"), value="3", least=1, most=10),
            Choice("draws", N_("Draws"), value="200", least=20, most=10_000),
        ),
    ),
    "account": Screen(
        N_("Account"),
        N_(
            "What is on record of abuses by every force, of arms and of reintegration; in numbers, small ones withheld."
        ),
        (
            Panel(
                "political_events",
                N_("Atrocities on record"),
                _cols("date event place actor_kind deaths_min deaths_max"),
                {"kind": "atrocity", "sort": "-date"},
                chart=("place", "deaths_min"),
            ),
            Panel(
                "ddr_arms",
                N_("Published figures on disarmament and arms"),
                _cols("date kind group_name item amount amount_unit citation"),
                {"sort": "-date"},
            ),
            Panel(
                "agreements",
                N_("Peace agreements, provision by provision"),
                _cols("date agreement theme provision implementation"),
                {"sort": "-date"},
                most=40,
            ),
        ),
    ),
    "sources": Screen(
        N_("Sources"),
        N_("Where every figure comes from, under which licence, and how old it is."),
        (
            Panel(
                "sources",
                N_("Sources with licence and age"),
                _cols("title owner version licence until age_months rows"),
                most=100,
                chart=("title", "age_months"),
            ),
            Panel(
                "standards",
                N_("Humanitarian minimum standards"),
                _cols("standard sector measure_text amount value_text citation"),
                most=60,
            ),
        ),
    ),
    "brief": Screen(
        N_("Brief"),
        N_("A brief of four pages for print, by the five principles in order, with every figure's source."),
        (),
        verb="brief",
        choices=(
            Choice("language", N_("Language of the brief"), ("en", "fr"), "en"),
            Choice("ahead", N_("Months ahead"), value="0", least=0, most=12),
        ),
    ),
    "public": Screen(
        N_("Public"),
        N_("What people think should count most in doubt. Nothing about who answers is asked or kept."),
    ),
}
