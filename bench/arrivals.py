"""How forecasts of arrivals from a shipped pack, as of each month, did against the rises counted later.

python -m bench.arrivals
"""

import numpy as np

from toguna.core.months import Month
from toguna.country import read_country
from toguna.displacement.arrivals import FRESH, baseline, camp_rises, forecast_arrivals
from toguna.displacement.lagged_counts import crps

PACK = "mali"
SPANS = ((Month(2012, 5), 43), (Month(2017, 9), 43))  # first month, months: while camps are counted
BASELINES = ("last value", "mean", "zero", "own history", "last value or own history")
DRAWS = 400


def cases(country, first, count, rng):
    """Yield the span's cases: month, outcomes of up to six months after it, draws by candidate."""
    later = camp_rises(country.seen_from(first + count))
    for month in (first + step for step in range(count)):
        ahead = [month + step for step in range(1, 7) if month + step in later]
        known = country.seen_from(month)
        rises = camp_rises(known)
        if not ahead or len(rises) < 3 or month.since(max(rises)) > FRESH:
            continue
        history = np.array([rises[one] for one in sorted(rises)])
        people = forecast_arrivals(known, 6, draws=DRAWS).people[:, [one.since(month) - 1 for one in ahead]]
        draws = {"model": people.astype(float)}
        draws |= {name: baseline(name, "camp counts", history, DRAWS, len(ahead), rng) for name in BASELINES}
        yield np.array([later[one] for one in ahead]), draws


def main():
    """Print one line a span and candidate."""
    country, rng = read_country(PACK), np.random.default_rng(7)
    for first, count in SPANS:
        found = {}
        for seen, draws in cases(country, first, count, rng):
            for name, one in draws.items():
                low, lower, middle, upper, high = np.quantile(one, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
                inside = [(seen >= a) & (seen <= b) for a, b in ((lower, upper), (low, high))]
                found.setdefault(name, []).append(np.column_stack([crps(one.T, seen), abs(middle - seen), *inside]))
        print(f"{PACK}, from {first}, 1-6 months ahead, people a month")
        for name, parts in found.items():
            mean = np.concatenate(parts).mean(axis=0)
            print(
                f"  {name:26} CRPS {mean[0]:8,.0f}  MAE {mean[1]:8,.0f}  50%: {mean[2]:.2f}  90%: {mean[3]:.2f}"
                f"  n {sum(map(len, parts))}"
            )


if __name__ == "__main__":
    main()
