"""Roads, pistes and ferries between places and junctions."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column

CLASSES = ("trunk", "primary", "secondary", "tertiary", "track", "piste", "ferry", "access")
SURFACES = ("paved", "degraded", "gravel", "earth", "sand", "mixed", "water", "unknown")
LINK_BASES = ("osm", "curated", "synthetic")


class Links(Sourced):
    """A stretch of road, piste or ferry between two nodes; a node is a place of the pack or a junction."""

    link_id: Series[str] = column("1", "Stable identifier", unique=True)
    from_node: Series[str] = column("1", "Node it starts at: a place_id, or a junction's identifier")
    to_node: Series[str] = column("1", "Node it ends at")
    from_name: Series[str] = column("1", "Name of the start; empty at a junction")
    to_name: Series[str] = column("1", "Name of the end; empty at a junction")
    length_km: Series[float] = column("km", "Length by road", gt=0)
    length_basis: Series[str] = column(
        "1",
        "published: a source states it; measured: along a detailed shape; fitted: great circle times a detour factor",
        values=("published", "measured", "fitted"),
    )
    road_class: Series[str] = column("1", "Class of road", values=CLASSES)
    surface: Series[str] = column("1", "Surface", values=SURFACES)
    speed_dry: Series[float] = column("km/h", "Speed of a light vehicle in the dry season", gt=0)
    speed_wet: Series[float] = column("km/h", "Speed in the rains; 0 where the road is then impassable", ge=0)
    mode: Series[str] = column("1", "How it is travelled", values=("road", "piste", "ferry"))
    link_basis: Series[str] = column(
        "1",
        "osm: drawn from OpenStreetMap; curated: from published road tables; synthetic: assumed, never a corridor",
        values=LINK_BASES,
    )
    note: Series[str] = column("1", "What a reader should know about this row")


TABLE = Table("links", Links, key=("link_id",), geometry=True)
