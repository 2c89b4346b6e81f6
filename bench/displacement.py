"""Accuracy and speed of the movement engine on Flee's scenarios, beside Flee's recorded figures and a naive share.

python -m bench.displacement
"""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from toguna.displacement import read_scenario, read_settings, relative_difference, share_baseline, simulate
from toguna.displacement.ensemble import ensemble

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
    """Print agent-days per CPU second of the full population of mali2012, and how long many runs of cohorts take."""
    rules = read_settings(HOME / "settings" / "simsetting.yml")
    one = read_scenario(HOME / "mali2012")
    for engine in ("agents", "cohorts"):
        simulate(one, rules, 1, engine=engine)
    began = time.process_time()
    flight = simulate(one, rules, 2)
    took = time.process_time() - began
    pace = flight.fled.sum() / took
    print(f"mali2012, one agent a person: {took:.2f} CPU s, {pace / 1e6:.1f} million agent-days per CPU second", end="")
    print(f", {pace / FLEE_AGENT_DAYS:.0f} times Flee's recorded {FLEE_AGENT_DAYS / 1e6:.2f} million")
    began = time.process_time()
    ensemble(one, rules, runs=100, seed=1)
    took = (time.process_time() - began) * 10
    print(f"mali2012, ensemble of 1,000 runs of cohorts (100 timed): {took:.0f} CPU s")
    large = grown(one, 1095, 381_000)
    for engine in ("agents", "cohorts"):
        began = time.process_time()
        flight = simulate(large, rules, 1, engine=engine)
        took = time.process_time() - began
        print(
            f"381,000 people, 1,095 days, {engine}: {took:.1f} CPU s, {flight.fled.sum() / 1e6:.0f} million agent-days"
        )


def grown(one, days, people):
    """Return a scenario of as many days and people: its last day of conflict lasts, its counts are stretched."""
    at = np.linspace(0, one.days - 1, days)
    counted = np.column_stack([np.interp(at, np.arange(one.days), camp) for camp in one.counts.people.T])
    counted *= people / counted[-1].sum()
    intensity = np.concatenate([one.intensity, np.tile(one.intensity[-1], (days - one.days, 1))])
    counts = replace(one.counts, people=np.floor(counted), total=np.floor(counted.sum(axis=1)))
    return replace(one, days=days, intensity=intensity, counts=counts, population=one.population * people / 90_000)


def memory():
    """Print the most memory of a process that runs a million agents, and the time of a cold start."""
    lines = (
        "import resource, bench.displacement as b; from toguna.displacement import *;"
        "one = b.grown(read_scenario(b.HOME / 'mali2012'), 300, 1_000_000);"
        "simulate(one, read_settings(b.HOME / 'settings' / 'simsetting.yml'), 1);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    print(f"A million agents: {done.stdout.strip()} MB")
    began = time.perf_counter()
    asked = [str(HOME / "mali2012"), "--settings", str(HOME / "settings" / "simsetting.yml")]
    command = Path(sys.executable).with_name("toguna")
    subprocess.run([command, "displace", "run", *asked], capture_output=True, check=True)
    print(f"Cold start to result of mali2012: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    accuracy()
    speed()
    memory()
