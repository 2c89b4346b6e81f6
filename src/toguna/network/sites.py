"""Where help starts from: health sites, markets, airstrips, bases, camps and aid hubs."""

from __future__ import annotations

import pandas as pd

from toguna.core.errors import AskError
from toguna.core.words import N_
from toguna.country import Country

KINDS = ("health", "market", "airstrip", "base", "camp", "hub")


def sites(country: Country, kind: str) -> pd.DataFrame:
    """Return sites of a kind with name, longitude and latitude; index as in the table they come from.

    health, market, airstrip: usable ones of the table `services`. base: the newest year of `presence`, none of a
    mission that has ended. camp: camps of `places`. hub: the capital and the seats of the admin 1 areas.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> sites(read_country("ouadji"), "hub")["name"].tolist()
    ['Doumba', 'Tamrat']
    """
    if kind not in KINDS:
        raise AskError(
            N_("There are no sites called {kind!r}. Choose one of {known}."), kind=kind, known=", ".join(KINDS)
        )
    found = {"base": _bases, "camp": _camps, "hub": _hubs}.get(kind, lambda one: _services(one, kind))(country)
    return found.dropna(subset=["longitude", "latitude"])


def _services(country: Country, kind: str) -> pd.DataFrame:
    rows = country.services
    return rows[(rows["kind"] == kind) & rows["is_usable"].astype(bool)]


def _bases(country: Country) -> pd.DataFrame:
    events = set(country.political_events["event_id"])
    ended = {force for force, event in country.profile.mission_ends.items() if event in events}
    rows = country.presence
    rows = rows[(rows["iso3"] == country.profile.iso3) & ~rows["force"].isin(ended)]
    return rows[rows["year"] == rows["year"].max()].assign(name=lambda one: one["site"])


def _camps(country: Country) -> pd.DataFrame:
    return country.places[country.places["kind"] == "camp"]


def _hubs(country: Country) -> pd.DataFrame:
    """Return the capital, and the largest town of each admin 1 area."""
    places = country.places
    home = places[(places["iso3"] == country.profile.iso3) & places["kind"].isin(["capital", "town"])]
    parent = country.areas.set_index("pcode")["parent"]
    home = home.assign(region=home["admin2_pcode"].map(parent), is_capital=home["kind"] == "capital")
    order = home.sort_values(["is_capital", "population"], ascending=False, kind="stable")
    return order.drop_duplicates("region").sort_values("is_capital", ascending=False, kind="stable")
