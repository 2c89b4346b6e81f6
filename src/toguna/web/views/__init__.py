"""The views: one table each, whatever form it is asked for in."""

from __future__ import annotations

from toguna.web.views.areas import AREAS, POPULATION
from toguna.web.views.indicators import INDICATORS
from toguna.web.views.jobs import JOB_VIEWS
from toguna.web.views.pack_tables import PACK_TABLES
from toguna.web.views.places import CAMPS, PLACES
from toguna.web.views.roads import CORRIDORS, CROSSINGS, CUT_OFF, ROADS
from toguna.web.views.series import DISPLACEMENT, EVENTS, VIOLENCE
from toguna.web.views.sources import SOURCES
from toguna.web.views.view import View

VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        INDICATORS,
        AREAS,
        POPULATION,
        PLACES,
        CAMPS,
        ROADS,
        CROSSINGS,
        CORRIDORS,
        CUT_OFF,
        EVENTS,
        VIOLENCE,
        DISPLACEMENT,
        *PACK_TABLES,
        SOURCES,
        *JOB_VIEWS,
    )
}

__all__ = ["VIEWS", "View"]
