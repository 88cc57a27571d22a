"""What is written for another host: right in the eyes of the checkers, and proven where it is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from freshboot.hosts.containers import CONTAINERS, ProjectRefused, project_of
from freshboot.proof import is_excluded
from freshboot.remedies import CannotRemedy, Situation
from freshboot.remedies.move import Move
from tests.endtoend.team import freshboot
from tests.gitrepo import ISOLATION, clone, git, make_remote
from tests.streamlit_server import free_port
from tests.workflows.checkers import Unavailable, actionlint, findings, language_service, zizmor
from tests.workflows.project import ACTION, NAME

APP = 'import freshboot\n\nfreshboot.boot()\n\nimport streamlit as st\n\nst.text("here")\n'
FLAT = {"streamlit_app.py": APP, "requirements.txt": "streamlit\n", "README.md": "An app.\n"}
NESTED = {
    "apps/my app.py": APP,
    "apps/pyproject.toml": '[project]\nname = "app"\ndependencies = ["streamlit"]\n',
}
QUICK = ("--settle", "0.5s", "--interval", "0.5s", "--timeout", "60s", "--replicas", "1")


def made(host: str, files: Mapping[str, str], entrypoint: str, dependencies: str) -> dict[str, str]:
    read = {path: text.encode() for path, text in files.items()}.get
    app = Situation(entrypoint, (), dependency_file=dependencies, branch="main", read=read)
    return dict(Move(host).action(app).files)


def flat(host: str = "fly", **more: str) -> dict[str, str]:
    return made(host, {**FLAT, **more}, "streamlit_app.py", "requirements.txt")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds the workflows of every host, for two layouts, and a folder of Dockerfiles."""
    folder = tmp_path_factory.mktemp("everything")
    (folder / ".git").mkdir()
    (folder / ".github" / "workflows").mkdir(parents=True)
    shutil.copy(ACTION, folder)
    for host in CONTAINERS:
        nested = made(host, NESTED, "apps/my app.py", "apps/pyproject.toml")
        for name, files in (("flat", flat(host)), ("nested", nested)):
            workflow = files[f".github/workflows/deploy-{host}.yml"]
            (folder / ".github" / "workflows" / f"{host}-{name}.yml").write_text(workflow)
            (folder / f"{host}-{name}.Dockerfile").write_text(files["Dockerfile"])
    return folder


@pytest.mark.parametrize("checker", [actionlint, zizmor, language_service])
def test_no_checker_has_anything_against_a_workflow(checker: Callable[[Path], str], everything: Path) -> None:
    try:
        assert checker(everything) == ""
    except Unavailable as why:
        pytest.skip(str(why))


KINDS = {
    "requirements.txt": {"requirements.txt": "streamlit\n", "packages.txt": "graphviz\n"},
    "uv.lock": {"uv.lock": "version = 1\n"},
    "Pipfile": {"Pipfile": "[packages]\n"},
    "environment.yml": {"environment.yml": "dependencies:\n  - python=3.11\n"},
    "pyproject.toml": {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\n'},
}


def test_hadolint_has_nothing_against_a_dockerfile(everything: Path) -> None:
    for name, files in KINDS.items():
        (everything / f"{name}.Dockerfile").write_text(made("fly", files, "app.py", name)["Dockerfile"])
    found = sorted(path.name for path in everything.glob("*.Dockerfile"))
    assert len(found) == 2 * len(CONTAINERS) + len(KINDS)
    assert findings(everything, "hadolint", "--no-color", *found) == ""


@pytest.mark.parametrize("host", CONTAINERS)
def test_each_action_is_pinned_and_each_job_and_step_has_its_limit(host: str) -> None:
    text = flat(host)[f".github/workflows/deploy-{host}.yml"]
    for uses in re.findall(r"\buses: (\S+@\S+)", text):
        assert uses.startswith(f"{NAME}@v") or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses)
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        limits = [step["timeout-minutes"] for step in job["steps"]]
        assert max(limits) <= job["timeout-minutes"] <= 70
        assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


def test_the_action_is_given_only_what_it_takes() -> None:
    taken = yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]
    jobs = yaml.safe_load(flat()[".github/workflows/deploy-fly.yml"])["jobs"].values()
    ours = [step for job in jobs for step in job["steps"] if step.get("uses", "").startswith("freshboot/")]
    assert [step["with"]["do"] for step in ours] == ["publish", "confirm"]
    assert {name for step in ours for name in step["with"]} <= taken.keys()


@pytest.mark.parametrize("host", CONTAINERS)
def test_a_person_is_told_the_settings_the_rebuild_and_the_commit(host: str) -> None:
    app = Situation("app.py", (), dependency_file="requirements.txt", branch="main")
    action = Move(host).action(app)
    text, told = "".join(action.files.values()), "\n".join(action.steps)
    for name in {*re.findall(r"(?:vars|secrets)\.(\w+)", text)} - {"FRESHBOOT_KEY"}:
        assert name in told
    assert "A rebuild without cache: " in told
    assert "Which commit runs: " in told
    assert not action.marks


@pytest.mark.parametrize("host", CONTAINERS)
def test_a_rebuild_by_hand_uses_no_cache(host: str) -> None:
    text = flat(host)[f".github/workflows/deploy-{host}.yml"]
    by_hand = r"--no-cache|rebuild-environment|cache=clear|factory=true|gcloud run deploy"
    assert re.search(by_hand, text)


def test_what_git_tracks_is_in_the_image_but_for_secrets() -> None:
    lines = flat()[".dockerignore"].splitlines()
    names = [line.removeprefix("**/").replace("*", "x") for line in lines if not line.startswith("#")]
    untracked = {".git", "__pycache__", "x.pyc", ".venv", "venv", "gha-creds-x.json"}
    assert {name for name in names if not is_excluded(name)} == untracked


@pytest.mark.parametrize(
    ("files", "python"),
    [
        ({}, "3.12"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.10"\n'}, "3.12"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.13"\n'}, "3.13"),
        ({"pyproject.toml": '[project]\nrequires-python = "==3.11.*"\n'}, "3.11"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.10.4,<3.11"\n'}, "3.10"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.13"\n'}, "3.13"),
        ({"runtime.txt": "python-3.11.9\n"}, "3.11"),
        ({".python-version": "3.13\n", "pyproject.toml": '[project]\nrequires-python = ">=3.10"\n'}, "3.13"),
        ({"Pipfile": '[requires]\npython_version = "3.10"\n'}, "3.10"),
        ({"environment.yml": "dependencies:\n  - python=3.11.5\n"}, "3.11"),
    ],
)
def test_the_image_has_the_projects_python(files: dict[str, str], python: str) -> None:
    there = {path: text.encode() for path, text in files.items()}
    assert project_of(there.get, "app.py", "requirements.txt", "main").python == python


@pytest.mark.parametrize("text", ['requires-python = ">=4"', 'requires-python = "<3.10"'])
def test_a_project_that_no_python_fits_is_refused(text: str) -> None:
    there = {"pyproject.toml": f"[project]\n{text}\n".encode()}
    with pytest.raises(ProjectRefused, match="no Python fits"):
        project_of(there.get, "app.py", "requirements.txt", "main")


@pytest.mark.parametrize("name", ["a\nb.py", "${{ secrets.X }}.py", "a\\b.py"])
def test_a_name_that_would_be_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ProjectRefused, match="cannot stand in a workflow"):
        project_of(lambda _path: None, name, "requirements.txt", "main")


@pytest.mark.parametrize(("to", "words"), [("", "no host is named"), ("atlantis", "no host 'atlantis'")])
def test_without_a_host_that_is_known_all_of_them_are_named(to: str, words: str) -> None:
    with pytest.raises(CannotRemedy, match=words) as raised:
        Move(to).action(Situation("app.py", (), dependency_file="requirements.txt"))
    assert all(name in raised.value.remedy for name in CONTAINERS)


def test_without_a_dependency_file_nothing_is_written() -> None:
    with pytest.raises(CannotRemedy, match="nothing says what to install"):
        Move("fly").action(Situation("app.py", ()))


def test_what_would_break_the_build_elsewhere_too_is_named() -> None:
    with pytest.raises(CannotRemedy, match=r"requirements\.txt:2: --no-cache-dir"):
        flat(**{"requirements.txt": "streamlit\n--no-cache-dir\n"})


def instructions(dockerfile: str) -> list[str]:
    """The Dockerfile's instructions, each in one line."""
    joined = dockerfile.replace("\\\n", "")
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


@contextmanager
def image_runs(dockerfile: str, tree: Path) -> Iterator[str]:
    """Do to a folder what the image's first stage does, and start what the image starts; its address."""
    lines = instructions(dockerfile)
    index = next(line for line in lines if line.startswith("RUN git"))
    environment = {**os.environ, **ISOLATION, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["/bin/sh", "-c", index.removeprefix("RUN ")], cwd=tree, env=environment, check=True)
    port = free_port()
    command = json.loads(lines[-1].removeprefix("CMD "))
    process = subprocess.Popen(
        command, cwd=tree, env={**environment, "PORT": str(port), "HOME": str(tree.parent)}
    )
    try:
        wait_until_healthy(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_until_healthy(port: int) -> None:
    deadline = time.monotonic() + 60
    while health(port) != b"ok":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def health(port: int) -> bytes:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
            return bytes(answer.read())
    except OSError:
        return b""


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


def test_what_the_image_runs_is_proven_in_every_layer_without_the_history(
    tmp_path: Path, person: None
) -> None:
    repository = clone(make_remote(tmp_path / "remote", FLAT), tmp_path / "clone")
    told = freshboot(repository, "remedy", "move", "--to", "cloud-run")
    assert told.code == 0
    assert told.facts["changed"] == ["Dockerfile", ".dockerignore", ".github/workflows/deploy-cloud-run.yml"]
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message=Move")
    git(repository, "push", "--quiet")
    tree = tmp_path / "image" / "app"
    git(repository, "checkout-index", "--all", f"--prefix={tree}/")
    with image_runs((repository / "Dockerfile").read_text(), tree) as url:
        told = freshboot(repository, "confirm", "--url", url, *QUICK)
    assert told.verdict == (0, "proven", None)
    assert not (tree / ".git" / "refs" / "heads" / "main").exists()


def test_an_app_in_a_folder_is_started_from_the_root(tmp_path: Path) -> None:
    tree = tmp_path / "image" / "app"
    for path, text in NESTED.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    files = made("render", NESTED, "apps/my app.py", "apps/pyproject.toml")
    with image_runs(files["Dockerfile"], tree) as url:
        assert url


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moving")
    return clone(make_remote(folder / "remote", FLAT), folder / "clone")


def test_a_dry_run_shows_the_files_and_writes_none(repository: Path, person: None) -> None:
    told = freshboot(repository, "remedy", "move", "--to", "fly", "--dry-run")
    assert told.code == 0
    assert "+++ b/fly.toml" in told.facts["diff"]
    assert git(repository, "status", "--porcelain") == ""


def test_files_of_ours_are_replaced_and_others_are_not(
    repository: Path, tmp_path: Path, person: None
) -> None:
    there = ("--output", str(tmp_path / "there"))
    assert freshboot(repository, "remedy", "move", "--to", "fly", *there).code == 0
    dockerfile = tmp_path / "there" / "Dockerfile"
    told = freshboot(repository, "remedy", "move", "--to", "render", *there)
    assert "PORT=10000" in dockerfile.read_text()
    assert ".dockerignore" in told.facts["changed"]
    dockerfile.write_text("FROM scratch\n")
    (tmp_path / "there" / ".dockerignore").unlink()
    told = freshboot(repository, "remedy", "move", "--to", "fly", *there)
    assert told.code == 2
    assert "Dockerfile: there already, and not made by freshboot" in told.prose
    assert dockerfile.read_text() == "FROM scratch\n"
    assert not (tmp_path / "there" / ".dockerignore").exists()


@pytest.mark.parametrize(
    "options",
    [("move", "--reinstall"), ("nudge", "--reinstall"), ("nudge", "--to", "fly"), ("wake", "--output", "x")],
)
def test_an_option_of_another_remedy_is_a_wrong_call(options: tuple[str, ...], repository: Path) -> None:
    assert freshboot(repository, "remedy", *options).code == 2
