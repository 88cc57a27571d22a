"""Rehearsals for real: an environment from the index, the lab, Streamlit, every page, the attestation."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.config import CONFIG_FILE
from tests.gitrepo import clone, commit, git, make_repository, write
from tests.lab.processes import wait_until, working_in
from tests.rehearsal.stage import FILES, MAIN, Stage, rehearse, require_an_index

WITHOUT_AGENT = "import streamlit as st\n\nst.text('hello')\n"
SECRET = MAIN + 'st.text(st.secrets["word"])\n'


@pytest.fixture(scope="module")
def app(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_an_index()
    return make_repository(tmp_path_factory.mktemp("app") / "budget", FILES)


@pytest.fixture
def work(app: Path, tmp_path: Path) -> Path:
    return clone(app, tmp_path / "budget")


def test_a_sound_commit_is_proven_whatever_the_work_tree_holds_and_its_environment_is_kept(
    work: Path,
) -> None:
    write(work, {"helpers.py": "raise ValueError\n", "new.py": ""})
    told = rehearse(work)
    assert told.verdict == (0, "proven", None)
    assert told.steps == dict.fromkeys(("installs", "boots", "renders", "attests"), True)
    assert "2 changes are not committed, and not rehearsed" in told.prose
    assert "2 of 2 pages without an exception" in told.prose
    assert told.facts["confirm"]["expected"]["commit"] == told.facts["commit"]
    git(work, "restore", "helpers.py")
    assert rehearse(work).facts["environment"]["kept"] is True


def test_a_page_that_raises_is_the_code_s_fault_whatever_the_work_tree_allows(work: Path) -> None:
    commit(work, {"pages/detail.py": FILES["pages/detail.py"] + "1 / 0\n"})
    write(work, {CONFIG_FILE: "pages: false\n"})
    told = rehearse(work)
    assert told.verdict == (4, "code", "app-raises")
    (raised,) = told.facts["raised"]
    assert raised["page"] == "detail"
    assert "pages/detail.py, line 8" in raised["raised"]


def test_an_earlier_commit_can_be_rehearsed(work: Path) -> None:
    commit(work, {"pages/detail.py": "1 / 0\n"})
    assert rehearse(work, "--commit", "HEAD~1").verdict == (0, "proven", None)


def test_a_module_that_is_not_committed_is_missed(work: Path) -> None:
    commit(work, {"streamlit_app.py": MAIN + "import forgotten\n", ".gitignore": "forgotten.py\n"})
    write(work, {"forgotten.py": ""})
    told = rehearse(work)
    assert told.verdict == (4, "code", "app-raises")
    assert "No module named 'forgotten'" in told.facts["explanation"]


def test_an_app_without_boot_is_told_how_far_it_came(work: Path) -> None:
    commit(work, {"streamlit_app.py": WITHOUT_AGENT, "pages/detail.py": WITHOUT_AGENT})
    told = rehearse(work)
    assert told.verdict == (3, "unproven", "no-agent")
    assert told.steps == {"installs": True, "boots": True, "renders": True, "attests": False}


def test_secrets_of_the_work_tree_are_passed_on_and_never_the_key(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(work, {"streamlit_app.py": SECRET, ".gitignore": "secrets.toml\n"})
    key = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("FRESHBOOT_KEY", key)
    write(work, {".streamlit/secrets.toml": f'FRESHBOOT_KEY = "{key}"\nword = "hush"\n'})
    told = rehearse(work)
    assert told.verdict == (0, "proven", None)
    assert "secrets are passed on from" in told.prose
    assert "hush" not in told.prose + str(told.facts)
    assert os.environ["FRESHBOOT_KEY"] == key
    assert rehearse(work, "--secrets", os.devnull).verdict == (4, "code", "app-raises")


def test_a_project_of_the_repository_s_own_is_installed_where_the_app_runs(work: Path) -> None:
    project = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\n'
    project += 'name = "sums"\nversion = "1"\ndependencies = []\n'
    files = {
        "pyproject.toml": project,
        "src/sums/__init__.py": "VALUE = 1\n",
        "requirements.txt": "streamlit\nfreshboot\n-e .\n",
        "streamlit_app.py": MAIN.replace("helpers", "sums"),
    }
    commit(work, files)
    told = rehearse(work)
    assert told.verdict == (0, "proven", None)
    commit(work, {"src/sums/__init__.py": "1 / 0\n"})
    again = rehearse(work)
    assert (again.facts["environment"]["kept"], again.verdict) == (True, (4, "code", "app-raises"))


def test_a_submodule_is_proven_where_it_can_be_cloned_and_nothing_is_said_where_it_cannot(
    work: Path, tmp_path: Path
) -> None:
    library = make_repository(tmp_path / "library", {"sums.py": "VALUE = 3\n"})
    git(work, "submodule", "--quiet", "add", library.as_uri(), "library")
    write(work, {"streamlit_app.py": MAIN.replace("from helpers", "from library.sums")})
    git(work, "commit", "--quiet", "--all", "--message=Take the sums from elsewhere")
    assert rehearse(work).verdict == (0, "proven", None)
    library.rename(tmp_path / "gone")
    told = rehearse(work)
    assert (told.verdict, told.facts["rehearsed"]) == ((3, "unproven", None), False)
    assert "the submodule library cannot be cloned from here" in told.facts["explanation"]


def test_a_shallow_clone_as_a_workflow_s_can_be_rehearsed(app: Path, tmp_path: Path) -> None:
    commit(app, {"helpers.py": "VALUE = 2\n"})
    shallow = clone(app, tmp_path / "budget", "--depth=1")
    git(shallow, "checkout", "--quiet", "--detach")
    assert rehearse(shallow).verdict == (0, "proven", None)


def test_a_time_that_is_over_is_told_with_the_step(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        monkeypatch.setenv("NO_PROXY", "*")
        commit(work, {"requirements.txt": "never-answered\n"})
        told = rehearse(work, "--timeout", "1s")
    assert told.verdict == (3, "unproven", None)
    assert told.steps == {"installs": False}
    assert "not done within 1 s" in told.facts["explanation"]


def test_an_interrupt_leaves_nothing_running_and_nothing_behind(work: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    command = [sys.executable, "-m", "freshboot", "rehearse", "--repo", str(work)]
    with subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(room)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "boots" in line:
                break
        assert working_in(room)
        os.killpg(running.pid, signal.SIGINT)
        assert "interrupted" in running.stderr.read()
    assert running.returncode == 130
    wait_until(lambda: not working_in(room))
    assert not list(room.iterdir())
