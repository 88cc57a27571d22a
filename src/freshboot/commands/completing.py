"""The values that a shell completes, where they stand with what they name."""

from __future__ import annotations


def places_to_move() -> list[str]:
    """The hosts that ``remedy move`` writes files for."""
    from freshboot.hosts.containers import CONTAINERS

    return list(CONTAINERS)


def faults() -> list[str]:
    """The lab's faults, up to what they want to be told."""
    from freshboot.lab.faults import FAULTS

    return [one.usage.partition(":")[0].partition("[")[0] for one in FAULTS]
