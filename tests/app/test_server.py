"""The agent in a real server of the newest Streamlit: healing, keeping, faults, many sessions."""

from __future__ import annotations

import asyncio
import contextlib
import os
import py_compile
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import freshboot
from freshboot.live.run import Run
from freshboot.proof import Attestation, Kind, Layer, blob_id, new_nonce, parse_attestation, tag
from tests.app.apps import App, running
from tests.environments import NEWEST, require

MAIN = "import freshboot; freshboot.boot({options})\nimport streamlit as st\nimport helpers\n"
SHOW = 'st.text(f"{helpers.VALUE}")\n'
OLD, NEW = "VALUE = 'old'\n", "VALUE = 'new'\n"


@contextlib.contextmanager
def app_of(folder: Path, main: str, *options: str, **more: str) -> Iterator[App]:
    files = {"streamlit_app.py": main, "helpers.py": OLD, **more}
    with running(folder / "repository", files, *options) as app:
        yield app


def has(attestation: Attestation, kind: Kind, path: str, text: str) -> bool:
    content = text if text == kind.value else blob_id(text.encode())
    tags = attestation.layers[Layer.MEMORY.value].of(kind)
    return tag(attestation.nonce, Layer.MEMORY, path, content) in tags


def count(attestation: Attestation, kind: Kind) -> int:
    return attestation.layers[Layer.MEMORY.value].count(kind)


def test_only_watches_where_healing_is_not_wanted(tmp_path: Path) -> None:
    with app_of(tmp_path, MAIN.format(options="heal=False") + SHOW) as app:
        assert app.shows() == ("old",)
        app.write("helpers.py", NEW)
        for _ in range(2):
            attestation = app.challenge()
            assert has(attestation, Kind.MODULES, "helpers.py", OLD)
            assert (attestation.heals, attestation.healed) == (False, 0)
            assert app.shows() == ("old",)


def test_a_kept_module_stays_and_is_told(tmp_path: Path) -> None:
    main = MAIN.format(options="keep=['helpers']") + "import other\n" + SHOW
    with app_of(tmp_path, main, **{"other.py": ""}) as app:
        app.shows()
        app.write("helpers.py", NEW)
        app.write("other.py", "VALUE = 1\n")
        assert app.shows() == ("old",)
        attestation = app.challenge()
        assert has(attestation, Kind.KEPT, "helpers.py", OLD)
        assert has(attestation, Kind.MODULES, "other.py", "VALUE = 1\n")


@pytest.mark.parametrize("clear", [True, False])
def test_cached_results_are_cleared_once(tmp_path: Path, clear: bool) -> None:
    main = MAIN.format(options=f"clear={clear}") + (
        "@st.cache_data\ndef cached():\n    return helpers.VALUE\n"
        "@st.cache_resource\ndef resource():\n    return [helpers.VALUE]\n"
        'st.text(f"{cached()} {resource()[0]}")\n'
    )
    with app_of(tmp_path, main) as app:
        assert app.shows() == ("old old",)
        app.write("helpers.py", NEW)
        assert app.shows() == (("new new",) if clear else ("old old",))


def test_the_entrypoint_that_the_server_holds_on_to_is_told(tmp_path: Path) -> None:
    """Without a file watcher, and with somebody connected, Streamlit goes on with the script that it has."""
    main = MAIN.format(options="") + 'st.text(f"main 1 {helpers.VALUE}")\n'
    with app_of(tmp_path, main, "--server.fileWatcherType=none") as app:

        def change() -> None:
            app.write("streamlit_app.py", main.replace("main 1", "main 2"))
            app.write("helpers.py", NEW)

        _, attestation, shown = app.beside_a_visitor("", change)
        assert shown.texts() == ("main 1 new",)
        assert has(attestation, Kind.SCRIPTS, "streamlit_app.py", main)
        assert count(attestation, Kind.SCRIPTS) == 1


def test_a_stale_bytecode_cache_is_not_run(tmp_path: Path) -> None:
    """Same size, same time, and a restart: plain Python runs the old code."""
    root = tmp_path / "repository"
    root.mkdir()
    helpers = root / "helpers.py"
    helpers.write_text(OLD)
    py_compile.compile(str(helpers), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
    status = helpers.stat()
    with running(root, {"streamlit_app.py": MAIN.format(options="") + SHOW}) as app:
        helpers.write_text(NEW)
        os.utime(helpers, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert app.shows() == ("new",)
        assert has(app.challenge(), Kind.MODULES, "helpers.py", NEW)


@pytest.mark.parametrize("heal", [True, False])
def test_a_stale_bytecode_cache_is_told_and_then_deleted(tmp_path: Path, heal: bool) -> None:
    """Of a module that this app does not import: the next process may."""
    with app_of(tmp_path, MAIN.format(options=f"heal={heal}") + SHOW, **{"later.py": OLD}) as app:
        later = app.root / "later.py"
        status = later.stat()
        mode = py_compile.PycInvalidationMode.TIMESTAMP
        cached = Path(py_compile.compile(str(later), invalidation_mode=mode) or "")
        later.write_text(NEW)
        os.utime(later, ns=(status.st_atime_ns, status.st_mtime_ns))
        for stale in (1, 0 if heal else 1):
            attestation = app.challenge()
            answer = attestation.layers[Layer.BYTECODE.value]
            assert answer.count(Kind.STALE) == stale
            assert {tag(attestation.nonce, Layer.BYTECODE, "later.py", "stale")} >= set(answer.of(Kind.STALE))
        assert cached.exists() is not heal


def test_a_reload_in_the_app_hides_nothing(tmp_path: Path) -> None:
    """views holds what it took out of helpers before; reloading helpers alone mends nothing."""
    main = (
        MAIN.format(options="heal=False")
        + "import importlib, views\nimportlib.reload(helpers)\nst.text(views.VALUE)\n"
    )
    with app_of(tmp_path, main, **{"views.py": "from helpers import VALUE\n"}) as app:
        assert app.shows() == ("old",)
        app.write("helpers.py", NEW)
        assert app.shows() == ("old",)
        attestation = app.challenge()
        assert has(attestation, Kind.MODULES, "helpers.py", NEW)
        assert has(attestation, Kind.KEPT, "helpers.py", OLD)


def test_a_thread_in_the_background_that_runs_old_code_is_told(tmp_path: Path) -> None:
    main = MAIN.format(options="") + (
        "import threading, time\n"
        "def poll():\n    for _ in range(200): time.sleep(0.02)\n    return helpers.VALUE\n"
        "if 'start' in st.query_params: threading.Thread(target=poll, daemon=True, name='poll').start()\n"
        + SHOW
    )
    with app_of(tmp_path, main) as app:
        app.page("start=1")
        assert count(app.challenge(), Kind.KEPT) == 0
        app.write("helpers.py", NEW)
        assert app.shows() == ("new",)
        assert has(app.challenge(), Kind.KEPT, "helpers.py", OLD)


def test_without_a_repository_the_app_runs_and_says_so(tmp_path: Path) -> None:
    with app_of(tmp_path, MAIN.format(options="") + SHOW) as app:
        shutil.rmtree(app.root / ".git")
        assert app.shows() == ("old",)
        attestation = app.challenge()
        assert attestation.errors == ("root: NoRepository",)
        assert attestation.layers == {}


def test_the_root_can_be_given(tmp_path: Path) -> None:
    main = MAIN.format(options="root='.'") + SHOW
    with app_of(tmp_path, main) as app:
        shutil.rmtree(app.root / ".git")
        app.shows()
        assert has(app.challenge(), Kind.MODULES, "helpers.py", OLD)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("import freshboot.app.modules as m; m.survey = None", "memory: TypeError"),
        ("import freshboot.app.disk as m; m.scan = None", "disk: TypeError"),
        ("import freshboot.app.running as m; m.cached_scripts = None", "script-cache: TypeError"),
        ("import freshboot.app.scripts as m; m.note = None", "scripts: TypeError"),
        ("import freshboot.app.hook as m; m.install = None", "root: TypeError"),
    ],
)
def test_a_fault_of_ours_is_told_and_the_app_runs(tmp_path: Path, fault: str, told: str) -> None:
    with app_of(tmp_path, f"{fault}\n{MAIN.format(options='')}{SHOW}") as app:
        assert app.shows() == ("old",)
        assert told in app.challenge().errors


def test_ten_challenges_at_once_are_all_answered(tmp_path: Path) -> None:
    with app_of(tmp_path, MAIN.format(options="") + SHOW) as app:
        nonces = [new_nonce() for _ in range(10)]

        async def ask() -> list[Run]:
            return list(await asyncio.gather(*(app._run(f"freshboot={one}", "") for one in nonces)))

        answers = [parse_attestation(run.first_text or "") for run in asyncio.run(ask())]
        assert [one.nonce for one in answers] == nonces
        assert len({one.boot_id for one in answers}) == 1
        assert all(
            one.errors == () and set(one.layers) >= {"disk", "bytecode", "memory", "results"}
            for one in answers
        )


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.28.0", NEWEST])
def test_many_sessions_while_the_files_change(tmp_path: Path, version: str) -> None:
    """Every session sees one state of the modules or the next, and none an exception."""
    package = {
        "shop/__init__.py": "",
        "shop/tax.py": "VALUE = {n}\n",
        "shop/prices.py": "from . import tax\nimport shop.tax\ndef total(): return shop.tax.VALUE\n",
        "shop/late.py": "def total():\n    from .tax import VALUE\n    return VALUE\n",
    }
    main = (
        "import freshboot; freshboot.boot()\nimport streamlit as st\n"
        "import shop.prices\nfrom shop import late\n"
        "import shop.tax\nst.text(f'{shop.prices.total()} {late.total()} {shop.tax.VALUE}')\n"
    )
    files = {path: text.replace("{n}", "0") for path, text in package.items()}
    with running(
        tmp_path / "repository", {"streamlit_app.py": main, **files}, python=require(version)
    ) as app:
        for number in range(1, 5):
            app.write("shop/tax.py", f"VALUE = {number}\n")
            for run in app.pages(12):
                assert run.exception is None, run.exception
                assert run.texts() == (f"{number} {number} {number}",)
        assert not count(app.challenge(), Kind.UNRECORDED)


class TestOwn:
    """freshboot lying in the repository itself, as in its own app."""

    MAIN = (
        "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent / 'src'))\n"
        "import freshboot; freshboot.boot()\nimport streamlit as st\nimport helpers\n" + SHOW
    )

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """Written a while before the server starts, as a clone is."""
        root = tmp_path / "repository"
        source = Path(freshboot.__file__).parent
        shutil.copytree(source, root / "src" / "freshboot", ignore=shutil.ignore_patterns("__pycache__"))
        return root

    def test_its_modules_are_attested(self, root: Path) -> None:
        with running(root, {"streamlit_app.py": self.MAIN, "helpers.py": OLD}) as app:
            assert app.shows() == ("old",)
            attestation = app.challenge()
            assert count(attestation, Kind.UNRECORDED) == 0
            for path in ("__init__.py", "proof.py", "app/boot.py", "app/loader.py"):
                text = (root / "src/freshboot" / path).read_text()
                assert has(attestation, Kind.MODULES, f"src/freshboot/{path}", text)

    def test_they_are_never_dropped_but_told(self, root: Path) -> None:
        with running(
            root, {"streamlit_app.py": self.MAIN, "helpers.py": OLD}, "--server.fileWatcherType=none"
        ) as app:
            app.shows()
            text = (root / "src/freshboot/app/late.py").read_text()
            app.write("src/freshboot/app/late.py", text + "# changed\n")
            app.write("helpers.py", NEW)
            assert app.shows() == ("new",)
            assert has(app.challenge(), Kind.KEPT, "src/freshboot/app/late.py", text)

    def test_the_watcher_may_evict_them(self, root: Path) -> None:
        with running(root, {"streamlit_app.py": self.MAIN, "helpers.py": OLD}) as app:

            async def stay_and_change() -> tuple[Run, Run]:
                async with app.visitor() as visitor:
                    await visitor.run()
                    first = await visitor.run()
                    text = (root / "src/freshboot/app/late.py").read_text()
                    app.write("src/freshboot/app/late.py", text + "# changed\n")
                    app.write("helpers.py", NEW)
                    await asyncio.sleep(0.3)
                    await visitor.run()
                    return first, await visitor.run()

            first, last = asyncio.run(stay_and_change())
            assert (first.texts(), last.texts()) == (("old",), ("new",))
            attestation = app.challenge()
            assert attestation.errors == ()
            assert attestation.boot_id == app.challenge().boot_id

    def test_a_stale_cache_of_theirs_is_not_taken_for_the_file(self, root: Path) -> None:
        file = root / "src/freshboot/app/late.py"
        new, old = file.read_text(), file.read_text().replace("dropped", "dripped")
        assert len(new) == len(old)
        file.write_text(old)
        py_compile.compile(str(file), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
        status = file.stat()
        file.write_text(new)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        with running(root, {"streamlit_app.py": self.MAIN, "helpers.py": OLD}) as app:
            assert app.shows() == ("old",)
            assert has(app.challenge(), Kind.UNRECORDED, "src/freshboot/app/late.py", "unrecorded")
