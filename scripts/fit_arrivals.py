"""Fits and back-tests arrivals and returns on the real upstream files, and prints the tables.

python scripts/fit_arrivals.py           prints the back-tests
python scripts/fit_arrivals.py --write   also writes src/toguna/displacement/arrivals.yaml
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import minimize

from toguna.displacement import read_scenario
from toguna.displacement.arrivals import baseline, camp_predictors, flow_predictors
from toguna.displacement.lagged_counts import LAGS, Floats, Hurdle, crps, lagged
from toguna.displacement.returns import LAST_RATE, ReturnsCoefficients, is_quiet, mean_rate, sums_of_12

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
OUT = ROOT / "src" / "toguna" / "displacement" / "arrivals.yaml"
# Origins of which the UNHCR files hold every host; for other origins they hold the neighbours only.
WHOLE = ["BFA", "CIV", "DZA", "GIN", "LBY", "MLI", "MRT", "NER", "SEN"]
FIRST, LAST, JUDGED_FROM, HORIZONS, DRAWS = 1989, 2025, 2013, 4, 400
BASELINES = ["last value", "mean", "zero", "own history", "last value or own history"]
FLIGHTS = {
    "mali2012": "MLI",
    "burundi2015": "BDI",
    "tigray2020": "ETH",
    "car2013": "CAF",
    "ssudan2013": "SSD",
    "mali2017_adm1": "MLI",
}
UNHCR = "UNHCR Refugee Population Statistics Database (CC BY 4.0)"
UCDP = "UCDP GED 25.1 or later, deaths by country and month (CC BY 4.0)"
SCORES = ["crps", "mae", "within_50", "within_90"]


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(text + "\n")


def score(draws: Floats, seen: Floats, slack: float = 0.0) -> Floats:
    """Return CRPS, absolute error of the median, and whether the outcome lies within 50 % and 90 %, a row a case."""
    low, lower, middle, upper, high = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95], axis=-1)
    inside = [(seen >= a - slack) & (seen <= b + slack) for a, b in ((lower, upper), (low, high))]
    return np.column_stack([crps(draws, seen), np.abs(middle - seen), *inside]).astype(float)


def fit_hurdle(rows: Floats, people: Floats) -> Hurdle:
    """Return the hurdle fit: logistic chance and log-normal size, both with a ridge."""
    some, columns = people > 0, rows.shape[1]

    def loss(b: Floats) -> float:
        return float(-(some * (rows @ b) - np.logaddexp(0, rows @ b)).sum() + 0.025 * (b**2).sum())

    chance = minimize(loss, np.zeros(columns), method="L-BFGS-B").x
    sized, logs = rows[some], np.log1p(people[some])
    size = np.linalg.solve(sized.T @ sized + np.diag(np.r_[0.01, np.ones(columns - 1)]), sized.T @ logs)
    sigma = np.sqrt(((logs - sized @ size) ** 2).sum() / max(1, some.sum() - columns))
    ceiling = np.log1p(people.max()) + np.log(2)
    rounded = [tuple(round(float(one), 4) for one in part) for part in (chance, size)]
    return Hurdle(rounded[0], rounded[1], round(float(sigma), 4), round(float(ceiling), 3))


def row_of(fit: Hurdle) -> list[float]:
    """Return a fit as the row arrivals.yaml holds."""
    return [*fit.chance, *fit.size, fit.sigma, fit.ceiling]


# --- yearly flows -----------------------------------------------------------------------------------------------


def panel() -> tuple[Floats, Floats]:
    """Return flows (years, countries) and deaths (years, 12, countries) from 1989."""
    flows = pd.read_csv(DATA / "displacement" / "unhcr_flows.csv")
    flows = flows[flows["coo_iso"] != flows["coa_iso"]].groupby(["year", "coo_iso"])["refugees"].sum().unstack()
    people = flows.reindex(index=range(FIRST, LAST + 1), columns=WHOLE).fillna(0.0).to_numpy()
    deaths = pd.read_csv(DATA / "events" / "ucdp_country_month_total_1989_2024.csv")
    table = deaths.pivot_table(index="month", columns="iso3", values="fatalities_best")[WHOLE]
    return people, table.to_numpy(dtype=float).reshape(-1, 12, len(WHOLE))


def felt(deaths: Floats, year: int, ahead: Floats, decay: float) -> Floats:
    """Return lagged deaths of the last year of `ahead` (months, ...), which follow on year number `year`."""
    past = deaths[year, 12 - LAGS :]
    past = past.reshape(past.shape + (1,) * (ahead.ndim - past.ndim)) + np.zeros((LAGS, *ahead.shape[1:]))
    return lagged(np.concatenate([past, ahead]), decay)[-12:].sum(axis=0)


def known_rows(people: Floats, deaths: Floats, upto: int, step: int, decay: float) -> tuple[Floats, Floats]:
    """Return predictors and outcomes of all cases whose outcome lies in or before year number `upto`."""
    rows, seen = [], []
    for year in range(2, min(upto, len(deaths) - 1) - step + 1):
        ahead = deaths[year + 1 : year + 1 + step].reshape(-1, len(WHOLE))
        rows.append(flow_predictors(felt(deaths, year, ahead, decay), people[year]))
        seen.append(people[year + step])
    return np.concatenate(rows), np.concatenate(seen)


def flow_cases(people: Floats, deaths: Floats, step: int, decay: float) -> Floats:
    """Return scores of the model by case (target year first), refitted each year on years known by then."""
    rng, found = np.random.default_rng(1), []
    for year in range(11, min(len(deaths), len(people) - step)):
        fit = fit_hurdle(*known_rows(people, deaths, year, step, decay))
        ahead = deaths[year][rng.integers(0, 12, (12 * step, DRAWS))].transpose(0, 2, 1)
        last = np.repeat(people[year][:, None], DRAWS, 1)
        rows = flow_predictors(felt(deaths, year, ahead, decay), last)
        draws = fit.people(rows, rng.standard_normal((*rows.shape[:2], 2)))
        scores = score(draws, people[year + step])
        found.append(np.column_stack([np.full(len(WHOLE), FIRST + year + step), scores]))
    return np.concatenate(found)


def naive_cases(people: Floats, years: int, step: int, name: str) -> Floats:
    """Return scores of a baseline by case (target year first)."""
    rng, found = np.random.default_rng(2), []
    for year in range(11, min(years, len(people) - step)):
        draws = np.stack(
            [baseline(name, "yearly flows", people[: year + 1, c], DRAWS, 1, rng)[:, 0] for c in range(len(WHOLE))]
        )
        scores = score(draws, people[year + step])
        found.append(np.column_stack([np.full(len(WHOLE), FIRST + year + step), scores]))
    return np.concatenate(found)


def line(label: str, cases: Floats) -> str:
    """Return one printed line of mean scores."""
    mean = cases.mean(axis=0)
    return f"{label:44} CRPS {mean[0]:9.4g}  MAE {mean[1]:9.4g}  50%: {mean[2]:.2f}  90%: {mean[3]:.2f}  n {len(cases)}"


def choose_decay(people: Floats, deaths: Floats) -> float:
    """Return the decay with the lowest CRPS one year ahead, on years before those judged on."""
    say(f"\nYEARLY FLOWS: chosen on 2001-{JUDGED_FROM - 1}, one year ahead")
    scores: dict[float, float] = {}
    for decay in (0.0, 0.3, 0.6, 0.8, 0.9):
        cases = flow_cases(people, deaths, 1, decay)
        cases = cases[cases[:, 0] < JUDGED_FROM, 1:]
        say(line(f"decay {decay:g}", cases))
        scores[decay] = float(cases[:, 0].mean())
    return min(scores, key=lambda one: scores[one])


def by_year_interval(model: Floats, other: Floats, years: Floats) -> str:
    """Return the 90 % interval of the difference in CRPS when whole years are drawn again."""
    rng, unique = np.random.default_rng(3), np.unique(years)
    by_year = np.array([(model - other)[years == year].mean() for year in unique])
    again = by_year[rng.integers(0, len(unique), (2000, len(unique)))].mean(axis=1)
    low, high = np.quantile(again, [0.05, 0.95])
    return f"model less baseline {by_year.mean():.0f}, 90 %: {low:.0f} to {high:.0f}"


def yearly_part(people: Floats, deaths: Floats, evenness: float) -> dict[str, Any]:
    """Return the section `yearly flows` and print its back-test."""
    decay = choose_decay(people, deaths)
    say(f"\nYEARLY FLOWS: judged on {JUDGED_FROM}-{LAST}, {len(WHOLE)} countries, people a year")
    rows: list[list[Any]] = []
    for step in range(1, HORIZONS + 1):
        tables = {"model": flow_cases(people, deaths, step, decay)}
        tables |= {one: naive_cases(people, len(deaths), step, one) for one in BASELINES}
        judged = {label: cases[cases[:, 0] >= JUDGED_FROM] for label, cases in tables.items()}
        for label, cases in judged.items():
            say(line(f"{step} ahead, {label}", cases[:, 1:]))
            by_country = cases[:, 1].reshape(-1, len(WHOLE)).mean(axis=0).round().astype(int).tolist()
            say(f"  CRPS by country: {dict(zip(WHOLE, by_country, strict=True))}")
            mean = cases[:, 1:].mean(axis=0)
            rows.append([step, label, *np.round(mean[:2], 0).tolist(), *np.round(mean[2:], 2).tolist(), len(cases)])
        rest = min(BASELINES, key=lambda one: judged[one][:, 1].mean())
        say(f"  {by_year_interval(judged['model'][:, 1], judged[rest][:, 1], judged['model'][:, 0])} ({rest})")
        cases = flow_cases(people, 0 * deaths, step, decay)
        say(line("  not served: model without violence", cases[cases[:, 0] >= JUDGED_FROM, 1:]))
    fits = {
        year: [
            row_of(fit_hurdle(*known_rows(people, deaths, year - FIRST, step, decay)))
            for step in range(1, HORIZONS + 1)
        ]
        for year in range(2000, FIRST + len(deaths))
    }
    return {
        "source": f"{UNHCR}; {UCDP}",
        "licence": "CC BY 4.0",
        "fitted": f"1991 to the year named, {', '.join(WHOLE)}; judged on {JUDGED_FROM}-{LAST}",
        "decay": decay,
        "rho": year_to_year(people, deaths, decay),
        "evenness": evenness,
        "skill": {"columns": ["horizon", "candidate", *SCORES, "n"], "rows": rows},
        "fits": fits,
    }


def year_to_year(people: Floats, deaths: Floats, decay: float) -> float:
    """Return the correlation of residuals one and two years ahead of the same origin."""
    residuals = []
    for step in (1, 2):
        rows, seen = known_rows(people, deaths, len(deaths) - 1, step, decay)
        fit = fit_hurdle(rows, seen)
        one = np.where(seen > 0, np.log1p(seen) - rows @ np.array(fit.size), np.nan)
        residuals.append(one.reshape(-1, len(WHOLE)))
    first, second = residuals[0][: len(residuals[1])], residuals[1]
    return correlation(first, second)


def correlation(first: Floats, second: Floats) -> float:
    """Return the correlation where both are there, at least 0, to two digits."""
    both = np.isfinite(first) & np.isfinite(second)
    return round(max(0.0, float(np.corrcoef(first[both], second[both])[0, 1])), 2)


# --- counts by month --------------------------------------------------------------------------------------------


def flights() -> dict[str, Floats]:
    """Return by scenario the rise of the total in 30 days, people."""
    found = {}
    for name in FLIGHTS:
        one = read_scenario(DATA / "displacement" / "flee" / name)
        marks = np.minimum(np.arange(one.days // 30 + 1) * 30, one.days - 1)
        found[name] = np.maximum(np.diff(one.counts.total[marks]), 0.0)
    return found


def month_rows(series: list[Floats]) -> tuple[Floats, Floats]:
    """Return predictors and outcomes of all cases up to six months ahead."""
    cases = [
        (camp_predictors(one[:t]), one[t + step]) for one in series for t in range(3, len(one)) for step in range(6)
        if t + step < len(one)
    ]  # fmt: skip
    return np.array([row for row, _ in cases]), np.array([seen for _, seen in cases])


def monthly_part(counted: dict[str, Floats]) -> dict[str, Any]:
    """Return the section `camp counts` and print its back-test, each country left out of its fit."""
    say("\nCOUNTS BY MONTH: six flights, own country left out of the fit, 1-6 months ahead, people a month")
    rng = np.random.default_rng(4)
    found: dict[str, list[Floats]] = {label: [] for label in ("model", *BASELINES)}
    flight: list[str] = []
    for name, rises in counted.items():
        fit = fit_without(counted, FLIGHTS[name])
        for t in range(3, len(rises)):
            seen = rises[t : t + 6]
            row = np.broadcast_to(np.array(camp_predictors(rises[:t])), (len(seen), DRAWS, 3))
            found["model"].append(score(fit.people(row, rng.standard_normal((len(seen), DRAWS, 2))), seen))
            for label in BASELINES:
                draws = baseline(label, "camp counts", rises[:t], DRAWS, len(seen), rng).T
                found[label].append(score(draws, seen))
            flight += [name] * len(seen)
    rows: list[list[Any]] = []
    for label, parts in found.items():
        cases = np.concatenate(parts)
        mean = cases.mean(axis=0)
        say(line(label, cases))
        by_flight = {name: round(cases[np.array(flight) == name, 0].mean()) for name in counted}
        say(f"  CRPS by flight: {by_flight}")
        rows.append(["1-6", label, *np.round(mean[:2], 0).tolist(), *np.round(mean[2:], 2).tolist(), len(cases)])
    fits = {code: row_of(fit_without(counted, code)) for code in ("none", *sorted(set(FLIGHTS.values())))}
    return {
        "source": "UNHCR counts of six flights as in Flee's validation scenarios (BSD-3-Clause)",
        "licence": "BSD-3-Clause; counts CC BY 4.0",
        "fitted": "2012-2021, " + ", ".join(counted),
        "rho": month_to_month(counted, fits["none"]),
        "skill": {"columns": ["horizon", "candidate", *SCORES, "n"], "rows": rows},
        "fits": fits,
    }


def fit_without(counted: dict[str, Floats], code: str) -> Hurdle:
    """Return the fit on the flights of all countries but one."""
    return fit_hurdle(*month_rows([rises for name, rises in counted.items() if FLIGHTS[name] != code]))


def month_to_month(counted: dict[str, Floats], row: list[float]) -> float:
    """Return the correlation of residuals one and two months ahead of the same origin."""
    first, second = [], []
    for rises in counted.values():
        for t in range(3, len(rises) - 1):
            level = float(np.array(camp_predictors(rises[:t])) @ np.array(row[3:6]))
            pair = [np.log1p(one) - level if one > 0 else np.nan for one in rises[t : t + 2]]
            first.append(pair[0])
            second.append(pair[1])
    return correlation(np.array(first), np.array(second))


def evenness_of_months(counted: dict[str, Floats]) -> float:
    """Return the Dirichlet concentration of a month in 12 whose variation matches windows of 12 counted months."""
    squares = []
    for rises in counted.values():
        for start in range(0, len(rises) - 11, 12):
            window = rises[start : start + 12]
            squares.append((window.std() / window.mean()) ** 2)
    return round(float((11 / np.mean(squares) - 1) / 12), 3)


# --- returns ----------------------------------------------------------------------------------------------------


def return_rates() -> pd.DataFrame:
    """Return yearly return rates of origins with 100 deaths or more in a year of the ten before."""
    stock = pd.read_csv(DATA / "displacement" / "unhcr_population.csv")
    back = pd.read_csv(DATA / "displacement" / "unhcr_solutions.csv")
    deaths = pd.read_csv(DATA / "events" / "ucdp_country_month_total_1989_2024.csv")
    table = deaths.pivot_table(index="month", columns="iso3", values="fatalities_best")
    rows = stock.groupby(["coo_iso", "year"])["refugees"].sum().rename("stock").reset_index()
    rows["year"] = rows["year"].astype(int) + 1
    went = back.groupby(["coo_iso", "year"])["returned_refugees"].sum().rename("returned").reset_index()
    rows = rows.merge(went.astype({"year": int}), how="left").fillna({"returned": 0.0})
    rows = rows[rows["coo_iso"].isin(table.columns) & rows["year"].between(1992, LAST) & (rows["stock"] >= 1000)].copy()
    rows["rate"] = np.minimum(rows["returned"] / rows["stock"], 1.0)
    pairs = zip(rows["coo_iso"], rows["year"], strict=True)
    before = [table[code].to_numpy(dtype=float)[: (year - FIRST) * 12] for code, year in pairs]
    rows["quiet"] = [is_quiet(deaths) for deaths in before]
    rows["peak"] = [sums_of_12(deaths[-132:]).max() for deaths in before]
    rows = rows.sort_values(["coo_iso", "year"])
    by_origin = rows.groupby("coo_iso")
    rows["last"] = by_origin["rate"].shift(1).where(by_origin["year"].diff() == 1)
    return rows[rows["peak"] >= 100].reset_index(drop=True)


Form = tuple[float, float, float, float]


def fit_rate(rows: pd.DataFrame, form: str) -> Form:
    """Return the quasi-binomial logit fit, and the precision of the beta spread that has the variance about it."""
    rate = rows["rate"].to_numpy()
    quiet, last = predictors(rows, rows["rate"].mean())
    terms = np.column_stack([np.ones(len(rows)), quiet * ("quiet origin" in form), np.sqrt(last) * (LAST_RATE in form)])

    def loss(b: Floats) -> float:
        return float(-(rate * (terms @ b) - np.logaddexp(0, terms @ b)).sum() + 0.01 * (b[1:] ** 2).sum())

    intercept, step, slope = (round(float(one), 3) for one in minimize(loss, [-2.5, 0.0, 0.0], method="L-BFGS-B").x)
    mean = mean_rate((intercept, step, slope, 0.0), quiet, last)
    precision = float((mean * (1 - mean)).mean() / ((rate - mean) ** 2).mean() - 1)
    return intercept, step, slope, round(max(0.3, precision), 3)


def predictors(rows: pd.DataFrame, usual: float) -> tuple[Any, Floats]:
    """Return whether the origin is quiet and last year's rate, the usual one where it is not known."""
    return rows["quiet"].to_numpy(dtype=bool), rows["last"].fillna(usual).to_numpy(dtype=float)


def splits(rows: pd.DataFrame) -> dict[str, Iterator[tuple[pd.DataFrame, pd.DataFrame]]]:
    """Return pairs of rows to fit on and to judge on, by kind of back-test."""
    code, year = rows["coo_iso"], rows["year"]
    return {
        "country left out": ((rows[code != one], rows[code == one]) for one in code.unique()),
        "rolling origin": ((rows[year < one], rows[year == one]) for one in range(2003, LAST + 1)),
    }


def returns_part() -> dict[str, Any]:
    """Return the section `returns` and print its back-test."""
    rows = return_rates()
    say(f"\nRETURNS: share of refugees who return in a year, {len(rows)} years of {rows['coo_iso'].nunique()} origins")
    forms = ["constant rate", "quiet origin", "fitted last rate", "quiet origin and last rate"]
    found: list[list[Any]] = []
    for test in splits(rows):
        for form in [*forms, LAST_RATE]:
            rng, cases = np.random.default_rng(6), []
            for known, new in splits(rows)[test]:
                quiet, last = predictors(new, known["rate"].mean())
                if form == LAST_RATE:
                    draws = last[:, None]
                else:
                    fit = fit_rate(known, form)
                    mean = mean_rate(fit, quiet, last)
                    draws = rng.beta(mean * fit[3], (1 - mean) * fit[3], (DRAWS, len(new))).T
                cases.append(score(draws, new["rate"].to_numpy(), slack=0.005))
            together = np.concatenate(cases)
            say(line(f"{test}: {form}", together))
            found.append([test, form, *np.round(together.mean(axis=0), 4).tolist(), len(together)])
    fits = {form: fit_rate(rows, form) for form in forms}
    columns = ["test", "form", *SCORES, "n"]
    used = ReturnsCoefficients(fits, pd.DataFrame(found, columns=columns))
    say(f"served: {used.served(last_known=False)}; where last year is known: {used.served(last_known=True)}")
    for quiet in (False, True):
        rate = rows.loc[rows["quiet"] == quiet, "rate"]
        say(f"  quiet {quiet}: {len(rate)} years, mean {rate.mean():.3f}, median {rate.median():.3f}")
    return {
        "source": f"{UNHCR}: returned refugees over refugees at the start of the year; {UCDP}",
        "licence": "CC BY 4.0",
        "fitted": f"1992-{LAST}, {rows['coo_iso'].nunique()} origins with 100 deaths in a year of the ten before",
        "forms": {form: list(fit) for form, fit in fits.items()},
        "skill": {"columns": columns, "rows": found},
    }


HEAD = """# Coefficients of arrivals and returns, made by scripts/fit_arrivals.py; not written by hand.
# A row of `fits`: chance of anybody fleeing (logit), log(1 + people) where anybody flees, its standard deviation,
# the largest log(1 + people) a draw may reach. Columns of the first two: one, then log(1 + x) of lagged deaths of the
# year and the last flow (yearly flows), or of the last month and the mean of the last 12 (camp counts).
# Yearly flows: by the last year a fit knows, a row for each year ahead, so that no past month is forecast with what
# came later. Camp counts: by the country left out of the fit.
# A row of `forms`: intercept, step for a quiet origin, slope on the root of last year's rate (logit), beta precision.
"""


def main(arguments: list[str]) -> int:
    """Print all tables; write the file where asked."""
    counted = flights()
    found = {
        "yearly flows": yearly_part(*panel(), evenness_of_months(counted)),
        "camp counts": monthly_part(counted),
        "returns": returns_part(),
    }
    if "--write" in arguments:
        text = yaml.safe_dump(found, sort_keys=False, width=116, default_flow_style=None, allow_unicode=True)
        OUT.write_text(HEAD + text, encoding="utf-8")
        say(f"\nwrote {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
