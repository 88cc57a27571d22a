"""A file that the lab keeps old, renamed on evidence; and refused where the code is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.endtoend.incident import RIGHT, WRONG, release, team_before
from tests.endtoend.team import HASTE, PATIENT, Team, Told, freshboot
from tests.gitrepo import commit, git

FILE = "calculations.py"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with team_before(tmp_path_factory.mktemp("rename")) as team:
        yield team


def rename(team: Team, *options: str) -> Told:
    arguments = ("--file", FILE, "--url", team.lab.url, *HASTE, "--replicas", "1", *options)
    return freshboot(team.folder, "remedy", "rename", *arguments)


def attempt(team: Team, version: str, *, whole_mapping: bool) -> None:
    files = release(version, all_territories=True, whole_mapping=whole_mapping)
    commit(team.folder, files, f"Deploy all territories ({version})")


def test_where_the_code_is_wrong_nothing_is_renamed(team: Team) -> None:
    attempt(team, "1.0.2", whole_mapping=False)
    assert team.rollout(*PATIENT).verdict == (4, "code", "check-failed")
    tip = git(team.folder, "ls-remote", "origin", "main")
    told = rename(team, *PATIENT)
    assert told.verdict == (4, "code", "check-failed")
    assert "calculations.py is not renamed: the verdict is code" in told.prose
    assert git(team.folder, "ls-remote", "origin", "main") == tip


def test_a_file_that_the_host_keeps_old_is_proven_under_another_name(team: Team) -> None:
    team.lab.set_faults(f"hold-file:{FILE}")
    attempt(team, "1.0.3", whole_mapping=True)
    told = team.rollout()
    assert told.verdict == (1, "stale", "stale-file")
    assert WRONG in " ".join(team.displayed())
    told = rename(team, "--grace", "8s")
    assert told.verdict == (0, "proven", None)
    assert RIGHT in " ".join(team.displayed())
    assert any("calculations.py" in one and "renamed" in one for one in told.facts["limits"])
    made = told.facts["expected"]["commit"]
    trailers = git(team.folder, "log", "-1", "--format=%(trailers)", made)
    (new,) = [
        name for name in git(team.folder, "ls-tree", "--name-only", made).split() if name.startswith("calc")
    ]
    assert f"Freshboot-Rename: {FILE} -> {new}" in trailers
    assert "Freshboot-Stamp: " in trailers
    assert (team.folder / new).exists()
    assert not (team.folder / FILE).exists()


def test_the_old_name_comes_back_when_the_host_is_well_again(team: Team) -> None:
    team.lab.set_faults()
    before = git(team.folder, "ls-tree", "--name-only", "HEAD")
    shown = rename(team, "--undo", "--dry-run")
    assert shown.code == 0
    assert f"rename to {FILE}" in shown.facts["diff"]
    assert git(team.folder, "ls-tree", "--name-only", "HEAD") == before
    told = rename(team, "--undo", *PATIENT)
    assert told.verdict == (0, "proven", None)
    assert RIGHT in " ".join(team.displayed())
    assert FILE in git(team.folder, "ls-tree", "--name-only", told.facts["expected"]["commit"]).split()
    assert "import calculations\n" in (team.folder / "streamlit_app.py").read_text()
