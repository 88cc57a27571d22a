"""The packages layer as it is answered: which files are read, in which words, and when again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from freshboot.app import packages
from freshboot.app.packages import Packages
from freshboot.app.requirement import Judge
from freshboot.dependencies import Line, lines
from freshboot.proof import Kind, Layer, new_nonce, tag
from tests.app.apps import running
from tests.app.installing import COMMIT, FUTURE_NS, PROJECT, Environment


def test_every_file_that_could_win_is_answered_for(environment: Environment) -> None:
    environment.install("lib", "1")
    environment.write("requirements.txt", "lib==1\nlib==2\nabsent-lib\n")
    environment.write("sub/pyproject.toml", '[project]\ndependencies = ["lib"]\n')
    environment.write("sub/requirements.txt", "-r ../gone.txt")
    nonce = new_nonce()
    answer = packages.answer(str(environment.root), "sub/app.py", nonce)

    def tags(*lines: tuple[str, str]) -> tuple[str, ...]:
        return tuple(sorted(named(nonce, *line) for line in lines))

    assert answer.tags == {
        "satisfied": tags(("requirements.txt", "lib==1"), ("sub/pyproject.toml", "lib")),
        "wrong": tags(("requirements.txt", "lib==2")),
        "missing": tags(("requirements.txt", "absent-lib")),
        "unrecorded": tags(("sub/requirements.txt", "unclear: --requirement ../gone.txt")),
    }
    assert answer.counts == {"satisfied": 2, "wrong": 1, "missing": 1, "unrecorded": 1}


def test_an_app_without_dependency_files_has_an_empty_answer(environment: Environment) -> None:
    answer = packages.answer(str(environment.root), "app.py", new_nonce())
    assert answer.tags == {"satisfied": (), "wrong": (), "missing": (), "unrecorded": ()}


def test_the_verifier_comes_to_the_same_lines(environment: Environment) -> None:
    files = {
        "requirements.txt": "-r more/a.txt\nsix>=1 # x\n.\n",
        "more/a.txt": "attrs\n",
        "pyproject.toml": PROJECT,
    }
    for path, text in files.items():
        environment.write(path, text)
    contents = {path: text.encode() for path, text in files.items()}
    told = environment.packages.kinds(str(environment.root), "app.py")
    assert told.keys() == {*lines(contents.get, "requirements.txt"), *lines(contents.get, "pyproject.toml")}


def test_reads_no_file_outside_of_the_root_and_no_secret(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("absent-lib\n")
    environment.write("secrets.toml", "absent-lib\n")
    environment.write(".env", "absent-lib\n")
    environment.write(".git/more.txt", "absent-lib\n")
    (environment.root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (environment.root / "secret.txt").symlink_to("secrets.toml")
    (environment.root / "git.txt").symlink_to(".git/more.txt")
    (environment.root / "inner.txt").symlink_to("real.txt")
    environment.write("real.txt", "absent-lib\n")
    os.mkfifo(environment.root / "pipe.txt")
    names = ["link.txt", "secrets.toml", ".env", "secret.txt", "git.txt", "pipe.txt", ".git/more.txt"]
    environment.write("requirements.txt", "".join(f"-r {name}\n" for name in names))
    assert set(environment.kinds().values()) == {Kind.UNRECORDED}
    assert environment.kind("-r inner.txt") is Kind.MISSING


def test_a_line_that_two_files_tell_differently_is_told_by_the_worse(environment: Environment) -> None:
    fork = {"url": "https://x.org/lib", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    environment.install("lib", "1.0", direct=fork)
    environment.write("requirements.txt", f"lib @ git+https://x.org/lib@{COMMIT}\n-r both.txt\n")
    environment.write("sub/requirements.txt", "-r ../both.txt")
    environment.write("both.txt", "lib==1.0\n")
    told = environment.packages.kinds(str(environment.root), "sub/app.py")
    assert told[Line("both.txt", "lib==1.0")] is Kind.UNRECORDED


def test_a_server_tells_of_its_packages(tmp_path: Path) -> None:
    main = "import freshboot; freshboot.boot()\n"
    files = {"streamlit_app.py": main, "requirements.txt": "streamlit\nabsent-lib\n"}
    with running(tmp_path / "repository", files) as app:
        attestation = app.challenge()
    answer = attestation.layers[Layer.PACKAGES.value]
    assert answer.of(Kind.SATISFIED) == (named(attestation.nonce, "requirements.txt", "streamlit"),)
    assert answer.of(Kind.MISSING) == (named(attestation.nonce, "requirements.txt", "absent-lib"),)
    assert not attestation.errors


def named(nonce: str, file: str, text: str) -> str:
    return tag(nonce, Layer.PACKAGES, file, text)


@dataclass
class Counted:
    """How often the lines were held against the environment."""

    calls: int = 0


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted, judge = Counted(), Judge.line

    def line(self: Judge, line: Line) -> object:
        counted.calls += 1
        return judge(self, line)

    monkeypatch.setattr(Judge, "line", line)
    return counted


def test_nothing_is_judged_again_while_nothing_changes(environment: Environment, judged: Counted) -> None:
    environment.packages = Packages(clock=lambda: time.time_ns() + FUTURE_NS)
    environment.install("lib", "1")
    for _ in range(3):
        assert environment.kind("lib==1") is Kind.SATISFIED
    assert judged.calls == 1
    assert environment.kind("lib==2") is Kind.WRONG
    environment.install("other", "1")
    assert environment.kind("lib==2") is Kind.WRONG
    assert judged.calls == 3


def test_what_has_just_changed_is_judged_again(environment: Environment, judged: Counted) -> None:
    environment.install("lib", "1")
    for _ in range(3):
        assert environment.kind("lib==1") is Kind.SATISFIED
    assert judged.calls == 3


def test_an_upgrade_is_seen(environment: Environment) -> None:
    environment.packages = Packages(clock=lambda: time.time_ns() + FUTURE_NS)
    info = environment.install("lib", "1")
    assert environment.kind("lib==1") is Kind.SATISFIED
    for file in info.iterdir():
        file.unlink()
    info.rmdir()
    assert environment.kind("lib==1") is Kind.MISSING
    environment.install("lib", "2")
    assert environment.kind("lib==1") is Kind.WRONG


def test_an_included_file_that_changes_is_read_again(environment: Environment) -> None:
    environment.install("lib", "1")
    assert environment.kind("-r a.txt", **{"a.txt": "lib==1"}) is Kind.SATISFIED
    assert environment.kind("-r a.txt", **{"a.txt": "lib==2"}) is Kind.WRONG
    (environment.root / "a.txt").unlink()
    assert environment.kind("-r a.txt") is Kind.UNRECORDED
