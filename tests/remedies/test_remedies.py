"""What each remedy is for, what it would do, and in which order they come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.config import REMEDIES, parse_remedies
from freshboot.hosts.chores import Chore, Instruction
from freshboot.judge.causes import Cause
from freshboot.remedies import LADDER, CannotRemedy, Situation, for_causes, named
from freshboot.remedies.hand_over import CHORES

MARKS = ("requirements.txt", ".streamlit/config.toml", "DEPLOYMENT_VERSION")
APP = Situation("app.py", MARKS, constant="app.py", dependency_file="requirements.txt")


def test_the_ladder_is_the_configuration_s() -> None:
    assert tuple(one.name for one in LADDER) == REMEDIES


def test_every_remedy_is_for_causes_that_there_are() -> None:
    for one in LADDER:
        assert one.cures
        assert one.cures <= {cause.value for cause in Cause}


@pytest.mark.parametrize(
    ("causes", "names"),
    [
        ({"stale-modules"}, ["witness", "heal", "nudge", "rebuild", "hand-over"]),
        ({"stale-packages"}, ["rebuild", "hand-over"]),
        ({"asleep"}, ["wake", "hand-over"]),
        ({"check-failed", "app-raises"}, []),
        ({"stale-file"}, ["branch", "hand-over"]),
    ],
)
def test_the_evidence_chooses_the_smallest_first(causes: set[str], names: list[str]) -> None:
    assert [one.name for one in for_causes(causes, REMEDIES)] == names


def test_only_what_is_allowed_is_chosen() -> None:
    assert [one.name for one in for_causes({"stale-modules"}, ("rebuild",))] == ["rebuild"]


def test_nudge_leaves_the_dependency_file_alone() -> None:
    assert named("nudge").action(APP).marks == (".streamlit/config.toml", "DEPLOYMENT_VERSION")


def test_nudge_says_that_a_plain_file_nudges_nothing() -> None:
    with pytest.raises(CannotRemedy, match="a plain file nudges nothing"):
        named("nudge").action(replace(APP, constant=None))


def test_rebuild_stamps_the_dependency_file_that_wins() -> None:
    there = replace(APP, dependency_file="apps/pyproject.toml")
    assert named("rebuild").action(there).marks == (*MARKS, "apps/pyproject.toml")
    assert named("rebuild").action(APP).marks == MARKS


def test_without_a_dependency_file_nothing_can_be_rebuilt() -> None:
    with pytest.raises(CannotRemedy, match="no dependency file"):
        named("rebuild").action(replace(APP, dependency_file=None))


def test_only_wake_asks_the_host() -> None:
    there = replace(APP, causes=("asleep",), release="a" * 40)
    assert [one.name for one in LADDER if one.action(there).wakes] == ["wake"]


def test_an_unknown_remedy_is_an_error_that_names_the_others() -> None:
    with pytest.raises(CannotRemedy) as raised:
        named("pray")
    assert "nudge" in (raised.value.remedy or "")


def test_auto_leaves_out_what_only_a_person_may_choose() -> None:
    assert set(REMEDIES) - set(parse_remedies("auto")) == {one.name for one in LADDER if one.by_name}
    assert "branch" not in parse_remedies("auto")


def test_nudge_does_nothing_for_a_module_outside_the_folder_that_is_watched() -> None:
    there = replace(APP, entrypoint="apps/app.py", modules=("apps/fresh.py", "shared/old.py"))
    with pytest.raises(CannotRemedy, match=r"shared/old\.py lies outside apps"):
        named("nudge").action(there)
    assert named("nudge").action(replace(there, modules=("apps/old.py",))).marks


@pytest.mark.parametrize("cause", CHORES)
def test_hand_over_says_what_a_person_does_about_a_cause(cause: str) -> None:
    asked: list[tuple[Chore, str]] = []

    def instruct(chore: Chore, branch: str) -> Instruction:
        asked.append((chore, branch))
        return Instruction(("Press it.",), link="https://host.example/")

    there = replace(APP, causes=("app-raises", cause), branch="main", instruct=instruct)
    assert named("hand-over").action(there).steps == ("Press it.", "link: https://host.example/")
    assert asked == [(CHORES[cause], "main")]


def test_hand_over_has_nothing_to_say_about_wrong_code() -> None:
    with pytest.raises(CannotRemedy, match="nothing that a person could do"):
        named("hand-over").action(replace(APP, causes=("check-failed",)))


def test_branch_pushes_the_release_under_a_name_of_its_own_and_says_the_way_back() -> None:
    action = named("branch").action(replace(APP, release="abcdef1234", branch="main", remote="upstream"))
    assert action.branch == "freshboot/fresh-abcdef1"
    assert any("from main again" in step for step in action.steps)
    assert action.steps[-1].endswith("git push upstream --delete freshboot/fresh-abcdef1")


def test_branch_makes_no_branch_of_a_fresh_branch() -> None:
    with pytest.raises(CannotRemedy, match="such a branch already"):
        named("branch").action(replace(APP, release="abcdef1234", branch="freshboot/fresh-1234567"))
