"""Tables of a comparison by name: those it holds, and those reckoned from it when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from toguna.core.errors import AskError
from toguna.core.progress import Progress

NOTHING = "nothing"
_FIRST_CHOICE = ("search-and-destroy", "protect-first")
_UNITS = {"process": "share"}  # of what is told month by month; all else is people
# Columns shown on a screen; files hold all.
ON_SCREEN = {
    "ranking": ("place", "mandate", "decided_at", "tolerance", "unit", "place_low", "place_high"),
    "decisions": ("winner", "loser", "principle", "median", "q05", "q95", "unit", "probability", "flips"),
    "would-change": ("winner", "loser", "kind", "what", "now", "at", "then"),
    "spread": ("mandate", "measure", "median", "q05", "q95", "unit", "probability_best", "regret_mean"),
    "authority": ("mandate", "kind", "says", "date", "source"),
    "contributions": ("mandate", "contribution", "measure", "median", "low", "high", "unit", "probability_better",
                      "per_million"),
    "break-even": ("title", "half", "median", "q05", "q95", "crosses", "above_half", "worse_as_drawn"),
    "decides": ("title", "first_order", "total", "total_low", "total_high", "confidence"),
    "futures": ("title", "low", "high", "unit", "quasi_p"),
    "assumptions": ("title", "low", "high", "unit", "confidence", "raises", "lowers", "neither"),
    "findings": ("parameter", "side", "says", "source", "basis"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What tables that are reckoned from a comparison need beside it.

    Attributes
    ----------
    between : two mandates; None for search-and-destroy and protect-first where both were compared, else those that come
        last and first
    measure : in which the two are set against each other
    samples : draws in a block of the Sobol indices, a power of 2
    seed : of what is drawn anew
    progress : called as the work goes on
    """

    between: tuple[str, str] | None
    measure: str
    samples: int
    seed: int
    progress: Progress

    def two(self, found: Any) -> tuple[str, str]:
        """Return the two mandates set against each other."""
        if self.between is not None:
            return self.between
        if set(_FIRST_CHOICE) <= set(found.outcome.mandates):
            return _FIRST_CHOICE
        order = list(found.ranking.order["mandate"])
        return order[-1], order[0]


def table_of(name: str, found: Any, asked: Asked) -> tuple[Any, str]:
    """Return a table of a comparison by name, and what is to be said above it."""
    return _TABLES[name](found, asked)


def pair_of(between: str | None, mandates: list[str]) -> tuple[str, str] | None:
    """Return the two mandates named with a comma between them; None where none are.

    Raises
    ------
    AskError
        They are not two, or one of them is not compared.
    """
    if between is None:
        return None
    names = [one.strip() for one in between.split(",")]
    known = [NOTHING, *mandates]
    if len(names) != 2 or names[0] == names[1]:
        raise AskError(f"--between takes two mandates, not {between!r}. Write for instance {known[-1]},{known[0]}.")
    for one in names:
        if one not in known:
            raise AskError(f"--between: {one!r} is not compared. Choose two of {', '.join(known)}.")
    return names[0], names[1]


def _held(name: str) -> Callable[[Any, Asked], tuple[Any, str]]:
    return lambda found, _: (getattr(found, name), "")


def _decisions(found: Any, _: Asked) -> tuple[Any, str]:
    import pandas as pd

    from toguna.comparison.ranking import Decision

    columns = list(Decision.__dataclass_fields__)
    return pd.DataFrame([asdict(one) for one in found.ranking.decisions], columns=columns), ""


def _would_change(found: Any, _: Asked) -> tuple[Any, str]:
    from toguna.comparison.ranking import what_would_change

    return what_would_change(found.outcome, found.ranking), ""


def _places(found: Any, _: Asked) -> tuple[Any, str]:
    places = found.ranking.places
    named = places.set_axis([f"place_{one}" for one in places.columns], axis=1).reset_index()
    return named, "Share of draws in which each mandate has each place; a shared place is shared out."


def _contributions(found: Any, _: Asked) -> tuple[Any, str]:
    if found.contributions.empty:
        raise AskError("No contribution was asked about. Name one, for instance --contributions canada-2013.")
    return found.contributions, "What each adds, draw by draw, positive where better; for US$ million where it costs."


def _missing(found: Any, _: Asked) -> tuple[Any, str]:
    import numpy as np
    import pandas as pd

    from toguna.comparison.contributions import missing

    rows = [
        (name, one)
        for name, effort in found.efforts.items()
        for one in missing(effort, float(np.nanmedian(found.outcome.of(name, "process"))))
    ]
    words = "" if rows else "Under no mandate do parts lack what they need to work."
    return pd.DataFrame(rows, columns=["mandate", "missing"]), words


def _other_orders(found: Any, asked: Asked) -> tuple[Any, str]:
    from toguna.comparison.other_orders import other_orders

    words = "Stands beside the ranking, never instead of it: no amount of one principle buys another."
    return other_orders(found.outcome, seed=asked.seed), words


def _break_even(found: Any, asked: Asked) -> tuple[Any, str]:
    from toguna.comparison.break_even import sentence, summary
    from toguna.comparison.explore import titles, tried, turning_points

    a, b = asked.two(found)
    points = turning_points(found, a, b, asked.measure, tried(found), asked.progress)
    title, unit = titles(found.assumptions)
    said = [
        sentence(one, title=title[name], unit=unit[name], a=f"outcomes under {a}", b=f"outcomes under {b}")
        for name, one in points.items()
    ]
    table = summary(points)
    table.insert(1, "title", table["parameter"].map(title))
    return table, "\n".join(said)


def _decides(found: Any, asked: Asked) -> tuple[Any, str]:
    from toguna.comparison.explore import what_decides

    a, b = asked.two(found)
    table = what_decides(found, a, b, asked.measure, samples=asked.samples, seed=asked.seed, progress=asked.progress)
    words = (
        f"Share of the variance of {_words(asked.measure)}, {a} less {b}, that each assumption explains by itself, and "
        "that would be left if all but it were known."
    )
    return table, words


def _futures(found: Any, asked: Asked) -> tuple[Any, str]:
    import pandas as pd

    from toguna.comparison.explore import futures, titles

    a, b = asked.two(found)
    asked.progress(0, 1, "looking for futures")
    box = futures(found, a, b, asked.measure)
    title, unit = titles(found.assumptions)
    limits = {} if box.chosen is None else box.chosen.limits
    quasi = {} if box.chosen is None else box.chosen.quasi_p
    rows = [(name, title[name], low, high, unit[name], quasi.get(name)) for name, (low, high) in limits.items()]
    words = box.says(title, unit, what=f"{a} is worse than {b} in {_words(asked.measure)}")
    return pd.DataFrame(rows, columns=["parameter", "title", "low", "high", "unit", "quasi_p"]), (
        f"{words} In all futures looked at it is so in {100 * box.base:.0f} %."
    )


def _hangs_on(found: Any, asked: Asked) -> tuple[Any, str]:
    from toguna.comparison.explore import hangs_on

    table = hangs_on(found, asked.progress)
    first = table[table["place"] == 1].groupby("case", sort=False)["mandate"].agg(", ".join)
    says = [f"{case}: {who} first" for case, who in first.items() if who != first["as drawn"]]
    changed = f"Otherwise {'; '.join(says)}." if says else "No mechanism left out, nor the adverse set, changes that."
    return table, f"As drawn, {first['as drawn']} comes first. {changed}"


def _assumptions(found: Any, _: Asked) -> tuple[Any, str]:
    import pandas as pd

    rows = []
    for one in found.assumptions:
        sides = [it.side for it in one.sources]
        low, high = one.range90
        rows.append(
            {"parameter": one.name, "title": one.title, "unit": one.unit, "low": low, "high": high,
             "least": one.bounds[0], "most": one.bounds[1], "confidence": one.confidence,
             "mechanism": one.mechanism.words, **{side: sides.count(side) for side in ("raises", "lowers", "neither")},
             "disputed": one.disputed, "judgement": one.judgement}
        )  # fmt: skip
    judged = sum(one.judged for one in found.assumptions)
    words = f"{len(rows)} assumptions with their 90 % range; {judged} rest on judgement alone."
    return pd.DataFrame(rows), words


def _findings(found: Any, _: Asked) -> tuple[Any, str]:
    import pandas as pd

    rows = [
        (one.name, one.title, it.side, it.says, it.source, it.basis.value, it.quotable)
        for one in found.assumptions
        for it in one.sources
    ]
    columns = ["parameter", "title", "side", "says", "source", "basis", "quotable"]
    return pd.DataFrame(rows, columns=columns), ""


def _monthly(found: Any, asked: Asked) -> tuple[Any, str]:
    import numpy as np
    import pandas as pd

    from toguna.comparison.simulate import MONTHLY
    from toguna.comparison.spread import HIGH, LOW, finite_draws

    outcome, rows = found.outcome, []
    used = finite_draws(outcome.values)
    for at, mandate in enumerate(outcome.mandates):
        asked.progress(at, len(outcome.mandates), f"months of {mandate}")
        # One mandate at a time, for the months of all draws take much room.
        low, median, high = np.quantile(outcome.monthly[at][used], [LOW, 0.5, HIGH], axis=0)
        rows += [
            (mandate, month, name, _UNITS.get(name, "people"), *(float(it[when, what]) for it in (median, low, high)))
            for when, month in enumerate(outcome.months)
            for what, name in enumerate(MONTHLY)
        ]
    return pd.DataFrame(rows, columns=["mandate", "month", "measure", "unit", "median", "q05", "q95"]), ""


def _outcomes(found: Any, _: Asked) -> tuple[Any, str]:
    return found.outcome.table(), ""


def _astray(found: Any, _: Asked) -> tuple[Any, str]:
    many = len(found.outcome.parameters)
    return found.astray.reset_index(names="draw"), (
        f"{len(found.astray):,} of {many:,} draws left the range of numbers and are left out under every mandate."
        if len(found.astray)
        else f"None of {many:,} draws left the range of numbers."
    )


def _words(measure: str) -> str:
    from toguna.comparison.measures import MEASURES, column

    return MEASURES[column(measure)].words


_TABLES: dict[str, Callable[[Any, Asked], tuple[Any, str]]] = {
    "ranking": lambda found, _: (found.ranking.order, ""),
    "decisions": _decisions,
    "would-change": _would_change,
    "places": _places,
    "spread": _held("spread"),
    "authority": _held("authority"),
    "contributions": _contributions,
    "missing": _missing,
    "other-orders": _other_orders,
    "break-even": _break_even,
    "decides": _decides,
    "futures": _futures,
    "hangs-on": _hangs_on,
    "assumptions": _assumptions,
    "findings": _findings,
    "monthly": _monthly,
    "outcomes": _outcomes,
    "astray": _astray,
}
TABLES = tuple(_TABLES)
