"""What GitHub Actions is told in files."""

from __future__ import annotations

from pathlib import Path

from freshboot.tell.github import add_summary, set_outputs
from tests.tell.outcomes import proven, stale


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


def test_the_summary_is_added_to_what_the_step_has_written(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("before\n")
    add_summary(stale(), {"GITHUB_STEP_SUMMARY": str(file)})
    assert file.read_text().startswith("before\n### ")


def test_the_summary_links_to_the_repository_s_commits(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    where = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/demo"}
    add_summary(stale(), {"GITHUB_STEP_SUMMARY": str(file), **where})
    assert f"(https://github.com/acme/demo/commit/{'b' * 40})" in file.read_text()
