"""Ten publishers at once, and a person who pushes meanwhile: the whole command, on real clones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitrepo import ISOLATION, clone, commit, git, head, log, make_remote

APP = {
    "streamlit_app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n',
    "requirements.txt": "streamlit\n",
    ".streamlit/config.toml": "",
}
PUBLISHERS = 10


def publishing(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "freshboot", "publish", *options]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def push_until_it_arrives(folder: Path) -> None:
    while "rejected" in git(folder, "push", "origin", "HEAD:main", check=False):
        git(folder, "pull", "--quiet", "--rebase", "origin", "main")


def test_ten_publishers_and_a_person_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    remote = make_remote(tmp_path / "remote.git", APP)
    clones = [clone(remote, tmp_path / f"publisher-{number}") for number in range(PUBLISHERS)]
    person = clone(remote, tmp_path / "person")
    running = [publishing(one) for one in clones]
    for number in range(5):
        commit(person, {f"work-{number}.txt": "done\n"}, f"Work {number}")
        push_until_it_arrives(person)
    ends = [(one.communicate(timeout=180)[1], one.returncode) for one in running]
    assert [code for _, code in ends] == [0] * PUBLISHERS, ends
    subjects = log(remote, form="%s")
    assert {f"Work {number}" for number in range(5)} <= set(subjects)
    assert all(len(parents.split()) <= 1 for parents in log(remote, form="%P"))
    sources = [one.split(".g")[1].split(".")[0] for one in subjects if one.startswith("Stamp ")]
    assert len(sources) == len(set(sources)) >= 1
    assert len(set(subjects)) == len(subjects)


def test_a_stamp_for_a_later_push_supersedes_an_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    remote = make_remote(tmp_path / "remote.git", APP)
    early = clone(remote, tmp_path / "early")
    late = clone(remote, tmp_path / "late")
    commit(late, {"work.txt": "done\n"})
    git(late, "push", "--quiet", "origin", "HEAD:main")
    publishing(late).communicate(timeout=180)
    before = head(remote, "main")
    run = publishing(early)
    assert "superseded" in run.communicate(timeout=180)[1]
    assert (run.returncode, head(remote, "main")) == (0, before)
