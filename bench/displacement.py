"""Accuracy and speed of the movement engine on Flee's scenarios, beside Flee's recorded figures and a naive share.

python -m bench.displacement
"""

import resource
import time
from pathlib import Path

import numpy as np

from toguna.displacement import read_scenario, read_settings, relative_difference, share_baseline, simulate

HOME = Path(__file__).resolve().parents[2] / "shared" / "data" / "displacement" / "flee"
# Flee's own runs with these settings, mean of three seeds: people an agent stands for, plain, rescaled.
FLEE = {
    "mali2012": (1, 0.394, 0.360),
    "burundi2015": (10, 0.589, 0.538),
    "tigray2020": (10, 0.505, 0.403),
    "car2013": (100, 0.377, 0.438),
    "ssudan2013": (100, 0.502, 0.540),
    "mali2017_adm1": (100, 0.496, 0.336),
}
FLEE_AGENT_DAYS = 0.21e6  # per CPU second on mali2012
DAY = 30


def accuracy():
    """Print the table of docs/displacement.md."""
    rules = read_settings(HOME / "settings" / "simsetting.yml")
    print("| Scenario | People an agent | Plain | Flee | Rescaled | Flee | After day 30, rescaled | Naive share |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (hasten, normal, rescaled) in FLEE.items():
        one = read_scenario(HOME / name)
        runs = [simulate(one, rules.model_copy(update={"hasten": hasten}), seed).camps for seed in (1, 2, 3)]
        plain = np.mean([relative_difference(run, one.counts.people) for run in runs], axis=0)
        scaled = np.mean([relative_difference(run, one.counts.people, rescaled=True) for run in runs], axis=0)
        naive = relative_difference(share_baseline(one.counts.people, DAY), one.counts.people)[DAY + 1 :].mean()
        print(
            f"| {name} | {hasten} | {plain.mean():.3f} | {normal:.3f} | {scaled.mean():.3f} | {rescaled:.3f} "
            f"| {scaled[DAY + 1 :].mean():.3f} | {naive:.3f} |"
        )


def speed():
    """Print agent-days per CPU second of the full population of mali2012, and the most memory used."""
    rules = read_settings(HOME / "settings" / "simsetting.yml")
    one = read_scenario(HOME / "mali2012")
    simulate(one, rules, 1)
    began = time.process_time()
    flight = simulate(one, rules, 2)
    took = time.process_time() - began
    pace = flight.fled.sum() / took
    print(f"mali2012, one agent a person: {took:.2f} CPU s, {pace / 1e6:.1f} million agent-days per CPU second", end="")
    print(f", {pace / FLEE_AGENT_DAYS:.0f} times Flee's recorded {FLEE_AGENT_DAYS / 1e6:.2f} million")
    print(f"Most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    accuracy()
    speed()
