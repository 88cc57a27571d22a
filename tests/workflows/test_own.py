"""ci and release under a real runner: every job of them, on this repository with its suite cut short."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from freshboot import __version__
from tests.gitrepo import ISOLATION, commit, git, head
from tests.workflows.own import THIS_PYTHON, Own, own
from tests.workflows.project import NAME, WORKFLOWS

TAG = f"v{__version__}"
MAJOR = f"refs/tags/{TAG.partition('.')[0]}"
THIS = ("--matrix", f"python:{THIS_PYTHON}")
BUILT = [f"freshboot-{__version__}-py3-none-any.whl", f"freshboot-{__version__}.tar.gz"]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    folder = tmp_path_factory.mktemp("own")
    with own(folder) as made:
        yield made
    shutil.rmtree(folder)  # more than pytest should keep


@pytest.fixture
def ours(everything: Own, monkeypatch: pytest.MonkeyPatch) -> Own:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    everything.calm()
    return everything


def loaded(workflow: str) -> Any:
    return yaml.safe_load((WORKFLOWS / workflow).read_text("utf-8"))


def test_a_push_is_tested_on_this_python_and_as_a_wheel(ours: Own) -> None:
    run = ours.run("ci.yml", only=THIS)
    assert run.jobs == {"test": "success", "wheel": "success"}, run.everything
    for check in ("ruff check", "ruff format --check", "mypy", "pytest"):
        assert f"$ {check}\n" in run.log.replace("\r", "")
    assert {Path(one).parts[-4:-1] for one in ours.tested} == {
        ("hostexecutor", "src", "freshboot"),
        (f"python{THIS_PYTHON}", "site-packages", "freshboot"),
    }


def test_a_finding_fails_the_push(ours: Own) -> None:
    commit(ours.checkout, {"src/freshboot/wrong.py": '"""Wrong."""\n\nNUMBER: int = "one"\n'})
    run = ours.run("ci.yml", only=("--job", "test", *THIS))
    assert run.jobs == {"test": "failure"}, run.everything
    assert "error: mypy found something" in run.log


def test_every_python_that_the_package_names_is_tested() -> None:
    assert loaded("ci.yml")["jobs"]["test"]["strategy"]["matrix"] == {
        "python": ["3.10", "3.11", "3.12", "3.13", "3.14"]
    }


def test_a_tag_is_built_attested_published_and_released(ours: Own) -> None:
    run = ours.run("release.yml", f"refs/tags/{TAG}")
    assert run.jobs == {"build": "success", "pypi": "success", "github": "success"}, run.everything
    assert ours.files("index") == BUILT
    attested = json.loads((ours.room / "attestations.json").read_text())
    assert attested["source"] == {
        "repository": NAME,
        "ref": f"refs/tags/{TAG}",
        "sha": head(ours.checkout),
    }
    for one in attested["subject"]:
        published = (ours.room / "index" / one["name"]).read_bytes()
        assert one["digest"]["sha256"] == hashlib.sha256(published).hexdigest()
    assert [one["name"] for one in attested["subject"]] == BUILT
    assert ours.releases() == [TAG]
    assert ours.tip(MAJOR) == head(ours.checkout)


def test_the_tag_that_workflows_name_is_moved_from_wherever_it_was(ours: Own) -> None:
    elsewhere = commit(ours.checkout, {"elsewhere.txt": "an older line\n"})
    git(ours.checkout, "push", "--quiet", "origin", f"HEAD:{MAJOR}")
    git(ours.checkout, "reset", "--quiet", "--hard", "HEAD^")
    assert ours.tip(MAJOR) == elsewhere
    run = ours.run_last("release.yml", f"refs/tags/{TAG}")
    assert run.jobs == {"github": "success"}, run.everything
    assert (ours.releases(), ours.tip(MAJOR)) == ([TAG], head(ours.checkout))


def test_a_tag_that_is_not_the_version_publishes_nothing(ours: Own) -> None:
    run = ours.run("release.yml", "refs/tags/v99.0.0")
    assert run.jobs == {"build": "failure"}, run.everything
    assert f"the tag v99.0.0 is not the version's {TAG}" in run.log
    assert (ours.files("index"), ours.releases(), ours.tip(MAJOR)) == ([], [], "")


def test_a_fork_releases_nothing(ours: Own) -> None:
    run = ours.run("release.yml", f"refs/tags/{TAG}", payload={"repository": {"fork": True}})
    assert run.jobs == {}, run.everything
    assert ours.files("artifacts") == []
