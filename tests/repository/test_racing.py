"""Ten publishers and a person race on one bare remote, each in a thread of its own on a clone of its own."""

from __future__ import annotations

import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import Queue

import pytest

from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, log, make_remote
from tests.repository.stamper import FILES, deploy_from, maker, publish_from

PUBLISHERS = 10
PUSHES = 6
SECONDS = 60.0


def publishes(folder: Path, number: int, pushes: Queue[bool]) -> list[Outcome]:
    """One publisher, which every push starts once; its stamps bear its number."""
    make = maker(Repository.open(folder), (f"{number}{attempt:03}" for attempt in count()))
    ended = []
    while pushes.get(timeout=SECONDS):
        ended.append(publish_from(folder, make=make, sleep=time.sleep, random=random.random))
        git(folder, "pull", "--quiet", "--ff-only")
    return ended


def pushes_plainly(folder: Path, remote: Path, publishers: list[Queue[bool]]) -> None:
    """A person who pushes twice in a row, pulling where that fails, and goes on when a stamp is on top."""
    for number in range(PUSHES):
        commit(folder, {"app.py": f"print({number})\n"}, f"Person {number}")
        while "rejected" in git(folder, "push", "origin", "main", check=False):
            git(folder, "pull", "--quiet", "--rebase", "origin", "main")
        for publisher in publishers:
            publisher.put(True)
        while number % 2 and not log(remote, "-1", "%s")[0].startswith("Stamp"):
            time.sleep(0.01)
    for publisher in publishers:
        publisher.put(False)


@pytest.fixture
def race(tmp_path: Path) -> tuple[Path, list[Outcome]]:
    """The remote after the race, and how each publish ended; half of them in shallow clones."""
    remote = make_remote(tmp_path / "remote.git", FILES)
    kinds = clone(remote, tmp_path / "whole"), clone(remote, tmp_path / "shallow", "--depth=1")
    folders = [shutil.copytree(kinds[number % 2], tmp_path / str(number)) for number in range(PUBLISHERS)]
    queues: list[Queue[bool]] = [Queue() for _ in folders]
    with ThreadPoolExecutor(PUBLISHERS + 1) as pool:
        runs = [pool.submit(publishes, *one) for one in zip(folders, count(), queues, strict=False)]
        person = pool.submit(pushes_plainly, kinds[0], remote, queues)
        ended = [done for run in runs for done in run.result(SECONDS)]
        person.result(SECONDS)
    return remote, ended


def test_ten_publishers_and_a_person_lose_nothing(race: tuple[Path, list[Outcome]]) -> None:
    remote, ended = race
    commits = [line.split("|") for line in log(remote, form="%H|%P|%s")]
    parents = {commit_id: above for commit_id, above, _ in commits}
    persons = [text for *_, text in commits if text.startswith("Person")]
    stamps = {commit_id: parents[commit_id] for commit_id, _, text in commits if text.startswith("Stamp")}
    published = {done.commit for done in ended if done.kind is Kind.PUBLISHED}

    assert sorted(persons) == [f"Person {number}" for number in range(PUSHES)], "a person's commit is lost"
    assert len(commits) == 1 + PUSHES + len(stamps)
    assert not any(" " in above for above in parents.values()), "the history is not linear"
    assert stamps.keys() == published, "a publisher's word and the branch differ"
    assert not set(stamps.values()) & stamps.keys(), "a stamp is stamped"
    assert len(set(stamps.values())) == len(stamps), "one push carries two stamps"
    assert {done.kind for done in ended} >= {Kind.PUBLISHED, Kind.SUPERSEDED}, "it was no race"
    assert {done.commit for done in ended} <= stamps.keys()
    for done in ended:
        git(remote, "merge-base", "--is-ancestor", done.base, done.commit)


def test_ten_forced_stamps_all_arrive(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote.git", FILES)
    whole = clone(remote, tmp_path / "whole")
    folders = [shutil.copytree(whole, tmp_path / str(number)) for number in range(PUBLISHERS)]

    def stamps(folder: Path) -> Outcome:
        make = maker(Repository.open(folder), (f"{folder.name}{attempt:03}" for attempt in count()))
        return publish_from(
            folder, make=make, force=True, sleep=time.sleep, random=random.random, attempts=40
        )

    with ThreadPoolExecutor(PUBLISHERS) as pool:
        ended = list(pool.map(stamps, folders))
    assert {done.kind for done in ended} == {Kind.PUBLISHED}
    assert sorted(log(remote)[:-1]) == sorted(done.commit for done in ended)


def test_deployers_of_older_and_newer_pushes_never_go_back(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote.git", FILES)
    person = clone(remote, tmp_path / "person")
    for number in range(PUSHES):
        commit(person, {"app.py": f"print({number})\n"}, f"Person {number}")
    git(person, "push", "--quiet", "origin", "main")
    pushed = log(remote)[::-1]
    folders = [clone(remote, tmp_path / str(number)) for number in range(len(pushed))]
    for folder, commit_id in zip(folders, pushed, strict=True):
        git(folder, "switch", "--quiet", "--detach", commit_id)

    def deploys(folder: Path) -> Outcome:
        return deploy_from(folder, branch="main", sleep=time.sleep, random=random.random, attempts=40)

    with ThreadPoolExecutor(len(folders)) as pool:
        ended = list(pool.map(deploys, folders))
    lives = git(remote, "log", "--first-parent", "--format=%H|%P", "live", "^main").splitlines()[::-1]
    sources = [pushed.index(line.split()[-1].split("|")[-1]) for line in lives]
    published = {done.commit for done in ended if done.kind is Kind.PUBLISHED}

    assert published == {line.split("|")[0] for line in lives}, "a deployer's word and the branch differ"
    assert sources == sorted(set(sources)), "the deploy branch went back"
    assert sources[-1] == len(pushed) - 1, "the newest push is not live"
    assert {done.kind for done in ended} <= {Kind.PUBLISHED, Kind.SUPERSEDED}
