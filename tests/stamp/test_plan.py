from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from freshboot.errors import FreshbootError
from freshboot.stamp.mark import MarkRefused
from freshboot.stamp.plan import Edit, Found, Plan, agreed, neutral, plan, stamps_in
from freshboot.stamp.stamp import next_stamp
from tests.stamp.samples import AT, MARKS, NEW, OLD, SOURCE

OLD_LINE, NEW_LINE = (f"# freshboot: {stamp}\n".encode() for stamp in (OLD, NEW))
APP = {"requirements.txt": b"six\n", "streamlit_app.py": b"DEPLOYMENT_VERSION = '1.0.2'\n"}


def plan_of(files: dict[str, bytes], marks: tuple[str, ...] = MARKS, **options: object) -> Plan:
    return plan(files.get, marks, None, **{"at": AT, "source": SOURCE, **options})  # type: ignore[arg-type]


def applied(files: dict[str, bytes], planned: Plan) -> dict[str, bytes]:
    return {**files, **{edit.path: edit.after for edit in planned.edits}}


def version_for(pyproject: str | None, constant: str | None, **options: object) -> str:
    files = {
        "requirements.txt": b"",
        "app.py": f"DEPLOYMENT_VERSION = {constant!r}\n".encode() if constant else b"",
    }
    if pyproject is not None:
        files["pyproject.toml"] = f'[project]\nversion = "{pyproject}"\n'.encode()
    return plan_of(files, **options).stamp.version


def test_one_stamp_goes_into_every_mark() -> None:
    planned = plan_of(APP)
    text = str(planned.stamp).encode()
    assert planned.edits == (
        Edit("requirements.txt", b"six\n", b"# freshboot: " + text + b"\nsix\n"),
        Edit(".streamlit/config.toml", None, b"# freshboot: " + text + b"\n"),
        Edit("streamlit_app.py", APP["streamlit_app.py"], b"DEPLOYMENT_VERSION = '" + text + b"'\n"),
    )


def test_tells_what_stood_in_the_marks() -> None:
    assert plan_of({**APP, "requirements.txt": OLD_LINE}).marks == (
        Found("requirements.txt", "comment", str(OLD)),
        Found(".streamlit/config.toml", "comment", None),
        Found("streamlit_app.py", "constant DEPLOYMENT_VERSION", "1.0.2"),
    )


def test_without_a_constant_the_file_is_made() -> None:
    planned = plan_of({"requirements.txt": b"", "app.py": b""})
    assert planned.edits[-1] == Edit("DEPLOYMENT_VERSION", None, f"{planned.stamp}\n".encode())


def test_the_same_inputs_make_the_same_bytes() -> None:
    assert plan_of(APP) == plan_of(dict(reversed(APP.items())))


@pytest.mark.parametrize("part", ["none", "patch", "minor", "major"])
def test_to_plan_again_changes_nothing(part: str) -> None:
    first = plan_of(APP, bump=part)
    again = plan_of(applied(APP, first), bump=part)
    assert again.edits == ()
    assert again.stamp == first.stamp


@pytest.mark.parametrize("missing", MARKS)
def test_a_mark_that_was_lost_gets_the_same_stamp_again(missing: str) -> None:
    stamped = applied(APP, plan_of(APP, bump="patch"))
    path = "streamlit_app.py" if missing == "DEPLOYMENT_VERSION" else missing
    damaged = {**stamped, path: APP.get(path, b"")}
    assert applied(damaged, plan_of(damaged, bump="patch")) == stamped


def test_the_stamp_of_this_push_stays_though_another_mark_bears_a_later_one() -> None:
    later = replace(OLD, at=AT + timedelta(days=1))
    files = {"requirements.txt": NEW_LINE, "setup.cfg": f"# freshboot: {later}".encode()}
    assert plan_of(files, ("requirements.txt", "setup.cfg"), bump="major").stamp == NEW


def test_the_next_push_gets_another_colour_and_no_second_mark() -> None:
    first = plan_of(APP)
    files = applied(APP, first)
    second = plan_of(files, at=AT + timedelta(seconds=1))
    assert second.stamp.colour != first.stamp.colour
    assert [edit.path for edit in second.edits] == [edit.path for edit in first.edits]
    assert all(edit.after.count(b"+2026") == 1 for edit in second.edits)


def test_never_the_previous_colour_though_marks_disagree() -> None:
    drawn = next_stamp("1.0.2", AT, SOURCE, None).colour
    older = replace(OLD, at=OLD.at - timedelta(days=1), colour="red")
    files = {
        "requirements.txt": f"# freshboot: {older}\n".encode(),
        "setup.cfg": f"# freshboot: {replace(OLD, colour=drawn)}".encode(),
    }
    assert plan_of(files, ("requirements.txt", "setup.cfg")).stamp.colour != drawn


@pytest.mark.parametrize(
    ("pyproject", "constant", "version"),
    [
        (None, None, "0.1.0"),
        ("1.2", None, "1.2.0"),
        (None, "1.3", "1.3.0"),
        ("1.2", "1.3", "1.3.0"),
        ("1.10", "1.9", "1.10.0"),
        ("1.2rc1", "1.2.0", "1.2.0"),
        ("1.2", str(OLD), "1.2.0"),
        ("0.9", str(OLD), "1.0.2"),
        (None, "purple", "0.1.0"),
        (None, "1!9.0", "0.1.0"),
    ],
)
def test_the_version_is_the_greater_one(pyproject: str | None, constant: str | None, version: str) -> None:
    assert version_for(pyproject, constant) == version


def test_a_version_in_a_comment_holds_too() -> None:
    assert plan_of({"requirements.txt": OLD_LINE}, ("requirements.txt",)).stamp.version == OLD.version


@pytest.mark.parametrize(
    ("part", "version"), [("none", "1.3.0"), ("patch", "1.3.1"), ("minor", "1.4.0"), ("major", "2.0.0")]
)
def test_a_bump_raises_the_greater_one(part: str, version: str) -> None:
    assert version_for("1.2", "1.3", bump=part) == version


def test_a_version_that_cannot_be_stamped_is_an_error() -> None:
    with pytest.raises(FreshbootError, match="epoch"):
        version_for("1!2.0", None)


def test_one_refused_mark_refuses_the_plan() -> None:
    with pytest.raises(
        MarkRefused, match=r"requirements\.txt: cannot stamp the comment: there is no such file"
    ):
        plan_of({"streamlit_app.py": b""})


def test_two_marks_in_one_file_make_one_edit() -> None:
    files = {"app.py": b"A = ''\nB = '''2.0'''\n"}
    (edit,) = plan_of(files, ("app.py:A", "app.py:B")).edits
    text = str(plan_of(files, ("app.py:A", "app.py:B")).stamp).encode()
    assert edit.after == b"A = '" + text + b"'\nB = '''" + text + b"'''\n"
    assert neutral("app.py", edit.before, edit.after, ("app.py:A", "app.py:B"), None)


def test_each_file_is_read_once() -> None:
    seen: list[str] = []

    def read(path: str) -> bytes | None:
        seen.append(path)
        return APP.get(path)

    plan(read, MARKS, None, at=AT, source=SOURCE)
    assert len(seen) == len(set(seen))


def test_all_marks_with_one_stamp_agree() -> None:
    files = applied(APP, plan_of(APP))
    assert agreed(stamps_in(files.get, MARKS, None)) == plan_of(APP).stamp


@pytest.mark.parametrize(
    "change",
    [
        {"requirements.txt": b"six\n"},
        {"requirements.txt": OLD_LINE},
        {"requirements.txt": b"# freshboot: 1.0.2\n"},
        {"streamlit_app.py": b"DEPLOYMENT_VERSION = '1.0.2'\n"},
        {"streamlit_app.py": b"\n"},
    ],
)
def test_marks_do_not_agree_if_one_differs_or_lacks(change: dict[str, bytes]) -> None:
    files = {**applied(APP, plan_of(APP)), **change}
    assert agreed(stamps_in(files.get, MARKS, None)) is None


def test_absent_files_lack_their_marks() -> None:
    found = stamps_in({"app.py": b""}.get, MARKS, None)
    assert [one.stamp for one in found] == [None, None, None]
    assert agreed(found) is None


def is_neutral(path: str, before: bytes | None, after: bytes | None) -> bool:
    return neutral(path, before, after, MARKS, "streamlit_app.py")


def test_stamping_is_neutral() -> None:
    planned = plan_of(APP)
    assert all(is_neutral(edit.path, edit.before, edit.after) for edit in planned.edits)
    second = plan_of(applied(APP, planned), at=AT + timedelta(days=1), bump="minor")
    assert all(is_neutral(edit.path, edit.before, edit.after) for edit in second.edits)


def test_an_unchanged_file_is_neutral() -> None:
    assert is_neutral("README.md", b"a", b"a")
    assert is_neutral("requirements.txt", None, None)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("README.md", b"a", b"b"),
        ("README.md", None, NEW_LINE),
        ("requirements.txt", b"six\n", b"six\nattrs\n"),
        ("requirements.txt", b"six\n", NEW_LINE + b"six\nattrs\n"),
        ("requirements.txt", b"six\n", NEW_LINE + b"six"),
        ("requirements.txt", b"six\r\n", NEW_LINE + b"six\n"),
        ("requirements.txt", b"six\n", b"six\n" + NEW_LINE),
        ("requirements.txt", OLD_LINE + b"six\n", b"six\n"),
        ("requirements.txt", OLD_LINE, NEW_LINE + NEW_LINE),
        ("requirements.txt", OLD_LINE, b"# freshboot: 2.0.0\n"),
        ("requirements.txt", None, NEW_LINE),
        ("requirements.txt", OLD_LINE, None),
        (".streamlit/config.toml", None, NEW_LINE + b"[server]\n"),
        (".streamlit/config.toml", b"[server\n", NEW_LINE + b"[server\n"),
        ("streamlit_app.py", b"DEPLOYMENT_VERSION = ''\n", b"DEPLOYMENT_VERSION = '2.0.0'\n"),
        ("streamlit_app.py", b"DEPLOYMENT_VERSION = ''\n", f'DEPLOYMENT_VERSION = "{NEW}"\n'.encode()),
        ("streamlit_app.py", b"DEPLOYMENT_VERSION = ''\n", f"DEPLOYMENT_VERSION = '{NEW}'\nx = 1\n".encode()),
        ("streamlit_app.py", b"", f"DEPLOYMENT_VERSION = '{NEW}'\n".encode()),
        ("DEPLOYMENT_VERSION", None, b"2.0.0\n"),
    ],
)
def test_any_other_change_is_not(path: str, before: bytes | None, after: bytes | None) -> None:
    assert not is_neutral(path, before, after)


def test_planning_imports_no_gitpython() -> None:
    code = "import sys, freshboot.stamp.diff, freshboot.stamp.write; print('git' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
