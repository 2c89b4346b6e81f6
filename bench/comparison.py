"""Speed of the simulation of mandates: alone, as a whole comparison, and beside the same components plainly in Mesa.

python -m bench.comparison
"""

import math
import os
import resource
import time

import mesa
import numpy as np

from bench.comparison_mesa import Country
from toguna.comparison.ground import Ground, nobody
from toguna.comparison.parameters import draw, read_parameters, records
from toguna.comparison.simulate import simulate, step
from toguna.comparison.state import begin, new_areas, new_nation

AREAS, MONTHS, DRAWS, MANDATES = 50, 36, 10_000, 6
SMALL_AREAS, SMALL_MONTHS, SMALL_DRAWS = 10, 12, 5
CHANCE, SAME = 2_000, 1e-9  # draws timed here; largest difference of a measure without chance, as a share
PROMISED, PROMISED_SECONDS, PROMISED_TIMES = 3e6, 60.0, 500  # area-months a second; seconds; times faster than Mesa


def made_up(areas, seed=1):
    """Return a country of areas on a grid with four or fewer neighbours each, some at a border."""
    rng = np.random.default_rng(seed)
    wide = math.ceil(areas**0.5)
    near = [
        [b for b in (a - wide, a - (a % wide > 0), a + (a % wide < wide - 1), a + wide) if 0 <= b < areas and b != a]
        for a in range(areas)
    ]
    weight = rng.dirichlet(np.full(areas, 0.7))
    border = (np.arange(areas) < wide) / min(wide, areas)
    return Ground(
        people=rng.lognormal(12.2, 0.7, areas),
        first=np.cumsum([0] + [len(one) for one in near]),
        next_to=np.array([b for one in near for b in one]),
        border=border,
        weight=weight,
        from_area=weight,
        deaths=np.maximum(rng.gamma(2, 40, 100), 1),
        civilians=0.4,
        by_state=0.25,
        on_routes=0.2,
        refugees=150_000.0,
        inside=250_000.0,
        leaving=np.ones(areas),
        fled=20_000.0,
        order=0.0,
        agreement=0.05,
        month=7,
    )


def mandate(ground, months, number):
    """Return an effort with everything in it, more raids or more presence by its number."""
    rng = np.random.default_rng(number)
    areas = len(ground.people)

    def both(most):
        return np.repeat(rng.random((areas, 1)) * most, months, axis=1)

    def each(most):
        return np.full(months, rng.random() * most)

    soldiers = np.repeat(ground.weight[:, None] * 6_000, months, axis=1)
    return nobody(areas, months)._replace(
        soldiers=soldiers, police=both(40), raids=float(number % 2), captures=float(number % 3 > 0), escorted=both(1),
        patrolled=both(1), secured=both(1), voting=both(1), watched=each(1), monitored=each(1),
        supports_army=np.full(months, float(number % 2)), dialogue=each(1), ddr_teams=each(4), relief=each(1e6),
        lift=each(20), regional=np.ones(months), un=np.full(months, 6_000.0), police_first=float(number % 4 == 0),
    )  # fmt: skip


def speed() -> None:
    """Print area-months a second on two cores, then the whole comparison and the memory it takes."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine {load} on {os.cpu_count()} cores")
    ground, table = made_up(AREAS), records(draw(read_parameters(), DRAWS, seed=1))
    began = time.perf_counter()
    simulate(ground, nobody(AREAS, MONTHS), table[:2], 1)
    print(f"compiled or read from disk in {time.perf_counter() - began:.1f} s")
    for threads in (1, 2):
        began = time.perf_counter()
        simulate(ground, mandate(ground, MONTHS, 1), table[:2_000], 1, threads=threads)
        rate = 2_000 * AREAS * MONTHS / (time.perf_counter() - began)
        print(f"{threads} thread{'s' * (threads > 1)}: {rate / 1e6:.1f} million area-months a second")
    print(f"  promised {PROMISED / 1e6:.0f} million on two")
    began = time.perf_counter()
    for number in range(MANDATES):
        simulate(ground, mandate(ground, MONTHS, number), table, 1)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{DRAWS:,} draws x {AREAS} areas x {MONTHS} months x {MANDATES} mandates: {seconds:.0f} s, "
        f"promised {PROMISED_SECONDS:.0f} s; peak memory {peak:,.0f} MB, libraries included"
    )


def compiled_without_chance(row, ground, effort, deaths):
    """Return sums over the months of one draw without chance, by the compiled components."""
    s, n = new_areas(len(ground.people)), new_nation()[0]
    begin(row, ground, s, n, deaths)
    found, aid = np.zeros(7), np.zeros(len(ground.people))
    for t in range(effort.soldiers.shape[1]):
        reached, need, hunger, safe, tried, lost, _ = step(
            row, ground, effort, s, n, t, 0.3, np.full(4, 0.999), np.ones(len(ground.people)), aid
        )
        killed = s.by_groups.sum() + s.by_state.sum() + s.by_force.sum()
        found += killed, hunger, need - reached, tried, lost, n["order"], safe
    ends = s.fighters.sum(), s.arms.sum(), s.inside.sum(), s.abroad.sum(), n["reintegrated"], n["process"], n["held"]
    return np.array([*found, *(float(one) for one in ends)])


def mesa_without_chance(row, ground, effort, deaths):
    """Return the same by Mesa."""
    model = Country(row, ground, effort, deaths, 1, noisy=False)
    for _ in range(effort.soldiers.shape[1]):
        model.step()
    ends = [sum(getattr(one, name) for one in model.areas) for name in ("fighters", "arms", "inside", "abroad")]
    return np.array([*model.measures.values(), *ends, model.n.reintegrated, model.n.process, model.n.held])


def beside_mesa() -> None:
    """Print that both give the same, and how much faster the compiled components are by area and month."""
    ground = made_up(SMALL_AREAS)
    table = records(draw(read_parameters(), CHANCE, seed=2))
    worst = 0.0
    for number in range(4):
        effort = mandate(ground, SMALL_MONTHS, number)
        for row in table[:SMALL_DRAWS]:
            ours, theirs = (one(row, ground, effort, 80.0) for one in (compiled_without_chance, mesa_without_chance))
            worst = max(worst, float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(ours), 1e-6))))
    print(f"without chance, {4 * SMALL_DRAWS} draws under 4 mandates: largest difference {worst:.0e} of a measure")
    if worst > SAME:
        raise SystemExit("the plain components and the compiled ones differ")
    effort = mandate(ground, SMALL_MONTHS, 1)
    began = time.process_time()
    for at in range(SMALL_DRAWS):
        model = Country(table[at], ground, effort, float(ground.deaths[at]), at)
        for _ in range(SMALL_MONTHS):
            model.step()
    theirs = SMALL_DRAWS * SMALL_AREAS * SMALL_MONTHS / (time.process_time() - began)
    print(f"Mesa {mesa.__version__}, {SMALL_AREAS} x {SMALL_MONTHS}: {theirs:,.0f} area-months a second of a core")
    for areas, months in ((SMALL_AREAS, SMALL_MONTHS), (AREAS, MONTHS)):
        ground = made_up(areas)
        effort = mandate(ground, months, 1)
        simulate(ground, effort, table[:2], 1)
        began = time.process_time()
        simulate(ground, effort, table, 1, threads=1)
        ours = CHANCE * areas * months / (time.process_time() - began)
        print(f"ours, {areas} x {months}: {ours:,.0f} of a core, {ours / theirs:,.0f} times; two cores twice that")
    print(f"  promised {PROMISED_TIMES} times on two cores")


def main() -> None:
    """Print all parts."""
    speed()
    beside_mesa()


if __name__ == "__main__":
    main()
