"""Draws a country map as one SVG from shapes and points; black-and-white safe."""

from toguna.briefing.maps.draw import draw_map
from toguna.briefing.maps.spec import Area, Base, Camp, MapSpec, MapWords, Mark, Road, Shape, Town

__all__ = ["Area", "Base", "Camp", "MapSpec", "MapWords", "Mark", "Road", "Shape", "Town", "draw_map"]
