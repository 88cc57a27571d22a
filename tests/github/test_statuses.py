"""The status of a commit."""

from __future__ import annotations

import pytest

from freshboot.github.client import GitHub
from freshboot.github.errors import NoPermission
from freshboot.github.statuses import set_status
from tests.github.fake import Fake

COMMIT, RUN = "a" * 40, "https://github.com/acme/demo/runs/1"


async def test_a_status_is_set_in_a_context_of_its_own(fake: Fake, github: GitHub) -> None:
    await set_status(github, COMMIT, "success", "proven: live", RUN)
    (told,) = fake.store().statuses[COMMIT]
    assert (told["context"], told["state"], told["target_url"]) == ("freshboot", "success", RUN)
    assert told["description"] == "proven: live"


async def test_without_a_run_there_is_no_link(fake: Fake, github: GitHub) -> None:
    await set_status(github, COMMIT, "success", "proven", "")
    assert "target_url" not in fake.calls[0].body


async def test_a_long_description_is_cut(fake: Fake, github: GitHub) -> None:
    await set_status(github, COMMIT, "failure", "x" * 500, RUN)
    assert len(fake.store().statuses[COMMIT][0]["description"]) == 140


@pytest.mark.parametrize("done", [True, False])
async def test_is_set_once_whether_the_answer_or_the_question_got_lost(
    fake: Fake, github: GitHub, done: bool
) -> None:
    fake.fails("statuses/", method="POST", done=done)
    await set_status(github, COMMIT, "success", "proven", RUN)
    assert len(fake.store().statuses[COMMIT]) == 1


async def test_an_older_status_of_ours_is_no_answer(fake: Fake, github: GitHub) -> None:
    await set_status(github, COMMIT, "success", "proven", RUN)
    await set_status(github, COMMIT, "failure", "stale", RUN)
    fake.fails("statuses/", method="POST")
    await set_status(github, COMMIT, "success", "proven", RUN)
    assert [one["state"] for one in fake.store().statuses[COMMIT]] == ["success", "failure", "success"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_missing_permission_is_named(fake: Fake, github: GitHub, method: str) -> None:
    fake.fails("statuses/", method="POST")
    fake.fails("statuses", method=method, status=403)
    with pytest.raises(NoPermission) as told:
        await set_status(github, COMMIT, "success", "proven", RUN)
    assert "`statuses: write`" in told.value.remedy
