"""Small scenarios for tests: one road, and any drawn at random."""

from datetime import date

import numpy as np
from hypothesis import strategies as st

from toguna.displacement.counts import Counts
from toguna.displacement.scenario import Closure, Kind, Scenario


def scenario(kinds, links, total, *, countries=None, population=None, closures=(), intensity=None, counted0=None):
    """A scenario of places P0, P1 ... of which the last is a camp with a series that rises to the total by day."""
    places, days = len(kinds), len(total)
    names = tuple(f"P{place}" for place in range(places))
    camps = [place for place, kind in enumerate(kinds) if kind == Kind.CAMP]
    people = np.zeros((days, len(camps)))
    people[:, 0] = total
    if counted0 is not None:
        people[:, 0] += counted0
    fighting = np.zeros((days, places))
    fighting[:, [place for place, kind in enumerate(kinds) if kind == Kind.CONFLICT]] = 1.0
    return Scenario(
        "made-up",
        names,
        tuple(countries or ["Home"] * places),
        np.array([int(kind) for kind in kinds]),
        np.array(population if population is not None else [1000.0] * places),
        np.zeros(places, dtype=np.int64),
        np.array([(a, b) for a, b, _ in links], dtype=np.int64).reshape(-1, 2),
        np.array([km for _, _, km in links], dtype=float),
        fighting if intensity is None else intensity,
        tuple(closures),
        date(2012, 3, 1),
        days,
        Counts(tuple(names[camp] for camp in camps), people, np.array(total, dtype=float), (days - 1,) * len(camps)),
    )


def road(total, *, km=100.0, closures=()):
    """A conflict zone at home, one road, and a camp abroad."""
    return scenario([Kind.CONFLICT, Kind.CAMP], [(0, 1, km)], total, countries=["Home", "Abroad"], closures=closures)


@st.composite
def any_scenario(draw):
    """A scenario of up to eight places with any links, fighting, closures and a total that may fall."""
    kinds = [Kind.CONFLICT, Kind.CAMP, *draw(st.lists(st.sampled_from(list(Kind)), max_size=6))]
    places, days = len(kinds), draw(st.integers(2, 25))
    at = st.integers(0, places - 1)
    pairs = draw(st.sets(st.tuples(at, at).filter(lambda pair: pair[0] < pair[1]), max_size=14))
    links = [(a, b, draw(st.floats(0.0, 900.0))) for a, b in sorted(pairs)]
    total = draw(st.lists(st.integers(0, 400), min_size=days, max_size=days))
    closures = [
        Closure(kind, f"P{first}", f"P{second}", start, start + length)
        for kind, first, second, start, length in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["location", "link", "camp"]), at, at, st.integers(0, 20), st.integers(1, 20)
                ),
                max_size=3,
            )
        )
    ]
    population = draw(st.lists(st.integers(0, 500), min_size=places, max_size=places))
    seed = draw(st.integers(0, 2**32 - 1))
    intensity = np.random.default_rng(seed).choice([0.0, 0.0, 0.4, 1.0], (days, places))
    return scenario(kinds, links, total, population=population, closures=closures, intensity=intensity)
