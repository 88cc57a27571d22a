"""The incident again, with freshboot in the app: one attempt, and the right answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.endtoend.incident import RIGHT, WRONG, release, team_before
from tests.endtoend.team import PATIENT, Team
from tests.gitrepo import commit


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with team_before(tmp_path_factory.mktemp("incident")) as team:
        yield team


def attempt(team: Team, version: str, *, whole_mapping: bool, boot: str = "") -> None:
    files = release(version, all_territories=True, whole_mapping=whole_mapping, boot=boot)
    commit(team.folder, files, f"Deploy all territories ({version})")


def test_the_first_attempt_says_that_the_code_is_wrong_and_quotes_the_check(team: Team) -> None:
    attempt(team, "1.0.2", whole_mapping=False)
    told = team.rollout(*PATIENT)
    assert told.verdict == (4, "code", "check-failed")
    assert "no cache is to blame" in told.facts["explanation"]
    assert RIGHT in told.facts["explanation"]
    assert WRONG in told.facts["explanation"]
    assert told.facts["files"] == []
    failed = [one for one in told.facts["checks"] if not one["passed"]]
    assert [(one["found"], one["expected"]) for one in failed] == [(WRONG, f"{RIGHT} ± 1000")]
    assert "£17,590,625" in " ".join(team.displayed())


def test_with_a_module_that_is_really_stale_it_says_so_and_names_it(team: Team) -> None:
    team.lab.set_faults()
    attempt(team, "1.0.3", whole_mapping=False, boot="heal=False")
    deployed = team.push()
    team.lab.reboot()
    team.lab.wait_deployed(deployed)
    team.displayed()
    team.lab.set_faults("hold-module")
    attempt(team, "1.0.4", whole_mapping=True, boot="heal=False")
    team.lab.wait_deployed(team.push())
    told = team.confirm("--grace", "1s")
    assert (told.code, told.facts["verdict"]) == (1, "stale")
    assert told.facts["cause"] == "stale-modules"
    assert ("calculations.py", "memory", "stale") in told.files()
    assert deployed[:7] in told.facts["explanation"] or "1 commit behind" in told.facts["explanation"]
    assert WRONG in " ".join(team.displayed())


def test_the_mended_code_is_proven(team: Team) -> None:
    team.lab.set_faults()
    attempt(team, "1.0.5", whole_mapping=True)
    assert team.rollout(*PATIENT).verdict == (0, "proven", None)
    assert RIGHT in " ".join(team.displayed())
