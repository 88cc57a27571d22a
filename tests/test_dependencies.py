"""What dependency files ask for: the same however they are formatted, and as pip, uv and YAML read them."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from freshboot.dependencies import Line, Sense, candidates, lines, winning
from freshboot.dependencies.requirements import logical_lines
from freshboot.dependencies.tables import poetry_specifier

PROJECT = '[project]\nname = "lib"\ndependencies = ["six>=1"]\noptional-dependencies.more = ["attrs"]\n'


def read_of(files: Mapping[str, str | bytes]) -> Callable[[str], bytes | None]:
    contents = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
    return contents.get


def texts(file: str, data: str | bytes, **more: str | bytes) -> list[str]:
    return [line.text for line in lines(read_of({file: data, **more}), file)]


def asked(data: str | bytes, **more: str | bytes) -> list[str]:
    return texts("requirements.txt", data, **more)


def test_looks_in_the_entrypoints_folder_first() -> None:
    assert candidates("sub/app.py")[:6] == (
        *("sub/uv.lock", "sub/Pipfile", "sub/environment.yml", "sub/requirements.txt"),
        *("sub/pyproject.toml", "uv.lock"),
    )
    assert len(candidates("sub/app.py")) == 10
    assert len(candidates("app.py")) == 5


@pytest.mark.parametrize(
    ("there", "wins"),
    [
        ({"requirements.txt", "sub/pyproject.toml"}, "sub/pyproject.toml"),
        ({"requirements.txt", "pyproject.toml"}, "requirements.txt"),
        ({"requirements.txt", "uv.lock"}, "uv.lock"),
        ({"other/requirements.txt"}, None),
    ],
)
def test_the_first_file_there_is_wins(there: set[str], wins: str | None) -> None:
    assert winning(there.__contains__, "sub/app.py") == wins


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


def test_a_file_that_is_not_there_is_unclear() -> None:
    for file in candidates("app.py"):
        assert [line.sense for line in lines(lambda _: None, file)] == [Sense.UNCLEAR]


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


# TOML


def test_reads_a_project() -> None:
    assert texts("pyproject.toml", PROJECT) == ["six>=1"]
    assert texts("pyproject.toml", "[tool.ruff]\n") == []
    assert texts("pyproject.toml", "[project\n") == ["unclear: the whole file"]
    assert texts("pyproject.toml", "project = 3\n") == ["unclear: the whole file"]
    assert texts("pyproject.toml", '[project]\ndynamic = ["dependencies"]') == [
        "unclear: dynamic dependencies"
    ]


def test_an_option_is_no_requirement_of_a_project() -> None:
    assert texts("pyproject.toml", '[project]\ndependencies = ["--pre", "."]') == [
        "unclear: --pre",
        "unclear: .",
    ]


def test_what_uv_takes_from_elsewhere_is_unclear() -> None:
    sources = '[tool.uv.sources]\nSix = { git = "https://x.org/six" }\n'
    assert texts("pyproject.toml", PROJECT + sources) == ["unclear: six>=1"]


def test_reads_poetrys_tables() -> None:
    data = """
[tool.poetry.dependencies]
python = "^3.10"
six = "^1.16"
attrs = { version = "*", extras = ["a", "b"], markers = "os_name == 'posix'" }
idna = { git = "https://me:x@x.org/idna.git", tag = "v3" }
maybe = { version = "1", optional = true }
odd = "1 || 2"
many = [{ version = "1", python = "<3" }, { version = "2" }]
lib = { path = "./lib", develop = true }
"""
    assert texts("pyproject.toml", data, **{"lib/pyproject.toml": PROJECT}) == [
        *("six>=1.16,<2", "attrs[a,b] ; os_name == 'posix'", "idna @ git+https://x.org/idna.git@v3"),
        *("unclear: odd", "unclear: many", "-e ./lib", "six>=1"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("^1.2.3", ">=1.2.3,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0", ">=0,<1"),
        ),
        *(("^0.0", ">=0.0,<0.1"), ("~1.2.3", ">=1.2.3,<1.3"), ("~1", ">=1,<2"), ("1.2.*", "==1.2.*")),
        *(("*", ""), ("1.2", "==1.2"), (">=1,<2", ">=1,<2"), ("!=1.5, ~1.2", "!=1.5,>=1.2,<1.3")),
    ],
)
def test_writes_poetrys_constraints_as_specifiers(text: str, expected: str) -> None:
    assert poetry_specifier(text) == expected


def test_reads_a_pipfile() -> None:
    data = """
[packages]
six = "*"
attrs = "==23.1"
idna = { version = ">=3", extras = ["x"], index = "private" }
odd = { version = "*", sys_platform = "== 'win32'" }
[dev-packages]
pytest = "*"
"""
    assert texts("Pipfile", data) == ["six", "attrs==23.1", "idna[x]>=3", "unclear: odd"]


def test_a_lock_of_poetry_binds_what_is_installed() -> None:
    lock = """
[[package]]
name = "six"
version = "1.16.0"
[[package]]
name = "fork"
version = "1"
source = { type = "git", url = "https://x.org/fork", reference = "main", resolved_reference = "0123456" }
[[package]]
name = "lib"
version = "1"
source = { type = "directory", url = "lib" }
[[package]]
name = "twice"
version = "1"
markers = "python_version < '3'"
[[package]]
name = "twice"
version = "2"
[package.dependencies]
six = "*"
[metadata]
lock-version = "2.1"
"""
    found = lines(read_of({"sub/pyproject.toml": PROJECT, "sub/poetry.lock": lock}), "sub/pyproject.toml")
    assert found == (
        Line("sub/pyproject.toml", "six>=1"),
        *(
            Line("sub/poetry.lock", text)
            for text in (
                *("constraint: six==1.16.0", "constraint: fork @ git+https://x.org/fork@0123456"),
                *("constraint: twice==1 ; python_version < '3'", "unclear: twice"),
            )
        ),
    )
    assert texts("pyproject.toml", PROJECT, **{"poetry.lock": "["}) == ["unclear: the whole file"]


def test_a_lock_of_pipenv_tells_all_versions() -> None:
    lock = {
        "default": {
            "six": {
                "version": "==1.16.0",
                "hashes": ["sha256:0"],
                "index": "pypi",
                "markers": "os_name != 'x'",
            },
            "fork": {"git": "https://x.org/fork", "ref": "0123456"},
        },
        "develop": {"pytest": {"version": "==7"}},
    }
    assert texts("Pipfile", '[packages]\nsix = "*"\n', **{"Pipfile.lock": json.dumps(lock)}) == [
        *("six", "six==1.16.0 ; os_name != 'x'", "fork @ git+https://x.org/fork@0123456"),
    ]


LOCK = """
version = 1
[[package]]
name = "app"
version = "0"
source = { virtual = "." }
dependencies = [
    { name = "a" },
    { name = "b", extra = ["x"], marker = "os_name == 'nt'" },
    { name = "c", version = "2", marker = "python_version < '3'" },
    { name = "c", version = "3", marker = "python_version >= '3'" },
    { name = "lib" },
]
[package.dev-dependencies]
dev = [{ name = "only-dev" }]
[[package]]
name = "a"
version = "1"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "d", marker = "sys_platform == 'win32'" }]
[[package]]
name = "b"
version = "1"
source = { git = "https://x.org/b?rev=main&subdirectory=py#0123456789012345678901234567890123456789" }
dependencies = [{ name = "d" }, { name = "a" }, { name = "f" }]
optional-dependencies = { x = [{ name = "e" }] }
[[package]]
name = "c"
version = "2"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "c"
version = "3"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "c", version = "3" }]
[[package]]
name = "d"
version = "1"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "e"
version = "1"
source = { url = "https://x.org/e-1-py3-none-any.whl" }
[[package]]
name = "f"
version = "1"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "lib"
version = "1"
source = { editable = "lib" }
dependencies = [{ name = "f" }]
[[package]]
name = "only-dev"
version = "1"
source = { registry = "https://pypi.org/simple" }
"""


def test_reads_what_the_root_package_of_a_lock_needs() -> None:
    commit = "0123456789012345678901234567890123456789"
    assert texts("sub/uv.lock", LOCK) == [
        "a==1",
        f"b @ git+https://x.org/b@{commit}#subdirectory=py ; (os_name == 'nt')",
        "c==2 ; (python_version < '3')",
        "c==3 ; (python_version >= '3')",
        "d==1 ; (os_name == 'nt') or (sys_platform == 'win32')",
        "e @ https://x.org/e-1-py3-none-any.whl ; (os_name == 'nt')",
        "f==1",
        "-e ./sub/lib",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{ virtual = "." }', '{ virtual = "other" }'),
        ('{ name = "a" }', '{ name = "gone" }'),
        ('{ name = "c", version = "2", ', '{ name = "c", '),
    ],
)
def test_a_lock_that_is_not_understood_is_unclear(old: str, new: str) -> None:
    assert texts("uv.lock", LOCK.replace(old, new, 1)) == ["unclear: the whole file"]


def test_reads_toml_with_the_reader_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = texts("uv.lock", LOCK)
    for absent in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, absent, None)
    assert texts("uv.lock", LOCK) == expected
    monkeypatch.setitem(sys.modules, "toml", None)
    assert texts("uv.lock", LOCK) == ["unclear: the whole file"]


# environment.yml


def test_reads_an_environment() -> None:
    data = """\
name: app
channels:
  - conda-forge
dependencies:
  - python=3.11   # why
  - "pandas >=2"
  - pip
  - pip:
    - six==1.16
    - "attrs; python_version<'3'"
    - -r more.txt
  - numpy
"""
    assert texts("environment.yml", data, **{"more.txt": "idna"}) == [
        *("conda: python=3.11", "conda: pandas >=2", "conda: pip", "six==1.16"),
        *("attrs; python_version<'3'", "idna", "conda: numpy"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "channels:\n  - a\n - b\ndependencies:\n  - six\n",
        "channels:\n  - a\n  b: c\ndependencies:\n  - six\n",
        "dependencies: [six]\n",
        "dependencies:\n  - six\n  - {a: b}\n",
        "dependencies:\n  - six\n    - attrs\n",
        "dependencies:\n  - pip:\n   - six\n",
        "dependencies:\n  - six\ndependencies:\n  - attrs\n",
        "name: app\n  - six\ndependencies:\n  - six\n",
        "name: app\n",
    ],
)
def test_any_other_form_of_yaml_is_unclear(data: str) -> None:
    assert texts("environment.yml", data) == ["unclear: the whole file"]


yaml_pieces = st.sampled_from(
    [
        *(
            "name: x\n",
            "dependencies:\n",
            "channels:\n",
            "  - numpy\n",
            "- numpy=1.2\n",
            "  - pip:\n",
            "    - six\n",
        ),
        *("    - 'attrs'\n", '  - "idna>=1"\n', "  - a: b\n", "  - [a, b]\n", "  - {a: b}\n", "  - &x six\n"),
        *(
            "dependencies: [six]\n",
            "  - |\n",
            "    text\n",
            "---\n",
            "# note\n",
            "  - six # note\n",
            "\n",
            "...\n",
        ),
        *(
            "variables:\n",
            "  A: b\n",
            "   - odd\n",
            "name: 'a\n",
            "  b'\n",
            "  - !!str x\n",
            "\t- six\n",
            "- pip:\n",
        ),
        *(
            "  - >-\n",
            "  - 'it''s'\n",
            "  - -r x.txt\n",
            "prefix: /x\n",
            "name: >\n",
            "  - ? a\n",
            "  - *x\n",
        ),
    ]
)


@settings(deadline=None)
@given(st.lists(yaml_pieces, max_size=10).map("".join))
def test_reads_an_environment_as_yaml_does_or_not_at_all(text: str) -> None:
    found = texts("environment.yml", text)
    if found == ["unclear: the whole file"]:
        return
    document = yaml.safe_load(text)  # what is clear to us is no error there
    items = (document or {}).get("dependencies") or []
    conda = {f"conda: {one}" for one in items if isinstance(one, str)}
    pip = {one for part in items if isinstance(part, dict) for one in part["pip"] or []}
    pip = {"unclear: --requirement x.txt" if one == "-r x.txt" else one for one in pip}
    assert set(found) == conda | pip


@settings(deadline=None)
@given(st.sampled_from(candidates("app.py")), st.binary(max_size=60))
def test_nothing_that_can_lie_there_raises(file: str, data: bytes) -> None:
    assert isinstance(lines(read_of({file: data}), file), tuple)
