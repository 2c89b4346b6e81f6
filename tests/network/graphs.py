"""Graphs the tests of this room draw, and plain searches to hold the quick ones against."""

import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from toguna.network.roads import Roads


def roads_of(links, hours, positions=None):
    """Roads from pairs of node numbers and hours; nodes lie on a line unless positions are given."""
    links = np.asarray(links)
    count = int(links.max()) + 1
    positions = np.array([(0.1 * n, 10.0) for n in range(count)]) if positions is None else np.asarray(positions)
    table = pd.DataFrame(
        {
            "link_id": [f"l{n}" for n in range(len(links))],
            "from_name": "",
            "to_name": "",
            "length_km": np.asarray(hours, dtype=float) * 50,
            "surface": "paved",
            "mode": "road",
            "link_basis": "curated",
            "geometry": [shapely.LineString([positions[a], positions[b]]) for a, b in links],
        }
    )
    names = np.array([f"n{n}" for n in range(count)], dtype=object)
    ends = links.astype(np.int64)
    return Roads(
        names, names, positions[:, 0], positions[:, 1], ends[:, 0], ends[:, 1], np.asarray(hours, dtype=float), table
    )


@st.composite
def connected(draw, most=8):
    """A connected graph of a few nodes with hours and risks; parallel links may occur."""
    count = draw(st.integers(3, most))
    links = [(draw(st.integers(0, node - 1)), node) for node in range(1, count)]
    more = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=count))
    links += [(a, b) for a, b in more if a != b]
    numbers = st.integers(1, 9).map(lambda n: n / 4)
    hours = draw(st.lists(numbers, min_size=len(links), max_size=len(links)))
    risk = draw(st.lists(st.integers(0, 6).map(lambda n: n / 8), min_size=len(links), max_size=len(links)))
    return roads_of(links, hours), np.array(risk)


def every_path(roads, a, b):
    """Every path without a circle, as links."""
    out = {}
    for link, (one, other) in enumerate(zip(roads.start, roads.end, strict=True)):
        out.setdefault(int(one), []).append((int(other), link))
        out.setdefault(int(other), []).append((int(one), link))
    found = []

    def go(node, seen, way):
        if node == b:
            found.append(tuple(way))
            return
        for there, link in out.get(node, []):
            if there not in seen and np.isfinite(roads.hours[link]):
                go(there, seen | {there}, [*way, link])

    go(a, {a}, [])
    return found
