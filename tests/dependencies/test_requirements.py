"""What requirements files ask for: the same however they are formatted, and as pip reads them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from freshboot.dependencies import Line, Sense, lines
from freshboot.dependencies.requirements import logical_lines
from tests.dependencies.texts import PROJECT, read_of, texts


def asked(data: str | bytes, **more: str | bytes) -> list[str]:
    return texts("requirements.txt", data, **more)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("six==1.16.0  # why\n\n# note\nattrs\n", ["six==1.16.0", "attrs"]),
        ("six  >= 1 ;  python_version>'3'", ["six >= 1 ; python_version>'3'"]),
        ("six ; platform_version == 'a  b'", ["six ; platform_version == 'a  b'"]),
        ("six==1 \\\n  --hash=sha256:0 \\\n  --hash sha256:1\n", ["six==1"]),
        ("pkg @ git+https://me:secret@x.org/y.git@v1", ["pkg @ git+https://x.org/y.git@v1"]),
        ("pkg @ git+https://${TOKEN}@x.org/y.git@v1", ["pkg @ git+https://x.org/y.git@v1"]),
        ("https://x.org/six-1.0-py3-none-any.whl", ["https://x.org/six-1.0-py3-none-any.whl"]),
        ("--extra-index-url=https://me:a@b@x.org/simple", ["--extra-index-url https://x.org/simple"]),
        ("-i https://x.org\n--pre", ["--index-url https://x.org", "--pre"]),
        ("--no-binary :all:", ["unclear: --no-binary :all:"]),
        ("--no-cache-dir\n", ["unclear: --no-cache-dir"]),
        ("six --config-settings=a=b", ["unclear: six --config-settings=a=b"]),
        ("six --global-option=x", ["unclear: six --global-option=x"]),
        ("${NAME}==1", ["unclear: ${NAME}==1"]),
        ("-r a.txt -r b.txt", ["unclear: -r a.txt -r b.txt"]),
        ("-e git+https://x.org/y.git#egg=y", ["unclear: -e git+https://x.org/y.git#egg=y"]),
        ("six 'unclosed -x '", ["unclear: six 'unclosed -x '"]),
        ("constraint: six", ["unclear: constraint: six"]),
        ("# coding: klingon\nsix", ["unclear: the whole file"]),
        (b"caf\xe9\n", ["unclear: the whole file"]),
        ("six\n".encode("utf-8-sig"), ["six"]),
        ("six\n".encode("utf-16"), ["six"]),
        (b"# coding: latin-1\nsix # \xe9", ["six"]),
        ("", []),
    ],
)
def test_reads_requirements(data: str | bytes, expected: list[str]) -> None:
    assert asked(data) == expected


def test_a_huge_file_is_not_read() -> None:
    assert asked(b"six\n" * 1_000_000) == ["unclear: the whole file"]


def test_follows_includes_from_the_including_file() -> None:
    files = {
        "requirements.txt": "-r sub/a.txt\n--constraint=c.txt\n",
        "sub/a.txt": "six\n-r b.txt\n-c ../c.txt\n",
        "sub/b.txt": "attrs\n",
        "c.txt": "idna<3\n",
    }
    assert lines(read_of(files), "requirements.txt") == (
        Line("sub/a.txt", "six"),
        Line("sub/b.txt", "attrs"),
        Line("c.txt", "constraint: idna<3"),
    )


def test_a_file_can_require_and_constrain() -> None:
    found = asked("-r a.txt\n-c a.txt", **{"a.txt": "six"})
    assert found == ["six", "constraint: six"]


def test_cycles_end() -> None:
    assert asked("-r a.txt\nsix", **{"a.txt": "-r requirements.txt\nattrs"}) == ["attrs", "six"]


@pytest.mark.parametrize(
    "target",
    ["missing.txt", "../x.txt", "/etc/passwd", "https://x.org/r.txt", ".git/config", "~/x", "${A}.txt"],
)
def test_reads_no_include_outside_of_the_root(target: str) -> None:
    asked_for = []

    def read(path: str) -> bytes | None:
        asked_for.append(path)
        return f"-r {target}".encode() if path == "requirements.txt" else None

    (line,) = lines(read, "requirements.txt")
    assert line == Line("requirements.txt", f"unclear: --requirement {target}")
    assert not [path for path in asked_for if path.startswith(("/", "..", "~", ".git"))]


def test_a_constraint_has_neither_extras_nor_a_path() -> None:
    found = asked("-c c.txt", **{"c.txt": "six[x]\n.\n-e .\n", "pyproject.toml": PROJECT})
    assert found == ["unclear: six[x]", "unclear: .", "unclear: -e ."]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (".", "."),
        ("-e .", "-e ."),
        ("-e.", "-e ."),
        (".[more]", ".[more]"),
        ("./lib", "./lib"),
        ("lib/", "./lib"),
        ("--editable=./lib[more]", "-e ./lib[more]"),
    ],
)
def test_a_path_is_written_from_the_root(text: str, first: str) -> None:
    files = {"pyproject.toml": PROJECT, "lib/pyproject.toml": PROJECT, "requirements.txt": text}
    found = lines(read_of(files), "requirements.txt")
    assert found[0] == Line("requirements.txt", first)
    assert found[0].sense is Sense.LOCAL
    described = "lib/pyproject.toml" if "lib" in text else "pyproject.toml"
    more = [Line(described, "attrs")] if "more" in text else []
    assert [*found[1:]] == [Line(described, "six>=1"), *more]


def test_what_a_project_requires_only_its_build_knows() -> None:
    dynamic = '[project]\nname = "lib"\ndynamic = ["dependencies"]\n'
    for files in ({"pyproject.toml": dynamic}, {"setup.py": ""}, {"pyproject.toml": ""}):
        assert asked(".", **files) == [".", "unclear: what . requires"]


def test_a_path_that_two_folders_may_mean_is_unclear() -> None:
    files = {"sub/requirements.txt": "./lib", "lib/setup.py": "", "sub/lib/setup.py": ""}
    assert lines(read_of(files), "sub/requirements.txt") == (Line("sub/requirements.txt", "unclear: ./lib"),)
    del files["lib/setup.py"]
    assert lines(read_of(files), "sub/requirements.txt")[0].text == "./sub/lib"


def test_a_path_to_nothing_is_unclear() -> None:
    assert asked("./lib\n../out\n/abs\nx.whl") == [
        f"unclear: {one}" for one in ("./lib", "../out", "/abs", "x.whl")
    ]
    assert asked("x-1-py3-none-any.whl", **{"x-1-py3-none-any.whl": b""}) == ["./x-1-py3-none-any.whl"]


words = st.sampled_from(
    [
        "six==1.16.0",
        "attrs",
        "a[x,y]>1,<2",
        "b; python_version < '3'",
        "c @ https://x.org/c",
        "-i https://x.org",
    ]
)
noise = st.sampled_from(["", "# note", "   ", "\t", "  # note \\"])


@settings(deadline=None)
@given(st.lists(st.tuples(words, noise)), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_formatting_does_not_change_lines(
    pieces: list[tuple[str, str]], end: str, marked: bool, continued: bool
) -> None:
    plain = "\n".join(word for word, _ in pieces)
    space = f" \\{end}   " if continued else "  "
    noisy = end.join(f"{more}{end}  {word.replace(' ', space)}  # {word}" for word, more in pieces)
    assert asked(noisy.encode("utf-8-sig" if marked else "utf-8")) == asked(plain)


requirement_pieces = st.sampled_from(
    [
        *("six==1.16.0", "attrs", "pkg @ https://x.org/y#egg=pkg", "a[b]", "; os_name == 'x'", ">=1,<2"),
        *("-r inner.txt", "-c inner.txt", "--pre", "--hash=sha256:0", "-i https://x.org", "-e", "--no-index"),
        *(" ", "\t", "#", " # ", "\\", "\n", "\n", "\r\n", "\x0c", "\x85"),
    ]
)


def pip_reads(data: bytes) -> list[str]:
    req_file = pytest.importorskip("pip._internal.req.req_file")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "inner.txt").write_text("inner==1\n")
        (Path(folder) / "requirements.txt").write_bytes(data)
        parsed = req_file.parse_requirements(f"{folder}/requirements.txt", session=None)
        return [
            ("constraint: " if one.constraint else "-e " if one.is_editable else "")
            + " ".join(one.requirement.split())
            for one in parsed
        ]


@settings(deadline=None)
@example("six==1.16.0\t--hash=sha256:0")
@given(st.lists(requirement_pieces, max_size=12).map("".join))
def test_asks_for_what_pip_asks_for(text: str) -> None:
    """Whatever is clear to us is the same for pip, and nothing that pip asks for is left out."""
    found = asked(text, **{"inner.txt": "inner==1\n"})
    try:
        expected = pip_reads(text.encode())
    except Exception:  # noqa: BLE001  # pip breaks on it, and so does the build
        return
    ours = [" ".join(one.split()) for one in found if not one.startswith("--")]
    clear = {one for one in ours if not one.startswith("unclear: ")}
    assert clear <= set(expected)
    if len(clear) == len(ours):
        assert clear == set(expected)


@settings(deadline=None)
@given(st.lists(requirement_pieces).map("".join))
def test_joins_lines_as_pip_does(text: str) -> None:
    req_file = pytest.importorskip("pip._internal.req.req_file")
    assert list(logical_lines(text.encode())) == [line for _, line in req_file.preprocess(text)]
