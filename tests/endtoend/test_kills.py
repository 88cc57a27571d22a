"""A rollout with remedies is killed (SIGKILL) at each step; the same command, run again, goes on from there.

First between its git commands, where the app is a stand-in; then, on the lab, by what it says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freshboot.ledger.attempt import Attempt
from freshboot.ledger.fold import fold, rollouts
from tests.endtoend.killed import WORK, ledger, steps
from tests.endtoend.team import ALONE, HASTE, Team, files_of, lab_of, team_of
from tests.gitrepo import ISOLATION, git, head

ROOT = Path(__file__).parent.parent.parent
KILLS = {
    "0": "the release is on the remote",
    "0+": "the push of the release runs on",
    "1": "of two files one is stamped",
    "3": "the stamp is staged",
    "5": "the attempt is in the clone's ledger alone",
    "10": "the remedy is recorded, and not pushed",
    "12": "the remedy is on the remote",
}
"""Some of the points at which ``python -m tests.endtoend.killed FOLDER`` kills."""
ALWAYS = ("0+", "10")
"""The others are played by scripts/soak."""
WITHIN_AN_ATTEMPT = ("5", "10", "12")
BOT = "freshboot[bot]"
STEPS = ["Ada: Begin", f"Ada: {WORK}", f"{BOT}: Stamp"]
REMEDIES = [f"{BOT}: Reason: remedy nudge", f"{BOT}: Reason: remedy rebuild"]

Facts = dict[str, Any]


def points(*some: str) -> list[Any]:
    seldom = pytest.mark.soak
    return [pytest.param(one, id=KILLS[one], marks=() if one in ALWAYS else (seldom,)) for one in some]


@pytest.fixture(scope="module")
def kills(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    """What came of each kill that is tested."""
    calls = [one.callspec for one in request.session.items if hasattr(one, "callspec")]
    tested = {call.params.get("kill") or call.params.get("point") for call in calls}
    folder = tmp_path_factory.mktemp("kills")
    told = subprocess.run(
        [
            *(sys.executable, "-m", "tests.endtoend.killed", str(folder / "places")),
            *(one for one in KILLS if one in tested),
        ],
        cwd=ROOT,
        env={**os.environ, **ISOLATION, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return {one["kill"]: one for one in map(json.loads, told.stdout.splitlines())}


@pytest.fixture(params=points(*KILLS))
def kill(request: pytest.FixtureRequest, kills: dict[str, Facts]) -> Facts:
    return kills[request.param]


def attempts_in(lines: list[str]) -> tuple[Attempt, ...]:
    told = fold(lines)
    assert told.unreadable == 0
    return told.attempts


def test_the_same_command_again_ends_proven(kill: Facts) -> None:
    assert kill["code"] == 0, kill["said"]


def test_a_persons_commit_and_each_stamp_are_there_once(kill: Facts) -> None:
    """The remote would refuse a push that is forced."""
    assert kill["after"]["commits"] == [*STEPS, *REMEDIES]


def test_a_kill_leaves_whole_files_and_nothing_besides(kill: Facts) -> None:
    for state in filter(None, (kill["between"], kill["after"])):
        assert state["whole"]
        assert not any(line.startswith("??") for line in state["status"])
        assert not state["locks"]
        assert state["fsck"] == ["", ""]


def test_the_local_branch_follows(kill: Facts) -> None:
    assert kill["after"]["followed"]
    assert kill["after"]["status"] == []


def test_the_ledger_has_each_push_once(kill: Facts) -> None:
    pushed = Counter(one.remedy for one in attempts_in(kill["after"]["ledger"]) if one.pushed)
    assert pushed == {None: 1, "nudge": 1, "rebuild": 1}


def test_the_ledger_says_of_each_push_what_it_changed(kill: Facts) -> None:
    told = {one.remedy: one.changed for one in attempts_in(kill["after"]["ledger"]) if one.pushed}
    assert told["nudge"] == ("streamlit_app.py",)
    assert told["rebuild"] == ("requirements.txt", "streamlit_app.py")


def test_only_a_remedy_that_was_not_pushed_stays_without_an_end(kill: Facts) -> None:
    left = [one for one in attempts_in(kill["after"]["ledger"]) if one.ended is None]
    assert [one.remedy for one in left] == (["nudge"] if kill["kill"] == "10" else [])


@pytest.mark.parametrize("point", points(*WITHIN_AN_ATTEMPT))
def test_the_run_that_was_killed_within_an_attempt_goes_on(kills: dict[str, Facts], point: str) -> None:
    (run,) = rollouts(attempts_in(kills[point]["after"]["ledger"]))
    assert [one.number for one in run.attempts] == [*range(1, len(run.attempts) + 1)]
    assert run.verdict == "proven"


LOADED = ("--require", "disk,memory")
WATCHES = "heal=False"
"""Without healing, what the caches hold stays as old as the process."""
ROLLOUT = ("rollout", "--remedy", "nudge,rebuild", "--no-witness", *HASTE, *ALONE, *LOADED)


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    files = {**files_of(1, WATCHES), ".github/freshboot.yml": "marks: [DEPLOYMENT_VERSION]\n"}
    with lab_of(tmp_path_factory.mktemp("killed") / "app", files, comments=True) as lab:
        yield team_of(lab, tmp_path_factory.mktemp("team") / "clone")


@pytest.fixture
def team(everybody: Team) -> Team:
    """The team with a commit that is not pushed, and an app that holds what was before."""
    everybody.lab.set_faults()
    assert everybody.displayed() == everybody.shown
    files = files_of(everybody.number + 1, WATCHES)
    del files["requirements.txt"]  # its stamp stays, or the host would install anew
    everybody.change(files=files)
    return everybody


def start(team: Team) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "freshboot", *ROLLOUT, "--repo", str(team.folder), "--url", team.lab.url],
        env={**os.environ, **ISOLATION},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_at(team: Team, words: str, times: int) -> None:
    """Run the command until it has said the words so many times, and kill it."""
    said: list[str] = []
    with start(team) as running:
        assert running.stderr is not None
        for line in running.stderr:
            said.append(line)
            times -= words in line
            if not times:
                break
        running.kill()
    assert not times, "".join(said)


@pytest.mark.parametrize(
    ("words", "times", "faults"),
    [
        pytest.param("attests otherwise", 1, (), id="the wait", marks=pytest.mark.soak),
        pytest.param("published", 2, (), id="the remedy's push"),
        pytest.param("published", 3, ("hold-module",), id="the next remedy's push", marks=pytest.mark.soak),
    ],
)
def test_what_was_killed_in_the_midst_is_brought_to_its_proof(
    team: Team, words: str, times: int, faults: tuple[str, ...]
) -> None:
    team.lab.set_faults(*faults)
    remote, work = Path(team.lab.remote), team.head
    before = len(steps(remote))
    kill_at(team, words, times)
    again = start(team)
    _, said = again.communicate()
    assert again.returncode == 0, said
    assert team.displayed() == team.shown
    made = steps(remote)[before:]
    assert made[:2] == [f"Ada: Release {team.number}", f"{BOT}: Stamp"]
    assert made[2:] in (REMEDIES[:1], REMEDIES), said
    assert (git(team.folder, "status", "--porcelain"), head(team.folder)) == ("", head(remote, "main"))
    ours = [one for one in attempts_in(ledger(remote)) if one.source == work]
    assert [one.remedy for one in ours if one.pushed] == [None, "nudge", "rebuild"][: len(made) - 1]
    assert ours[-1].verdict == "proven"
