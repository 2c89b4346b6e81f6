"""`Roads`: the country's links as one graph, for a season and a vehicle. Closing a link is a new weight."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from toguna.core.errors import AskError, PackError
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.vehicles import Season, vehicle

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Roads:
    """Links between nodes with the hours each takes; infinite where it cannot be passed.

    Attributes
    ----------
    node_id, node_name : identifier and name of each node; the name of a junction is ""
    longitude, latitude : degrees, by node
    start, end : node numbers of each link's ends
    hours : hours to pass each link, inf where it is closed
    table : rows of the pack's table `links`, in the order of the arrays
    season, vehicle : what the hours hold for
    made_from : pack, its hash, and what was asked
    """

    node_id: npt.NDArray[np.object_]
    node_name: npt.NDArray[np.object_]
    longitude: Floats
    latitude: Floats
    start: Ints
    end: Ints
    hours: Floats
    table: pd.DataFrame = field(repr=False)
    season: str = Season.DRY
    vehicle: str = "light"
    made_from: MadeFrom | None = None

    @property
    def length_km(self) -> Floats:
        """Road length of each link, km."""
        return np.asarray(self.table["length_km"], dtype=float)

    @property
    def is_synthetic(self) -> Bools:
        """Whether each link is assumed: it carries access, never a corridor."""
        return np.asarray(self.table["link_basis"] == "synthetic", dtype=bool)

    @cached_property
    def order(self) -> tuple[Ints, Ints, Ints]:
        """Row pointers, columns and links of the symmetric CSR matrix."""
        rows = np.concatenate([self.start, self.end])
        columns = np.concatenate([self.end, self.start])
        links = np.tile(np.arange(len(self.start)), 2)
        order = np.lexsort((columns, rows))
        pointer = np.searchsorted(rows[order], np.arange(len(self.node_id) + 1))
        return pointer.astype(np.int64), columns[order], links[order]

    def matrix(self, weight: Floats | None = None) -> sparse.csr_array:
        """Return the graph as CSR with a weight for each link, by default hours; both ways of a link weigh the same."""
        pointer, columns, links = self.order
        data = (self.hours if weight is None else weight)[links]
        size = len(self.node_id)
        made = sparse.csr_array((size, size))
        made.indptr, made.indices, made.data = pointer.astype(np.int32), columns.astype(np.int32), data
        return made

    def labels(self) -> npt.NDArray[np.object_]:
        """Return the name of each node; a junction is the nearest named node and how far it is: `Ségou +5 km`."""
        from toguna.network.geodesy import great_circle_km

        named = np.flatnonzero(self.node_name != "")
        found = self.node_name.copy()
        for node in np.flatnonzero(self.node_name == ""):
            far = great_circle_km(
                self.longitude[node], self.latitude[node], self.longitude[named], self.latitude[named]
            )
            found[node] = f"{self.node_name[named[far.argmin()]]} +{far.min():.0f} km"
        return found

    def without(self, links: Any) -> Roads:
        """Return the same roads with some links (numbers or a mask) closed."""
        hours = self.hours.copy()
        hours[links] = np.inf
        return replace(self, hours=hours)

    def node(self, name: str) -> int:
        """Return the number of a node by place name or identifier, or name the closest there are."""
        from toguna.network.names import closest, plain

        wanted = plain(name)
        for number, (identifier, label) in enumerate(zip(self.node_id, self.node_name, strict=True)):
            if identifier == name or (label and plain(str(label)) == wanted):
                return number
        near = closest(name, [str(one) for one in self.node_name if one])
        if near:
            close = N_("No place {name!r} is on the road network. Closest: {near}.")
            raise AskError(close, name=name, near=", ".join(near))
        raise AskError(N_("No place {name!r} is on the road network."), name=name)


def read_roads(country: Country, season: str = Season.DRY, by: str = "light") -> Roads:
    """Return the country's roads for a season and a vehicle.

    Parameters
    ----------
    country : its table `links` is used
    season : "dry" or "wet"
    by : vehicle of `vehicles.yaml`

    Raises
    ------
    PackError
        The pack has no roads, or they fall into pieces: each piece is named with the gap to the largest.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> roads = read_roads(read_country("ouadji"), "wet", "lorry")
    >>> len(roads.node_id), bool(np.isinf(roads.hours).any())
    (12, True)
    """
    table = country.links
    if table.empty:
        raise PackError(
            N_(
                "The pack {pack} has no roads. Build it with road legs or an OpenStreetMap extract: toguna "
                "pack roads PACK --osm FILE.osm.pbf"
            ),
            pack=country.pack,
        )
    if season not in set(Season):
        raise AskError(N_("There is no season {season!r}. Choose dry or wet."), season=season)
    roads = _graph(table, _hours(table, season, by))
    made = country.made_from
    asked = {**made.parameters, "season": season, "vehicle": by}
    roads = replace(roads, season=season, vehicle=by, made_from=replace(made, parameters=asked))
    _refuse_pieces(roads)
    return roads


def _hours(table: pd.DataFrame, season: str, by: str) -> Floats:
    mover = vehicle(by)
    speed = np.asarray(table["speed_dry"] if season == Season.DRY else table["speed_wet"], dtype=float)
    is_ferry = np.asarray(table["mode"] == "ferry")
    moved = np.minimum(speed * np.where(is_ferry, 1.0, mover.factor), np.where(is_ferry, np.inf, mover.cap))
    if season == Season.WET:
        moved = np.where(table["surface"].isin(mover.closed_wet), 0.0, moved)
    with np.errstate(divide="ignore"):
        return np.asarray(np.asarray(table["length_km"], dtype=float) / moved, dtype=np.float64)


def _graph(table: pd.DataFrame, hours: Floats) -> Roads:
    ends = np.concatenate([table["from_node"].to_numpy(dtype=object), table["to_node"].to_numpy(dtype=object)])
    names = np.concatenate([table["from_name"].to_numpy(dtype=object), table["to_name"].to_numpy(dtype=object)])
    points = np.array(
        [shape.coords[0] for shape in table["geometry"]] + [shape.coords[-1] for shape in table["geometry"]]
    )
    node_id, first, number = np.unique(ends.astype(str), return_index=True, return_inverse=True)
    half = len(table)
    return Roads(
        node_id.astype(object),
        names[first],
        points[first, 0],
        points[first, 1],
        number[:half].astype(np.int64),
        number[half:].astype(np.int64),
        hours,
        table.reset_index(drop=True),
    )


def _refuse_pieces(roads: Roads) -> None:
    from scipy.sparse.csgraph import connected_components

    from toguna.network.geodesy import great_circle_km

    count, piece = connected_components(roads.matrix(np.ones(len(roads.start))), directed=False)
    if count == 1:
        return
    largest = int(np.bincount(piece).argmax())
    main = np.flatnonzero(piece == largest)
    faults = []
    for other in range(count):
        if other == largest:
            continue
        nodes = np.flatnonzero(piece == other)
        apart = great_circle_km(
            roads.longitude[nodes][:, None], roads.latitude[nodes][:, None], roads.longitude[main], roads.latitude[main]
        )
        i, j = np.unravel_index(int(apart.argmin()), apart.shape)
        here, there = nodes[i], main[j]
        faults.append(f"{_label(roads, here)} is {apart[i, j]:.0f} km from {_label(roads, there)}")
    shown = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else "")
    raise PackError(f"The roads fall into {count} pieces: {shown}. Add the links that join them to the table `links`.")


def _label(roads: Roads, node: int) -> str:
    return str(roads.node_name[node] or roads.node_id[node])
