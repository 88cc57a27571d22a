"""Old code that lives on in a real server: told where another session can meet it, and only there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freshboot.live.run import Run
from freshboot.proof import Attestation, Kind, Layer, blob_id, new_nonce, parse_attestation, tag
from tests.app.apps import App, running
from tests.environments import NEWEST, require
from tests.gitrepo import git

OLD = "VALUE = 'old'\nclass Shop:\n    def show(self): return VALUE\n"
NEW = OLD.replace("old", "new")
MAIN = "import freshboot; freshboot.boot({options})\nimport streamlit as st\nimport helpers\n"
SHOW = "st.text(helpers.VALUE)\n"
VISITOR = (
    "st.session_state.setdefault('shop', helpers.Shop())\n"
    "def pressed(): helpers.Shop()\n"
    "st.button('press', on_click=pressed)\n"
    "st.selectbox('choose', [1, 2], format_func=lambda one: helpers.VALUE)\n"
    "if hasattr(st, 'fragment'): st.fragment(lambda: st.text(helpers.VALUE))()\n"
    "else: st.text(helpers.VALUE)\n"
)


@contextlib.contextmanager
def app_of(folder: Path, main: str, version: str = NEWEST, **more: str) -> Iterator[App]:
    files = {"streamlit_app.py": main, "helpers.py": OLD, **more}
    with running(folder / "repository", files, python=require(version)) as app:
        yield app


def kept(attestation: Attestation) -> int:
    assert attestation.errors == ()
    return attestation.layers[Layer.MEMORY.value].count(Kind.KEPT)


def is_kept(attestation: Attestation, path: str, text: str) -> bool:
    tags = attestation.layers[Layer.MEMORY.value].of(Kind.KEPT)
    return tag(attestation.nonce, Layer.MEMORY, path, blob_id(text.encode())) in tags


@pytest.mark.parametrize("version", ["1.28.0", "1.50.0", NEWEST])
def test_what_an_open_tab_holds_does_not_bar(tmp_path: Path, version: str) -> None:
    """Values of the app's classes, callbacks, fragments: nobody else meets them."""
    with app_of(tmp_path, MAIN.format(options="") + VISITOR, version) as app:

        async def converse() -> tuple[Run, Attestation, Run, Attestation]:
            async with app.visitor() as tab:
                before = await tab.run()
                app.write("helpers.py", NEW)
                await ask(app)  # its run heals
                return before, await ask(app), await app._run("", ""), await ask(app)

        before, healed, shown, asked = asyncio.run(converse())
        assert "old" in before.texts()
        assert "new" in shown.texts()
        assert "old" not in shown.texts()
        assert (kept(healed), kept(asked)) == (0, 0)
        assert asked.layers[Layer.MEMORY.value].counts["lingering"] == 1


async def ask(app: App) -> Attestation:
    nonce = new_nonce()
    return parse_attestation((await app._run(f"freshboot={nonce}", "")).first_text or "")


SIGNAL = "import logging\nclass Show(logging.Filter):\n    def filter(self, record): return VALUE\n"
HOLDS: dict[str, Callable[[str], str]] = {
    "a handler": lambda old: old + SIGNAL + "logging.getLogger('shop').addFilter(Show())\n",
    "a patch": lambda old: old + "import json\njson.show = Shop().show\n",
    "a timer": lambda old: (
        old
        + "import threading\ntimer = threading.Timer(60, Shop().show)\ntimer.daemon = True\ntimer.start()\n"
    ),
}


@pytest.mark.parametrize("what", HOLDS)
@pytest.mark.parametrize("version", ["1.28.0", NEWEST])
def test_what_others_hold_bars(tmp_path: Path, version: str, what: str) -> None:
    old = HOLDS[what](OLD)
    with app_of(tmp_path, MAIN.format(options="") + SHOW, version, **{"helpers.py": old}) as app:
        assert app.shows() == ("old",)
        assert kept(app.challenge()) == 0
        app.write("helpers.py", NEW)
        assert app.shows() == ("new",)
        assert is_kept(app.challenge(), "helpers.py", old)


def test_a_function_of_the_old_entrypoint_in_an_unchanged_module_bars(tmp_path: Path) -> None:
    main = (
        MAIN.format(options="heal=False")
        + "import registry\nregistry.shows.append(lambda: 'old main')\nst.text(registry.shows[0]())\n"
    )
    with app_of(tmp_path, main, **{"registry.py": "shows = []\n"}) as app:
        assert app.shows() == ("old main",)
        assert kept(app.challenge()) == 0
        app.write("streamlit_app.py", main.replace("old main", "new main"))
        assert app.shows() == ("old main",)
        assert is_kept(app.challenge(), "streamlit_app.py", main)


READ = "import json\nfrom pathlib import Path\nDATA = Path('rate.json').read_text()\n"
HOLD = READ + "if not hasattr(json, 'rate'): json.rate = lambda: DATA\n"


@pytest.mark.parametrize(
    ("main", "rates", "holder"),
    [(READ, READ, ""), (HOLD, READ, "streamlit_app.py"), (READ, HOLD, "rates.py")],
)
def test_what_was_computed_from_old_data_bars_where_others_hold_it(
    tmp_path: Path, main: str, rates: str, holder: str
) -> None:
    files = {"rates.py": rates, "rate.json": "1"}
    main = f"{MAIN.format(options='')}{VISITOR}{main}import rates\n"
    with app_of(tmp_path, main, **files) as app:
        git(app.root, "init", "--quiet")
        git(app.root, "add", *files)
        app.shows()
        assert kept(app.challenge()) == 0
        app.write("rate.json", "2")
        git(app.root, "add", "rate.json")
        assert app.challenge().healed == 2
        app.shows()
        told = app.challenge()
        assert is_kept(told, holder, (app.root / holder).read_text()) if holder else kept(told) == 0
