"""Speed and proof of coverage: the optimum beside spopt's time to build and solve, and the gap of a large instance.

python -m bench.planning
"""

import os
import time
import warnings

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from toguna.planning import max_cover

BOX = (1250.0, 1100.0)  # km, about as large as Mali
CENTRES, SPREAD, LOOSE = 40, 70.0, 0.15  # towns lie around so many centres, km from them, a share anywhere
KMH, DETOUR, HOURS = 45.0, 1.4, 2.0
SMALL, LARGE = (3_000, 300, 20), (20_000, 1_000, 60)  # places, sites, sites to choose
SEEDS = range(1, 6)
PROMISED_SHARE = 0.1  # of spopt's time
PROMISED_GAP, SECONDS = 0.015, 60.0


def instance(places, sites, seed=1):
    """Return people of made-up places and which sites reach them in time, as CSR; where all of them lie, km."""
    rng = np.random.default_rng(seed)
    centres, share = rng.random((CENTRES, 2)) * BOX, rng.dirichlet(np.ones(CENTRES))

    def points(number):
        at = centres[rng.choice(CENTRES, number, p=share)] + rng.normal(0, SPREAD, (number, 2))
        free = rng.random(number) < LOOSE
        at[free] = rng.random((free.sum(), 2)) * BOX
        return np.clip(at, 0, BOX)

    homes, posts = points(places), points(sites)
    near = [np.asarray(one, int) for one in cKDTree(homes).query_ball_point(posts, HOURS * KMH / DETOUR)]
    columns = np.repeat(np.arange(sites), [len(one) for one in near])
    covers = csr_matrix((np.ones(len(columns), bool), (np.concatenate(near), columns)), shape=(places, sites))
    return rng.lognormal(4, 1.3, places).round(), covers, homes, posts


def spopt(weights, homes, posts, p):
    """Return the value spopt reaches and the seconds it takes to build the model and to solve it with CBC."""
    import pulp
    from scipy.spatial.distance import cdist
    from spopt.locate import MCLP

    hours = cdist(homes, posts) * DETOUR / KMH
    began = time.perf_counter()
    model = MCLP.from_cost_matrix(hours, weights, HOURS, p_facilities=p)
    built = time.perf_counter()
    model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0))
    return model.problem.objective.value(), built - began, time.perf_counter() - built


def cover() -> None:
    """Print our time to the optimum and spopt's, then the gap where the optimum is out of reach."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine {load} on {os.cpu_count()} cores")
    max_cover(*instance(300, 60)[:2], 5)  # compiles
    places, sites, p = SMALL
    shares = []
    for seed in SEEDS:
        weights, covers, homes, posts = instance(places, sites, seed)
        plan = max_cover(weights, covers, p)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value, build, solve = spopt(weights, homes, posts, p)
        shares.append(plan.seconds / (build + solve))
        print(
            f"{places:,} x {sites:,}, p={p}, {covers.nnz:,} pairs: {plan}; spopt {value:,.0f}, "
            f"build {build:.2f} s, solve {solve:.2f} s: ours takes 1/{1 / shares[-1]:.0f} of it"
        )
    print(f"  largest share 1/{1 / max(shares):.0f}, promised 1/{1 / PROMISED_SHARE:.0f}")
    places, sites, p = LARGE
    weights, covers, _, _ = instance(places, sites)
    plan = max_cover(weights, covers, p, time_limit=SECONDS)
    print(f"{places:,} x {sites:,}, p={p}, {covers.nnz:,} pairs: {plan}")
    print(f"  gap {plan.gap:.2%} in {plan.seconds:.0f} s, promised {PROMISED_GAP:.1%} in {SECONDS:.0f} s")


def main() -> None:
    """Print all parts."""
    cover()


if __name__ == "__main__":
    main()
