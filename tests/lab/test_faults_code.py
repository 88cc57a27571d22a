"""The faults that keep old code, data or packages alive, each beside what the page shows without it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from freshboot.lab import LabError, LabProcess, Options
from tests.lab.developer import Developer, files_of, git, new_repository
from tests.lab.eyes import displayed, see, settled, until_displayed, visiting
from tests.lab.processes import wait_until
from tests.lab.test_faults import on_disk, watched_release

CACHING = """\
import streamlit as st
import helpers
from pathlib import Path

@st.cache_data
def made():
    return f"made by {{helpers.VALUE}}"

@st.cache_resource
def read():
    return Path("data.txt").read_text()

st.text("main {number}")
st.text(helpers.VALUE)
st.text(made())
st.text(read())
"""


def caching(number: int) -> dict[str, str]:
    changed = {"streamlit_app.py": CACHING.format(number=number), "data.txt": f"data {number}"}
    return files_of(number) | changed


def status_of(lab: LabProcess) -> int:
    async def ask() -> int:
        async with aiohttp.request("GET", f"{lab.url}/api/v2/app/status") as answer:
            return int((await answer.json())["status"])

    return asyncio.run(ask())


def replica_of(lab: LabProcess) -> dict[str, object]:
    replica: dict[str, object] = lab.state()["replicas"][0]
    return replica


@pytest.mark.parametrize(("fault", "main_is_new"), [("unwatched", True), ("unwatched:all", False)])
async def test_unwatched_keeps_the_modules_old_while_somebody_is_connected(
    lab: LabProcess, developer: Developer, fault: str, main_is_new: bool
) -> None:
    lab.set_faults(fault)
    pid = replica_of(lab)["pid"]
    async with visiting(lab.url) as visit:
        await visit.look()
        old, release = developer.latest, developer.release()
        lab.wait_deployed(release.commit)
        shown = [(release if main_is_new else old).main, old.module]
        await until_displayed(lab.url, shown)
        assert await settled(lab.url) == shown
    assert on_disk(lab, "helpers.py", release.module)
    assert replica_of(lab)["pid"] == pid
    lab.set_faults()
    # Lifted, the app has been deployed anew, and watches again.
    assert await displayed(lab.url) == [release.main, release.module]
    later = await watched_release(lab, developer)
    assert await settled(lab.url) == [later.main, later.module]


async def test_bytecode_runs_the_old_module_in_a_new_process_although_the_disk_is_new(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("bytecode")
    before, old, release = replica_of(lab), developer.latest, developer.release()
    lab.wait_deployed(release.commit)
    assert replica_of(lab)["pid"] != before["pid"]
    assert await settled(lab.url) == [release.main, old.module]
    assert on_disk(lab, "helpers.py", release.module)
    # Another process runs it as well; without the bytecode the same files are new.
    restart(lab)
    assert (await displayed(lab.url))[1] == old.module
    forget_bytecode(Path(str(before["checkout"])))
    restart(lab)
    assert await displayed(lab.url) == [release.main, release.module]


async def test_bytecode_changes_no_byte_of_what_is_pushed(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("bytecode")
    checkout = Path(str(replica_of(lab)["checkout"]))
    time_before = (checkout / "helpers.py").stat().st_mtime_ns
    changed = (checkout / "helpers.py").read_text().replace("module", "MODULE")
    lab.wait_deployed(developer.push({"helpers.py": changed, "added.py": "NEW = 1\n", "broken.py": "(\n"}))
    assert (checkout / "helpers.py").read_text() == changed
    assert (checkout / "helpers.py").stat().st_mtime_ns == time_before
    assert git(checkout, "status", "--porcelain", "--untracked-files=no") == ""
    assert (await displayed(lab.url))[1] == developer.latest.module
    # The next push that changes the file is no other than any.
    lab.set_faults()
    restored = {"helpers.py": files_of(developer.latest.number)["helpers.py"] + "# end\n"}
    lab.wait_deployed(developer.push(restored))
    restart(lab)
    assert (await displayed(lab.url))[1] == developer.latest.module


def forget_bytecode(folder: Path) -> None:
    for compiled in folder.glob("__pycache__/helpers.*"):
        compiled.unlink()


def restart(lab: LabProcess) -> None:
    pid = int(str(replica_of(lab)["pid"]))
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: replica_of(lab)["pid"] not in (None, pid) and bool(replica_of(lab)["ready"]))


@pytest.mark.parametrize(("faults", "results_are_new"), [(["results"], False), ([], True)])
async def test_results_outlive_code_and_data(
    lab: LabProcess, developer: Developer, faults: list[str], results_are_new: bool
) -> None:
    first = developer.latest.number + 1
    lab.wait_deployed(developer.push(caching(first)))
    lab.set_faults(*faults)
    lab.reboot()
    lab.wait_deployed(developer.push(caching(first + 1)))
    new = [f"main {first + 1}", f"module {first + 1}"]
    of = first + 1 if results_are_new else first
    await until_displayed(lab.url, [*new, f"made by module {of}", f"data {of}"])
    assert lab.state()["sessions"] == len(faults)
    assert replica_of(lab)["starts"] is not None
    back = developer.release()
    lab.wait_deployed(back.commit)


async def test_results_of_a_push_of_data_alone_are_old(lab: LabProcess, developer: Developer) -> None:
    number = developer.latest.number + 1
    lab.wait_deployed(developer.push(caching(number)))
    lab.reboot()
    lab.set_faults("results")
    lab.wait_deployed(developer.push({"data.txt": "data of another day"}))
    shown = await settled(lab.url)
    assert shown == [f"main {number}", f"module {number}", f"made by module {number}", f"data {number}"]
    lab.reboot()
    assert (await settled(lab.url))[-1] == "data of another day"
    lab.wait_deployed(developer.release().commit)


async def test_results_and_hold_module_keep_even_the_modules_old(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("results", "hold-module")
    wait_until(lambda: lab.state()["sessions"] == 1)
    old, release = developer.latest, developer.release()
    lab.wait_deployed(release.commit)
    assert (await displayed(lab.url))[1] == old.module
    # The visitor was sent away, comes back, and leaves with the fault.
    wait_until(lambda: lab.state()["sessions"] == 1)
    lab.set_faults()
    wait_until(lambda: lab.state()["sessions"] == 0)
    assert lab.state()["problems"] == []


@pytest.mark.parametrize("faults", [["ghost:pages"], ["ghost:pages/detail.py"], ["ghost:page"], []])
async def test_ghost_lets_a_deleted_file_stay(
    lab: LabProcess, developer: Developer, faults: list[str]
) -> None:
    old = developer.latest
    page = Path(str(replica_of(lab)["checkout"])) / "pages" / "detail.py"
    lab.set_faults(*faults)
    git(developer.folder, "rm", "--quiet", "pages/detail.py")
    lab.wait_deployed(developer.push({}))
    stays = faults not in ([], ["ghost:page"])
    assert page.exists() is stays
    if stays:
        assert await settled(lab.url, page="detail") == [old.page, old.module]
        # No later pull takes it away, only a fresh clone does.
        lab.set_faults()
        lab.wait_deployed(developer.push({"notes.txt": f"after {faults}"}))
        assert page.exists()
        lab.reboot()
        assert not page.exists()
    lab.wait_deployed(developer.release().commit)


def test_build_error_keeps_the_old_version_and_says_so(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("build-error")
    before, old = replica_of(lab), developer.latest
    release = developer.release()
    wait_until(lambda: status_of(lab) == 13)
    assert see(lab.url) == [old.main, old.module]
    assert on_disk(lab, "helpers.py", old.module)
    assert (replica_of(lab)["pid"], replica_of(lab)["commit"]) == (before["pid"], old.commit)
    told = lab.log().rsplit("Pulling code changes from Github", 1)[1]
    assert "Processing dependencies" in told
    assert "No matching distribution found for freshboot-lab-has-no-such-package" in told
    assert "installer returned a non-zero exit code" in told
    assert "Updated app!" not in told
    # The host does not try again by itself; the next push does.
    lab.set_faults()
    assert status_of(lab) == 13
    later = developer.release()
    lab.wait_deployed(later.commit)
    assert status_of(lab) == 5
    assert on_disk(lab, "helpers.py", later.module)
    assert release.number < later.number


def test_without_build_error_the_log_tells_of_an_update(lab: LabProcess, developer: Developer) -> None:
    told = len(lab.log())
    lab.wait_deployed(developer.release().commit)
    wait_until(lambda: "Updated app!" in lab.log()[told:])
    words = [line.split("] ")[-1] for line in lab.log()[told:].splitlines() if line.startswith("[")]
    assert words == ["Pulling code changes from Github...", "Processing dependencies...", "Updated app!"]
    assert status_of(lab) == 5


def test_crash_loop_lets_no_process_live_until_it_is_lifted(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("crash-loop:0.1")
    before = replica_of(lab)
    assert see(lab.url) == [developer.latest.main, developer.latest.module]
    developer.release()
    wait_until(lambda: int(str(replica_of(lab)["starts"])) >= int(str(before["starts"])) + 3)
    lab.set_faults()
    lab.wait_deployed(developer.latest.commit)
    lasting = replica_of(lab)
    time.sleep(0.5)
    assert replica_of(lab)["pid"] == lasting["pid"] != before["pid"]
    assert see(lab.url) == [developer.latest.main, developer.latest.module]


@pytest.mark.parametrize("faults", [["flap:0.3"], []])
async def test_flap_shows_the_new_version_and_then_the_old_one(
    lab: LabProcess, developer: Developer, faults: list[str]
) -> None:
    lab.set_faults(*faults)
    before, old = replica_of(lab), developer.latest
    async with visiting(lab.url) as visit:
        await visit.look()
        release = developer.release()
        assert await visit.read() != [old.main, old.module]
        if faults:
            await visit.ended()
            lab.wait_deployed(old.commit)
            assert replica_of(lab)["pid"] != before["pid"]
        else:
            lab.wait_deployed(release.commit)
    expected = old if faults else release
    assert await settled(lab.url) == [expected.main, expected.module]
    lab.set_faults()
    later = developer.release()
    lab.wait_deployed(later.commit)


def test_replica_needs_more_than_one(lab: LabProcess) -> None:
    lab.set_faults("slow:1")
    with pytest.raises(LabError, match="one replica of one cannot differ"):
        lab.set_faults("results", "replica")
    # As it was: and nobody has come to stay.
    assert lab.state()["faults"] == ["slow:1"]
    assert lab.state()["sessions"] == 0


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    repository = new_repository(tmp_path_factory.mktemp("pair") / "sample")
    with LabProcess(Options(repository, replicas=2)) as running:
        yield running


async def test_replica_stays_old_and_serves_its_share(pair: LabProcess, tmp_path: Path) -> None:
    developer = Developer(pair.remote, tmp_path / "clone")
    pair.set_faults("replica")
    old, release = developer.latest, developer.release()
    pair.wait_deployed(release.commit, replicas=1)
    seen = [(await displayed(pair.url))[0] for _ in range(4)]
    assert sorted(seen) == sorted([old.main, release.main] * 2)
    assert seen[0] != seen[1]
    # The other faults act on the replica that the push does reach.
    pair.set_faults("replica", "hold-file:helpers.py")
    later = developer.release()
    pair.wait_deployed(later.commit, replicas=1)
    commits = [replica["commit"] for replica in pair.state()["replicas"]]
    assert commits == [later.commit, old.commit]
    pair.set_faults()
    last = developer.release()
    pair.wait_deployed(last.commit)
    pair.reboot()
    assert [await displayed(pair.url) for _ in range(2)] == [[last.main, last.module]] * 2
