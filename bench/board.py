"""The board over 1,000 rollouts: its first page in a fresh process, and each click after it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.board.ledgers import ledger, months

ROLLOUTS, RUNS = 1_000, 11
FIRST_GOAL, CLICK_GOAL = 2.5, 0.2
"""Processor seconds: of the first page, without the import of Streamlit itself; and of a click."""

_ALL = """
import sys, time
from streamlit.testing.v1 import AppTest

script = f"from freshboot.board.app import show\\nshow({sys.argv[1]!r})\\n"
app = AppTest.from_string(script, default_timeout=120)

def told(name, act):
    began = time.process_time()
    act()
    assert not app.exception
    print(f"{name}\\t{time.process_time() - began}", flush=True)

def go(page):
    found = next(one for one in app.get("page_link") if one.proto.label == page)
    app._page_hash = found.proto.page_script_hash
    app.run()

told("the first page", app.run)
for _ in range(int(sys.argv[2])):
    told("to the first page", lambda: go("Live"))
    told("to the rollouts", lambda: go("Rollouts"))
    told("older rollouts", lambda: app.button(key="older All").click().run())
    told("stale ones only", lambda: app.segmented_control[0].set_value("Stale").run())
    told("to the files", lambda: go("Files"))
    told("older attempts", lambda: app.button(key="older attempts").click().run())
    told("to the figures", lambda: go("Figures"))
    told("to the reports", lambda: go("Report"))
    told("an older report", lambda: next(one for one in app.button if one.label == "Older").click().run())
"""


def measured(folder: Path) -> dict[str, list[float]]:
    """Processor seconds of each act, in the order in which they were done."""
    command = [sys.executable, "-c", _ALL, str(folder), str(RUNS)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found: dict[str, list[float]] = {}
    for line in lines:
        name, _, seconds = line.partition("\t")
        found.setdefault(name, []).append(float(seconds))
    return found


def within(name: str, seconds: list[float], goal: float, middle: Callable[[list[float]], float]) -> bool:
    used = middle(seconds)
    verdict = "met" if used <= goal else "MISSED"
    print(f"  {name:28} {1000 * used:8.1f} ms   goal at most {1000 * goal:g} ms: {verdict}")
    return used <= goal


def main() -> bool:
    print(f"\nThe board of {ROLLOUTS:,} rollouts, in processor time")
    with tempfile.TemporaryDirectory() as room:
        found = measured(ledger(Path(room) / "app", months(ROLLOUTS)))
    first = found.pop("the first page")
    met = [within("the first page", first, FIRST_GOAL, max)]
    met += [within(name, seconds, CLICK_GOAL, statistics.median) for name, seconds in found.items()]
    return all(met)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
