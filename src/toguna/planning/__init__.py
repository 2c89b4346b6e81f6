"""Where to post what a mission has, and how good any such plan could be."""

from toguna.planning.cover import CoverPlan, max_cover

__all__ = ["CoverPlan", "max_cover"]
