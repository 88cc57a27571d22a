"""Faults that are set together act together, and what is lifted leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from freshboot.lab import LabProcess, Options
from tests.lab.developer import Developer, git, new_repository
from tests.lab.eyes import displayed, see, settled
from tests.lab.processes import wait_until, working_in
from tests.lab.test_faults import on_disk


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    repository = new_repository(tmp_path_factory.mktemp("pair") / "sample")
    with LabProcess(Options(repository, replicas=2)) as running:
        yield running


def commits(lab: LabProcess) -> list[str]:
    return [replica["commit"] for replica in lab.state()["replicas"]]


async def test_stale_in_two_layers_at_once(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("bytecode", "hold-file:streamlit_app.py", "ghost:pages", "slow:0.2")
    old = developer.latest
    git(developer.folder, "rm", "--quiet", "pages/detail.py")
    number = old.number + 1
    files = {
        "streamlit_app.py": f"main {number}",
        "helpers.py": f'VALUE = "module {number}"\n#{number * "."}',
    }
    lab.wait_deployed(developer.push(files))
    assert on_disk(lab, "helpers.py", f"module {number}")
    assert await settled(lab.url) == [old.main, old.module]
    assert await settled(lab.url, page="detail") == [old.page, old.module]
    lab.set_faults()
    lab.wait_deployed(developer.release().commit)


async def test_the_edge_and_the_host_fail_at_once(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("network:429", "edge-cache", "lost-webhook:0.2", "hold-module")
    old, release = developer.latest, developer.release()
    lab.wait_deployed(release.commit)
    statuses, ages = [], []
    async with aiohttp.ClientSession() as client:
        for _ in range(10):
            async with client.get(f"{lab.url}/~/+/") as answer:
                statuses.append(answer.status)
                ages.append("Age" in answer.headers)
    assert statuses == [429, 200, 200, 429, 429, 200, 200, 200, 429, 200]
    # What is set first acts first: the cache lies behind the network that refuses.
    assert ages == [status == 200 for status in statuses]
    lab.set_faults("hold-module")
    assert await settled(lab.url) == [release.main, old.module]


async def test_one_replica_is_old_and_the_other_flaps(pair: LabProcess, tmp_path: Path) -> None:
    developer = Developer(pair.remote, tmp_path / "clone")
    pair.set_faults("replica", "flap:0.3")
    old, release = developer.latest, developer.release()
    wait_until(lambda: commits(pair) == [release.commit, old.commit])
    wait_until(lambda: commits(pair) == [old.commit, old.commit])
    pair.wait_deployed(old.commit)
    assert [await displayed(pair.url) for _ in range(2)] == [[old.main, old.module]] * 2


def test_all_at_once_and_all_lifted(pair: LabProcess, tmp_path: Path) -> None:
    developer = Developer(pair.remote, tmp_path / "clone")
    every = ["hold-file:helpers.py", "hold-module", "unwatched", "bytecode", "no-rebuild", "results"]
    every += ["edge-cache", "lost-webhook:0.1", "wrong-branch", "wrong-entrypoint", "crash-loop:0.1"]
    every += ["slow:0.2", "flap:0.1", "replica", "ghost:pages", "private", "network", "platform-outage"]
    pair.set_faults(*every)
    ref = "HEAD:refs/heads/other"
    before = pair.state()["replicas"][0]["starts"]
    developer.push({"helpers.py": "VALUE = 'all at once'\n"})
    git(developer.folder, "push", "--quiet", "origin", ref)
    wait_until(lambda: pair.state()["replicas"][0]["starts"] >= before + 2)
    pair.set_faults(*every, "build-error", "asleep")
    developer.push({"helpers.py": "VALUE = 'all and more'\n"})
    git(developer.folder, "push", "--quiet", "origin", ref)
    wait_until(lambda: pair.state()["phase"] == "is_shutdown")
    pair.set_faults()
    release = developer.release()
    pair.reboot()
    pair.wait_deployed(release.commit)
    assert [see(pair.url) for _ in range(2)] == [[release.main, release.module]] * 2
    state = pair.state()
    assert (state["problems"], state["sessions"]) == ([], 0)
    assert sorted(working_in(Path(state["replicas"][0]["checkout"]).parents[3].parent)) == sorted(
        replica["pid"] for replica in state["replicas"]
    )
