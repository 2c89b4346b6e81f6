"""The corridors from the capital to the aid hubs, with their state in the month a country is looked at from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.roads import Roads, read_roads
from toguna.network.sites import sites
from toguna.network.status import closed_links, link_reasons, worst
from toguna.network.travel import shortest_path
from toguna.network.vehicles import season_of


def hub_corridors(country: Country, by: str = "lorry") -> pd.DataFrame:
    """Return one row a hub: place_id, name, km, hours (NaN where no way is open), state, links, reasons.

    `links` are numbers of rows of the table `links`; `reasons` are (table, row) of what is on record against them.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> hub_corridors(read_country("ouadji", as_of="2013-02"))[["name", "state"]].to_numpy().tolist()
    [['Tamrat', 'open']]
    """
    month = country.month
    roads = read_roads(country, season_of(month), by)
    hubs = sites(country, "hub")
    if len(hubs) < 2:
        raise AskError(N_("The pack lists no aid hub beside the capital."))
    passable = roads.without(roads.is_synthetic)
    shut = passable.without(closed_links(country, roads, month))
    reasons = link_reasons(country, roads, month)
    capital = _node(shut, hubs.iloc[0])
    rows = []
    for _, hub in hubs.iloc[1:].iterrows():
        hours, links = shortest_path(shut, capital, _node(shut, hub))
        against = [one for link in links for one in reasons.get(link, [])]
        state = str(worst(against)) if links else "closed"
        known = tuple(dict.fromkeys((one.table, one.row) for one in against))
        km = float(shut.length_km[links].sum()) if links else np.nan
        rows.append((hub["place_id"], hub["name"], km, hours if links else np.nan, state, tuple(links), known))
    columns = ["place_id", "name", "km", "hours", "state", "links", "reasons"]
    return pd.DataFrame(rows, columns=columns)


def _node(roads: Roads, hub: pd.Series) -> int:
    """Return the node of a hub, or the nearest where it stands on none."""
    from toguna.network.geodesy import great_circle_km

    on = np.flatnonzero(roads.node_id == hub["place_id"])
    if len(on):
        return int(on[0])
    far = great_circle_km(hub["longitude"], hub["latitude"], roads.longitude, roads.latitude)
    return int(np.argmin(far))
