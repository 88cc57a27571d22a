"""What freshboot publishes does not make it publish again, even where it does not know its own commits."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.repository.commits import Identity
from freshboot.repository.errors import LoopError
from freshboot.repository.loops import MOST_IN_A_ROW
from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, log
from tests.repository.stamper import maker, publish_from


def spoiled(folder: Path, number: int) -> Outcome:
    """Publish, and have a formatter of the team's amend every stamp commit: it is known as ours no more."""
    done = publish_from(folder, make=maker(Repository.open(folder), [f"a{number}"]))
    (folder / "app.py").write_text(f"print({number})\n")
    git(folder, "commit", "--quiet", "--all", "--amend", "--no-edit")
    git(folder, "push", "--quiet", "--force", "origin", "main")
    return done


def test_stamps_that_are_not_known_again_end_at_the_cap(folder: Path, remote: Path) -> None:
    for number in range(MOST_IN_A_ROW):
        assert spoiled(folder, number).kind is Kind.PUBLISHED
    before = log(remote)
    with pytest.raises(LoopError, match="the last 5 commits of main look like freshboot's stamps") as caught:
        publish_from(folder)
    assert caught.value.exit_code == 5
    assert "no more than 5 in a row are published" in caught.value.message
    assert log(remote) == before


def test_a_shallow_clone_counts_them_as_well(folder: Path, remote: Path, tmp_path: Path) -> None:
    for number in range(MOST_IN_A_ROW):
        spoiled(folder, number)
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    with pytest.raises(LoopError):
        publish_from(shallow)


def test_a_persons_commit_ends_the_row(folder: Path) -> None:
    for number in range(MOST_IN_A_ROW):
        spoiled(folder, number)
    commit(folder, {"app.py": "print('a person')\n"})
    assert publish_from(folder).kind is Kind.PUBLISHED


def test_whoever_forces_it_may_go_on(folder: Path) -> None:
    for number in range(MOST_IN_A_ROW):
        spoiled(folder, number)
    assert publish_from(folder, force=True).kind is Kind.PUBLISHED


def test_forced_stamps_in_a_row_are_known_and_start_nothing(folder: Path, remote: Path) -> None:
    for number in range(MOST_IN_A_ROW + 1):
        publish_from(folder, make=maker(Repository.open(folder), [f"b{number}"]), force=True)
    assert publish_from(folder).kind is Kind.NOTHING


def test_its_own_push_starts_no_further_one_whoever_pushed_it(folder: Path, remote: Path) -> None:
    """As when a personal token or an App pushed: the push starts a run on the new tip."""
    first = publish_from(folder, identity=Identity("Ada", "ada@example.org"))
    again = publish_from(folder)
    assert (again.kind, again.commit) == (Kind.NOTHING, first.commit)
    assert log(remote) == [first.commit, first.base]
