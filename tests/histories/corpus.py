"""Histories that are always run: each of the planted faults is shown by one of them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.histories.app import COMMITS, ENTRYPOINT, LINEAGES, PAGE, lineage, numbers_of, text_of, wishes_of
from tests.histories.moves import History, Move

_KEEPING, _HEALING, _WATCHING, _CACHING_AND_WATCHING = 5, 7, 1, 4


def _one(number: int, *moves: Move, ending: str = "none") -> History:
    return History(number, 1, 1, moves, ending)


def _other(number: int, path: str) -> int:
    """A number that the file has in no commit's tree at first."""
    return 10 if numbers_of(lineage(number)[0])[path] != 10 else 11


def _calc(number: int, kind: str = "rewrite") -> Move:
    return Move(kind, 0, "calc.py", _other(number, "calc.py"))


def _after(number: int, index: int) -> History:
    """The disk is one commit behind the one that was pushed last."""
    return _one(number, *[Move("push")] * index, Move("roll_back", 0, "replace", 1))


def _behind() -> Iterable[History]:
    """Behind by a deleted file, and by two files that changed places."""
    for number in range(1, LINEAGES, 2):
        trees = lineage(number)
        for index in range(1, COMMITS):
            before, after = trees[index - 1], trees[index]
            changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
            if changed == {"data/costs.csv", "data/rates.csv"} or changed - after.keys():
                yield _after(number, index)


def _pulled() -> Iterable[History]:
    """Everything is pulled while old code is loaded."""
    pushes = [Move("push")] * (COMMITS - 1)
    for number in (_WATCHING, 9, _KEEPING):
        yield _one(number, Move("visit"), *pushes, Move("pull", 0, "replace"), Move("challenge"))


_VISIT, _CLEAN, _TIME, _CHALLENGE = Move("visit"), Move("clean"), Move("time"), Move("challenge")
_TAX = Move("rewrite", 0, "lib/tax.py", _other(_KEEPING, "lib/tax.py"))
_JOBS = Move("rewrite", 0, "jobs.py", _other(_HEALING, "jobs.py"))
_APP = Move("rewrite", 0, ENTRYPOINT, _other(9, ENTRYPOINT))
_RATES = Move("rewrite_unseen", 0, "data/rates.csv", 12)
_FIRST_PAGE = _one(17, _VISIT, Move("push"), Move("pull", 0, "replace"))
"""A commit adds the folder ``pages/``."""
_WAITING = (Move("challenge", 1), *[_TIME] * 20, Move("challenge", 1))

PLAIN = _one(_HEALING, _VISIT)
"""Of this one everybody must see that nothing is stale."""

CORPUS: tuple[History, ...] = (
    PLAIN,
    _one(_HEALING, Move("hot_edit", 0, "calc.py")),
    _one(_HEALING, Move("delete", 0, "calc.py")),
    _one(_HEALING, Move("delete", 0, "late.py")),
    _one(_WATCHING, _calc(_WATCHING), _VISIT, _CLEAN),
    _one(_HEALING, _calc(_HEALING), _VISIT, _CLEAN),
    _one(_HEALING, _calc(_HEALING), _VISIT, _CLEAN, Move("drop", 0, "calc")),
    _one(_WATCHING, _calc(_WATCHING), _VISIT, _CLEAN, Move("reload", 0, "calc")),
    _one(_HEALING, _CHALLENGE, _calc(_HEALING)),
    _one(_HEALING, _TIME, _CHALLENGE, _TIME, _calc(_HEALING, "rewrite_unseen")),
    _one(_WATCHING, _VISIT, Move("hot_edit", 0, "calc.py")),
    _one(_WATCHING, _VISIT, _calc(_WATCHING), Move("load_past_the_hook", 0, "calc"), _CLEAN),
    _one(_KEEPING, _TAX, _VISIT, _CLEAN),
    _one(_CACHING_AND_WATCHING, Move("hot_edit", 0, "data/rates.csv"), _VISIT, _CLEAN),
    _one(_HEALING, *[Move("push")] * 5, _CHALLENGE),
    History(_HEALING, 2, 1, (Move("hot_edit", 0, "calc.py"), _CHALLENGE, *_WAITING), "none"),
    _one(_WATCHING, _calc(_WATCHING), _VISIT, _CLEAN, Move("drop", 0, "calc"), _VISIT),
    _one(_HEALING, _JOBS, Move("start_thread"), _CLEAN, _VISIT),
    _one(_HEALING, _TIME, _CHALLENGE, _TIME, _RATES),
    _one(9, Move("connect"), _APP, Move("begin", 0, "boot"), _CLEAN, Move("end")),
    _FIRST_PAGE,
    *_pulled(),
    *_behind(),
)

assert not wishes_of(_WATCHING).heal
assert not wishes_of(_CACHING_AND_WATCHING).heal
assert wishes_of(_KEEPING).keep

assert lineage(_HEALING)[0]["data/rates.csv"] != text_of("data/rates.csv", 12, wishes_of(_HEALING))
assert "late.py" in lineage(_HEALING)[0]
assert PAGE not in lineage(17)[0]
assert PAGE in lineage(17)[1]
