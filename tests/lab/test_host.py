"""What the host does with pushes and processes."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from freshboot.lab import LabError, LabProcess, Options
from tests.lab.developer import Developer, git, new_repository
from tests.lab.eyes import displayed
from tests.lab.processes import alive, wait_until

TELLS_ITS_SURROUNDINGS = """\
import os, sys
import streamlit as st

st.json({"cwd": os.getcwd(), "environment": dict(os.environ), "path": sys.path, "group": os.getpgid(0)})
st.json({name: st.get_option(name) for name in ("server.runOnSave", "server.enableXsrfProtection")})
"""


def replica_of(lab: LabProcess) -> dict[str, object]:
    replica: dict[str, object] = lab.state()["replicas"][0]
    return replica


def test_a_push_is_applied_in_place_without_a_new_process(lab: LabProcess, developer: Developer) -> None:
    before = replica_of(lab)
    lab.wait_deployed(developer.release().commit)
    after = replica_of(lab)
    assert (after["pid"], after["starts"]) == (before["pid"], before["starts"])
    assert after["pulls"] == int(str(before["pulls"])) + 1


async def test_new_requirement_lines_start_a_new_process(lab: LabProcess, developer: Developer) -> None:
    before = replica_of(lab)
    await displayed(lab.url)
    commit = developer.push({"requirements.txt": "streamlit\naltair\n", "helpers.py": 'VALUE = "new"\n'})
    lab.wait_deployed(commit)
    assert replica_of(lab)["pid"] != before["pid"]
    assert not alive(int(str(before["pid"])))
    # Nobody was connected, and still the module is new: it is another process.
    assert (await displayed(lab.url))[1] == "new"


def test_a_comment_in_the_dependency_file_starts_none(lab: LabProcess, developer: Developer) -> None:
    before = replica_of(lab)
    text = (developer.folder / "requirements.txt").read_text()
    lab.wait_deployed(developer.push({"requirements.txt": f"# stamp\n{text}"}))
    assert replica_of(lab)["pid"] == before["pid"]


def test_a_crashed_process_is_started_again_on_the_same_files(lab: LabProcess) -> None:
    before = replica_of(lab)
    mark = Path(str(before["checkout"])) / "left-by-the-old-process"
    mark.write_text("")
    os.kill(int(str(before["pid"])), signal.SIGKILL)
    wait_until(lambda: replica_of(lab)["pid"] not in (None, before["pid"]) and bool(replica_of(lab)["ready"]))
    assert mark.exists()


def test_a_push_during_a_pull_is_deployed_after_it(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("slow:0.6")
    first = developer.release()
    wait_until(lambda: lab.state()["phase"] == "updating")
    second = developer.release()
    assert replica_of(lab)["commit"] not in (first.commit, second.commit)
    lab.wait_deployed(second.commit)
    assert lab.state()["problems"] == []


def test_two_developers_pushing_at_once_both_arrive(
    lab: LabProcess, developer: Developer, tmp_path: Path
) -> None:
    others = [Developer(lab.remote, tmp_path / f"clone-{number}") for number in range(2)]

    def push_until_it_is_in(number: int) -> None:
        other = others[number]
        (other.folder / f"by-{number}.txt").write_text("x")
        git(other.folder, "add", "--all")
        git(other.folder, "commit", "--quiet", "--message", "both")
        for _ in range(10):
            if pushed(other):
                return
            git(other.folder, "pull", "--quiet", "--rebase")
        raise AssertionError("the push never got in")

    with ThreadPoolExecutor() as pool:
        list(pool.map(push_until_it_is_in, range(2)))
    git(developer.folder, "pull", "--quiet")
    tip = git(developer.folder, "rev-parse", "HEAD")
    lab.wait_deployed(tip)
    checkout = Path(str(replica_of(lab)["checkout"]))
    assert {"by-0.txt", "by-1.txt"} <= {path.name for path in checkout.iterdir()}
    developer.push({"after.txt": "x"})


def pushed(developer: Developer) -> bool:
    try:
        git(developer.folder, "push", "--quiet", "origin", "HEAD")
    except Exception:  # noqa: BLE001  # whatever git says, it is tried again
        return False
    return True


def test_many_pushes_in_a_row_end_with_the_last(lab: LabProcess, developer: Developer) -> None:
    for _ in range(8):
        release = developer.release()
    lab.wait_deployed(release.commit)


def test_a_push_to_another_branch_changes_nothing(lab: LabProcess, developer: Developer) -> None:
    before = lab.state()
    git(developer.folder, "push", "--quiet", "origin", "HEAD~0:refs/heads/elsewhere")
    lab.wait_deployed(developer.latest.commit)
    assert lab.state()["tip"] == before["tip"]


def test_a_reboot_is_a_fresh_clone_and_a_fresh_process(lab: LabProcess) -> None:
    before = replica_of(lab)
    mark = Path(str(before["checkout"])) / "made-by-the-app.db"
    mark.write_text("")
    lab.reboot()
    assert replica_of(lab)["pid"] != before["pid"]
    assert not mark.exists()


def test_pushes_while_asleep_wait_for_the_awakening(lab: LabProcess, developer: Developer) -> None:
    lab.sleep()
    release = developer.release()
    wait_until(lambda: lab.state()["noticed"] == release.commit)
    state = lab.state()
    assert (state["phase"], state["replicas"][0]["pid"]) == ("is_shutdown", None)
    lab.reboot()
    assert replica_of(lab)["commit"] == release.commit


def test_control_refuses_what_it_does_not_understand(lab: LabProcess) -> None:
    lab.set_faults("slow:1", "asleep")
    for body in (b"{", b"{}", b'"asleep"', b"[1]", b'["gremlins"]', b"\xff"):
        request = urllib.request.Request(f"{lab.control}/faults", data=body)
        with pytest.raises(urllib.error.HTTPError, match="400") as caught:
            urllib.request.urlopen(request, timeout=10)
        with caught.value as answer:
            words = json.load(answer)
        assert words["error"]
        assert words["remedy"]
    # A list that is refused changes nothing.
    assert lab.state()["faults"] == ["slow:1", "asleep"]
    with pytest.raises(LabError, match="gremlins"):
        lab.set_faults("gremlins")


async def test_the_process_has_the_surroundings_of_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("STREAMLIT_SERVER_RUN_ON_SAVE", "false")
    files = {"app/main.py": TELLS_ITS_SURROUNDINGS, ".streamlit/config.toml": "[server]\nrunOnSave = false\n"}
    repository = new_repository(tmp_path / "sample", files)
    with LabProcess(Options(repository, entrypoint="app/main.py")) as lab:
        replica = replica_of(lab)
        surroundings, options = (json.loads(text) for text in await displayed(lab.url))
    assert surroundings["cwd"] == replica["checkout"]
    assert surroundings["cwd"].endswith("/mount/src/sample")
    assert surroundings["group"] == replica["pid"]
    assert surroundings["environment"]["HOME"] != os.environ["HOME"]
    assert not {name for name in surroundings["environment"] if name.startswith(("PYTHON", "STREAMLIT"))}
    assert surroundings["cwd"] not in surroundings["path"]
    assert options == {"server.runOnSave": True, "server.enableXsrfProtection": True}


def test_a_process_that_is_killed_while_it_starts_is_tried_again(lab: LabProcess) -> None:
    before = replica_of(lab)
    with ThreadPoolExecutor() as pool:
        rebooting = pool.submit(lab.reboot)
        wait_until(lambda: replica_of(lab)["pid"] not in (None, before["pid"]))
        os.kill(int(str(replica_of(lab)["pid"])), signal.SIGKILL)
        with pytest.raises(LabError, match="did not start: the process ended"):
            rebooting.result()
    wait_until(lambda: bool(replica_of(lab)["ready"]) and lab.state()["phase"] == "running")
