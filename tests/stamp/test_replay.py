"""Random repositories, stamped: never a changed byte outside of the marks, the same again, or nothing at all.

What must come out is known from how each file was put together, not from the code under test.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from freshboot.errors import FreshbootError
from freshboot.stamp.files import reader
from freshboot.stamp.plan import Plan, agreed, neutral, plan, stamps_in
from freshboot.stamp.version import Part
from freshboot.stamp.write import write
from tests.stamp.samples import AT, MARKS, OLD, SOURCE, make_tree, tree_of

OLD_LINE = f"# freshboot: {OLD}"
APP = "streamlit_app.py"


@dataclass(frozen=True)
class Sample:
    """A file, and what stamping makes of it: ``head``, a mark with the stamp, ``tail``; or a refusal."""

    data: bytes
    head: bytes = b""
    tail: bytes = b""
    refused: bool = False
    mark: str = "# freshboot: %s"

    def stamped(self, stamp: object) -> bytes:
        return self.head + (self.mark % stamp).encode() + self.tail


endings = st.sampled_from(["\n", "\r\n", "\r"])
old_marks = st.sampled_from(
    [OLD_LINE, "#freshboot: 1.0", "# freshboot:\t0.9.0+20200101T000000Z.gdeadbee.teal"]
)
notes = st.sampled_from(["", " ", "\t", "  # note"])
tabs = st.sampled_from(["", "\t", "  "])


def joined(lines: list[str], ending: str, final: bool) -> str:
    return ending.join(lines) + ending * (final and bool(lines))


@st.composite
def commented(draw: st.DrawFn, lines: st.SearchStrategy[list[str]], bom_allowed: bool) -> Sample:
    """A text file of these lines, with the mark once, twice or not at all."""
    ending, final = draw(endings), draw(st.booleans())
    bom = draw(st.booleans()) and bom_allowed
    coding = (
        [] if bom else draw(st.sampled_from([[], ["# -*- coding: utf-8 -*-"], ["# note", "# coding: utf-8"]]))
    )
    before, after = draw(lines), draw(lines)
    count = draw(st.sampled_from([0, 0, 1, 1, 1, 2]))
    prefix = b"\xef\xbb\xbf" * bom
    if count == 0:
        body = joined(before + after, ending, final)
        top = "".join(line + ending for line in coding)
        used = ending if ending in top + body else "\n"
        data = prefix + (top + body).encode()
        return Sample(data, prefix + top.encode(), (used + body).encode())
    indented, note = draw(tabs), draw(notes)
    old = draw(old_marks)
    note = note if old == OLD_LINE else note.rstrip("# note") + " " * bool(note)
    head = "".join(line + ending for line in coding + before) + indented
    tail = joined([note, *after], ending, final)
    if count == 2:
        return Sample(prefix + (head + old + ending + OLD_LINE + ending + tail).encode(), refused=True)
    return Sample(prefix + (head + old + tail).encode(), prefix + head.encode(), tail.encode())


requirement = st.sampled_from(
    [
        *(
            "six==1.16.0",
            "\tattrs>=20",
            "pkg @ https://x.org/y#egg=pkg",
            "-r other.txt",
            "caf\u00e9 ; extra == '\u65e5'",
        ),
        *(
            "",
            "# a note",
            "# freshboot: needed for the badge",
            f"six  {OLD_LINE}",
            "a==1 \\",
            "  --hash=sha256:0",
        ),
    ]
)
requirements = commented(st.lists(requirement, max_size=5), bom_allowed=True)


@st.composite
def latin_requirements(draw: st.DrawFn) -> Sample:
    """Not UTF-8, and declared so."""
    ending = draw(endings)
    head, tail = f"# coding: latin-1{ending}".encode(), f"# caf\xe9{ending}six{ending}".encode("latin-1")
    return Sample(head + tail, head, ending.encode() + tail)


@st.composite
def toml_lines(draw: st.DrawFn) -> list[str]:
    values = st.sampled_from(
        [
            *(
                "1",
                "nan",
                "-inf",
                "'caf\u00e9'",
                "1979-05-27T07:32:00Z",
                "[1,\n2]",
                "[\n# note\n'a']",
                '"# freshboot: 1.0"',
            ),
            *(f"'''\n{OLD_LINE}\n'''", f'"""\n\t{OLD_LINE}\n{OLD_LINE}"""', "\t2 # note"),
        ]
    )
    keys = draw(st.lists(st.uuids(version=4), max_size=3))
    lines = [f"k{key.hex} = {draw(values)}" for key in keys]
    return "\n".join(lines).split("\n") if lines else []


configurations = commented(toml_lines(), bom_allowed=False)

strings = st.sampled_from(
    ["'%s'", '"%s"', "'''%s'''", 'r"""%s"""', "u'%s'", "('%s')", "(  # why\n\tr'%s'\n)"]
)
other_code = st.sampled_from(
    [
        *(
            "import os",
            "x = 'caf\u00e9'; y = 1",
            "\x0cz = 2",
            "if z:\n\tz = 3",
            "# DEPLOYMENT_VERSION = '0'",
            "",
        ),
        f"'''\n{OLD_LINE}\nDEPLOYMENT_VERSION = '0.1'\n'''",
        "def f():\n    DEPLOYMENT_VERSION = 'mine'",
        "class C:\n\tDEPLOYMENT_VERSION = 'its'",
    ]
)
wrong_code = st.sampled_from(
    [
        *("DEPLOYMENT_VERSION = '2'", "DEPLOYMENT_VERSION, x = '2', ''", "if x:\n\tDEPLOYMENT_VERSION = '2'"),
        *("DEPLOYMENT_VERSION = x = '2'", "for DEPLOYMENT_VERSION in '2': pass", "import DEPLOYMENT_VERSION"),
        *(
            "def g():\n\tglobal DEPLOYMENT_VERSION",
            "print(DEPLOYMENT_VERSION := '2')",
            "del DEPLOYMENT_VERSION",
        ),
        *(
            "DEPLOYMENT_VERSION += '2'",
            "try:\n\tDEPLOYMENT_VERSION = '2'\nfinally: pass",
            "def DEPLOYMENT_VERSION(): pass",
        ),
    ]
)
bad_values = st.sampled_from(["f'{x}'", "b'1'", "'1' '0'", "'1'\\\n'0'", "1", "None", "'1' + '0'", "'1"])


@st.composite
def programs(draw: st.DrawFn) -> Sample:
    """An entrypoint with the constant once, or in any other way."""
    ending, final = draw(endings), draw(st.booleans())
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "cp1252"]))
    coding = [f"# -*- coding: {encoding} -*-"] if encoding in ("latin-1", "cp1252") else []
    before, after = draw(st.lists(other_code, max_size=4)), draw(st.lists(other_code, max_size=4))
    head, tail = draw(strings).split("%s")
    name = draw(
        st.sampled_from(
            ["DEPLOYMENT_VERSION = ", "DEPLOYMENT_VERSION: 'str' = ", "x = 1; DEPLOYMENT_VERSION="]
        )
    )
    kind = draw(st.sampled_from(["plain", "plain", "plain", "bad value", "bound twice"]))
    value = (
        draw(bad_values)
        if kind == "bad value"
        else head + draw(st.sampled_from(["1.0.2", "", str(OLD), "a\\'b"])) + tail
    )
    if kind == "bound twice":
        after = [*after, draw(wrong_code)]
    code = joined([*coding, *before, name], "\n", False), value, joined([draw(notes), *after], "\n", final)
    data = "".join(code).replace("\n", ending).encode(encoding)
    if kind != "plain":
        return Sample(data, refused=True)
    before_stamp = (code[0] + head).replace("\n", ending).encode(encoding)
    # Written apart, the second part would begin with a byte order mark of its own.
    after_stamp = (tail + code[2]).replace("\n", ending).encode(encoding.removesuffix("-sig"))
    return Sample(data, before_stamp, after_stamp, mark="%s")


def planned(root: Path, *, days: int = 0, bump: Part = "none") -> Plan:
    return plan(reader(root), MARKS, None, at=AT + timedelta(days=days), source=SOURCE, bump=bump)


def stamp_on_disk(root: Path, **options: object) -> Plan:
    made = planned(root, **options)  # type: ignore[arg-type]
    write(root, made.edits)
    return made


@given(
    st.one_of(requirements, requirements, requirements, latin_requirements()),
    configurations,
    programs(),
    st.sampled_from(["none", "patch", "minor", "major"]),
)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_only_the_marks_change_or_nothing(one: Sample, two: Sample, three: Sample, bump: Part) -> None:
    samples = {"requirements.txt": one, ".streamlit/config.toml": two, APP: three}
    with tempfile.TemporaryDirectory() as folder:
        root = make_tree(Path(folder), {path: sample.data for path, sample in samples.items()})
        before = tree_of(root)
        if any(sample.refused for sample in samples.values()):
            event("refused")
            with pytest.raises(FreshbootError) as caught:
                stamp_on_disk(root, bump=bump)
            assert caught.value.remedy
            assert tree_of(root) == before
            return
        event("stamped")
        made = stamp_on_disk(root, bump=bump)
        expected = {path: sample.stamped(made.stamp) for path, sample in samples.items()}
        assert tree_of(root) == {".streamlit/": b"", **expected}
        assert agreed(stamps_in(reader(root), MARKS, None)) == made.stamp
        assert all(neutral(path, before[path], after, MARKS, APP) for path, after in expected.items())
        assert not any(
            neutral(path, before[path], after + b"\n#", MARKS, APP) for path, after in expected.items()
        )

        assert stamp_on_disk(root, bump=bump).edits == ()
        assert tree_of(root) == {".streamlit/": b"", **expected}

        later = stamp_on_disk(root, days=1)
        assert later.stamp.colour != made.stamp.colour
        assert tree_of(root) == {
            ".streamlit/": b"",
            **{path: sample.stamped(later.stamp) for path, sample in samples.items()},
        }


TOKENS = [
    *(
        b"# freshboot: ",
        b"#freshboot:",
        str(OLD).encode(),
        b"1.0",
        OLD_LINE.encode(),
        b"DEPLOYMENT_VERSION = ",
        b"x = ",
    ),
    *(
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\x0c",
        b"\x1c",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        b" ",
        b"\t",
        b"\\",
        b"\0",
    ),
    *(
        b"'''",
        b'"""',
        b"'",
        b'"',
        b"[",
        b"]",
        b"(",
        b")",
        b"if 1:\n ",
        b"#",
        b"\xe9",
        b"\xc3\xa9",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
    ),
    *(
        b"# coding: latin-1\n",
        b"# -*- coding: utf-7 -*-\n",
        b"# coding: cp037\n",
        b"# coding: unicode_escape\n",
        b"six==1",
    ),
]
anything = st.lists(st.sampled_from(TOKENS) | st.binary(max_size=3), max_size=12).map(b"".join)


def difference(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """What stands in the one file and in the other, between their common beginning and their common end."""
    start = common(before, after)
    before, after = before[start:], after[start:]
    end = common(before[::-1], after[::-1])
    return before[: len(before) - end], after[: len(after) - end]


def common(one: bytes, other: bytes) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


@pytest.mark.parametrize(
    "path", ["requirements.txt", ".streamlit/config.toml", "settings.yml", "setup.cfg", f"{APP}:X"]
)
@given(data=anything, quoted=st.sampled_from([b"", b"X = ''", b"\nX: s = ('''1\n2''')\r"]), more=anything)
@settings(max_examples=200)
def test_whatever_stands_in_a_file_is_kept_or_refused(
    path: str, data: bytes, quoted: bytes, more: bytes
) -> None:
    file = path.partition(":")[0]
    before = {file: data + quoted + more}
    try:
        made = plan(before.get, [path], None, at=AT, source=SOURCE)
    except FreshbootError:
        return
    event("stamped")
    (edit,) = made.edits
    removed, added = difference(before[file], edit.after)
    if file == APP:
        assert removed in quoted
        assert added in str(made.stamp).encode()
    else:
        assert removed.isascii()
        assert not set(removed) & set(b"\r\n")
        assert len(added) <= len(f"# freshboot: {made.stamp}\r\n")
    after = {file: edit.after}
    assert plan(after.get, [path], None, at=AT, source=SOURCE).edits == ()
    assert neutral(file, edit.before, edit.after, [path], None)
