"""A release that the repository's own tests are run against once it is live."""

from __future__ import annotations

from tests.endtoend.team import Team, files_of
from tests.gitrepo import commit

CONFIGURATION = ".github/freshboot.yml"
LIVE = "tests/live/test_app.py"
TEST = """
def test_shows_the_release(live_app):
    at = live_app.run()
    assert [one.value for one in at.text][1] == "module {number}"
"""
PATIENT = ("--timeout", "120s")  # the tests' own process takes its time on a machine that is busy


def test_tests_that_pass_fail_or_cannot_be_made(team: Team) -> None:
    """Only what a test finds wrong with the app is the code's fault."""
    files = files_of(team.number + 1)
    files |= {CONFIGURATION: f"checks:\n  - {{name: live, pytest: {LIVE}}}\n", LIVE: TEST.format(number=0)}
    team.change(files=files)
    told = team.rollout(*PATIENT)
    assert told.verdict == (4, "code", "check-failed")
    assert f"{LIVE}::test_shows_the_release" in told.facts["explanation"]
    assert f"'module {team.number}' == 'module 0'" in told.facts["explanation"]

    (team.folder / LIVE).write_text(TEST.format(number=team.number))
    told = team.confirm(*PATIENT)
    assert told.verdict == (0, "proven", None)
    assert {"name": "live", "passed": True} in [
        {name: one[name] for name in ("name", "passed")} for one in told.facts["checks"]
    ]

    (team.folder / LIVE).write_text("import no_such_module\n")
    told = team.confirm(*PATIENT)
    assert told.verdict[:2] == (3, "unproven")
    assert "the tests could not be collected" in told.facts["explanation"]
    commit(team.folder, {CONFIGURATION: None, LIVE: None})
