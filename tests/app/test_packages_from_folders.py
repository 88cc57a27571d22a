"""The packages layer: what was installed from the repository itself, or from a commit of another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.proof import Kind
from tests.app.installing import COMMIT, PROJECT, Environment
from tests.gitrepo import commit, make_repository

PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
UV = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable)


def install(environment: Environment, installer: tuple[str, ...], what: str) -> None:
    command = (*installer, "--no-deps", "--no-build-isolation", "--target", str(environment.site), what)
    subprocess.run(command, cwd=environment.root, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
def test_a_copy_of_the_repositorys_own_package_is_held_against_it(
    environment: Environment, installer: tuple[str, ...]
) -> None:
    files = {"lib/pyproject.toml": PROJECT, "lib/src/mylib/__init__.py": "VALUE = 1\n"}
    assert environment.kind("./lib", **files) is Kind.UNRECORDED
    install(environment, installer, "./lib")
    assert environment.kind("./lib") is Kind.SATISFIED
    assert environment.kind("mylib==1") is Kind.UNRECORDED
    environment.write("lib/src/mylib/__init__.py", "VALUE = 2\n")
    assert environment.kind("./lib") is Kind.WRONG
    environment.write("lib/src/mylib/__init__.py", "VALUE = 1\n")
    assert environment.kind("./lib") is Kind.SATISFIED
    environment.write("lib/src/mylib/more.py", "")
    assert environment.kind("./lib") is Kind.UNRECORDED


def test_what_was_installed_from_a_commit_is_held_against_it(
    environment: Environment, tmp_path: Path
) -> None:
    other = make_repository(tmp_path / "other")
    first = commit(other, {"pyproject.toml": PROJECT, "src/mylib/__init__.py": ""})
    line = f"mylib @ git+file://{other}@{first}"
    install(environment, UV, line)
    assert environment.kind(line) is Kind.SATISFIED
    assert environment.kind(line.replace(first, COMMIT)) is Kind.WRONG


def copy_of(environment: Environment, **files: str) -> None:
    direct = {"url": environment.root.as_uri(), "dir_info": {}}
    environment.install("mylib", files=files, direct=direct)


def test_what_a_build_put_elsewhere_is_found_by_its_settings(environment: Environment) -> None:
    project = PROJECT + '[tool.hatch.build.targets.wheel.force-include]\n"data" = "mylib/data"\n'
    copy_of(environment, **{"mylib/__init__.py": "", "mylib/data/x.txt": "x"})
    files = {"src/mylib/__init__.py": "", "data/x.txt": "x"}
    assert environment.kind(".", **files, **{"pyproject.toml": PROJECT}) is Kind.UNRECORDED
    assert environment.kind(".", **{"pyproject.toml": project}) is Kind.SATISFIED
    assert environment.kind(".", **{"data/x.txt": "y"}) is Kind.WRONG


def test_a_file_that_a_build_made_is_unrecorded(environment: Environment) -> None:
    copy_of(environment, **{"mylib/__init__.py": "", "mylib/_version.py": ""})
    files = {"pyproject.toml": PROJECT, "mylib/__init__.py": ""}
    assert environment.kind(".", **files) is Kind.UNRECORDED


def test_a_copy_that_another_one_hides_is_unrecorded(environment: Environment, tmp_path: Path) -> None:
    copy_of(environment, **{"mylib/__init__.py": ""})
    assert environment.kind(".", **{"pyproject.toml": PROJECT, "mylib/__init__.py": ""}) is Kind.SATISFIED
    sys.path.insert(0, str(tmp_path / "first"))
    environment.install("mylib", site=tmp_path / "first")
    assert environment.kind(".") is Kind.UNRECORDED


def test_an_editable_project_is_attested_by_its_files(environment: Environment) -> None:
    direct = {"url": environment.root.as_uri(), "dir_info": {"editable": True}}
    environment.install("mylib", files={"_mylib.pth": ""}, direct=direct)
    files = {"pyproject.toml": PROJECT, "src/mylib/__init__.py": ""}
    assert environment.kind("-e .", **files) is Kind.SATISFIED
    (environment.site / "mylib").mkdir()
    (environment.site / "mylib" / "__init__.py").write_text("")
    environment.load("mylib")
    assert environment.kind("-e .") is Kind.UNRECORDED


@pytest.mark.parametrize(("told", "kind"), [("sha256", Kind.SATISFIED), (None, Kind.UNRECORDED)])
def test_an_archive_of_the_repository_is_known_by_its_hash(
    environment: Environment, told: str | None, kind: Kind
) -> None:
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of an x
    wheel = environment.root / "x-1-py3-none-any.whl"
    info = {"hashes": {told: digest}} if told else {}
    environment.install("x", "1", direct={"url": wheel.as_uri(), "archive_info": info})
    assert environment.kind("./x-1-py3-none-any.whl", **{wheel.name: "x"}) is kind
    if told:
        assert environment.kind("./x-1-py3-none-any.whl", **{wheel.name: "y"}) is Kind.WRONG
