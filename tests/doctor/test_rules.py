"""Every rule finds its own trouble, and nothing else; sound repositories have no finding at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from freshboot.config import load
from freshboot.doctor import examine
from freshboot.doctor.gather import gather
from freshboot.doctor.rules import RULES
from freshboot.doctor.table import REPORTS, Field
from freshboot.repository.repository import Repository
from tests.doctor.layouts import FACTS, SOUND, Files, snapshot_of
from tests.doctor.troubles import TROUBLES, Trouble
from tests.gitrepo import commit, make_repository

ROOT = Path(__file__).parents[2]
BY_NAME = {trouble.rule: trouble for trouble in TROUBLES}


def facts_for(files: Files) -> dict[str, object]:
    """What the host deploys of a sound repository is what there is."""
    return dict(FACTS) if "streamlit_app.py" in files else {**FACTS, "host": None}


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: one.rule)
def test_a_rule_finds_its_trouble_where_it_is_and_nothing_else_is_found(trouble: Trouble) -> None:
    found = examine(snapshot_of(trouble.files, **{**facts_for(trouble.files), **trouble.facts})).findings
    assert [(one.rule.name, one.found.path, one.found.line) for one in found] == [
        (trouble.rule, trouble.path, trouble.line)
    ]


@pytest.mark.parametrize("files", SOUND.values(), ids=SOUND.keys())
def test_a_sound_repository_has_no_finding_not_even_a_note(files: Files) -> None:
    assert examine(snapshot_of(files, **facts_for(files))).findings == ()


def test_this_repository_is_sound() -> None:
    repository = Repository.open(ROOT)
    examination = examine(gather(repository, load(ROOT), 0.0))
    assert [(one.rule.name, one.found) for one in examination.findings] == []


def test_the_sample_app_is_sound(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "budget")
    listed = subprocess.run(
        ["git", "ls-files", "."], cwd=ROOT / "examples/budget", capture_output=True, text=True, check=True
    ).stdout.split()
    commit(folder, {name: (ROOT / "examples/budget" / name).read_bytes() for name in listed})
    snapshot = gather(Repository.open(folder), load(folder), 0.0)
    assert [app.entrypoint for app in snapshot.apps] == ["streamlit_app.py"]
    assert examine(snapshot).findings == ()


def test_every_rule_has_its_trouble() -> None:
    assert BY_NAME.keys() == {rule.name for rule in RULES}


def test_the_rules_stand_in_the_order_of_their_names_each_in_its_own_file() -> None:
    names = [rule.name for rule in RULES]
    files = (ROOT / "src/freshboot/doctor/rules").glob("[a-z]*.py")
    assert names == sorted(path.stem.replace("_", "-") for path in files)


@pytest.mark.parametrize("field", Field, ids=lambda one: one.name)
def test_every_class_of_the_field_reports_is_found_before_the_push(field: Field) -> None:
    leading = [rule.name for rule in RULES if rule.field is field]
    found = set()
    for name in leading:
        trouble = BY_NAME[name]
        snapshot = snapshot_of(trouble.files, **{**facts_for(trouble.files), **trouble.facts})
        found |= {one.rule.name for one in examine(snapshot).findings}
    assert leading
    assert set(leading) <= found


def test_the_field_table_counts_sixty_four_reports() -> None:
    assert sum(field.reports for field in Field) == REPORTS
    assert len(Field) == 11
