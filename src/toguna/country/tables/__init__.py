"""One file a table. The order is the order of the reference page."""

from __future__ import annotations

from toguna.country.schema import Table
from toguna.country.tables import (
    agreements,
    areas,
    arms_monthly,
    basemap,
    capacities,
    closures,
    crossings,
    ddr_arms,
    ddr_monthly,
    displacement,
    events,
    governance,
    links,
    needs,
    places,
    political_events,
    presence,
    services,
    sources,
    standards,
    violence_elsewhere,
    violence_monthly,
    violence_yearly,
)

TABLES: dict[str, Table] = {
    module.TABLE.name: module.TABLE
    for module in (
        areas,
        places,
        services,
        links,
        crossings,
        closures,
        basemap,
        events,
        violence_monthly,
        violence_elsewhere,
        violence_yearly,
        displacement,
        needs,
        presence,
        governance,
        agreements,
        political_events,
        ddr_arms,
        arms_monthly,
        ddr_monthly,
        standards,
        capacities,
        sources,
    )
}
