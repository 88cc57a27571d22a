"""What can happen to an app between a push and a verdict, and how random histories are made of it."""

from __future__ import annotations

import random
from typing import NamedTuple

from hypothesis import strategies as st

from tests.histories.app import CODE, LINEAGES, MODULES, NUMBERS, PAGE, Wishes, wishes_of

_FILES = (*CODE, "data/rates.csv")
_LOADED = ("calc.py", "lib/__init__.py", "lib/tax.py", "table.py", "views.py")
_HOW = ("replace", "in-place")


class Move(NamedTuple):
    """One event. ``kind`` names a method of Stage, ``replica`` is where, the rest as the kind needs it."""

    kind: str
    replica: int = 0
    what: str = ""
    number: int = 0


class History(NamedTuple):
    """One run of the model.

    ``told``: how many replicas the verifier is said to expect, until the last wait, when it is told the
    truth. ``ending`` is what the host does at last. ``window`` happens while the last answers come in;
    ``order`` is which replica answers each of them.
    """

    lineage: int
    replicas: int
    told: int
    moves: tuple[Move, ...]
    ending: str
    window: tuple[Move, ...] = ()
    order: tuple[int, ...] = ()


_ENDINGS = ("none", "none", "none", "none", "pull", "pull", "clean", "restart")
_CHOICES: dict[str, tuple[float, tuple[str, ...], tuple[int, ...]]] = {
    "push": (12, ("",), (0, 0, 1)),
    "pull": (12, _HOW, (0,)),
    "pull_some": (5, _HOW, (1, 2, 3)),
    "roll_back": (3, _HOW, (1, 2, 3)),
    "clean": (3, ("",), (0,)),
    "time": (8, ("",), (0,)),
    "delete": (1, _FILES, (0,)),
    "touch": (2, _FILES, (0,)),
    "hot_edit": (2, _FILES, (0,)),
    "rewrite": (3, _LOADED, tuple(NUMBERS)),
    "rewrite_unseen": (3, (*_LOADED, "data/rates.csv"), tuple(NUMBERS)),
    "generate": (1, ("late.py", "made.py", "lib/made.py"), (0,)),
    "shadow": (1, ("calc", "table"), tuple(NUMBERS)),
    "challenge": (12, ("",), (0,)),
    "visit": (20, ("", "", PAGE), (0,)),
    "restart": (3, ("",), (0,)),
    "evict": (4, ("",), (0,)),
    "connect": (2, ("",), (0,)),
    "disconnect": (2, ("",), (0,)),
    "begin": (2, ("boot", "first", "second"), (0,)),
    "end": (2, ("",), (0,)),
    "drop": (2, ("calc", "table", "views"), (0,)),
    "purge": (2, MODULES, (0,)),
    "reload": (1, MODULES, (0,)),
    "load_past_the_hook": (0.05, MODULES[:2], (0,)),
    "unhook": (0.5, ("",), (0,)),
    "hold": (0.1, ("",), (0,)),
    "start_thread": (0.3, ("",), (0,)),
    "start_worker": (0.2, ("",), (0,)),
    "end_threads": (0.3, ("",), (0,)),
    "end_workers": (0.3, ("",), (0,)),
}
"""Kind → how often, and among what. Rare is what bars a proof for good though no page may show it."""


# A process that was replaced while the last answers came is waited for, for longer than they are asked.
_NOT_DURING = ("restart",)


def _move(code: int, replicas: int) -> Move:
    """The move that a number stands for."""
    dice = random.Random(code)
    kind = dice.choices(list(_CHOICES), [often for often, _, _ in _CHOICES.values()])[0]
    _, what, numbers = _CHOICES[kind]
    return Move(kind, dice.randrange(replicas), dice.choice(what), dice.choice(numbers))


def _history(code: int, codes: list[int]) -> History:
    """The history that a number and one number for each move stand for."""
    dice = random.Random(code)
    replicas = dice.choice((1, 1, 1, 2))
    moves = [_move(one, replicas) for one in codes]
    during = dice.choice((0, 0, 0, 1, 2))
    return History(
        lineage=dice.randrange(LINEAGES),
        replicas=replicas,
        told=dice.choice((replicas, replicas, 1)),
        moves=tuple(moves[: len(moves) - during]),
        ending=dice.choice(_ENDINGS),
        window=tuple(one for one in moves[len(moves) - during :] if one.kind not in _NOT_DURING),
        order=tuple(dice.randrange(replicas) for _ in range(dice.randrange(6))) if replicas > 1 else (),
    )


_codes = st.integers(0, 2**32)
# The numbers differ only to keep hypothesis from making each history out of the last one.
histories: st.SearchStrategy[History] = st.builds(
    _history, _codes, st.lists(_codes, min_size=2, max_size=14, unique=True)
)
"""Random histories; a smaller one has fewer moves."""


_NOT_FROM_OUTSIDE = ("begin", "end", "drop", "time")
_LASTING = ("load_past_the_hook", "unhook", "hold", "start_thread", "start_worker")


def _served(history: History) -> History:
    """The history as far as it can be had with one server."""

    def possible(moves: tuple[Move, ...]) -> tuple[Move, ...]:
        return tuple(one._replace(replica=0) for one in moves if one.kind not in _NOT_FROM_OUTSIDE)

    return history._replace(
        replicas=1, told=1, moves=possible(history.moves), window=possible(history.window), order=()
    )


served: st.SearchStrategy[History] = histories.map(_served)
"""Random histories of real servers."""


def leaves_something(history: History) -> bool:
    """Whether the process is another one for good afterwards, or was another one before."""
    kinds = {one.kind for one in (*history.moves, *history.window)}
    return not kinds.isdisjoint(_LASTING) or wishes_of(history.lineage) not in (Wishes(), Wishes(plain=True))
