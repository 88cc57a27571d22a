"""Whether anybody holds an object, but for those who may: reckoned as Python's own garbage collector does.

From each object's reference count go the references that come from the objects in question and from what they
lead to; what remains comes from outside: another module's registry, a timer, a task, a thread's stack. A
collector asks what is alive from there, and so do we; but what only an open session's state holds does not
count.
"""

from __future__ import annotations

import gc
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

MOST_OBJECTS = 50_000  # some 70 ms


class TooMany(RuntimeError):
    """The objects lead to more others than can be looked at, or they cannot be reckoned up here."""


def held(
    objects: Collection[weakref.ref[Any]],
    licensed: Collection[object],
    is_beyond: Callable[[object], bool],
) -> list[Any]:
    """Those of the objects that others hold than themselves, one another, and the licensed holders.

    The caller must not hold any of the objects meanwhile, hence the references.

    :param is_beyond: tells objects that are passed by: what they hold is held from outside
    :raises TooMany: see there
    """
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise TooMany  # without the lock, references are not counted exactly
    allowed = set(map(id, licensed))
    graph = _Graph(objects, licensed, is_beyond)
    reached = graph.reachable(graph.held_from_outside() - allowed, around=allowed)
    return [ref() for ref in objects if id(ref()) in reached]


class _Graph:
    """What some objects lead to. It alone keeps these alive, with one reference to each."""

    def __init__(
        self,
        objects: Iterable[weakref.ref[Any]],
        licensed: Iterable[object],
        is_beyond: Callable[[object], bool],
    ) -> None:
        self.objects: dict[int, object] = {}
        self.edges: dict[int, list[int]] = {}
        pending = [*licensed, *(one for one in (ref() for ref in objects) if one is not None)]
        while pending:
            one = pending.pop()
            if id(one) in self.objects or is_beyond(one):
                continue
            if len(self.objects) >= MOST_OBJECTS:
                raise TooMany
            # What the collector does not track leads nowhere: numbers, texts, and tuples of them.
            led_to = [other for other in gc.get_referents(one) if gc.is_tracked(other)]
            self.objects[id(one)] = one
            self.edges[id(one)] = [id(other) for other in led_to]
            pending += led_to

    def held_from_outside(self) -> set[int]:
        """The objects with more references than those from within; how many are our own, a probe tells."""
        within = Counter(key for led_to in self.edges.values() for key in led_to)
        probe: list[object] = []
        probed = id(probe)
        self.objects[probed] = probe
        del probe
        counted = {key: sys.getrefcount(one) for key, one in self.objects.items()}
        del self.objects[probed]
        ours = counted.pop(probed)
        return {key for key, count in counted.items() if count > ours + within[key]}

    def reachable(self, keys: set[int], around: Collection[int]) -> set[int]:
        """These and all that they lead to, without passing through those ``around``."""
        reached = set(keys)
        pending = list(keys)
        while pending:
            further = {key for key in self.edges[pending.pop()] if key in self.edges and key not in around}
            further -= reached
            reached |= further
            pending += further
        return reached
