"""What the ledger is told of a rollout, what the next run makes of it, and what is told for another job."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from freshboot.config import Config
from freshboot.judge.outcome import Outcome
from freshboot.ledger.attempt import Attempt
from freshboot.ledger.journal import Journal
from freshboot.remedies import named
from freshboot.remedies.remedy import Action
from freshboot.repository.publishing import Outcome as Publication
from freshboot.repository.repository import Repository
from freshboot.rollout.publish import Request
from freshboot.rollout.record import LOOK, PUSH, Record, entry
from freshboot.tell.document import document
from tests.gitrepo import commit, git, head
from tests.rollout.publishing import NOON, publish, push
from tests.tell.outcomes import proven, stale

pytestmark = pytest.mark.usefixtures("isolated")
URL = "https://budget.streamlit.app"
CONFIG = Config(url=URL, remedies=("nudge", "rebuild"))
ACTION = Action("do it", "it is done")
PATHS = (".streamlit/config.toml", "requirements.txt", "streamlit_app.py")


class Runs:
    """One run after another in one clone; what is done there takes a minute each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.minutes = 0

    def clock(self) -> datetime:
        self.minutes += 1
        return NOON + timedelta(minutes=self.minutes)

    def another(self, config: Config = CONFIG, **environment: str) -> Record:
        repository = Repository.open(self.folder)
        journal = Journal(repository, None, pytest.fail, self.clock)
        request = Request(self.clock, reason="why not", environment=environment)
        return Record(repository, config, request, journal, document)

    def release(self, **request: Any) -> Publication:
        return publish(self.folder, "same-branch", minutes=self.minutes, **request)

    def told(self) -> list[Attempt]:
        """The ledger of the work that is checked out."""
        source = git(self.folder, "log", "-1", "--format=%H", "--author=Ada")
        return self.another().journal.past(source)


@pytest.fixture
def runs(folder: Path) -> Runs:
    commit(folder, {"calculations.py": "REVENUE = 2\n"}, "Mend the revenue")
    return Runs(folder)


def began(runs: Runs) -> tuple[Record, str]:
    """A run that has pushed the release; it may be killed from now on."""
    record, done = runs.another(), runs.release()
    record.begin(done.commit, "main", pushed=True)
    return record, done.commit


def applying(runs: Runs, name: str = "nudge") -> tuple[Record, str]:
    """A run that has begun with a remedy, and not pushed it."""
    record, release = began(runs)
    record.end(stale())
    record.begin_remedy(named(name), ACTION, release, "main")
    return record, release


def outcome(good: bool) -> Outcome:
    return proven() if good else stale()


def test_a_push_is_told_as_soon_as_it_is_made(runs: Runs) -> None:
    _, release = began(runs)
    (told,) = runs.told()
    assert (told.commit, told.source, told.does) == (release, head(runs.folder, "HEAD^"), PUSH)
    assert told.changed == tuple(sorted((*PATHS, "calculations.py")))
    assert (told.pushed, told.ended) == ("2026-11-22T12:01:00Z", None)
    assert (told.number, told.remedy) == (1, None)
    assert told.stamp.partition("+")[0] == "1.0.0"


def test_where_it_was_done_and_why_is_told(runs: Runs) -> None:
    place = {
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_RUN_ID": "7",
    }
    record = runs.another(replace(CONFIG, url="https://me:secret@budget.streamlit.app/"), **place)
    record.begin(runs.release().commit, "main", pushed=True)
    (told,) = runs.told()
    assert (told.trigger, told.reason) == ("manual", "why not")
    assert told.run_url.endswith("/a/b/actions/runs/7")
    assert told.app == "https://***@budget.streamlit.app"


def test_an_attempt_ends_with_its_outcome_or_without_one(runs: Runs) -> None:
    record, release = began(runs)
    record.end(stale())
    record.begin_remedy(named("nudge"), ACTION, release, "main")
    record.end(None)
    record.end(proven())  # nothing is open
    first, second = runs.told()
    assert (first.verdict, second.verdict) == ("stale", None)
    assert second.ended is not None
    assert (second.remedy, second.does, second.number) == ("nudge", "do it", 2)
    assert second.rollout == first.rollout


def test_what_a_remedy_pushed_is_told_with_what_it_changed(runs: Runs) -> None:
    record, release = applying(runs)
    pushed = runs.release(force=True).commit
    record.released(pushed)
    record.end(proven())
    told = runs.told()[-1]
    assert (told.commit, told.changed, told.verdict) == (pushed, PATHS, "proven")
    assert told.pushed is not None
    assert told.commit != release


def test_a_wait_for_what_was_pushed_and_told_before_is_a_look(runs: Runs) -> None:
    record, release = began(runs)
    record.end(stale())
    runs.another().begin(release, "main", pushed=False)
    first, look = runs.told()
    assert (look.does, look.pushed, look.changed) == (LOOK, None, ())
    assert look.rollout != first.rollout


def test_a_push_that_a_killed_run_could_not_tell_is_told_by_the_next(runs: Runs) -> None:
    release = runs.release().commit
    runs.another().begin(release, "main", pushed=False)
    (told,) = runs.told()
    assert (told.does, told.commit, told.pushed) == (PUSH, release, "2026-11-22T12:00:00Z")
    assert told.changed == tuple(sorted((*PATHS, "calculations.py")))


def test_without_a_stamp_nothing_was_pushed(runs: Runs) -> None:
    runs.another().begin(head(runs.folder), "main", pushed=False)
    (told,) = runs.told()
    assert (told.does, told.pushed, told.stamp) == (LOOK, None, "")


def test_a_run_that_was_killed_in_its_wait_goes_on(runs: Runs) -> None:
    _, release = began(runs)
    again = runs.another()
    again.begin(release, "main", pushed=False)
    again.end(stale())
    again.begin_remedy(named("nudge"), ACTION, release, "main")
    first, second = runs.told()
    assert (first.verdict, first.number, first.does) == ("stale", 1, PUSH)
    assert first.pushed is not None
    assert (second.rollout, second.number) == (first.rollout, 2)
    assert len(again.pushes()) == 1


def test_a_remedy_whose_push_a_killed_run_made_goes_on(runs: Runs) -> None:
    applying(runs)
    pushed = runs.release(force=True).commit
    again = runs.another()
    again.begin(pushed, "main", pushed=False)
    again.end(stale())
    first, second = runs.told()
    assert (second.commit, second.remedy, second.verdict) == (pushed, "nudge", "stale")
    assert (second.rollout, second.number, second.changed) == (first.rollout, 2, PATHS)
    assert second.pushed is not None
    assert again.tried(pushed, "main") == {"nudge"}
    assert len(again.pushes()) == 2


def test_a_remedy_that_a_killed_run_never_pushed_stays_without_an_end(runs: Runs) -> None:
    _, release = applying(runs)
    again = runs.another()
    again.begin(release, "main", pushed=False)
    again.end(stale())
    first, left, look = runs.told()
    assert (left.remedy, left.ended) == ("nudge", None)
    assert (look.rollout, look.number, look.does) == (first.rollout, 3, LOOK)
    assert again.tried(release, "main") == set()


def test_a_stamp_that_this_run_has_pushed_did_not_come_of_the_killed_one(runs: Runs) -> None:
    applying(runs)
    again, done = runs.another(), runs.release(force=True)
    again.begin(done.commit, "main", pushed=True)
    told = runs.told()
    assert [one.remedy for one in told] == [None, "nudge", None]
    assert told[2].rollout != told[0].rollout
    assert (told[1].ended, told[2].does) == (None, PUSH)


@pytest.mark.parametrize(
    ("config", "branch"),
    [(replace(CONFIG, url="https://staging.streamlit.app"), "main"), (CONFIG, "staging")],
    ids=["another address", "another branch"],
)
def test_what_was_done_for_another_app_was_not_for_this_one(runs: Runs, config: Config, branch: str) -> None:
    record, release = applying(runs)
    record.end(stale())
    began_elsewhere = runs.another()
    began_elsewhere.begin(release, "main", pushed=False)
    again = runs.another(config)
    again.begin(release, branch, pushed=False)
    again.end(stale())
    assert again.tried(release, branch) == set()
    assert began_elsewhere.tried(release, "main") == {"nudge"}
    assert len({one.rollout for one in runs.told()}) == 3


@pytest.mark.parametrize("ended", [True, False], ids=["with a verdict", "without one"])
def test_a_remedy_that_was_pushed_was_tried_however_it_ended(runs: Runs, ended: bool) -> None:
    record, _ = applying(runs)
    pushed = runs.release(force=True).commit
    record.released(pushed)
    record.end(stale() if ended else None)
    again = runs.another()
    again.begin(pushed, "main", pushed=False)
    assert again.tried(pushed, "main") == {"nudge"}


def test_a_remedy_whose_push_was_refused_was_not_tried(runs: Runs) -> None:
    record, release = applying(runs)
    record.end(None)
    again = runs.another()
    again.begin(release, "main", pushed=False)
    assert again.tried(release, "main") == set()


def test_a_remedy_that_pushes_nothing_was_tried_once_it_came_to_a_verdict(runs: Runs) -> None:
    record, release = applying(runs, "wake")
    record.end(stale())
    again = runs.another()
    again.begin(release, "main", pushed=False)
    assert again.tried(release, "main") == {"wake"}


def test_other_work_begins_anew(runs: Runs) -> None:
    record, _ = applying(runs)
    record.end(stale())
    push(runs.folder, {"other.py": ""})
    again, done = runs.another(), runs.release()
    again.begin(done.commit, "main", pushed=True)
    assert again.tried(done.commit, "main") == set()
    assert again.pushes() == []


def test_the_first_commit_of_all_changes_what_nobody_knows(folder: Path) -> None:
    runs = Runs(folder)
    began(runs)
    (told,) = runs.told()
    assert told.changed == ()


class TestEntry:
    def made(self, runs: Runs, release: str, good: bool = True) -> Attempt:
        result = document(replace(outcome(good), expected=replace(outcome(good).expected, commit=release)))
        repository = Repository.open(runs.folder)
        environment = {"FRESHBOOT_REASON": "see https://me:secret@x/", "GITHUB_EVENT_NAME": "push"}
        began, ended = runs.clock(), runs.clock()
        return entry(repository, CONFIG, environment, result, began=began, ended=ended)

    def test_it_is_the_whole_record_of_a_push_that_another_job_made(self, runs: Runs) -> None:
        release = runs.release().commit
        made = self.made(runs, release)
        assert (made.commit, made.source, made.does, made.number) == (
            release,
            head(runs.folder, "HEAD^"),
            PUSH,
            1,
        )
        assert (made.pushed, made.began, made.ended) == (
            "2026-11-22T12:00:00Z",
            "2026-11-22T12:01:00Z",
            "2026-11-22T12:02:00Z",
        )
        assert (made.trigger, made.reason, made.app) == ("push", "see https://***@x/", URL)
        assert (made.verdict, made.branch) == ("proven", "main")
        assert "calculations.py" in made.changed

    def test_without_a_stamp_it_is_a_look(self, runs: Runs) -> None:
        made = self.made(runs, head(runs.folder), good=False)
        assert (made.does, made.pushed, made.stamp, made.verdict) == (LOOK, None, "", "stale")

    def test_two_of_them_are_two_rollouts(self, runs: Runs) -> None:
        release = runs.release().commit
        one, other = self.made(runs, release), self.made(runs, release)
        assert one.id != other.id
        assert one.rollout != other.rollout
