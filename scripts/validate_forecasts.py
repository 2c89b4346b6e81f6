"""Back-tests the forecasts on real series and writes docs/validation/forecasting.md with a picture for each.

python scripts/validate_forecasts.py [FOLDER OF EVENTS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.forecasting.backtest import Backtest, BacktestParams, backtest
from toguna.forecasting.bootstrap import compare
from toguna.forecasting.calibration import pit, pit_histogram, reliability
from toguna.forecasting.challenge import Window
from toguna.forecasting.challenge_file import write_actuals, write_submission
from toguna.forecasting.challenge_score import compare as side_by_side
from toguna.forecasting.challenge_submit import entry
from toguna.forecasting.monthly_panel import months_panel
from toguna.forecasting.panel import Panel
from toguna.forecasting.panels import panel_of_events
from toguna.forecasting.skill import by_stratum, leave_out, serve, skill_table
from toguna.sources.event_file import read_events
from toguna.sources.month_file import read_months

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "validation"
CAR_NAME = "Central African Republic"
CAR = "ucdp_ged231_car_1991_2019.csv"
COUNTRIES = "ucdp_country_month_total_1989_2024.csv"
GEDSB, BENCHMARKS = "views_country_month_gedsb_1990_2021.csv", "views_benchmarks_quantiles_2018_2021.csv"
POOLED = 6  # leads pooled in the tables
MAIN = ("zero", "last_observed", "conflictology12", "hurdle", "self_exciting", "ensemble")
CASES = (
    ("countries", "Countries, deaths in organised violence", "country", "all", None),
    ("countries-lag1", "The same, had every month been public a month later", "country", "all", 1),
    ("car-admin2", f"{CAR_NAME} by admin 2 area, deaths in one-sided violence", "admin2", "one_sided", None),
    ("car-admin2-lag1", "The same, had every month been public a month later", "admin2", "one_sided", 1),
    ("car-cell", f"{CAR_NAME} by cell, deaths in one-sided violence", "cell", "one_sided", None),
    ("car-cell-lag1", "The same, had every month been public a month later", "cell", "one_sided", 1),
    ("car-cell-attacks", f"{CAR_NAME} by cell, attacks on civilians", "cell", "attacks", None),
    ("car-admin2-civilians", f"{CAR_NAME} by admin 2 area, deaths of civilians", "admin2", "civilians", None),
)  # fmt: skip
HEAD = """# Validation: forecasts of violence

Written by `python scripts/validate_forecasts.py`. Every forecast is made from what was public at its origin, every
month an origin; the ensemble's weights come from earlier origins whose outcomes were known by then. Data: UCDP GED
(CC BY 4.0): deaths by country and month, 17 countries; events of the Central African Republic, GED 23.1. UCDP publishes
a year in June of the next, so an origin in May looks back at data 17 months old; the cases marked *a month later* show
what monthly publication would be worth. Scores are means over origins, units and leads 1 to 6; lower is better. *IGN
ratio* is to conflictology12 (own last twelve months), *CRPS ratio* to the better of zero and conflictology12, both with
the 90 % interval of a paired bootstrap in blocks of twelve months. The margin to be served is 5 % on IGN.

Choices were made on origins before 2010 only (how much the CRPS weighs in the ensemble); nothing was tuned on the
months below.
"""


def main(arguments: list[str]) -> int:
    """Write the page."""
    home = Path(arguments[0]) if arguments else ROOT.parent / "shared" / "data" / "events"
    OUT.mkdir(parents=True, exist_ok=True)
    events, _ = read_events(home / CAR)
    page, summary = [], []
    for key, title, grain, target, lag in CASES:
        panel = _panel(home, events, grain, target)
        first, last = ("2010-01", "2024-11") if grain == "country" else ("2010-01", "2018-12")
        began = time.perf_counter()
        found = backtest(panel, BacktestParams(first=first, last=last, lag=lag), workers=2)
        sys.stderr.write(f"{key}: {time.perf_counter() - began:.0f} s\n")
        (OUT / f"forecasting-{key}.svg").write_text(_picture(found), encoding="utf-8")
        skill = skill_table(found, leads=POOLED)
        summary.append((title, skill.set_index("model").loc["ensemble"]))
        page += [_section(key, title, panel, found, skill)]
    text = [HEAD, _summary(summary), *page, _challenge(home), _precise(events)]
    (OUT / "forecasting.md").write_text("\n".join(text), encoding="utf-8")
    return 0


def _panel(home: Path, events: pd.DataFrame, grain: str, target: str) -> Panel:
    if grain == "country":
        return months_panel(read_months(home / COUNTRIES, target), grain=grain, target=target)
    return panel_of_events(events, grain, target).panel


def _summary(rows: list[tuple[str, pd.Series]]) -> str:
    lines = ["\n## The ensemble in short\n", "| Case | IGN ratio | CRPS ratio | Inside 90 % |", "|---|---|---|---|"]
    for title, row in rows:
        lines.append(f"| {title} | {_ratio(row, 'ign')} | {_ratio(row, 'crps')} | {row['inside_90']:.0%} |")
    return "\n".join(lines)


def _head(*names: str) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def _ratio(row: pd.Series, name: str) -> str:
    return f"{row[f'{name}_ratio']:.3f} ({row[f'{name}_low']:.3f} to {row[f'{name}_high']:.3f})"


def _section(key: str, title: str, panel: Panel, found: Backtest, skill: pd.DataFrame) -> str:
    lines = [f"\n## {title}\n", f"{panel}. {' '.join(panel.remarks)}\n"]
    heads = ("Model", "CRPS", "IGN", "MIS 90 %", "log CRPS", "CRPS from 10", "Brier", "AP", "Recall 5", "Inside 90 %",
             "IGN ratio", "CRPS ratio")  # fmt: skip
    lines += _head(*heads)
    for row in skill.to_dict("records"):
        numbers = [f"{row[name]:.4f}" for name in ("crps", "ign", "mis", "log_crps", "crps_from_10", "brier")]
        numbers += [
            f"{row['average_precision']:.3f}",
            "" if np.isnan(row["recall_top"]) else f"{row['recall_top']:.3f}",
        ]
        numbers += [f"{row['inside_90']:.0%}", _ratio(pd.Series(row), "ign"), _ratio(pd.Series(row), "crps")]
        lines.append("| " + " | ".join([row["model"], *numbers]) + " |")
    served = serve(found, "ensemble")
    lines.append("\nServed by lead: " + ", ".join(f"{one.lead}: {one.model}" for one in served) + ".")
    lines += [
        "\n| Units that were | Months | Hit | Mean chance | IGN | CRPS | Inside 90 % |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in by_stratum(found, "ensemble").to_dict("records"):
        lines.append(f"| {row['stratum']} | {row['n']:,} | {row['hit']:.1%} | {row['chance']:.1%} | {row['ign']:.3f} "
                     f"| {row['crps']:.3f} | {row['inside_90']:.0%} |")  # fmt: skip
    if len(panel.units) > 10:
        without = leave_out(found).set_index("model").loc[list(MAIN)]
        said = [f"{name} CRPS {row['crps']:.4f}, IGN {row['ign']:.4f}" for name, row in without.iterrows()]
        lines.append(f"\nWithout the five units where conflictology12 did worst: {'; '.join(said)}.")
    lines.append("\n" + _sums(found))
    lines.append(f"\n![Skill by months ahead, reliability and PIT]({Path(f'forecasting-{key}.svg')})")
    return "\n".join(lines)


def _sums(found: Backtest) -> str:
    """Say how the sum of all units compares with what came, over all origins and leads."""
    column = found.models.index("ensemble")
    below, at_most = (found.totals[name][column].ravel().astype(float) for name in ("below", "at_most"))
    known = np.isfinite(below)
    rank = pit(below[known], at_most[known], found.params.draws, np.random.default_rng(1))
    seen, mean = np.nansum(found.outcome), np.nansum(found.of("mean", "ensemble"))
    inside = float(np.mean((rank >= 0.05) & (rank <= 0.95)))
    return (
        f"The sum of all units lay in its 90 % interval {inside:.0%} of the time; all origins and leads together the "
        f"ensemble expected {mean / seen:.2f} times what came."
    )


def _challenge(home: Path) -> str:
    panel = months_panel(read_months(home / GEDSB, "state_based"), grain="country", target="state_based")
    ids = pd.read_csv(home / BENCHMARKS).drop_duplicates("iso3").set_index("iso3")["country_id"]
    units = ids.loc[panel.units.index].to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        for year in range(2018, 2022):
            window = Window(year)
            start = panel.at(window.months[0])
            for name in ("ensemble", "conflictology12"):
                write_submission(Path(folder) / name, "cm", window, units, entry(panel, window, name=name, workers=2))
            write_actuals(Path(folder) / "actuals", "cm", window, units, panel.counts[:, start : start + 12])
        table = side_by_side(
            [Path(folder) / "ensemble", Path(folder) / "conflictology12", home / BENCHMARKS], Path(folder) / "actuals"
        )
    whole = table[table["window"] == "all"]
    lines = ["\n## Beside the recorded benchmarks of ViEWS\n",
             "Years 2018 to 2021, 17 countries, deaths in state-based violence, cut in October, months 3 to 14 ahead, "
             "as the ViEWS prediction challenge asks. Of the benchmarks only quantiles are on record, so all are "
             "compared by the pinball loss on these; lower is better.\n",
             *_head("Forecast", "Unit-months", "CRPS", "IGN", "MIS 90 %", "Pinball", "Inside 90 %")]  # fmt: skip
    for row in whole.to_dict("records"):
        crps, ign = ("" if np.isnan(row[name]) else f"{row[name]:.3f}" for name in ("crps", "ign"))
        lines.append(f"| {row['forecast']} | {row['unit_months']} | {crps} | {ign} | {row['mis']:.1f} "
                     f"| {row['pinball']:.3f} | {row['coverage']:.1%} |")  # fmt: skip
    return "\n".join(lines)


def _precise(events: pd.DataFrame) -> str:
    """Say what the cells look like with imprecise events left out, and with them put elsewhere."""
    lines = ["\n## Do imprecise events matter?\n",
             "Cells of the Central African Republic, one-sided violence, origins every third month: with the events "
             "known to an area only put into the cells one way, another way, and left out.\n",
             "| Events | Counted | IGN ratio | CRPS ratio |", "|---|---|---|---|"]  # fmt: skip
    for label, placing, precise in (("as above", 1, False), ("put elsewhere", 2, False), ("left out", 1, True)):
        panel = panel_of_events(events, "cell", "one_sided", precise_only=precise, placing=placing).panel
        found = backtest(panel, BacktestParams(first="2010-01", last="2018-12", every=3), workers=2)
        row = skill_table(found, leads=POOLED).set_index("model").loc["ensemble"]
        lines.append(f"| {label} | {panel.counts.sum():,.0f} | {_ratio(row, 'ign')} | {_ratio(row, 'crps')} |")
    return "\n".join(lines) + "\n"


def _picture(found: Backtest) -> str:
    """Return ratios by lead, reliability of the chance of any, and the PIT, side by side."""
    rng = np.random.default_rng(1)
    leads = found.params.leads
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 260" font-family="sans-serif" font-size="11">'
        '<rect width="900" height="260" fill="white"/>'
    ]
    parts.append(_frame(0, "IGN (solid) and CRPS (dashed) ratio to conflictology12, by months ahead", 1.3))
    for metric, dash in (("ign", ""), ("crps", "5,4")):
        points = []
        for column in range(len(leads)):
            now = [found.of(metric, name)[:, column] for name in ("ensemble", "conflictology12")]
            one = compare(*now, rng, ratio=True, resamples=400, level=0.9)
            x = 40 + 230 * column / (len(leads) - 1)
            y, low, high = (220 - 180 * min(v, 1.3) / 1.3 for v in (one.value, one.low, one.high))
            points.append(f"{x:.0f},{y:.1f}")
            if metric == "ign":
                parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{low:.1f}" y2="{high:.1f}" stroke="#8ab"/>')
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="#146" stroke-width="2" '
                     f'stroke-dasharray="{dash}"/>')  # fmt: skip
    level = 220 - 180 / 1.3
    parts.append(f'<line x1="40" x2="270" y1="{level:.1f}" y2="{level:.1f}" stroke="#999"/>')
    known = np.isfinite(found.outcome)
    parts.append(_frame(300, "Chance of any (across) and share hit (up)", 1.0))
    parts.append('<line x1="340" y1="220" x2="570" y2="40" stroke="#999"/>')
    for row in reliability(found.of("chance_1", "ensemble")[known], found.outcome[known] >= 0.5).to_dict("records"):
        if row["n"] >= 20:
            x, y = 340 + 230 * row["forecast"], 220 - 180 * row["observed"]
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#146"/>')
    parts.append(_frame(600, "PIT: a flat top is right", 2.0))
    rank = (found.of("below", "ensemble")[known], found.of("at_most", "ensemble")[known])
    shares = pit_histogram(*rank, found.params.draws, rng)["share"].to_numpy()
    for at, share in enumerate(shares):
        high = min(share * len(shares), 2.0) * 90
        parts.append(f'<rect x="{640 + 23 * at}" y="{220 - high:.1f}" width="22" height="{high:.1f}" fill="#7aa"/>')
    parts.append('<line x1="640" x2="870" y1="130" y2="130" stroke="#999"/>')
    return "".join([*parts, "</svg>"])


def _frame(x: int, title: str, top: float) -> str:
    """Return axes 230 wide and 180 high with a title, 0 and the top value."""
    return (
        f'<text x="{x + 40}" y="24">{title}</text><text x="{x + 34}" y="224" text-anchor="end">0</text>'
        f'<text x="{x + 34}" y="44" text-anchor="end">{top:g}</text>'
        f'<path d="M{x + 40},40 V220 H{x + 270}" fill="none" stroke="#333"/>'
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
