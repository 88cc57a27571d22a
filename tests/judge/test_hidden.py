"""Code that goes past every hook is found where a literal names it, and told where none does."""

from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path

import pytest

from freshboot.judge.hidden import hidden, is_test

TRACKED = (
    "app/main.py",
    "app/x.py",
    "x.py",
    "lib/x.py",
    "lib/rules.txt",
    "tools/job/__main__.py",
    "far/y.py",
)


def read(code: str, path: str = "app/main.py") -> tuple[set[str], tuple[str, ...]]:
    found = hidden({path: code.encode()}, TRACKED, "app/main.py")
    return set(found.files), found.unresolved


HERE = "import os\nfrom pathlib import Path\n"


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ('exec(open("x.py").read())', {"x.py", "app/x.py"}),
        ('import builtins\nbuiltins.exec(open("lib/x.py").read())', {"lib/x.py"}),
        ('eval(compile(open("lib/x.py").read(), "x", "exec"))', {"lib/x.py"}),
        ('exec(open("lib/rules.txt").read())', {"lib/rules.txt"}),
        ('from pathlib import Path\nexec(Path("lib/x.py").read_text())', {"lib/x.py"}),
        ('from pathlib import Path\nexec(Path("lib/x.py").read_bytes().decode("utf-8"), {})', {"lib/x.py"}),
        ('with open("lib/x.py") as file:\n    exec(file.read())', {"lib/x.py"}),
        (
            'from pathlib import Path\nwith Path("lib/x.py").open() as file:\n    exec(file.read())',
            {"lib/x.py"},
        ),
        ('code = open("lib/x.py").read()\ncode = code.replace("a", "b")\nexec(code)', {"lib/x.py"}),
        ('code = compile(open("lib/x.py").read(), "x", "exec")\nexec(code)', {"lib/x.py"}),
        ('import runpy\nrunpy.run_path("lib/x.py")', {"lib/x.py"}),
        ('from runpy import run_path as go\ngo(path_name="lib/x.py")', {"lib/x.py"}),
        ('import runpy\nrunpy.run_path("tools/job")', {"tools/job/__main__.py"}),
        ('import runpy\nrunpy.run_module("lib.x")', {"lib/x.py"}),
        ('import runpy\nrunpy.run_module("tools.job")', {"tools/job/__main__.py"}),
        ('import importlib.util\nimportlib.util.spec_from_file_location("x", "lib/x.py")', {"lib/x.py"}),
        ('import importlib.util as u\nu.spec_from_file_location("x", location="lib/x.py")', {"lib/x.py"}),
        (
            'from importlib.machinery import SourceFileLoader as L\nL("x", "lib/x.py").load_module()',
            {"lib/x.py"},
        ),
        ('import imp\nimp.load_source("x", "lib/x.py")', {"lib/x.py"}),
        (f'{HERE}exec(open(os.path.join(os.path.dirname(__file__), "x.py")).read())', {"app/x.py"}),
        (f'{HERE}exec((Path(__file__).parent / "x.py").read_text())', {"app/x.py"}),
        (f'{HERE}exec((Path(__file__).resolve().parents[1] / "lib" / "x.py").read_text())', {"lib/x.py"}),
        (f'{HERE}exec(Path(__file__).with_name("x.py").read_text())', {"app/x.py"}),
        (f'{HERE}exec(Path(__file__).parent.joinpath("../lib", "x.py").read_text())', {"lib/x.py"}),
        (f'{HERE}ROOT = Path(__file__).parent.parent\nX = ROOT / "x.py"\nexec(X.read_text())', {"x.py"}),
        (f'{HERE}exec(open(f"{{os.getcwd()}}/far/y.py").read())', {"far/y.py"}),
        ('exec(open(BASE + "/far/y.py").read())', {"far/y.py"}),
        ('NAME = "y"\nexec(open(f"far/{NAME}.py").read())', {"far/y.py"}),
        ('exec(open("/mount/src/shop/far/y.py").read())', {"far/y.py"}),
    ],
)
def test_finds_the_file_that_a_literal_names(code: str, files: set[str]) -> None:
    assert read(code) == (files, ())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("exec(open(path).read())", "app/main.py:1: exec runs code that the source does not name"),
        (
            "def run(path):\n    exec(open(path).read())",
            "app/main.py:2: exec runs code that the source does not",
        ),
        ('path = "x.py"\ndef run(path):\n    exec(open(path).read())', "app/main.py:3: exec runs code"),
        ('path = "x.py"\npath = other()\nexec(open(path).read())', "app/main.py:3: exec runs code"),
        ("exec(fetch(url).text)", "app/main.py:1: exec runs code"),
        ('exec("a".replace("a", fetch()))', "app/main.py:1: exec runs code"),
        ("exec('exec(open(name).read())')", "app/main.py:1: exec runs code"),
        ("from plugins import code\nexec(code)", "app/main.py:2: exec runs code"),
        (
            'from plugins import code\nif not code: code = open("x.py").read()\nexec(code)',
            "app/main.py:3: exec",
        ),
        ("eval(formula)", "app/main.py:1: eval runs code"),
        (
            "import runpy\nrunpy.run_path(path)",
            "app/main.py:2: run_path runs a file that the source does not name",
        ),
        (
            "import runpy\nrunpy.run_module(name)",
            "app/main.py:2: runs a module that the source does not name",
        ),
        ('exec(open("/etc/rc.py").read())', "exec runs code that is not in the release: /etc/rc.py"),
        ("run = exec\nrun(code)", "app/main.py:1: exec is passed on"),
        (
            "import importlib.machinery as m\nclass L(m.SourceFileLoader): pass",
            "SourceFileLoader is passed on",
        ),
        ("import sys\nsys.meta_path.insert(0, finder)", "app/main.py:2: an import hook of its own"),
        ("import marshal\nf = marshal.loads(data)", "app/main.py:2: code out of marshal"),
        ("import cloudpickle\nf = cloudpickle.load(file)", "app/main.py:2: code out of cloudpickle"),
        ("import code\ncode.InteractiveConsole()", "app/main.py:2: an interpreter of its own"),
        ('import subprocess, sys\nsubprocess.run([sys.executable, "x.py"])', "starts another process: x.py"),
        ('import os\nos.system("python x.py")', "app/main.py:2: starts another process: python x.py"),
        (
            "import subprocess\nsubprocess.Popen(command)",
            "starts another process: the source does not say which",
        ),
        ("def x(:\n    exec(code)", "app/main.py:1: cannot be read as Python"),
        ("exec(code)\0", "app/main.py:1: cannot be read as Python"),
    ],
)
def test_tells_what_no_literal_names(code: str, words: str) -> None:
    files, unresolved = read(code)
    assert files == set()
    assert any(words in one for one in unresolved)


@pytest.mark.parametrize(
    "code",
    [
        'exec("x = 1")',
        "import importlib\nimportlib.import_module(name)",
        '__import__("x")',
        "import re\nre.compile(pattern)",
        "from re import compile\ncompile(pattern)",
        'frame.eval("a + b")\nmodel.eval()\nsession.exec(query)',
        'import subprocess\nsubprocess.run(["git", "log"])',
        "import pickle\nf = pickle.load(file)",
        'import runpy\nrunpy.run_module("pip")',
        'text = open("x.py").read()',
        'import streamlit as st\nst.navigation([st.Page("x.py")]).run()',
        "# exec(open(path).read())",
        "import importlib.machinery as m\nisinstance(loader, (m.SourceFileLoader, m.ExtensionFileLoader))",
    ],
)
def test_is_silent_about_what_goes_through_the_hook_or_runs_nothing(code: str) -> None:
    assert read(code) == (set(), ())


def test_an_old_string_escape_is_no_fault() -> None:
    assert read(r'pattern = "\d"; exec(open("lib/x.py").read())') == ({"lib/x.py"}, ())


def test_says_where_a_file_is_named() -> None:
    code = b'import runpy\nrunpy.run_path("lib/x.py")\nrunpy.run_path("lib/x.py")\n'
    found = hidden({"app/main.py": code, "a.py": code}, TRACKED, "app/main.py")
    assert found.named_by == {"lib/x.py": ("a.py:2", "a.py:3", "app/main.py:2", "app/main.py:3")}


def test_a_relative_path_may_be_meant_from_the_entrypoints_folder() -> None:
    assert read('exec(open("x.py").read())', "far/y.py")[0] == {"x.py", "app/x.py"}


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_a.py",
        "a/tests/b.py",
        "test_a.py",
        "a_test.py",
        "conftest.py",
        "setup.py",
        "noxfile.py",
        "docs/conf.py",
    ],
)
def test_leaves_out_what_is_no_part_of_the_app(path: str) -> None:
    assert is_test(path)
    assert read("exec(open(path).read())", path) == (set(), ())


@pytest.mark.parametrize(
    "path", ["app/main.py", "testing.py", "contest.py", "app/latest_setup.py", "my_docs/x.py"]
)
def test_leaves_out_nothing_else(path: str) -> None:
    assert not is_test(path)


def test_tells_of_no_more_places_than_a_person_reads() -> None:
    found = hidden({"a.py": b"exec(code)\n" * 500}, ())
    assert len(found.unresolved) == 51
    assert found.unresolved[-1] == "and 450 more places"


@pytest.mark.parametrize(
    "code",
    [
        "\n".join(f"a{i} = a{i + 1} + a{i + 1}" for i in range(200))
        + "\na200 = 'x' * 1\nexec(open(a0).read())",
        "\n".join(["s = s.strip()", "s = s.read()"] * 300) + "\nexec(s)",
        "a = b\nb = a\nexec(open(a).read())\nexec(a)",
        "a = a + a\nexec(open(a).read())",
        "exec(open(" + "+".join(["'a'"] * 2000) + ").read())",
        "exec(x" + ".read()" * 1000 + ")",
    ],
    ids=["doubling", "many-bindings", "circle", "doubling-circle", "long-sum", "deep"],
)
def test_a_source_made_to_take_for_ever_takes_no_time(code: str) -> None:
    started = time.process_time()
    read(code)
    assert time.process_time() - started < 2


def test_five_hundred_files_take_well_under_a_second() -> None:
    ordinary = b"import re\ndef total(rows):\n    return sum(row.amount for row in rows)\n" * 70
    sources = {f"m{number}.py": ordinary for number in range(500)}
    sources |= {f"n{number}.py": ordinary + b"exec(code)\n" for number in range(10)}
    started = time.process_time()
    assert len(hidden(sources, sources).unresolved) == 10
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "main",
    [
        'import runpy\nrunpy.run_path("secret.py")',
        'with open("secret.py") as file:\n    exec(compile(file.read(), "secret.py", "exec"))',
        (
            "from importlib.util import module_from_spec, spec_from_file_location\n"
            'spec = spec_from_file_location("secret", "secret.py")\n'
            "spec.loader.exec_module(module_from_spec(spec))"
        ),
    ],
    ids=["runpy", "exec", "loader"],
)  # fmt: skip
def test_what_it_finds_really_runs_past_the_import_system(
    main: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file runs, and no module is left that a hook could have recorded."""
    (tmp_path / "main.py").write_text(main)
    (tmp_path / "secret.py").write_text("import builtins\nbuiltins.ran_secretly = True\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.ran_secretly", False, raising=False)
    runpy.run_path(str(tmp_path / "main.py"))
    import builtins

    assert builtins.ran_secretly  # type: ignore[attr-defined]
    assert "secret" not in sys.modules
    assert hidden({"main.py": main.encode()}, ("main.py", "secret.py")).files == {"secret.py"}
