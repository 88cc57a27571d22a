"""Runs peers in turn, so that a noisy machine slows all of them alike, and reports medians and ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def in_turn(peers: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The median seconds of each peer, after one run of each that does not count."""
    for one in peers.values():
        one()
    seconds: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(runs):
        for name, one in peers.items():
            began = time.perf_counter()
            one()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(some) for name, some in seconds.items()}


def report(title: str, medians: Mapping[str, float], against: str, goals: Mapping[str, float]) -> bool:
    """Print a table of milliseconds and ratios to ``against``; tell whether every goal is met."""
    print(f"\n{title}")
    met = True
    for name, seconds in medians.items():
        ratio = seconds / medians[against]
        goal = goals.get(name)
        verdict = "" if goal is None else f"   goal at most {goal:g}x: {'met' if ratio <= goal else 'MISSED'}"
        met = met and (goal is None or ratio <= goal)
        print(f"  {name:52} {1000 * seconds:8.1f} ms  {ratio:6.2f}x{verdict}")
    return met
