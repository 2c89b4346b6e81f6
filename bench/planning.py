"""Speed and proof of plans: coverage beside spopt, gap of large instances of coverage and posture, and of Mali's plan.

python -m bench.planning
"""

import os
import time
import warnings

import numpy as np
from scipy.sparse import csr_array, csr_matrix
from scipy.spatial import cKDTree

import toguna as tg
from toguna.planning import max_cover
from toguna.planning.posture import Cover, Demand, Option, Posture
from toguna.planning.posture_solve import solve

BOX = (1250.0, 1100.0)  # km, about as large as Mali
CENTRES, SPREAD, LOOSE = 40, 70.0, 0.15  # towns lie around so many centres, km from them, a share anywhere
KMH, DETOUR, HOURS = 45.0, 1.4, 2.0
SMALL, LARGE = (3_000, 300, 20), (20_000, 1_000, 60)  # places, sites, sites to choose
SEEDS = range(1, 6)
PROMISED_SHARE = 0.1  # of spopt's time
PROMISED_GAP, SECONDS = 0.015, 60.0
POSTURE_GAP, POSTURE_SECONDS, MALI_GAP = 0.02, 120.0, 0.01


def scattered(rng):
    """Return a function that draws points around the same made-up towns, km."""
    centres, share = rng.random((CENTRES, 2)) * BOX, rng.dirichlet(np.ones(CENTRES))

    def points(number):
        at = centres[rng.choice(CENTRES, number, p=share)] + rng.normal(0, SPREAD, (number, 2))
        free = rng.random(number) < LOOSE
        at[free] = rng.random((free.sum(), 2)) * BOX
        return np.clip(at, 0, BOX)

    return points


def instance(places, sites, seed=1):
    """Return people of made-up places and which sites reach them in time, as CSR; where all of them lie, km."""
    rng = np.random.default_rng(seed)
    points = scattered(rng)
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


def posture_instance(places=3_000, bases=300, seed=1, *, only_aid=True):
    """Return a made-up posture: companies, patrols, helicopters, police and escorts at 22 of the bases, one month.

    Half of the bases house 400 people, the others any number; a tenth must be supplied by air. Aid comes first, then
    protection with the floor for regions and the weight of the worst draws of the base mandate; with only_aid=False
    also votes, dialogue and stockpiles, whose sites use the same units.
    """
    rng = np.random.default_rng(seed)
    points = scattered(rng)
    homes, posts = points(places), points(bases)

    def near(sites, km):
        found = cKDTree(posts).query_ball_point(sites, km)
        rows = np.repeat(np.arange(len(sites)), [len(one) for one in found])
        columns = np.concatenate([np.asarray(one, int) for one in found])
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sites), bases))

    def demand(name, tier, many, kinds, hours, mean, most=None):
        sites = points(many)
        weight = rng.lognormal(mean, 1, (many, 1))
        return Demand(name, tier, weight, tuple(Cover(kind, near(sites, hours * road)) for kind in kinds), most=most)

    road = KMH / DETOUR
    people = rng.lognormal(8, 1.2, places)
    region = (homes[:, 0] // (BOX[0] / 4)).astype(int) * 2 + (homes[:, 1] // (BOX[1] / 2 + 1)).astype(int)
    demands = [demand("escort_aid", 1, 40, (4,), 4, 10, most=8)]
    if not only_aid:
        demands += [
            demand("secure_votes", 2, 200, (0, 3), 1, 8),
            demand("support_dialogue", 3, 60, (1,), 3, 8),
            demand("secure_stockpiles", 5, 30, (0,), 1, 8),
        ]
    options = (
        Option("protect_towns", 0.25, (Cover(0, near(homes, road)),)),
        Option("patrol_routes", 0.15, (Cover(1, near(homes, 3 * road)), Cover(4, near(homes, 3 * road)))),
        Option("react", 0.2, (Cover(2, near(homes, 250.0)),)),
        Option("police_towns", 0.1, (Cover(3, near(homes, road)),)),
    )
    return Posture(
        available=np.array([[14], [10], [3], [8], [8]]),
        people=np.array([150, 30, 120, 140, 40]),
        beds=np.where(rng.random(bases) < 0.5, np.inf, 400.0),
        bases_most=22,
        demands=tuple(demands),
        harm=people[:, None] * rng.gamma(0.3, 1, (places, 1)) / 1e5,
        region=np.unique(region, return_inverse=True)[1],
        factors=rng.gamma(2, 0.5, (len(np.unique(region)), 1, 50)),
        options=options,
        barred=np.zeros((5, bases), bool),
        supply=np.array([3.0, 0.6, 5.0, 2.8, 0.8]) * 30,
        by_air=rng.random(bases) < 0.1,
        lift=np.full(1, 300.0),
        equity=0.5,
        cvar_weight=0.3,
    )


def posture() -> None:
    """Print the gap of each principle of made-up postures in two minutes, and of Mali's plan in one."""
    solve(posture_instance(100, 20), time_limit=20)  # loads HiGHS
    for only_aid in (True, False):
        problem = posture_instance(only_aid=only_aid)
        found = solve(problem, time_limit=POSTURE_SECONDS)
        gaps = ", ".join(f"{one.tier}: {one.gap:.2%}" for one in found.tiers)
        what = "aid and protection" if only_aid else "all five principles, harder, nothing promised"
        print(f"posture 3,000 x 300 x 5, {what}: gap by principle {gaps} in {found.seconds:.0f} s")
    print(f"  promised for aid and protection {POSTURE_GAP:.0%} in {POSTURE_SECONDS:.0f} s")
    country = tg.read_country("mali", as_of="2013-06")
    risk = tg.forecast(country, 3, grain="admin2")
    found = tg.plan(country, risk, time_limit=SECONDS)
    print(
        f"plan of Mali, 3 months: largest gap {found.tiers['gap'].max():.2%} in {found.solved.seconds:.0f} s, "
        f"promised {MALI_GAP:.0%} in {SECONDS:.0f} s"
    )


def main() -> None:
    """Print all parts."""
    cover()
    posture()


if __name__ == "__main__":
    main()
