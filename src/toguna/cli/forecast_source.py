"""What a forecast is made from on the command line: a country pack, or a file of events or months."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from toguna.cli.terminal import read
from toguna.core.errors import AskError

if TYPE_CHECKING:
    from toguna.core.months import Month
    from toguna.core.provenance import MadeFrom
    from toguna.forecasting.panels import Asked

SOURCE_HELP = (
    "Country pack (mali, or a pack's folder), or a file: UCDP GED, an ACLED export, or deaths by month and iso3 (.csv)."
)


def is_file(source: str) -> bool:
    """Return whether a file was named, not a pack."""
    return Path(source).is_file()


def asked_of_file(
    source: str, grain: str, target: str | None, country: str | None, boundary: Path | None, precise_only: bool
) -> tuple[Asked, Month, MadeFrom]:
    """Return the panel of a file, the last month anything in it was published, and what it was made from."""
    import hashlib

    from toguna.core.provenance import MadeFrom
    from toguna.forecasting.panels import Asked, panel_of_events
    from toguna.sources.month_file import read_months, targets_in

    path = Path(source)
    counted = targets_in(path)
    if counted:
        from toguna.forecasting.monthly_panel import months_panel

        if grain != "country":
            raise AskError(f"{path.name} counts by country; --grain {grain} needs a file of events.")
        wanted = target or counted[0]
        asked = Asked(months_panel(read_months(path, wanted), grain="country", target=wanted))
    else:
        from toguna.sources.event_file import read_events

        events, _ = read_events(path, country)
        asked = panel_of_events(
            events, "cell" if grain == "country" else grain, target, boundary=shape_of(boundary),
            precise_only=precise_only,
        )  # fmt: skip
    panel = asked.panel
    made = MadeFrom(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), {"grain": grain, "target": panel.target})
    return asked, panel.first + int(panel.known_from[-1]), made


def asked_of_pack(source: str, grain: str, target: str | None, as_of: str | None) -> tuple[Any, Asked]:
    """Return the country and its panel."""
    from toguna.forecasting.panels import panel_of

    country = read(source, as_of, False)
    return country, panel_of(country, grain, target)


def shape_of(boundary: Path | None) -> Any:
    """Return the shape in a file of boundaries, or None."""
    if boundary is None:
        return None
    import geopandas
    from pyogrio.errors import DataSourceError

    try:
        found = geopandas.read_file(boundary).to_crs("EPSG:4326")
    except (DataSourceError, ValueError) as error:
        raise AskError(f"{boundary} cannot be read as boundaries: {error}. Give a .geojson or .gpkg file.") from error
    if found.empty:
        raise AskError(f"{boundary} holds no shapes. Give the boundary of the country.")
    return found.geometry.union_all()
