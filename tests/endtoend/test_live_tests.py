"""A release that the repository's own tests are run against once it is live."""

from __future__ import annotations

from tests.endtoend.team import Team, files_of
from tests.gitrepo import commit

CONFIGURATION = ".github/freshboot.yml"
RIGHT, WRONG, BROKEN = (f"tests/live/test_{name}.py" for name in ("right", "wrong", "broken"))
TEST = """
def test_shows_the_release(live_app):
    at = live_app.run()
    assert [one.value for one in at.text][1] == "module {number}"
"""
PATIENT = ("--timeout", "120s")  # the tests' own process takes its time on a machine that is busy


def checking(path: str) -> str:
    return f"checks:\n  - {{name: live, pytest: {path}}}\n"


def test_tests_that_pass_fail_or_cannot_be_made(team: Team) -> None:
    """Only what a test of the release finds wrong with the app is the code's fault."""
    number = team.number + 1
    tests = {RIGHT: TEST.format(number=number), WRONG: TEST.format(number=0), BROKEN: "import no_such_one\n"}
    team.change(files=files_of(number) | tests | {CONFIGURATION: checking(WRONG)})
    told = team.rollout(*PATIENT)
    assert told.verdict == (4, "code", "check-failed")
    assert f"{WRONG}::test_shows_the_release" in told.facts["explanation"]
    assert f"'module {number}' == 'module 0'" in told.facts["explanation"]

    (team.folder / CONFIGURATION).write_text(checking(RIGHT))
    told = team.confirm(*PATIENT)
    assert told.verdict == (0, "proven", None)
    assert {"name": "live", "passed": True} in [
        {name: one[name] for name in ("name", "passed")} for one in told.facts["checks"]
    ]

    (team.folder / RIGHT).write_text("def test_a(live_app): live_app.run()\n")
    told = team.confirm(*PATIENT)
    assert told.verdict[:2] == (3, "unproven")
    assert f"the work tree has another {RIGHT}" in told.facts["explanation"]

    (team.folder / CONFIGURATION).write_text(checking(BROKEN))
    told = team.confirm(*PATIENT)
    assert told.verdict[:2] == (3, "unproven")
    assert "the tests could not be collected" in told.facts["explanation"]
    commit(team.folder, {CONFIGURATION: None, RIGHT: None, WRONG: None, BROKEN: None})
