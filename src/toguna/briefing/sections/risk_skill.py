"""What the forecast was worth on months unseen, and why what is served is served."""

from __future__ import annotations

import math
from itertools import groupby
from typing import Any

from toguna.briefing.model import Cell, Paragraph, Table
from toguna.briefing.sections.build import text
from toguna.briefing.sections.risk_words import model_name, span
from toguna.briefing.wording import Wording
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.forecasting.forecast import Forecast
from toguna.forecasting.skill import BASELINES, MARGIN, Served

MODELS_SHOWN = 4  # of lowest IGN; the baselines and what is served always
_CAPTIONS = {
    "country": N_("Skill of forecasts for the country on months unseen"),
    "admin2": N_("Skill of forecasts for its areas on months unseen"),
}
# Why something is served at a lead.
_WHY = {
    "earned": N_(
        "Served: {model}. Its IGN was {gain} below that of the baseline, {baseline}, and its CRPS above it by no "
        "more than luck, if at all."
    ),
    "as well": N_(
        "The baseline does as well: it is served, {baseline}. The IGN of {model} was not {margin} below that of the "
        "baseline."
    ),
    "luck": N_("The baseline does as well: it is served, {baseline}. That the IGN of {model} was lower may be luck."),
    "worse": N_("The baseline is served, {baseline}: the CRPS of {model} was above that of the better baseline."),
    "unjudged": N_("The baseline is served, {baseline}: too few months are known to judge any model."),
}


def why_served(say: Wording, found: Forecast) -> list[Paragraph]:
    """Return one paragraph on what is served and why, and on how many months unseen it was judged on."""
    _ = say.language
    leads = list(zip(found.months, found.served, strict=True))
    groups = [list(group) for _key, group in groupby(leads, key=lambda lead: (lead[1].model, _why(lead[1])))]
    candidate = str(found.made_from.parameters.get("candidate", "ensemble"))
    said = []
    for group in groups:
        sentence = _sentence(say, group, candidate)
        when = span(say, [month for month, _one in group])
        said.append(_("{label}: {subject}").format(label=when, subject=sentence) if len(groups) > 1 else sentence)
    if len(found.skill):
        judged = _("Judged on {n} forecasts of months unseen when they were made, from data as old as now.")
        said.append(judged.format(n=_.number(float(found.skill["n"].max()))))
    return [text(" ".join(said))]


def _why(one: Served) -> str:
    if math.isnan(one.ign.value):
        return "unjudged"
    if one.model != one.baseline:
        return "earned"
    if one.ign.value > 1 - MARGIN:
        return "as well"
    return "luck" if one.ign.high > 1 else "worse"


def _sentence(say: Wording, group: list[tuple[Month, Served]], candidate: str) -> str:
    _ = say.language
    first = group[0][1]
    why = _why(first)
    gains = sorted(1 - one.ign.value for _month, one in group if why == "earned")
    shown = list(dict.fromkeys(_.percent(gain) for gain in (gains[0], gains[-1]))) if gains else []
    return _(_WHY[why]).format(
        model=model_name(say, first.model if why == "earned" else candidate),
        baseline=model_name(say, first.baseline),
        gain="–".join(shown),
        margin=_.percent(MARGIN),
    )


def skill(say: Wording, found: Forecast) -> Table | None:
    """Return the scores of the best models, of the baselines and of what is served; None where nothing was judged."""
    if found.skill.empty:
        return None
    _ = say.language
    table = found.skill.sort_values("ign", kind="stable")
    served = {one.model for one in found.served}
    kept = {*table["model"].head(MODELS_SHOWN), *BASELINES, *served}
    rows = tuple(_line(say, row, served) for row in table[table["model"].isin(kept)].to_dict("records"))
    return Table(
        caption=_(_CAPTIONS[found.panel.grain]),
        columns=(_("Model"), "CRPS", "IGN", _("In the 90% range"), _("IGN against {other}").format(other=BASELINES[1])),
        numeric=(False, True, True, True, True),
        rows=rows,
        note=_(
            "CRPS: how far forecasts lay from what came; IGN: how little chance they gave it. Of both, lower is better."
            " In brackets what luck allows (90%). Shown: the best of {n} models by IGN, and the baselines."
        ).format(n=len(table)),
    )


def _line(say: Wording, row: dict[Any, Any], served: set[str]) -> tuple[Cell, ...]:
    _ = say.language
    name = str(row["model"])
    label, bold = model_name(say, name), name in served
    if name in BASELINES:
        label = _("{model}, baseline").format(model=label)
    if bold:
        label = _("{model}, served").format(model=label)
    ratio = _.number(row["ign_ratio"], 2)
    if name != BASELINES[1]:
        ratio += f" ({_.number(row['ign_low'], 2)}–{_.number(row['ign_high'], 2)})"
    digits = 1 if row["crps"] >= 10 else 3
    cells = (_.number(row["crps"], digits), _.number(row["ign"], 2), _.percent(row["inside_90"]), ratio)
    return (Cell(text=label, bold=bold), *(Cell(text=one, bold=bold) for one in cells))
