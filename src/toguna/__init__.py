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
    from toguna.country import Country, check, read_country, write_country
    from toguna.sources.build import build_pack

# Loaded on first use: `import toguna` and `toguna --help` stay fast.
_HOMES = {
    "Assessment": "toguna.assessment",
    "Country": "toguna.country",
    "Explanation": "toguna.assessment",
    "assess": "toguna.assessment",
    "brief": "toguna.briefing",
    "build_pack": "toguna.sources.build",
    "check": "toguna.country",
    "explain": "toguna.assessment",
    "read_country": "toguna.country",
    "write_country": "toguna.country",
}

__all__ = [
    "Assessment",
    "Country",
    "Explanation",
    "__version__",
    "assess",
    "brief",
    "build_pack",
    "check",
    "explain",
    "read_country",
    "write_country",
]


def __getattr__(name: str) -> Any:
    """Return a verb or object, importing its room when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"toguna has no {name!r}. It has: {', '.join(__all__)}.")
