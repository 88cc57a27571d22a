"""What the tables and the locks of TOML files, and of Pipenv, ask for."""

from __future__ import annotations

import json
import sys

import pytest

from freshboot.dependencies import Line, lines
from freshboot.dependencies.tables import poetry_specifier
from tests.dependencies.texts import PROJECT, read_of, texts


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
