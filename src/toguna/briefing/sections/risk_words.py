"""How a forecast of violence is put into words: models, chances, ranges, and whether more or less than of late."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from toguna.briefing.model import Arrow, Turn
from toguna.briefing.wording import Wording
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.forecasting.forecast import Forecast

MODELS = {
    "ensemble": N_("weighted mix of all models"),
    "zero": N_("no violence at all"),
    "conflictology": N_("own last {months} months again"),
    "conflictology12_near": N_("last 12 months again, own and neighbours’"),
    "global_pool": N_("own last months, and a few of all others"),
    "last_observed": N_("last month again"),
    "hurdle": N_("decision trees in two steps"),
    "negative_binomial": N_("own past, smoothed"),
    "self_exciting": N_("violence that breeds violence"),
}
ALLOCATED = N_("allocated, not validated")
_LIKELY = 2 / 3  # IPCC, guidance on uncertainty: likely from 66 %, unlikely up to 33 %, about as likely as not between
_SURE = 0.995  # from here on a share of draws would be rounded to all of them
_TRENDS = {
    Arrow.UP: (N_("up"), Turn.WORSE),
    Arrow.STEADY: (N_("about even"), Turn.NEITHER),
    Arrow.DOWN: (N_("down"), Turn.BETTER),
}


def model_name(say: Wording, name: str) -> str:
    """Return a model in words, with the name it has on the command line in brackets; a stranger's name stays."""
    window = re.fullmatch(r"conflictology(\d+)", name)
    label = MODELS.get("conflictology" if window else name)
    if label is None:
        return name
    words = say.language(label)
    return f"{words.format(months=window[1]) if window else words} ({name})"


def chance(say: Wording, share: float) -> str:
    """Return a chance in per cent; never none and never certain, since draws are few."""
    _ = say.language
    if share >= _SURE:
        return ">" + _.percent(0.99)
    return _.percent(max(share, 1e-6))


def expected(say: Wording, value: float) -> str:
    """Return an expected number, with a decimal where it is small."""
    return say.language.number(value, 0 if value >= 10 else 1)


def spread(say: Wording, low: float, high: float) -> str:
    """Return the 90 % range in whole numbers."""
    return f"{say.language.number(low)}–{say.language.number(high)}"


def trend(say: Wording, draws: npt.NDArray[np.floating], past: Sequence[float]) -> tuple[str, float, Arrow, Turn]:
    """Return in a word whether more is to be expected than of late, the chance of more, an arrow, and good or bad.

    The chance is that of a draw above one of the past numbers picked at random, a tie counting half: where the past
    comes again it is a half, however uneven the past was.

    Parameters
    ----------
    draws : of one number
    past : what it was of late
    """
    before = np.asarray(past, dtype=float)[:, None]
    more = float((draws > before).mean() + (draws == before).mean() / 2)
    arrow = Arrow.UP if more >= _LIKELY else Arrow.DOWN if more <= 1 - _LIKELY else Arrow.STEADY
    word, turn = _TRENDS[arrow]
    return say.language(word), more, arrow, turn


def span(say: Wording, months: Sequence[Month]) -> str:
    """Return the first and the last of some months, or the only one."""
    _ = say.language
    if len(months) == 1:
        return _.month(months[0])
    return _("{first} to {last}").format(first=_.month(months[0]), last=_.month(months[-1]))


def cited(say: Wording, found: Forecast) -> str:
    """Return what made a figure that has no number of the assessment."""
    _ = say.language
    return _("Toguna forecast, run {run}").format(run=found.made_from.run_id)


def command(say: Wording, found: Forecast) -> str:
    """Return what to type for the same forecast again; "" where the command line cannot ask for it."""
    made, country = found.made_from, say.assessment.country
    asked = made.parameters
    if made.pack != country.pack or country.hindsight:
        return ""
    grain = found.panel.grain
    target = "all" if grain == "country" or found.allocated else "one_sided"
    usual = {"grain": "country", "target": target, "candidate": "ensemble", "draws": 1000, "seed": 1}
    given = {**asked, "grain": grain, "target": found.panel.target, "seed": made.seed}
    options = [f" --months {len(found.months)}"]
    options += [
        f" --{'model' if name == 'candidate' else name} {given[name]}"
        for name, value in usual.items()
        if given.get(name, value) != value
    ]
    options += [f" --as-of {country.as_of}"] if country.as_of is not None else []
    return f"toguna forecast {made.pack}" + "".join(options)
