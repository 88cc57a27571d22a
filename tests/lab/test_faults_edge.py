"""The faults between the visitors and the app, and those of what the host follows and runs."""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from freshboot.lab import LabError, LabProcess, Options
from tests.lab.developer import Developer, files_of, git, new_repository
from tests.lab.eyes import displayed, see, settled

HEALTH, STATUS, TRACKED = "/~/+/_stcore/health", "/api/v2/app/status", "/api/v2/app/disambiguate"
STATIC = "/~/+/app/static/version.txt"


@pytest.fixture
async def visitor(lab: LabProcess) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps no cookies, and a new connection for each request."""
    jar, connector = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(lab.url, cookie_jar=jar, connector=connector) as client:
        yield client


async def got(client: aiohttp.ClientSession, path: str) -> tuple[int, str, dict[str, str]]:
    async with client.get(path, allow_redirects=False) as answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, await answer.text(), headers


def serving(number: int) -> dict[str, str]:
    """A release with a static file that Streamlit serves."""
    config = {".streamlit/config.toml": "[server]\nenableStaticServing = true\n"}
    return files_of(number) | config | {"static/version.txt": f"static {number}"}


@pytest.mark.parametrize("fault", ["edge-cache", None])
async def test_edge_cache_keeps_what_was_asked_for_once(
    lab: LabProcess, developer: Developer, visitor: aiohttp.ClientSession, fault: str | None
) -> None:
    first = developer.latest.number + 1
    lab.wait_deployed(developer.push(serving(first)))
    lab.reboot()
    lab.set_faults(*filter(None, [fault]))
    assert (await got(visitor, STATIC))[:2] == (200, f"static {first}")
    lab.wait_deployed(developer.push(serving(first + 1)))
    shown = first if fault else first + 1
    status, text, headers = await got(visitor, STATIC)
    assert (status, text, "age" in headers) == (200, f"static {shown}", bool(fault))
    assert (await got(visitor, f"{STATIC}?unique=1"))[1] == f"static {first + 1}"
    # The file is served as it was, by what else it says of itself.
    assert headers["content-type"].startswith("text/plain")
    assert int(headers.get("age", "0")) < 60
    lab.set_faults()
    status, text, headers = await got(visitor, STATIC)
    assert (text, "age" in headers) == (f"static {first + 1}", False)
    lab.wait_deployed(developer.release().commit)


async def test_edge_cache_keeps_pages_and_neither_health_nor_sessions_nor_errors(
    lab: LabProcess, developer: Developer, visitor: aiohttp.ClientSession
) -> None:
    lab.set_faults("edge-cache")
    for _ in range(2):
        status, page, headers = await got(visitor, "/~/+/")
        assert (status, "<html" in page, "age" in headers) == (200, True, True)
        assert "age" not in (await got(visitor, HEALTH))[2]
    for _ in range(2):
        status, _, headers = await got(visitor, "/~/+/app/static/no-such.txt")
        assert (status == 200) is ("age" in headers)
    assert await displayed(lab.url) == [developer.latest.main, developer.latest.module]
    # Set again beside another, it is the same cache.
    lab.set_faults("slow:1", "edge-cache")
    lab.sleep()
    assert (await got(visitor, "/~/+/"))[:2] == (200, page)
    assert (await got(visitor, HEALTH))[0] == 400


async def test_private_demands_a_sign_in_and_tells_nothing_but_the_status(
    lab: LabProcess, developer: Developer, visitor: aiohttp.ClientSession
) -> None:
    lab.set_faults("private")
    for path in ("/~/+/", HEALTH, "/"):
        status, _, headers = await got(visitor, path)
        assert (status, headers["location"].split("?")[0]) == (303, "/-/auth/app")
    async with visitor.get("/~/+/") as page:
        assert "Sign in" in await page.text()
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        await displayed(lab.url)
    assert (await got(visitor, TRACKED))[0] == 404
    async with visitor.get(STATUS) as answer:
        facts = await answer.json()
    assert (facts["status"], facts["viewerAuthEnabled"]) == (5, True)
    lab.set_faults()
    assert await displayed(lab.url) == [developer.latest.main, developer.latest.module]
    assert (await got(visitor, TRACKED))[0] == 200


def outcome_of_a_request(url: str) -> str:
    """Its status, "reset" or "late"; by a client that does not try again by itself."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"{url}{HEALTH}", timeout=10) as answer:
            status = answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            status = refused.status
    except ConnectionResetError:
        return "reset"
    return "late" if time.monotonic() - began >= 0.9 else str(status)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("network", "reset 200 200 late 500 200 200 200 429 200"),
        ("network:reset", "reset 200 200 reset reset 200 200 200 reset 200"),
        ("network:5xx", "500 200 200 502 503 200 200 200 504 200"),
        ("network:429", "429 200 200 429 429 200 200 200 429 200"),
        (None, " ".join(["200"] * 10)),
    ],
)
def test_network_spoils_four_of_ten_and_always_the_same(
    lab: LabProcess, fault: str | None, expected: str
) -> None:
    lab.set_faults(*filter(None, [fault]))
    assert [outcome_of_a_request(lab.url) for _ in range(10)] == expected.split()
    assert lab.state()["problems"] == []


async def test_network_cuts_sessions_off(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("network:reset")
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{lab.url}/~/+/_stcore/stream", protocols=["streamlit"]) as socket,
    ):
        message = await asyncio.wait_for(socket.receive(), 10)
        assert message.type not in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.CLOSE)
    # The next one is left alone.
    assert await displayed(lab.url) == [developer.latest.main, developer.latest.module]


@pytest.mark.parametrize(("fault", "told"), [("platform-outage", None), ("platform-outage:status", 11)])
async def test_platform_outage_answers_nothing_although_the_app_runs(
    lab: LabProcess, developer: Developer, visitor: aiohttp.ClientSession, fault: str, told: int | None
) -> None:
    pid = lab.state()["replicas"][0]["pid"]
    lab.set_faults(fault)
    assert (await got(visitor, HEALTH))[0] == 503
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        await displayed(lab.url)
    async with visitor.get(STATUS) as answer:
        assert answer.status == (503 if told is None else 200)
        assert told is None or (await answer.json())["status"] == told
    assert (await got(visitor, TRACKED))[0] == (503 if told is None else 200)
    lab.set_faults()
    assert await displayed(lab.url) == [developer.latest.main, developer.latest.module]
    assert lab.state()["replicas"][0]["pid"] == pid


async def tracked(client: aiohttp.ClientSession) -> dict[str, str]:
    async with client.get(TRACKED) as answer:
        facts: dict[str, str] = await answer.json()
        return facts


async def test_wrong_branch_follows_another_and_hears_of_no_push_to_the_own_one(
    lab: LabProcess, developer: Developer, visitor: aiohttp.ClientSession
) -> None:
    lab.set_faults("wrong-branch:work/in-progress")
    old, release = developer.latest, developer.release()
    assert (await tracked(visitor))["branch"] == "work/in-progress"
    # A push to the branch that it does follow is deployed, and with it nothing of the other one.
    git(developer.folder, "push", "--quiet", "origin", f"{old.commit}:refs/heads/elsewhere")
    assert await settled(lab.url) == [old.main, old.module]
    assert lab.state()["replicas"][0]["commit"] == old.commit
    git(developer.folder, "push", "--quiet", "origin", f"{release.commit}:refs/heads/work/in-progress")
    lab.wait_deployed(release.commit)
    later = developer.release()
    assert (await settled(lab.url))[0] == release.main
    # Deployed from the right branch again, as a person does it who has found out.
    lab.set_faults()
    assert (await tracked(visitor))["branch"] == "main"
    assert await displayed(lab.url) == [later.main, later.module]
    last = developer.release()
    lab.wait_deployed(last.commit)


def test_a_branch_or_a_file_that_cannot_be_had_is_one_clear_error(lab: LabProcess) -> None:
    for fault, words in [("wrong-branch:a..b", "not a valid"), ("wrong-entrypoint:no.py", r"has no no\.py")]:
        with pytest.raises(LabError, match=words):
            lab.set_faults(fault)
    assert lab.state()["faults"] == []


@pytest.mark.parametrize("fault", ["wrong-entrypoint", "wrong-entrypoint:other.py"])
async def test_wrong_entrypoint_runs_another_file(
    lab: LabProcess, developer: Developer, visitor: aiohttp.ClientSession, fault: str
) -> None:
    developer.push({"other.py": f"import streamlit as st\nst.text('another app')\n# {fault}\n"})
    lab.set_faults(fault)
    release = developer.release()
    lab.wait_deployed(release.commit)
    assert await displayed(lab.url) == ["another app"]
    assert (await tracked(visitor))["mainModule"] == "other.py"
    lab.set_faults()
    assert await displayed(lab.url) == [release.main, release.module]
    assert (await tracked(visitor))["mainModule"] == "streamlit_app.py"


def test_faults_of_the_target_hold_from_the_first_deployment(tmp_path: Path) -> None:
    another = {"a.py": "import streamlit as st\nst.text('another app')\n"}
    repository = new_repository(tmp_path / "sample", files_of(1) | another)
    with LabProcess(Options(repository, faults=("wrong-entrypoint", "wrong-branch", "results"))) as lab:
        assert lab.state()["target"] == {"branch": "other", "entrypoint": "a.py"}
        assert see(lab.url) == ["another app"]


def test_without_another_file_there_is_no_wrong_entrypoint(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "sample", {"streamlit_app.py": "import streamlit\n", "x.py": ""})
    with (
        pytest.raises(LabError, match="no other file of the app imports Streamlit"),
        LabProcess(Options(repository, faults=("wrong-entrypoint",))),
    ):
        pass
