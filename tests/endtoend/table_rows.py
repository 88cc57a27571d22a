"""The rows of the table's first part: each fault, and what must be said of it on each version.

``SINGLE`` has each fault alone; ``MORE`` has them in other apps and together, and is played on demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.endtoend.table import PROVEN, Seen
from tests.endtoend.table_faults import Row, interrupted, late, woken

HELPERS, MAIN, PAGE = "helpers.py", "streamlit_app.py", "pages/detail.py"
OLDEST, LATER = "1.28.0", "1.50.0"  # up to 1.46 a change that nobody saw leaves even the entrypoint old

HOLD, HOLD_MAIN, GHOST = f"hold-file:{HELPERS}", f"hold-file:{MAIN}", f"ghost:{PAGE}"
IMPORTED_FIRST = "import helpers\n"
EVERY_LAYER = ("--require", "disk,bytecode,memory,packages,results,edge")
SHORTLY = ("--timeout", "3s")
MODULE_OLD = "module, made old"


def stale(cause: str, *files: str, page: str, commit: str = "old") -> Seen:
    """``files`` as ``layer path``."""
    return Seen("stale", cause, tuple(sorted(f"{file} stale" for file in files)), commit, page)


def not_cleared(cause: str, *files: str, page: str) -> Seen:
    """The same where results outlived the push: nothing is known of those that show the commit."""
    one = stale(cause, *files, page=page)
    return replace(one, files=(*one.files, "results – unrecorded"))


def unproven(cause: str, *files: str, page: str = "nothing") -> Seen:
    return Seen("unproven", cause, files, page=page)


def always(seen: Seen) -> Mapping[str, Seen]:
    return {OLDEST: seen}


def by_age(early: Seen, later: Seen) -> Mapping[str, Seen]:
    return {OLDEST: early, LATER: later}


FRESH = always(PROVEN)
MAIN_STAYS = stale("stale-modules", f"memory {MAIN}", page="main old")
HELD_MODULE = not_cleared(
    "stale-modules", f"memory {HELPERS}", f"results {PAGE}", f"results {MAIN}", page=MODULE_OLD
)
HELD_ALL = not_cleared(
    "stale-modules", f"memory {HELPERS}", f"memory {MAIN}", f"results {PAGE}", page="all old"
)
HELD_FILE = stale("stale-file", f"disk {HELPERS}", page=MODULE_OLD)
ONLY_RESULTS = (f"results {HELPERS}", f"results {PAGE}", f"results {MAIN}")
NOT_PULLED = stale("not-applied", f"disk {HELPERS}", f"disk {PAGE}", f"disk {MAIN}", page="all old")
HALF_PULLED = not_cleared("mixed-replicas", f"disk {HELPERS}", f"disk {PAGE}", f"disk {MAIN}", page="")
CACHE_FILES = (f"bytecode {PAGE}", f"bytecode {MAIN}")
OLD_CACHES = (f"bytecode {HELPERS}", *CACHE_FILES)
OF_THE_EDGE = stale("stale-edge", "edge static/sample.txt", page="static old")
OF_PACKAGES = Seen("stale", "stale-packages", ("packages demo-package wrong",), page="demo_package old")
LEFT_BEHIND = Seen("stale", "stale-file", (f"disk {PAGE} ghost",), "old", "all old")

SINGLE = (
    Row("nothing", (), FRESH, until=""),
    Row(
        "hold-file: a module",
        (HOLD,),
        by_age(stale("stale-file", f"disk {HELPERS}", f"memory {MAIN}", page="all old"), HELD_FILE),
    ),
    Row("hold-module", ("hold-module",), by_age(HELD_ALL, HELD_MODULE), watches=True, visit="stays"),
    Row("hold-module, healed", ("hold-module",), by_age(MAIN_STAYS, PROVEN), visit="stays", cured=True),
    Row("unwatched", ("unwatched",), always(HELD_MODULE), watches=True, visit="stays"),
    Row("unwatched:all", ("unwatched:all",), always(HELD_ALL), watches=True, visit="stays"),
    Row(
        "unwatched:all, nobody there",
        ("unwatched:all",),
        by_age(MAIN_STAYS, PROVEN),
        visit="leaves",
        cured=True,
    ),
    Row(
        "bytecode",
        ("bytecode",),
        always(stale("stale-bytecode", *OLD_CACHES, page=MODULE_OLD, commit="–")),
        watches=True,
        first=IMPORTED_FIRST,
    ),
    Row("bytecode, healed", ("bytecode",), FRESH, cured=True),
    Row(
        "results",
        ("results",),
        always(not_cleared("stale-results", *ONLY_RESULTS, page="made old")),
        watches=True,
    ),
    Row("results, healed", ("results",), FRESH, cured=True),
    Row("edge-cache", ("edge-cache",), always(OF_THE_EDGE), ask=EVERY_LAYER, static=True, visit="stays"),
    Row("lost-webhook", ("lost-webhook",), always(NOT_PULLED), until="pushed"),
    Row(
        "lost-webhook: late",
        ("lost-webhook:4",),
        always(replace(PROVEN, verdict="proven, late")),
        until="",
        sign=late,
    ),
    Row("wrong-branch", ("wrong-branch",), always(replace(NOT_PULLED, cause="wrong-target")), until="pushed"),
    Row(
        "wrong-entrypoint",
        ("wrong-entrypoint",),
        always(unproven("wrong-target", f"memory {MAIN} missing", page="all new")),
    ),
    Row(
        "build-error",
        ("build-error",),
        always(replace(NOT_PULLED, cause="build-failed")),
        until="installer_error",
    ),
    Row(
        "asleep",
        ("asleep",),
        always(Seen("proven, woken", page="nothing, then all new")),
        until="is_shutdown",
        sign=woken,
    ),
    Row(
        "slow",
        ("slow:4",),
        always(replace(PROVEN, verdict="proven, late")),
        until="",
        sign=late,
    ),
    Row("crash-loop", ("crash-loop:0",), always(unproven("down")), until="crashing", ask=SHORTLY),
    Row("flap", ("flap:0.2",), always(NOT_PULLED), until="taken back"),
    Row("ghost", (GHOST,), always(LEFT_BEHIND), deletes=(PAGE,), page="detail", visit="stays"),
    Row("private", ("private",), always(unproven("private"))),
    Row(
        "network",
        ("network",),
        always(replace(PROVEN, verdict="proven, interrupted")),
        sign=interrupted,
        visit="stays",
        # Four requests of ten fail: nothing that takes several of them in a row would come to an end.
        config="pages: false\n",
        ask=("--settle", "0s"),
    ),
    Row(
        "platform-outage: told",
        ("platform-outage:status",),
        always(unproven("platform-outage")),
        ask=SHORTLY,
    ),
    Row(
        "replica",
        ("replica",),
        always(replace(NOT_PULLED, cause="mixed-replicas", page="all new | all old")),
        replicas=2,
        visit="stays",
    ),
    Row("no-rebuild", ("no-rebuild",), always(OF_PACKAGES), package=True),
)
MORE = (
    Row(
        "hold-file: the entrypoint",
        (HOLD_MAIN,),
        always(stale("stale-file", f"disk {MAIN}", page="main old")),
    ),
    Row("unwatched, healed", ("unwatched",), FRESH, visit="stays", cured=True),
    Row("unwatched:all, healed", ("unwatched:all",), always(MAIN_STAYS), visit="stays"),
    Row(
        "bytecode, boot() first",
        ("bytecode",),
        always(stale("stale-bytecode", *CACHE_FILES, page="all new", commit="–")),
        watches=True,
    ),
    Row(
        "asleep, not woken", ("asleep",), always(unproven("asleep")), until="is_shutdown", ask=("--no-wake",)
    ),
    # Under an address of Community Cloud's own it would be platform-outage: this could be any server.
    Row("platform-outage", ("platform-outage",), always(unproven("down")), ask=SHORTLY),
    Row("hold-file + slow", (HOLD, "slow:1"), always(HELD_FILE), visit="stays"),
    Row(
        "hold-module + flap",
        ("hold-module", "flap:0.2"),
        always(NOT_PULLED),
        watches=True,
        until="taken back",
    ),
    Row(
        "hold-file + hold-module",
        (HOLD_MAIN, "hold-module"),
        always(
            not_cleared("stale-file", f"disk {MAIN}", f"memory {HELPERS}", f"results {PAGE}", page="all old"),
        ),
        watches=True,
    ),
    Row(
        "results + hold-module",
        ("results", "hold-module"),
        by_age(HELD_ALL, HELD_MODULE),
        watches=True,
        visit="stays",
    ),
    Row(
        "bytecode + hold-file",
        ("bytecode", HOLD_MAIN),
        always(
            stale("stale-file", f"disk {MAIN}", f"bytecode {HELPERS}", f"bytecode {PAGE}", page="all old"),
        ),
        watches=True,
        first=IMPORTED_FIRST,
    ),
    Row(
        "asleep + hold-file",
        ("asleep", HOLD),
        always(Seen("proven, woken", page="nothing, then all new")),
        until="is_shutdown",
        sign=woken,
    ),
    Row(
        "replica + hold-module",
        ("replica", "hold-module"),
        by_age(
            replace(HALF_PULLED, page="all old | all old"),
            replace(HALF_PULLED, page=f"all old | {MODULE_OLD}"),
        ),
        watches=True,
        replicas=2,
    ),
    Row(
        "lost-webhook + build-error",
        ("lost-webhook:1", "build-error"),
        always(replace(NOT_PULLED, cause="build-failed")),
        until="installer_error",
    ),
    Row(
        "ghost + hold-file",
        (GHOST, HOLD_MAIN),
        always(
            Seen("stale", "stale-file", (f"disk {PAGE} ghost", f"disk {MAIN} stale"), "old", "main old"),
        ),
        deletes=(PAGE,),
    ),
    Row(
        "edge-cache + hold-file",
        ("edge-cache", HOLD),
        always(replace(HELD_FILE, page="module, made, static old")),
        ask=EVERY_LAYER,
        static=True,
        visit="stays",
    ),
)
