"""The classes of public reports that have to do with what is installed, on a lab that really installs it.

As in test_field_reports: every test ends with the step that ``next`` names, and the verdict that stands then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.endtoend.field_reports import (
    QUICK,
    advice,
    breaking_wheel,
    deploy,
    push,
    reboot,
    shop,
    until_the_installer_fails,
)
from tests.endtoend.team import Team, Told, freshboot, lab_of, team_of
from tests.gitrepo import ISOLATION
from tests.lab.wheels import make_wheel

PROVEN = (0, "proven", None)
ENTRYPOINT, WINNER = "app/main.py", "app/requirements.txt"
NO_MODULE = "ModuleNotFoundError: No module named 'demo_package'"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages that there are: the host's index."""
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        make_wheel(folder, version)
    make_wheel(folder, "1.0", "charts")
    return folder


@pytest.fixture(scope="module")
def owners(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("shop")
    with lab_of(folder / "app", shop(1, "demo-package==1.0"), entrypoint=ENTRYPOINT, wheels=wheels) as lab:
        yield team_of(lab, folder / "clone")


@pytest.fixture
def team(owners: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The shop's team, without a fault; each test begins with lines of its own, since an install is dear."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    owners.lab.set_faults()
    return owners


def shown(team: Team, version: str) -> list[str]:
    """What the shop shows where all of the latest release is live."""
    return [f"main {team.number}", version]


# Environment not rebuilt


def test_an_environment_that_is_not_rebuilt_is_told_by_the_line_and_a_reboot_builds_it(team: Team) -> None:
    before = team.displayed()[1]
    team.lab.set_faults("no-rebuild")
    deploy(team, shop(team.number + 1, "demo-package==2.0"))
    assert team.displayed() == shown(team, before) == shown(team, "demo_package 1.0")
    told = team.confirm(*QUICK)
    assert told.verdict == (1, "stale", "stale-packages")
    assert told.facts["causes"] == ["stale-packages"]
    assert told.facts["requirements"] == [{"line": "demo-package==2.0", "file": WINNER, "state": "wrong"}]
    assert told.facts["files"] == []
    assert "What is installed is not what the release asks for" in told.facts["explanation"]
    assert "changing the dependency file that wins sets it off" in advice(told)
    assert "Reboot" in advice(told)
    reboot(team)
    assert team.confirm(*QUICK).verdict == PROVEN
    assert team.displayed() == shown(team, "demo_package 2.0")


# Build error, the old version kept


def test_a_line_that_cannot_be_installed_keeps_the_old_packages_and_the_log_names_it(
    team: Team, tmp_path: Path
) -> None:
    installed = team.displayed()[1]
    for line in ("demo-package==9.9", "--no-cache-dir"):
        push(team, shop(team.number + 1, line))
        until_the_installer_fails(team, line)
        assert team.displayed() == shown(team, installed)  # the files have landed, the process stays
        _assert_build_failed_by(team, line, tmp_path / "host.log")
    deploy(team, shop(team.number + 1, "demo-package==1.0"))
    assert team.confirm(*QUICK).verdict == PROVEN
    assert team.displayed() == shown(team, "demo_package 1.0")


def _assert_build_failed_by(team: Team, line: str, log: Path) -> None:
    log.write_text(team.lab.log())
    told = team.confirm(*QUICK, "--log", str(log))
    assert (told.code != 0, told.facts["cause"]) == (True, "build-failed")
    assert line in told.facts["explanation"]
    assert line in {one["line"].removeprefix("unclear: ") for one in told.facts["requirements"]}
    assert "Read the host's log: the line that fails names the requirement" in advice(told)
    assert "Take pip's own options (--no-cache-dir" in advice(told)
    said = freshboot(team.folder, "report", "--log", str(log)).facts
    assert (said["build_failed"], said["cause"]) == (True, "build-failed")
    assert line in " ".join(said["failing_lines"])


# Wrong dependency file or folder

LACKS = "ModuleNotFoundError: No module named 'charts'"
CHARTS = "charts==1.0"
LINE = f"freshboot\n{CHARTS}\n"


def _assert_in_vain(team: Team, files: dict[str, str]) -> None:
    """Where these files ask for the package, the host takes another one, and the page lacks it."""
    deploy(team, {**shop(team.number + 1, module="charts"), **files})
    assert team.displayed() == [LACKS]
    told = team.confirm(*QUICK)
    assert (told.code, told.facts["cause"]) == (4, "wrong-dependency-file")
    assert "installs from another dependency file" in told.facts["explanation"]
    assert CHARTS in told.facts["explanation"]
    assert "Put the requirement into the file that wins, or delete the file that wins" in advice(told)


def _move_the_line(team: Team, *files: str) -> None:
    """Do as told: the line goes into the file that wins."""
    deploy(team, {**shop(team.number + 1, CHARTS, module="charts"), **dict.fromkeys(files)})
    assert team.confirm(*QUICK).verdict == PROVEN
    assert team.displayed() == shown(team, "charts 1.0")


def test_a_requirement_in_a_file_that_does_not_win_is_named_and_moving_it_cures_it(team: Team) -> None:
    _assert_in_vain(team, {"requirements.txt": LINE})
    _assert_in_vain(team, {WINNER: LINE, "app/Pipfile": "[packages]\n"})
    _move_the_line(team, "requirements.txt", "app/Pipfile")


def test_a_requirement_in_a_folder_where_the_host_does_not_look_is_named(team: Team) -> None:
    elsewhere = "config/requirements.txt"
    line = {elsewhere: LINE.replace("charts", "tables")}
    deploy(team, {**shop(team.number + 1, module="tables"), **line})
    assert team.displayed() == [LACKS.replace("charts", "tables")]
    told = team.confirm(*QUICK)
    deploy(team, {elsewhere: None})
    assert (told.code, told.facts["cause"]) == (4, "wrong-dependency-file")
    assert elsewhere in told.facts["explanation"]


# Version drift on rebuild


@dataclass(frozen=True)
class Drift:
    """What was shown and said of an app before a rebuild took a newer version, after it, and once pinned."""

    before: tuple[Told, list[str]]
    after: tuple[Told, list[str]]
    pinned: tuple[Told, list[str]]


@pytest.fixture(scope="module")
def drift(owners: Team, wheels: Path) -> Drift:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ISOLATION.items():
            patch.setenv(name, value)
        owners.lab.set_faults()
        deploy(owners, shop(owners.number + 1, "demo-package"))
        before = owners.confirm(*QUICK), owners.displayed()
        newest = breaking_wheel(wheels, "3.0")
        reboot(owners)
        newest.unlink()
        after = owners.confirm(*QUICK), owners.displayed()
        deploy(owners, shop(owners.number + 1, "demo-package==1.0"))
        return Drift(before, after, (owners.confirm(*QUICK), owners.displayed()))


def test_a_version_that_drifted_at_a_rebuild_is_no_cache_s_fault_and_pinning_cures_it(drift: Drift) -> None:
    told, texts = drift.before
    assert told.verdict == PROVEN
    assert texts[1].startswith("demo_package ")
    told, texts = drift.after
    assert "AttributeError: module 'demo_package' has no attribute 'VERSION'" in texts[-1]
    assert told.verdict == (4, "code", "app-raises")
    assert "no attribute 'VERSION'" in told.facts["explanation"]
    assert "No cache is to blame" in told.facts["explanation"]
    assert told.facts["requirements"] == []
    told, texts = drift.pinned
    assert told.verdict == PROVEN
    assert texts[1] == "demo_package 1.0"


def test_where_an_app_raises_the_lines_without_a_version_are_to_be_pinned(drift: Drift) -> None:
    told, _ = drift.after
    assert "demo-package" in advice(told)
