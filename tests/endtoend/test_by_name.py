"""Remedies that a person names, on the lab: branch, hand-over, auto; a dry run, and too little time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.endtoend.killed import ledger
from tests.endtoend.team import ALONE, HASTE, Team, Told, freshboot
from tests.gitrepo import git, head

QUICK = (*HASTE, *ALONE, "--settle", "300ms", "--grace", "1500ms")
_PATIENCE = 60.0


def remedy(team: Team, name: str, *options: str) -> Told:
    return freshboot(team.folder, "remedy", name, "--url", team.lab.url, *QUICK, *options)


def refs(team: Team) -> str:
    """All that is on the remote and in the clone, the ledger included; what was fetched left out."""
    return git(team.folder, "ls-remote", "origin") + git(
        team.folder, "for-each-ref", "refs/heads", "refs/notes"
    )


def as_soon_as(happens: Callable[[], bool], act: Callable[[], object]) -> threading.Thread:
    """A person who waits for something, and acts then."""

    def wait() -> None:
        end = time.monotonic() + _PATIENCE
        while not happens() and time.monotonic() < end:
            time.sleep(0.1)
        act()

    person = threading.Thread(target=wait)
    person.start()
    return person


@pytest.fixture
def held(team: Team) -> Team:
    """A release is pushed, and the disk keeps one of its files old."""
    team.lab.set_faults("hold-file:helpers.py")
    team.deploy()
    return team


@pytest.fixture
def missed(team: Team) -> Team:
    """A release is pushed, and the host never heard of it; the next one it will."""
    team.lab.set_faults("lost-webhook:once")
    team.change()
    team.push()
    return team


def test_a_new_branch_is_proven_once_a_person_has_deployed_it(held: Team) -> None:
    remote, release = Path(held.lab.remote), held.head
    branch = f"freshboot/fresh-{release[:7]}"
    ref = remote / "refs" / "heads" / branch
    person = as_soon_as(ref.exists, lambda: held.lab.set_faults(f"wrong-branch:{branch}"))
    try:
        told = remedy(held, "branch")
        person.join()
        assert told.verdict == (0, "proven", None), told.prose
        assert held.displayed() == held.shown
        assert told.facts["expected"]["commit"] == release == head(remote, branch) == head(remote)
        assert any("from main again" in step for step in told.facts["remedies"][-1]["steps"])
    finally:
        held.lab.set_faults()
        git(held.folder, "push", "--quiet", "origin", "--delete", branch)


def test_hand_over_says_what_to_press_and_proves_what_comes_of_it(held: Team) -> None:
    remote, release = Path(held.lab.remote), held.head

    def is_handed_over() -> bool:
        return any('"remedy":"hand-over"' in line and release in line for line in ledger(remote))

    person = as_soon_as(is_handed_over, held.lab.reboot)
    told = remedy(held, "hand-over")
    person.join()
    assert told.verdict == (0, "proven", None), told.prose
    assert held.displayed() == held.shown
    assert any("Reboot app" in step for step in told.facts["remedies"][-1]["steps"])
    assert head(remote) == release


def test_auto_asks_first_and_applies_what_the_evidence_is_for(missed: Team) -> None:
    told = remedy(missed, "auto")
    assert told.verdict == (0, "proven", None), told.prose
    assert missed.displayed() == missed.shown
    assert [one["name"] for one in told.facts["remedies"]] == ["rebuild"]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(missed: Team) -> None:
    before = refs(missed)
    said = {name: remedy(missed, name, "--dry-run") for name in ("auto", "hand-over", "nudge", "branch")}
    assert refs(missed) == before
    assert git(missed.folder, "status", "--porcelain") == ""
    assert [told.code for told in said.values()] == [0, 0, 0, 0]
    assert "remedy rebuild would stamp requirements.txt" in said["auto"].prose
    assert "+# freshboot" in said["auto"].facts["diff"]
    assert "Reboot app" in said["hand-over"].prose
    assert "+DEPLOYMENT_VERSION" in said["nudge"].facts["diff"]
    assert "as the new branch freshboot/fresh-" in said["branch"].prose


def test_when_the_time_for_remedies_is_over_none_is_applied(missed: Team) -> None:
    release = missed.head
    told = remedy(missed, "auto", "--remedy-timeout", "0s")
    assert told.verdict == (1, "stale", "not-applied")
    assert "there is no time left for rebuild" in told.prose
    assert head(Path(missed.lab.remote)) == release
