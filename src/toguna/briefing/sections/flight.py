"""Principle 1 ahead: who will flee in the coming months, where they arrive, and which sites overflow."""

from __future__ import annotations

import pandas as pd

from toguna.briefing.country_map import bare_map
from toguna.briefing.maps import Camp, MapWords, draw_map
from toguna.briefing.model import Bars, Block, Cell, Figure, Section, Series, Table
from toguna.briefing.sections.build import text
from toguna.briefing.wording import Wording
from toguna.core.months import Month
from toguna.displacement.displace import Displacement

SITES_SHOWN, HOSTS_SHOWN = 10, 4


def flight(say: Wording, found: Displacement) -> Section:
    """Return the section on flight in the months ahead."""
    _ = say.language
    months = found.fleeing.months
    title = _("Flight in the months ahead: {first} to {last}").format(
        first=_.month(months[0]), last=_.month(months[-1])
    )
    blocks: tuple[Block, ...] = (
        text(_(
            "A forecast, not a count: the middle value, and in brackets the range meant to hold nine times out of ten. "
            "Places are less sure than sums."
        )),
        _by_month(say, found),
        _sites(say, found),
        _bars(say, found),
        _map(say, found),
        text(_(
            "Which site people choose is the weakest part of the forecast: the share each host has today may be as "
            "good a guide."
        ), role="note"),
    )  # fmt: skip
    return Section(title=title, principle=1, blocks=blocks)


def _hosts(found: Displacement) -> list[str]:
    """Return the hosts most arrive in, in order of their codes."""
    sums = found.arrivals[found.arrivals["site"] == "ALL"].groupby("host")["median"].sum()
    return sorted(sums.nlargest(HOSTS_SHOWN).index)


def _spread(say: Wording, low: float, middle: float, high: float) -> Cell:
    _ = say.language
    return Cell(text=f"{_.number(middle)} ({_.number(low)}–{_.number(high)})")


def _by_month(say: Wording, found: Displacement) -> Table:
    _ = say.language
    sums = found.arrivals[found.arrivals["site"] == "ALL"].set_index(["month", "host"])
    hosts = _hosts(found)
    rows = []
    for at, month in enumerate(found.fleeing.months):
        cells = [_spread(say, *sums.loc[(str(month), host), ["low", "median", "high"]]) for host in hosts]
        fled = pd.Series(found.fleeing.people[:, at]).quantile([0.05, 0.5, 0.95])
        rows.append((Cell(text=_.month(month)), *cells, _spread(say, *fled)))
    return Table(
        caption=_("New arrivals at sites abroad by month"),
        columns=(_("Month"), *(say.place_name(host) for host in hosts), _("All who flee")),
        numeric=(False, *(True for _host in hosts), True),
        rows=tuple(rows),
    )


def _sites(say: Wording, found: Displacement) -> Table:
    _ = say.language
    rows = []
    for one in found.sites.sort_values("median", ascending=False).head(SITES_SHOWN).to_dict("records"):
        planned, chance = one["capacity"], one["overflow_chance"]
        is_known = planned == planned  # noqa: PLR0124  (not a number)
        full = _.period(one["overflow_median"]) if isinstance(one["overflow_median"], str) else _("not by the end")
        rows.append(
            (
                Cell(text=f"{_(str(one['site']))} ({say.place_name(str(one['host']))})"),
                Cell(text=_.number(one["people_now"])),
                _spread(say, one["low"], one["median"], one["high"]),
                Cell(text=_.number(planned)) if is_known else say.cell(None),
                Cell(text=_.percent(chance)) if is_known else say.cell(None),
                Cell(text=full) if is_known else say.cell(None),
            )
        )
    return Table(
        caption=_("People at sites, and those that overflow"),
        columns=(_("Site"), _("Now"), _("At the end"), _("Planned for"), _("Overflows"), _("On (middle)")),
        numeric=(False, True, True, True, True, False),
        rows=tuple(rows),
    )


def _bars(say: Wording, found: Displacement) -> Bars:
    _ = say.language
    sums = found.arrivals[found.arrivals["site"] == "ALL"].set_index(["host", "month"])["median"]
    months = [str(month) for month in found.fleeing.months]
    most = max(sum(float(sums[host, month]) for host in _hosts(found)) for month in months)
    return Bars(
        caption=_("New arrivals by month and host, middle of the forecast"),
        unit=_("people in the month"),
        positions=tuple(months),
        ticks={at: _.month(Month.parse(month)) for at, month in enumerate(months)},
        series=tuple(
            Series(name=say.place_name(host), values=tuple(float(sums[host, month]) for month in months))
            for host in _hosts(found)
        ),
        alt=_("Bars of new arrivals by month; the highest month has {most}.").format(most=_.number(most)),
        missing_label=_("no data"),
    )


def _map(say: Wording, found: Displacement) -> Figure:
    _ = say.language
    one = found.scenario
    people = found.sites.set_index("site")["median"]
    camps = tuple(
        Camp(_(name), float(one.longitude[one.place(name)]), float(one.latitude[one.place(name)]), float(people[name]))
        for name in people.index
    )
    caption = _("Sites abroad and the people expected there at the end")
    words = MapWords(
        title=caption,
        alt=_("Map of the sites abroad; circles grow with the people expected. The table above holds the figures."),
        class_title="",
        classes=(),
        no_data="",
        camps=_("people expected at a site"),
        bases="",
        disclaimer=_("Boundaries and names shown do not imply endorsement or acceptance by anybody."),
        date="",
    )
    return Figure(caption=caption, svg=draw_map(bare_map(say, camps, words)), alt=words.alt)
