"""The same answer by HTTP, in real servers of the Streamlit versions that serve routes."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import streamlit

import freshboot
from freshboot.app import disk, outside, route
from freshboot.app.running import Run
from freshboot.app.scans import Scans
from freshboot.proof import Attestation, Kind, Layer, blob_id, new_nonce, parse_attestation, tag
from tests.app.apps import App, running
from tests.app.process import Process
from tests.environments import NEWEST, require

BOTH = """\
import sys
import freshboot; freshboot.boot({options})
import streamlit as st
if __name__ == "__main__":
    import helpers
    st.text("main 1 " + helpers.VALUE)
    if "evict" in st.query_params:
        for name in [one for one in sys.modules if one.split(".")[0] == "freshboot"]:
            del sys.modules[name]
else:
    app = st.App(__file__, routes=[freshboot.route()])
"""
OLD, NEW = "VALUE = 'old'\n", "VALUE = 'newer'\n"
NONCE = "00112233445566778899aabbccddeeff"
NO_WATCHER = "--server.fileWatcherType=none"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(app: App, path: str, method: str = "GET") -> Answer:
    request = urllib.request.Request(app.server.url + path, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


def asked(app: App, nonce: str | None = None) -> Attestation:
    answer = get(app, f"/deployment?freshboot={nonce or new_nonce()}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    return parse_attestation(answer.body.decode())


def has(attestation: Attestation, kind: Kind, path: str, text: str) -> bool:
    expected = tag(attestation.nonce, Layer.MEMORY, path, blob_id(text.encode()))
    return expected in attestation.layers["memory"].of(kind)


def both(options: str = "") -> dict[str, str]:
    return {"streamlit_app.py": BOTH.format(options=options), "helpers.py": OLD}


@pytest.fixture(scope="module", params=[pytest.param("1.58.0", marks=pytest.mark.slow), NEWEST])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A server in which nobody has run the script when the first test begins."""
    folder = tmp_path_factory.mktemp("route") / "repository"
    with running(folder, both(), NO_WATCHER, python=require(request.param)) as made:
        yield made


def test_before_anybody_ran_the_script_nothing_is_told_of_it(app: App) -> None:
    attestation = asked(app)
    assert (attestation.layers, attestation.errors) == ({}, ("route: NotBooted",))
    assert get(app, "/deployment/health").status == 200


def test_tells_the_same_as_a_session(app: App) -> None:
    nonce = new_nonce()

    async def converse() -> tuple[Attestation, Attestation]:
        async with app.visitor() as visitor:
            await visitor.run()
            by_session = await app._run(f"freshboot={nonce}", "")
            return parse_attestation(by_session.first_text or ""), await asyncio.to_thread(asked, app, nonce)

    by_session, by_route = asyncio.run(converse())
    assert by_route.errors == ()
    assert by_route.layers == by_session.layers
    assert by_route.boot_id == by_session.boot_id
    told = by_route.layers["memory"]
    assert (told.count(Kind.UNRECORDED), told.count(Kind.KEPT)) == (0, 0), (
        "the file of the routes bars nothing"
    )
    assert has(by_route, Kind.SCRIPTS, "streamlit_app.py", both()["streamlit_app.py"])
    assert has(by_route, Kind.MODULES, "helpers.py", OLD)


def test_an_old_module_is_told_and_stays_until_a_session_heals(app: App) -> None:
    assert app.shows() == ("main 1 old",)
    app.write("helpers.py", NEW)
    for _ in range(2):
        attestation = asked(app)
        assert has(attestation, Kind.MODULES, "helpers.py", OLD)
        assert attestation.healed == 0
    assert get(app, "/deployment/health").status == 503
    assert app.shows() == ("main 1 newer",)
    assert has(asked(app), Kind.MODULES, "helpers.py", NEW)
    assert get(app, "/deployment/health").status == 200
    app.write("helpers.py", OLD)


def test_an_entrypoint_that_the_server_holds_on_to_is_told(app: App) -> None:
    text = both()["streamlit_app.py"]

    async def converse() -> tuple[Attestation, Answer]:
        async with app.visitor() as visitor:
            await visitor.run()
            app.write("streamlit_app.py", text.replace("main 1", "main 2"))
            told = await asyncio.to_thread(asked, app)
            return told, await asyncio.to_thread(get, app, "/deployment/health")

    attestation, health = asyncio.run(converse())
    app.write("streamlit_app.py", text)
    assert has(attestation, Kind.SCRIPTS, "streamlit_app.py", text)
    assert attestation.layers["memory"].count(Kind.SCRIPTS) == 1
    assert health.status == 503


@pytest.mark.parametrize(
    "query",
    ["", "?", "?freshboot=", "?freshboot=x", "?other=1", f"?freshboot={'0' * 32}&freshboot={'1' * 32}"],
)
def test_without_one_challenge_it_tells_nothing(app: App, query: str) -> None:
    answer = get(app, f"/deployment{query}")
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert json.loads(answer.body) == {"error": "no challenge"}


@pytest.mark.parametrize("path", ["/deployment", f"/deployment?freshboot={'0' * 32}", "/deployment/health"])
def test_nothing_on_the_way_may_keep_an_answer(app: App, path: str) -> None:
    assert get(app, path).headers["cache-control"] == "no-store"


def test_health_tells_one_word(app: App) -> None:
    app.shows()
    assert json.loads(get(app, "/deployment/health").body) == {"status": "ok"}
    app.write("helpers.py", NEW)
    assert json.loads(get(app, "/deployment/health").body) == {"status": "stale"}
    app.write("helpers.py", OLD)


def test_health_answers_head(app: App) -> None:
    answer = get(app, "/deployment/health", "HEAD")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("path", ["/deployments", "/deployment/else", "/x/deployment"])
def test_other_paths_are_left_to_streamlit(app: App, path: str) -> None:
    answer = get(app, path)
    assert not answer.headers["content-type"].startswith("application/json")


def test_outlives_the_eviction_of_its_own_modules(app: App) -> None:
    before = asked(app)
    assert app.page("evict=1").texts()
    after = asked(app)
    assert after.boot_id == before.boot_id
    assert app.shows() == ("main 1 old",)
    assert asked(app).errors == ()


def test_ten_at_once_are_all_answered(app: App) -> None:
    app.shows()
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: asked(app), range(10)))
    assert {one.errors for one in answers} == {()}
    assert len({one.nonce for one in answers}) == 10


def test_its_own_threads_hold_no_old_code(tmp_path: Path) -> None:
    """freshboot's own frames lie in the repository here, as in an app that ships it."""
    root = tmp_path / "repository"
    source = Path(freshboot.__file__).parent
    shutil.copytree(source, root / "src" / "freshboot", ignore=shutil.ignore_patterns("__pycache__"))
    path = "import pathlib, sys; sys.path.insert(0, str(pathlib.Path(__file__).parent / 'src'))\n"
    files = {"streamlit_app.py": path + BOTH.format(options=""), "helpers.py": OLD}
    with running(root, files, NO_WATCHER) as app, ThreadPoolExecutor(8) as threads:
        app.shows()
        list(threads.map(lambda _: asked(app), range(24)))
        app.write("helpers.py", NEW)
        assert app.shows() == ("main 1 newer",)
        answers = list(threads.map(lambda _: asked(app), range(24)))
    assert {one.layers["memory"].count(Kind.KEPT) for one in answers} == {0}


def test_a_script_of_its_own_beside_the_routes(tmp_path: Path) -> None:
    """Under a base path, with which Streamlit does not serve an app's routes by itself."""
    files = {
        "streamlit_app.py": "import freshboot\nimport streamlit as st\n"
        "app = st.App('main.py', routes=[freshboot.route()])\n",
        "main.py": "import freshboot; freshboot.boot()\nimport streamlit as st\nst.text('main 1')\n",
    }
    base = "/team/app"
    with running(tmp_path / "repository", files, f"--server.baseUrlPath={base}") as app:
        nonce = new_nonce()
        for path in ("/deployment", f"{base}/deployment"):
            answer = get(app, f"{path}?freshboot={nonce}")
            assert parse_attestation(answer.body.decode()).nonce == nonce
            assert get(app, f"{path}/health").body == b'{"status": "ok"}'


def test_a_route_of_the_apps_own_is_never_taken_for_new(tmp_path: Path) -> None:
    """Streamlit loads routes once, before boot() could see from what, and never again."""
    own = (
        "from starlette.responses import PlainTextResponse\nfrom starlette.routing import Route\n"
        "def price(request): return PlainTextResponse('1')\n"
    )
    routes = "routes=[freshboot.route(), Route('/price', price)]"
    main = own + BOTH.format(options="").replace("routes=[freshboot.route()]", routes)
    files = {"streamlit_app.py": main, "helpers.py": OLD}
    with running(tmp_path / "repository", files, NO_WATCHER) as app:
        app.shows()
        app.write("streamlit_app.py", main.replace("'1'", "'2'"))
        assert get(app, "/price").body == b"1"
        expected = tag(NONCE, Layer.MEMORY, "streamlit_app.py", Kind.UNRECORDED.value)
        assert expected in asked(app, NONCE).layers["memory"].of(Kind.UNRECORDED)


def test_more_than_it_can_take_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def wait(nonces: object) -> route.Answer:
        assert go_on.wait(10)
        return route.Answer(200, "{}")

    monkeypatch.setattr(route, "challenge", wait)

    async def crowd() -> list[int]:
        desk = route._Desk()
        asking = [asyncio.ensure_future(desk._challenge(["0" * 32])) for _ in range(20)]
        late, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        assert {(await one).status for one in late} == {503}
        go_on.set()
        first = [(await one).status for one in asking]
        return [*first, (await desk._challenge(["0" * 32])).status]

    assert sorted(asyncio.run(crowd())) == [200] * 17 + [503] * 4


def test_ten_at_once_cost_at_most_two_scans(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first scan lasts until all ten wait for one."""
    scans, arrived = [], threading.Semaphore(0)

    class Counted(Scans):
        def join(self, scan: Callable[[], object]) -> object:
            arrived.release()
            return super().join(scan)

    def scan(*arguments: object) -> disk.DiskScan:
        scans.append(arguments)
        for _ in range(10 if len(scans) == 1 else 0):
            assert arrived.acquire(timeout=10)
        return real(*arguments)  # type: ignore[arg-type]

    real = disk.scan
    monkeypatch.setattr(disk, "scan", scan)
    monkeypatch.setattr(process.state, "scans", Counted())
    monkeypatch.setattr(outside, "_no_run", lambda: Run(None, None, ()))

    async def crowd() -> list[route.Answer]:
        desk = route._Desk()
        return await asyncio.gather(*(desk._challenge([new_nonce()]) for _ in range(10)))

    answers = asyncio.run(crowd())
    assert all("disk" in parse_attestation(one.body).layers for one in answers)
    assert len(scans) == 2


def test_a_badge_alone_is_not_boot(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds the repository as well, but records nothing."""
    monkeypatch.setattr(process.state, "hooked", None)
    monkeypatch.setattr(outside, "_no_run", lambda: Run(None, None, ()))
    answer = parse_attestation(route.challenge([new_nonce()]).body)
    assert "memory" not in answer.layers
    assert "route: NotBooted" in answer.errors


def test_asks_the_newest_of_its_own_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = ModuleType(route.__name__)
    newer.__dict__["health"] = lambda: route.Answer(200, "newer")
    monkeypatch.setitem(sys.modules, route.__name__, newer)
    assert asyncio.run(route._Desk()._health()).body == "newer"
    monkeypatch.setitem(sys.modules, route.__name__, None)  # importing it fails
    assert asyncio.run(route._Desk()._challenge([])).status == 400


def test_a_fault_of_ours_is_neither_health_nor_an_attestation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "attestation", None)
    monkeypatch.setattr(outside, "differs", None)
    assert route.challenge([new_nonce()]) == route.Answer(500, '{"error": "failed"}')
    assert route.health() == route.Answer(503, '{"status": "stale"}')


def test_an_older_streamlit_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(streamlit, "App")
    with pytest.raises(route.NoRoutes, match=r"use 1\.57 or later, or leave freshboot\.route\(\) out"):
        freshboot.route()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.28.0", "1.50.0"])
def test_older_versions_can_still_import_freshboot(version: str) -> None:
    script = "import freshboot; freshboot.boot()\nfreshboot.route()"
    ran = subprocess.run([require(version), "-c", script], capture_output=True, text=True)
    assert f"NoRoutes: Streamlit {version} serves no routes" in ran.stderr
