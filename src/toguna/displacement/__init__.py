"""People on the move: scenarios of flight, two movement engines, and how near they come to what was counted."""

from toguna.displacement.flight import Flight
from toguna.displacement.read_scenario import read_scenario
from toguna.displacement.scenario import Scenario
from toguna.displacement.score import relative_difference, share_baseline
from toguna.displacement.settings import Settings
from toguna.displacement.settings_file import read_settings
from toguna.displacement.simulate import simulate

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
