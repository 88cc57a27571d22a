"""What each remedy is for, what it would do, and in which order they come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freshboot.config import REMEDIES
from freshboot.judge.causes import Cause
from freshboot.remedies import LADDER, CannotRemedy, Situation, for_causes, named

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
        ({"stale-modules"}, ["witness", "nudge", "rebuild"]),
        ({"stale-packages"}, ["rebuild"]),
        ({"asleep"}, ["wake"]),
        ({"check-failed", "app-raises"}, []),
        ({"stale-file"}, []),
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
    assert [one.name for one in LADDER if one.action(APP).wakes] == ["wake"]


def test_an_unknown_remedy_is_an_error_that_names_the_others() -> None:
    with pytest.raises(CannotRemedy) as raised:
        named("pray")
    assert "nudge" in (raised.value.remedy or "")
