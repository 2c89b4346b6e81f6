"""People on the move: scenarios of flight, the movement engine, and how near it comes to what was counted."""

from toguna.displacement.scenario import Scenario, read_scenario
from toguna.displacement.score import relative_difference, share_baseline
from toguna.displacement.settings import Settings, read_settings
from toguna.displacement.simulate import Flight, simulate

__all__ = [
    "Flight",
    "Scenario",
    "Settings",
    "read_scenario",
    "read_settings",
    "relative_difference",
    "share_baseline",
    "simulate",
]
