"""What GitHub Actions is told, and that a hostile app cannot speak through it."""

from __future__ import annotations

from pathlib import Path

from freshboot.tell.github import add_summary, annotation, set_outputs, summary
from tests.tell.outcomes import down, proven, stale

HOSTILE = "x\n::set-output name=a::b\r##[group]\x1b[2J<img src=x>|`@everyone`"


def test_outputs_stand_between_delimiters_that_nobody_can_guess(tmp_path: Path) -> None:
    file = tmp_path / "output"
    for _ in range(2):
        set_outputs({"verdict": "proven"}, {"GITHUB_OUTPUT": str(file)})
    lines = file.read_text().splitlines()
    assert [lines[1], lines[4]] == ["proven", "proven"]
    assert lines[0] == f"verdict<<{lines[2]}"
    assert lines[2] != lines[5]


def test_an_output_of_several_lines_becomes_one(tmp_path: Path) -> None:
    file = tmp_path / "output"
    set_outputs({"stamp": "a\nb<<c"}, {"GITHUB_OUTPUT": str(file)})
    assert len(file.read_text().splitlines()) == 3


def test_nothing_is_written_outside_of_github() -> None:
    set_outputs({"verdict": "proven"}, {})
    add_summary(proven(), {})


def test_the_summary_names_verdict_file_and_commit() -> None:
    told = summary(stale())
    assert told.startswith("### stale (stale-file): commit `aaaaaaa`")
    assert "| `bbbbbbb` | 3 |" in told


def test_a_hostile_name_stays_within_its_cell() -> None:
    rows = [one for one in summary(stale(HOSTILE)).splitlines() if "| disk |" in one]
    assert len(rows) == 1
    assert rows[0].count("|") == 6
    assert "<img" not in rows[0]
    assert "`@" not in rows[0]


def test_no_annotation_where_all_is_well() -> None:
    assert annotation(proven()) is None


def test_a_hostile_detail_stays_within_its_annotation() -> None:
    told = annotation(down(HOSTILE))
    assert told is not None
    assert told.startswith("::warning title=freshboot::")
    assert told.count("\n") == told.count("\r") == 0
    assert "##[" not in told
