"""Where the release runs and the app still is wrong, the code is to blame, and its own words are quoted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.endtoend.team import PATIENT, Team, files_of
from tests.gitrepo import commit

CONFIGURATION = ".github/freshboot.yml"


@pytest.fixture(autouse=True)
def without_configuration(team: Team) -> Iterator[None]:
    """Others work in this clone, too."""
    yield
    if (team.folder / CONFIGURATION).exists():
        commit(team.folder, {CONFIGURATION: None})


RAISES = "\nst.text(str(compute()))\n"
COMPUTE = "\n\ndef compute():\n    raise ValueError('no such budget')\n"


def test_a_page_that_raises_is_the_code_s_fault_and_its_deepest_frame_is_named(team: Team) -> None:
    files = files_of(team.number + 1)
    files["helpers.py"] += COMPUTE
    files["pages/detail.py"] += "from helpers import compute\n" + RAISES
    team.change(files=files)
    told = team.rollout(*PATIENT)
    assert told.verdict == (4, "code", "app-raises")
    (raised,) = told.facts["raised"]
    line = files["helpers.py"].splitlines().index("    raise ValueError('no such budget')") + 1
    assert (raised["page"], raised["type"], raised["message"]) == ("detail", "ValueError", "no such budget")
    assert raised["frame"] == {"path": "helpers.py", "line": line}
    assert "helpers.py" in told.facts["explanation"]
    assert team.displayed() == [f"main {team.number}", f"module {team.number}"]


def test_exceptions_can_be_left_alone(team: Team) -> None:
    files = files_of(team.number + 1)
    files["pages/detail.py"] += "raise RuntimeError('on purpose')\n"
    files[CONFIGURATION] = "checks:\n  - {page: detail, exceptions: allowed}\n"
    team.change(files=files)
    assert team.rollout(*PATIENT).verdict == (0, "proven", None)


def test_two_places_that_must_agree(team: Team) -> None:
    files = files_of(team.number + 1)
    files["streamlit_app.py"] += 'st.metric("Total", "£1,000")\n'
    files["pages/detail.py"] += 'st.metric("Total", "£2,000")\n'
    check = "{metric: Total, agrees_with: {page: detail, metric: Total}, within: 1%}"
    files[CONFIGURATION] = f"checks:\n  - {check}\n"
    team.change(files=files)
    told = team.rollout(*PATIENT)
    assert told.verdict == (4, "code", "check-failed")
    assert "£1,000" in told.facts["explanation"]
    assert "£2,000" in told.facts["explanation"]


def test_a_wrong_check_is_told_before_anything_is_pushed(team: Team) -> None:
    head = team.head
    files = files_of(team.number + 1) | {CONFIGURATION: "checks:\n  - {metrik: Total}\n"}
    team.change(files=files)
    told = team.rollout(*PATIENT)
    assert told.code == 2
    assert "metric" in told.prose
    assert team.lab.state()["replicas"][0]["commit"] == head
