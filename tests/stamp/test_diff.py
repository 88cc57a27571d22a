from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from freshboot.stamp.diff import diff
from freshboot.stamp.plan import Edit, Plan
from tests.stamp.samples import NEW, make_tree, tree_of


def diff_of(*edits: Edit) -> str:
    return diff(Plan(NEW, edits, ()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"six\n", b"# new\nsix\n"),
        (b"six\r\nattrs\r\n", b"# new\r\nsix\r\nattrs\r\n"),
        (b"six", b"# new\nsix"),
        (b"# old", b"# new"),
        (b"a\x0cb\n# old\rc\xe2\x80\xa8d\n", b"a\x0cb\n# new\rc\xe2\x80\xa8d\n"),
        (None, b"# new\n"),
        (None, b"# new"),
    ],
)
def test_git_applies_it(before: bytes | None, after: bytes, tmp_path: Path) -> None:
    make_tree(tmp_path, {} if before is None else {"sub/file.txt": before})
    patch = diff_of(Edit("sub/file.txt", before, after))
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], input=patch.encode(), cwd=tmp_path, check=True
    )
    assert tree_of(tmp_path) == {"sub/": b"", "sub/file.txt": after}


def test_several_files_follow_each_other() -> None:
    assert diff_of(Edit("a", b"1\n", b"2\n"), Edit("b", None, b"3")) == (
        "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n"
        "--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+3\n\\ No newline at end of file\n"
    )


def test_bytes_that_are_not_utf_8_can_be_printed() -> None:
    assert "-caf\\xe9\n" in diff_of(Edit("a", b"caf\xe9\n", b"x\n"))


def test_no_edits_are_no_text() -> None:
    assert diff_of() == ""
