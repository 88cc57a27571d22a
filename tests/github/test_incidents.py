"""The issue of an incident: one, whatever happens; told once; closed at the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.github.client import GitHub
from freshboot.github.errors import NoPermission, NotFound, Refused, Unreachable
from freshboot.github.incidents import LABEL, Incident, report, resolve
from tests.github.fake import Fake
from tests.github.store import BOT, OWNER, STRANGER, Item

INCIDENT = Incident("abc123", "aaa1", "budget: stale", "It is stale.", "First try.")
LATER = replace(INCIDENT, attempt="aaa2", title="budget: wrong", body="It is wrong.", comment="Second try.")


def known(fake: Fake, author: str = BOT, body: str = "", label: str = LABEL) -> Item:
    """An issue as an earlier run left it."""
    marker = "<!-- freshboot-incident: abc123 first: aaa1 -->"
    return fake.store().add_issue("budget: stale", body or f"{marker}\nIt is stale.", (label,), author)


def made(fake: Fake) -> list[str]:
    """What changed something."""
    return [one for one in fake.asked() if not one.startswith("GET")]


async def test_an_incident_is_filed(fake: Fake, github: GitHub) -> None:
    assert await report(github, INCIDENT) == 1
    (issue,) = fake.store().open_issues()
    assert issue["title"] == "budget: stale"
    assert issue["body"].endswith("\nIt is stale.")
    assert [one["name"] for one in issue["labels"]] == [LABEL]
    assert fake.store().said(1) == []


async def test_the_label_is_made_with_its_colour(fake: Fake, github: GitHub) -> None:
    await report(github, INCIDENT)
    assert fake.store().labels[LABEL]["color"] == "5319e7"


@pytest.mark.parametrize("status", [422, 502])
async def test_the_label_need_not_be_made(fake: Fake, github: GitHub, status: int) -> None:
    fake.fails("labels", method="POST", status=status)
    await report(github, INCIDENT)
    assert [one["name"] for one in fake.store().open_issues()[0]["labels"]] == [LABEL]


async def test_the_same_attempt_changes_nothing(fake: Fake, github: GitHub) -> None:
    await report(github, INCIDENT)
    fake.calls.clear()
    assert await report(github, INCIDENT) == 1
    assert made(fake) == []


async def test_a_later_run_of_an_attempt_edits_the_body_alone(fake: Fake, github: GitHub) -> None:
    await report(github, INCIDENT)
    await report(github, replace(INCIDENT, body="It is stale, says run 2."))
    assert fake.store().issue(1)["body"].endswith("\nIt is stale, says run 2.")
    assert fake.store().said(1) == []


async def test_another_attempt_is_told_once_below_it(fake: Fake, github: GitHub) -> None:
    await report(github, INCIDENT)
    for _ in range(2):
        assert await report(github, LATER) == 1
    (issue,) = fake.store().issues
    assert (issue["title"], issue["body"].splitlines()[1:]) == ("budget: wrong", ["It is wrong."])
    assert [one.splitlines()[1:] for one in fake.store().said(1)] == [["Second try."]]


async def test_an_attempt_that_was_told_before_is_not_told_again(fake: Fake, github: GitHub) -> None:
    for one in (INCIDENT, LATER, INCIDENT, LATER):
        await report(github, one)
    assert len(fake.store().said(1)) == 1


async def test_a_comment_is_found_again_among_many(fake: Fake, github: GitHub) -> None:
    await report(github, INCIDENT)
    await report(github, LATER)
    fake.store().comments[1][0:0] = [fake.store().add_comment(1, f"{number}") for number in range(120)]
    await report(github, LATER)
    assert sum("Second try." in one for one in fake.store().said(1)) == 1


async def test_an_incident_is_found_again_among_many(fake: Fake, github: GitHub) -> None:
    known(fake)
    for number in range(120):
        fake.store().add_issue(f"{number}", "", (LABEL,))
    assert await report(github, LATER) == 1
    assert "POST issues" not in fake.asked()


async def test_each_app_has_an_incident_of_its_own(fake: Fake, github: GitHub) -> None:
    assert await report(github, INCIDENT) == 1
    assert await report(github, replace(INCIDENT, key="abc124")) == 2
    assert await resolve(github, "abc123", "bbb", "Over.") == [1]


async def test_a_pull_request_with_the_marker_is_none(fake: Fake, github: GitHub) -> None:
    fake.store().add_pull("x", "<!-- freshboot-incident: abc123 first: aaa1 -->", (LABEL,))
    assert await report(github, INCIDENT) == 2


@pytest.mark.parametrize(
    "issue",
    [
        {"label": "bug"},
        {"author": STRANGER},
        {"body": "> <!-- freshboot-incident: abc123 first: aaa1 -->"},
        {"body": "see\n<!-- freshboot-incident: abc123 first: aaa1 -->"},
        {"body": "<!-- freshboot-incident: abc1234 first: aaa1 -->"},
    ],
)
async def test_an_issue_that_only_looks_alike_is_left_alone(
    fake: Fake, github: GitHub, issue: dict[str, str]
) -> None:
    theirs = dict(known(fake, **issue))
    assert await report(github, INCIDENT) == 2
    assert await resolve(github, INCIDENT.key, "bbb", "Over.") == [2]
    assert fake.store().issue(1) == theirs


async def test_a_person_with_a_token_may_have_filed_it(fake: Fake, github: GitHub) -> None:
    known(fake, OWNER)
    assert await report(github, LATER) == 1


async def test_a_strangers_copied_comment_silences_nothing(fake: Fake, github: GitHub) -> None:
    known(fake)
    fake.store().add_comment(1, "<!-- freshboot-attempt: aaa2 -->", STRANGER)
    await report(github, LATER)
    assert "Second try." in fake.store().said(1)[-1]


async def test_a_closed_incident_stays_closed(fake: Fake, github: GitHub) -> None:
    known(fake)["state"] = "closed"
    assert await report(github, INCIDENT) == 2


async def test_is_closed_with_a_last_comment(fake: Fake, github: GitHub) -> None:
    known(fake)
    assert await resolve(github, INCIDENT.key, "bbb", "It is live.") == [1]
    issue = fake.store().issue(1)
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert [one.splitlines()[1] for one in fake.store().said(1)] == ["It is live."]


async def test_where_nothing_is_open_nothing_is_closed(fake: Fake, github: GitHub) -> None:
    assert await resolve(github, INCIDENT.key, "bbb", "It is live.") == []
    assert made(fake) == []


async def test_closing_that_broke_off_says_its_word_once(fake: Fake, github: GitHub) -> None:
    known(fake)
    fake.fails("issues/1$", method="PATCH", status=403)
    with pytest.raises(NoPermission):
        await resolve(github, INCIDENT.key, "bbb", "It is live.")
    await resolve(github, INCIDENT.key, "bbb", "It is live.")
    assert len(fake.store().said(1)) == 1
    assert fake.store().open_issues() == []


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_is_filed_once_whether_the_answer_or_the_question_got_lost(
    fake: Fake, github: GitHub, status: int, done: bool
) -> None:
    fake.fails("issues$", method="POST", status=status, done=done)
    assert await report(github, INCIDENT) == 1
    assert len(fake.store().issues) == 1


async def test_is_filed_once_where_no_answer_comes(fake: Fake) -> None:
    from tests.github.test_client import client

    fake.fails("issues$", method="POST", status=0, done=True)
    async with client(fake.url, seconds=0.5) as github:
        assert await report(github, INCIDENT) == 1
    assert len(fake.store().issues) == 1


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize(("method", "path"), [("POST", "comments$"), ("PATCH", "issues/1$")])
async def test_is_told_once_whether_the_answer_or_the_question_got_lost(
    fake: Fake, github: GitHub, method: str, path: str, done: bool
) -> None:
    known(fake)
    fake.fails(path, method=method, done=done)
    await report(github, LATER)
    assert len(fake.store().said(1)) == 1
    assert fake.store().issue(1)["body"].endswith("It is wrong.")


async def test_of_two_runs_at_the_same_moment_the_later_gives_way(fake: Fake, github: GitHub) -> None:
    fake.meanwhile["POST issues"] = lambda: known(fake)
    assert await report(github, LATER) == 1
    (issue,) = fake.store().open_issues()
    assert issue["number"] == 1
    other = fake.store().issue(2)
    assert (other["state"], other["state_reason"]) == ("closed", "not_planned")
    assert "#1" in fake.store().said(2)[0]
    assert "Second try." in fake.store().said(1)[0]


async def test_of_two_runs_at_the_same_moment_the_earlier_stays(fake: Fake, github: GitHub) -> None:
    # between the filing, and looking again
    fake.meanwhile["POST issues"] = lambda: fake.meanwhile.update({"GET issues": lambda: known(fake)})
    assert await report(github, INCIDENT) == 1
    assert fake.store().issue(1)["state"] == "open"


async def test_what_was_filed_twice_all_the_same_becomes_one(fake: Fake, github: GitHub) -> None:
    for _ in range(3):
        known(fake)
    assert await report(github, LATER) == 1
    assert [one["number"] for one in fake.store().open_issues()] == [1]


async def test_all_that_was_filed_is_closed(fake: Fake, github: GitHub) -> None:
    for _ in range(2):
        known(fake)
    assert await resolve(github, INCIDENT.key, "bbb", "It is live.") == [1, 2]
    assert fake.store().open_issues() == []


async def test_what_is_too_long_is_cut(fake: Fake, github: GitHub) -> None:
    long = "x" * 100_000
    await report(github, replace(INCIDENT, title=long, body=long))
    await report(github, replace(LATER, title=long, body=long, comment=long))
    assert len(fake.store().said(1)) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(401, NoPermission), (403, NoPermission), (404, NotFound), (422, Refused)]
)
@pytest.mark.parametrize("path", ["GET issues$", "POST issues$", "PATCH issues/1$", "POST comments$"])
async def test_what_github_does_not_let_be_is_an_error(
    fake: Fake, github: GitHub, path: str, status: int, error: type[Exception]
) -> None:
    method, _, end = path.partition(" ")
    if end != "issues$":
        known(fake)
    fake.fails(end, method=method, status=status, times=0)
    with pytest.raises(error):
        await report(github, LATER)


async def test_a_lasting_outage_is_an_error(fake: Fake, github: GitHub) -> None:
    fake.fails(times=0)
    with pytest.raises(Unreachable):
        await report(github, INCIDENT)
