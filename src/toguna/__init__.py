"""Toguna: decision support for peace operations that put civilians first.

Each verb takes values, returns one new value and changes nothing it was given.

Examples
--------
>>> import toguna as tg
>>> ouadji = tg.read_country("ouadji", as_of="2013-02")
>>> picture = tg.assess(ouadji)
>>> picture.value("1.2-camp-nador")
8000.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toguna.core.version import __version__

if TYPE_CHECKING:
    from toguna.assessment import Assessment, Explanation, assess, explain
    from toguna.briefing import brief
    from toguna.comparison.compare import Comparison, compare
    from toguna.country import Country, check, read_country, write_country
    from toguna.displacement.displace import Displacement, displace
    from toguna.forecasting.forecast import Forecast, forecast
    from toguna.network.corridors import Corridors, corridors
    from toguna.network.critical import CriticalLinks, critical_links
    from toguna.network.reach import Reach, reach
    from toguna.network.supply import SupplyRoutes, supply_routes
    from toguna.network.trade import Trade, trade
    from toguna.planning.plan import Plan, plan
    from toguna.sources.build import build_pack

# Loaded on first use: `import toguna` and `toguna --help` stay fast.
_HOMES = {
    "Assessment": "toguna.assessment",
    "Comparison": "toguna.comparison.compare",
    "Corridors": "toguna.network.corridors",
    "Country": "toguna.country",
    "CriticalLinks": "toguna.network.critical",
    "Displacement": "toguna.displacement.displace",
    "Explanation": "toguna.assessment",
    "Forecast": "toguna.forecasting.forecast",
    "Plan": "toguna.planning.plan",
    "Reach": "toguna.network.reach",
    "SupplyRoutes": "toguna.network.supply",
    "Trade": "toguna.network.trade",
    "assess": "toguna.assessment",
    "brief": "toguna.briefing",
    "build_pack": "toguna.sources.build",
    "check": "toguna.country",
    "compare": "toguna.comparison.compare",
    "corridors": "toguna.network.corridors",
    "critical_links": "toguna.network.critical",
    "displace": "toguna.displacement.displace",
    "estimate": "toguna.accounts.estimation",
    "explain": "toguna.assessment",
    "forecast": "toguna.forecasting.forecast",
    "plan": "toguna.planning.plan",
    "reach": "toguna.network.reach",
    "read_country": "toguna.country",
    "supply_routes": "toguna.network.supply",
    "trade": "toguna.network.trade",
    "write_country": "toguna.country",
}

__all__ = [
    "Assessment",
    "Comparison",
    "Corridors",
    "Country",
    "CriticalLinks",
    "Displacement",
    "Explanation",
    "Forecast",
    "Plan",
    "Reach",
    "SupplyRoutes",
    "Trade",
    "__version__",
    "assess",
    "brief",
    "build_pack",
    "check",
    "compare",
    "corridors",
    "critical_links",
    "displace",
    "explain",
    "forecast",
    "plan",
    "reach",
    "read_country",
    "supply_routes",
    "trade",
    "write_country",
]


def __getattr__(name: str) -> Any:
    """Return a verb or object, importing its room when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"toguna has no {name!r}. It has: {', '.join(__all__)}.")
