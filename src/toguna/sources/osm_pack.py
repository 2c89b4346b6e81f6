"""A country with the roads of an OpenStreetMap extract in place of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.tables import TABLES
from toguna.sources.osm_extract import links_from_osm

SOURCE = {
    "source": "osm-extract",
    "title": "Roads of an OpenStreetMap extract",
    "owner": "OpenStreetMap contributors",
    "version": "not stated",
    "licence": "ODbL 1.0",
    "licence_basis": "stated",
    "citation": "OpenStreetMap contributors, openstreetmap.org/copyright",
    "url": "https://download.geofabrik.de/",
    "rhythm": "daily",
    "lag": "none: it stood before it was listed",
    "until": "",
}


def with_osm_roads(country: Country, path: Path) -> tuple[Country, str]:
    """Return the country with the extract's roads, and what was kept and left out, in words.

    The largest connected piece is kept; smaller ones (tracks that meet no other road in the extract) are left out.

    Raises
    ------
    DataError
        The extract is damaged, or its roads lie off the country.
    """
    places = country.places[country.places["kind"] != "village"]
    links = links_from_osm(path, place_points=places[["place_id", "name", "longitude", "latitude"]])
    west, south, east, north = country.profile.bbox
    bounds = links.total_bounds
    if bounds[0] > east or bounds[2] < west or bounds[1] > north or bounds[3] < south:
        raise DataError(
            f"{path.name} holds roads from {bounds[0]:.1f}, {bounds[1]:.1f} to {bounds[2]:.1f}, {bounds[3]:.1f}, off "
            f"{country.profile.label('en')}. Download the extract of the right country."
        )
    kept, pieces = largest_piece(links)
    tables = {**country.tables, "links": kept, "sources": _sources(country)}
    ordered = {name: tables[name] for name in TABLES if name in tables}
    left_out = float(links["length_km"].sum() - kept["length_km"].sum())
    report = (
        f"{path.name}: {len(kept):,} links, {kept['length_km'].sum():,.0f} km; "
        f"{pieces - 1:,} pieces apart from them left out ({left_out:,.0f} km)."
    )
    return replace(country, tables=ordered), report


def largest_piece(links: geopandas.GeoDataFrame) -> tuple[geopandas.GeoDataFrame, int]:
    """Return the links of the connected piece with most km, and how many pieces there were."""
    ends = np.concatenate([links["from_node"].to_numpy(dtype=str), links["to_node"].to_numpy(dtype=str)])
    nodes, number = np.unique(ends, return_inverse=True)
    half = len(links)
    graph = sparse.coo_array((np.ones(half), (number[:half], number[half:])), shape=(len(nodes), len(nodes)))
    count, piece = connected_components(graph.tocsr(), directed=False)
    km = np.bincount(piece[number[:half]], links["length_km"].to_numpy(), minlength=count)
    return links[piece[number[:half]] == km.argmax()].reset_index(drop=True), int(count)


def _sources(country: Country) -> pd.DataFrame:
    used = {
        str(key)
        for name, frame in country.tables.items()
        if name not in {"links", "sources"} and "source" in frame
        for key in frame["source"].unique()
    }
    only_roads = set(country.links["source"]) - used if len(country.links) else set()
    kept = country.sources[~country.sources["source"].isin(only_roads | {SOURCE["source"]})]
    return pd.concat([kept, pd.DataFrame([SOURCE])], ignore_index=True)
