"""Plug-ins by entry point: Toguna's own sources and indicators register as a stranger's would."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from toguna.core.errors import AskError


@cache
def plugins(kind: str) -> dict[str, Any]:
    """Return the plug-ins of a kind ("sources", "indicators") by name, in alphabetical order."""
    found = {point.name: point for point in entry_points(group=f"toguna.{kind}")}
    return {name: found[name].load() for name in sorted(found)}


def plugin(kind: str, name: str) -> Any:
    """Return one plug-in, or say which ones exist."""
    found = plugins(kind)
    if name not in found:
        raise AskError(f"There is no {kind.rstrip('s')} called {name!r}. Known: {', '.join(found)}.")
    return found[name]
