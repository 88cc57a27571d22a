"""Remedies on the lab: each applied by name, chosen by evidence, and proven by what the page shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from freshboot.lab import LabProcess
from tests.endtoend.team import HASTE, Team, files_of, freshboot, lab_of, team_of
from tests.gitrepo import ISOLATION, git, head

WATCHES = "heal=False"
QUICK = ("--replicas", "1")
LOADED = ("--require", "disk,memory")
"""Without healing, what the caches hold stays as old as the process."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    with lab_of(tmp_path_factory.mktemp("remedies") / "app", files_of(1, WATCHES)) as running:
        yield running


@pytest.fixture(scope="module")
def everybody(lab: LabProcess, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return team_of(lab, tmp_path_factory.mktemp("team") / "clone")


@pytest.fixture
def team(everybody: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The team with a release live, and no fault."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    everybody.lab.set_faults()
    git(everybody.folder, "pull", "--quiet", "--rebase", "origin", "HEAD")
    release(everybody)
    everybody.lab.reboot()
    everybody.lab.wait_deployed(everybody.head)
    assert everybody.displayed() == shown(everybody)
    return everybody


def release(team: Team) -> None:
    """Push the next release."""
    team.change(WATCHES)
    team.push()


def shown(team: Team) -> list[str]:
    return [f"main {team.number}", f"module {team.number}"]


def remedy(team: Team, name: str, *options: str):  # noqa: ANN201  # as Team.rollout
    return freshboot(team.folder, "remedy", name, "--url", team.lab.url, *HASTE, *QUICK, *options)


def unattended(team: Team) -> None:
    """A push that lands while nobody is connected: the module stays old."""
    team.lab.set_faults("hold-module")
    release(team)
    team.lab.wait_deployed(team.head)
    team.lab.set_faults()
    assert team.displayed() == [f"main {team.number}", f"module {team.number - 1}"]


def test_a_nudge_drops_old_modules(team: Team) -> None:
    unattended(team)
    before = head(team.folder)
    told = remedy(team, "nudge", *LOADED)
    assert told.verdict == (0, "proven", None)
    assert team.displayed() == shown(team)
    pushed = git(team.folder, "diff", "--name-only", before, told.facts["expected"]["commit"]).split()
    assert "requirements.txt" not in pushed
    assert "streamlit_app.py" in pushed


def test_a_rebuild_is_proven_like_any_push(team: Team) -> None:
    unattended(team)
    told = remedy(team, "rebuild", *LOADED)
    assert told.verdict == (0, "proven", None)
    assert team.displayed() == shown(team)


def test_wake_wakes_a_sleeping_app(team: Team) -> None:
    team.lab.set_faults("asleep")
    told = remedy(team, "wake", "--no-wake", *LOADED)
    assert told.verdict == (0, "proven", None)


def test_a_remedy_says_what_it_would_do_and_does_nothing(team: Team) -> None:
    told = remedy(team, "rebuild", "--dry-run")
    assert told.code == 0
    assert "requirements.txt, which wins on the host" in told.prose
    assert "+# freshboot" in told.facts["diff"]
    assert git(team.folder, "ls-remote", "origin", "HEAD").split()[0] == team.head


def test_the_ladder_takes_the_smallest_that_the_evidence_is_for(team: Team) -> None:
    """Nobody is connected when the first push lands, and boot() does not heal."""
    team.change(WATCHES)
    options = ("--remedy", "auto", "--no-witness", *QUICK, *LOADED)
    told = team.rollout(*options)
    assert told.verdict == (0, "proven", None)
    assert "remedy nudge: " in told.prose
    assert "remedy rebuild: " not in told.prose


def test_no_remedy_is_applied_where_the_code_is_wrong(team: Team) -> None:
    wrong = files_of(team.number + 1, WATCHES)
    wrong["streamlit_app.py"] += "raise ValueError('no such budget')\n"
    team.change(files=wrong)
    told = team.rollout("--remedy", "auto", *QUICK, *LOADED)
    assert told.verdict == (4, "code", "app-raises")
    assert "remedy" not in told.prose


def test_a_dry_run_names_the_push(team: Team) -> None:
    assert "push: one commit to origin/main (same-branch)" in remedy(team, "nudge", "--dry-run").prose
    told = remedy(team, "branch", "--dry-run")
    assert f"push: git push origin {team.head}:refs/heads/freshboot/fresh-{team.head[:7]}" in told.prose
    assert "freshboot/fresh" not in git(team.folder, "ls-remote", "origin")
