"""Our workflows and the action under a real runner: what the jobs say, and what has come of it outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.ledger.attempt import Attempt
from tests.endtoend.team import freshboot
from tests.github.git_side import hosts, merge
from tests.gitrepo import clone, commit, git, head
from tests.workflows.forge import UNSIGNED
from tests.workflows.place import BOT, CALLING, CONFIGURATION, OURS, THEIRS, USING, WATCHING, Place, files
from tests.workflows.project import ten_lines

PROVEN = {"publish": "success", "confirm": "success", "record": "success"}
MISCHIEF = '"; exit 7; `exit 7` $(exit 7) ::error::${{ github.token }}'


def test_a_push_is_stamped_published_and_proven(place: Place) -> None:
    pushed = place.release()
    run = place.run("rollout.yml")
    assert run.jobs == PROVEN, run.everything
    assert place.branch("%an %P")[0] == f"{BOT} {pushed}"
    assert run.outputs("publish")["committed"] == "true"
    assert run.outputs("confirm")["verdict"] == "proven"
    commit = head(Path(place.lab.remote), "main")
    assert [one["state"] for one in place.store.statuses[commit]] == ["success"]
    assert [one["ref"] for one in place.store.deployments] == [commit]
    assert place.team.displayed() == [f"main {place.team.number}", f"module {place.team.number}"]
    (recorded,) = git(Path(place.lab.remote), "notes", "--ref=freshboot", "show", commit).splitlines()
    attempt = Attempt.from_json(recorded)
    assert attempt is not None
    assert (attempt.verdict, attempt.trigger, attempt.source) == ("proven", "push", pushed)


def test_the_push_of_a_stamp_starts_nothing_new(place: Place) -> None:
    place.release()
    assert freshboot(place.team.folder, "publish").facts["outcome"] == "published"
    before = place.branch()
    run = place.run("rollout.yml")
    assert run.jobs == {"publish": "success"}, run.everything
    assert place.branch() == before


def test_a_dispatch_with_force_stamps_anew_for_its_reason(place: Place) -> None:
    before = place.branch()
    run = place.dispatch("rollout.yml", force="true", reason=MISCHIEF, timeout="20m")
    assert run.jobs == PROVEN, run.everything
    assert len(place.branch()) == len(before) + 1
    assert f"Reason: {MISCHIEF}" in place.branch("%B")


def test_a_dispatch_with_a_remedy_applies_it_in_one_job(place: Place) -> None:
    before = place.branch()
    run = place.dispatch("rollout.yml", remedy="rebuild")
    assert run.jobs == {"remedy": "success"}, run.everything
    assert run.outputs("remedy")["verdict"] == "proven"
    assert len(place.branch()) == len(before) + 1


def test_another_repository_calls_the_workflow(place: Place) -> None:
    place.release()
    run = place.run_text(CALLING)
    assert run.jobs == {**PROVEN, "after": "success"}, run.everything
    assert f"called proven {head(Path(place.lab.remote), 'main')}" in run.log


def test_another_repository_s_rollout_is_mended_where_it_wishes(place: Place) -> None:
    place.lab.wait_deployed(place.release())
    place.lab.set_faults("lost-webhook:once")
    run = place.run_text(CALLING.replace("url: URL", "url: URL, remedies: auto"))
    assert run.jobs == {"remedy": "success", "after": "success"}, run.everything
    assert "remedy rebuild: " in run.log
    assert run.outputs("remedy")["verdict"] == "proven"


def test_another_repository_that_is_run_by_hand_is_stamped_anew(place: Place) -> None:
    before = place.branch()
    git(place.team.folder, "pull", "--quiet", "--rebase")
    run = place.run_text(CALLING, event="workflow_dispatch")
    assert run.jobs == {**PROVEN, "after": "success"}, run.everything
    assert len(place.branch()) == len(before) + 1


def test_another_repository_uses_the_action(place: Place) -> None:
    place.release()
    run = place.run_text(USING)
    assert run.jobs == {"one": "success"}, run.everything
    outputs = run.outputs("freshboot")
    assert outputs["verdict"] == "proven"
    assert outputs["commit-sha"] == head(Path(place.lab.remote), "main")
    assert "reported Git has, live has" in run.log
    assert place.branch("%an")[0] == BOT


def test_a_deploy_branch_leaves_main_as_it_was_pushed(place: Place) -> None:
    way = CONFIGURATION + "publish: deploy-branch\n"
    pushed = place.release({".github/freshboot.yml": way})
    place.lab.set_faults("wrong-branch:freshboot-live")
    try:
        run = place.run_text(CALLING)
        assert run.jobs == {**PROVEN, "after": "success"}, run.everything
        assert head(Path(place.lab.remote), "main") == pushed
        assert f"called proven {head(Path(place.lab.remote), 'freshboot-live')}" in run.log
    finally:
        place.lab.set_faults()
        place.release(files())


def test_ten_lines_are_all_that_another_repository_needs(place: Place) -> None:
    mine = ten_lines().replace("https://your-app.streamlit.app", place.lab.url)
    nothing_else = {".github/workflows/watch.yml": None, ".github/freshboot.yml": None}
    place.release({".github/workflows/rollout.yml": mine, **nothing_else})
    try:
        run = place.run("rollout.yml", repository=THEIRS)
    finally:
        place.release(files())
    assert run.jobs == PROVEN, run.everything
    assert place.github.store(THEIRS).open_issues() == []


def test_what_the_action_shall_do_never_becomes_a_path(place: Place) -> None:
    run = place.run_text(USING.replace("{url: URL}", "{do: ../tests/workflows/forge}"))
    assert run.jobs == {"one": "failure"}, run.everything
    assert [words for _, _, words in run.annotations()] == [
        "do: use rollout, publish, confirm, remedy, record or stamp"
    ]


def test_a_fork_rolls_out_nothing(place: Place) -> None:
    run = place.run("rollout.yml", payload={"repository": {"fork": True}})
    assert run.jobs == {}
    assert place.forge.pushes == []


def test_a_pull_request_rolls_out_nothing(place: Place) -> None:
    for text in (CALLING, USING):
        theirs = text.replace("{push: {branches: [main]}", "{pull_request_target: {branches: [main]}")
        run = place.run_text(theirs, event="pull_request_target", payload={"pull_request": {"number": 1}})
        assert "success" not in run.jobs.values(), run.everything
    assert "nothing is published for the event pull_request_target" in run.log
    assert place.forge.pushes == []


def test_the_watch_tells_that_the_app_sleeps_and_lets_it_sleep(place: Place) -> None:
    place.lab.sleep()
    run = place.run_text(WATCHING.replace("settle: 0.5s", "settle: 0.5s, timeout: 4s"))
    assert run.jobs == {"watch": "failure"}, run.everything
    assert run.outputs("confirm")["cause"] == "asleep"
    assert place.lab.state()["phase"] == "is_shutdown"


def test_the_watch_looks_and_changes_nothing(place: Place) -> None:
    before = place.branch()
    run = place.run("watch.yml", "schedule")
    assert run.jobs == {"watch": "success"}, run.everything
    assert run.outputs("confirm")["verdict"] == "proven"
    assert place.branch() == before


def test_a_stale_app_is_shown_and_filed_and_the_next_push_closes_the_incident(place: Place) -> None:
    place.lab.set_faults("hold-file:helpers.py")
    place.release()
    stale = place.run("rollout.yml")
    assert stale.jobs == {**PROVEN, "confirm": "failure"}, stale.everything
    assert stale.outputs("confirm")["cause"] == "stale-file"
    assert ("error", "helpers.py") in {(kind, where.get("file")) for kind, where, _ in stale.annotations()}
    assert "What is live is not the release" in stale.summary
    assert [one["state"] for one in place.store.open_issues()] == ["open"]

    place.lab.set_faults()
    place.release()
    proven = place.run("rollout.yml")
    assert proven.jobs == PROVEN, proven.everything
    assert place.store.open_issues() == []


def test_a_protected_branch_is_told_with_the_ways_that_are_left(place: Place) -> None:
    before = place.branch()
    place.release()
    with place.forge.protected(OURS):
        run = place.run("rollout.yml")
    assert run.jobs == {"publish": "failure"}, run.everything
    assert "GH006" in run.log
    assert "pull-request" in run.log
    assert len(place.branch()) == len(before) + 1


def test_a_branch_that_wants_signatures_names_the_api_and_takes_what_github_commits(place: Place) -> None:
    hosts(place.github.store(THEIRS), Path(place.lab.remote))
    pushed = place.release()
    with place.forge.protected(THEIRS, UNSIGNED):
        refused = place.run_text(CALLING)
        taken = place.run_text(CALLING.replace("url: URL", "url: URL, publish: api"))
    assert refused.jobs["publish"] == "failure", refused.everything
    assert "set `publish: api`" in refused.log
    assert taken.jobs == {**PROVEN, "after": "success"}, taken.everything
    assert place.branch("%cn %P")[0] == f"GitHub {pushed}"
    assert "gpgsig " in git(Path(place.lab.remote), "cat-file", "commit", "main")


def test_a_stamp_is_proposed_and_proven_once_it_is_merged(place: Place) -> None:
    """In a job of one's own, which may also open pull requests: docs/actions.md says so."""
    hosted = hosts(place.github.store(THEIRS), Path(place.lab.remote))
    pushed = place.release()
    theirs = USING.replace("url: URL", "url: URL, publish: pull-request")
    with place.forge.protected(THEIRS):
        proposed = place.run_text(theirs)
    assert proposed.jobs == {"one": "success"}, proposed.everything
    assert proposed.outputs("freshboot")["commit-sha"] == ""
    assert place.branch("%H")[0] == pushed
    assert [(one["head"], one["base"]) for one in hosted.pulls] == [("freshboot/stamp", "main")]

    merged = merge(place.github.store(THEIRS), 1, "squash")
    git(place.team.folder, "pull", "--quiet", "--rebase")
    proven = place.run_text(theirs)
    assert proven.jobs == {"one": "success"}, proven.everything
    assert proven.outputs("freshboot")["verdict"] == "proven"
    assert proven.outputs("freshboot")["commit-sha"] == merged


def test_a_race_that_is_lost_is_run_again_on_the_new_tip(place: Place, tmp_path: Path) -> None:
    place.release()
    other = clone(Path(place.lab.remote), tmp_path / "other")

    def push() -> None:
        commit(other, {"notes.txt": "from somebody else\n"}, "Somebody else's")
        git(other, "push", "--quiet", "origin", "HEAD")

    place.forge.meanwhile.append(push)
    run = place.run("rollout.yml")
    assert run.jobs == PROVEN, run.everything
    assert place.branch("%an %s")[1] == "Ada Somebody else's"
    assert len(place.forge.pushes) == 3  # lost, published, and the ledger's


@pytest.mark.parametrize(
    ("status", "told"),
    [
        pytest.param(401, "Bad credentials", marks=pytest.mark.soak),
        (403, "issues: write"),
        pytest.param(404, "404", marks=pytest.mark.soak),
        pytest.param(422, "422", marks=pytest.mark.soak),
        pytest.param(429, "429", marks=pytest.mark.soak),
        (502, "502"),
    ],
)
def test_a_github_that_fails_changes_no_verdict(place: Place, status: int, told: str) -> None:
    words = {401: "Bad credentials", 403: "Resource not accessible by integration"}.get(status, "fault")
    soon = {"Retry-After": "1"} if status == 429 else {}
    place.github.fails(status=status, times=0, headers=soon, message=words)
    run = place.run_text(WATCHING)
    assert run.jobs == {"watch": "success"}, run.everything
    assert run.outputs("confirm")["verdict"] == "proven"
    assert told in run.log


def test_a_github_that_does_not_answer_is_told_again(place: Place) -> None:
    place.github.fails("/statuses/", method="POST", status=0)
    run = place.run_text(WATCHING)
    assert run.jobs == {"watch": "success"}, run.everything
    assert run.outputs("confirm")["verdict"] == "proven"
    (told,) = place.github.store(THEIRS).statuses.values()
    assert [one["state"] for one in told] == ["success"]
