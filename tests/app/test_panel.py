"""The panel and the diagnostics of real servers: what is done, who sees what, and where the key is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.apps import App, running
from tests.app.tabs import tab
from tests.environments import OLDER, require

KEY = "a-key-of-the-tests-7f3b"
SCRIPT = """\
import freshboot; freshboot.boot(heal=False)
import sys
import streamlit as st
import helpers

@st.cache_data
def data():
    sys.datas = getattr(sys, "datas", 0) + 1
    return sys.datas

@st.cache_resource
def resource():
    sys.resources = getattr(sys, "resources", 0) + 1
    return sys.resources

st.text(f"{helpers.VALUE} {data()} {resource()}")
freshboot.panel()
freshboot.diagnostics()

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit import runtime
inner = get_script_run_ctx().session_state._state
held = [inner._new_session_state, inner._old_state, inner._new_widget_state, dict(st.session_state)]
held += [str(one) for one in inner._new_widget_state.states.values()]
session = runtime.get_instance()._session_mgr.get_active_session_info(get_script_run_ctx().session_id).session
held.append(str(session._client_state))
st.text("the key is there" if "KEY" in repr(held) else "no key")
""".replace("KEY", KEY)
FILES = {"streamlit_app.py": SCRIPT, "helpers.py": "VALUE = 'old'\n"}
PROMPT = {"Key", "Unlock"}


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHBOOT_KEY", KEY)


@pytest.fixture
def app(keyed: None, tmp_path: Path) -> Iterator[App]:
    """Nothing heals by itself, and nobody watches."""
    with running(tmp_path / "repository", FILES, "--server.fileWatcherType=none") as started:
        yield started


def expanders(texts: tuple[str, ...]) -> str:
    return " | ".join(texts)


def test_the_panel_is_for_whoever_gives_the_key_and_does_what_it_says(app: App) -> None:
    async def use() -> None:
        async with tab(app.server) as one:
            assert one.labels == PROMPT
            assert "helpers.py" not in expanders(one.texts)
            await one.run("Unlock", {"Key": "another"})
            assert one.labels == PROMPT
            assert "That is not the key." in one.texts
            assert "no key" in one.texts
            await one.run("Unlock", {"Key": KEY})
            assert "no key" in one.texts
            assert not one.labels & PROMPT
            assert "✅ helpers.py" in expanders(one.texts)
            assert one.texts[0] == "old 1 1"
            await one.run("Clear data cache")
            assert one.texts[0] == "old 2 1"
            await one.run("Clear resource cache")
            assert one.texts[0] == "old 2 2"
            app.write("helpers.py", "VALUE = 'new'\n")
            await one.run("Check again")
            assert one.texts[0] == "old 2 2"
            assert "❌ helpers.py: loaded" in expanders(one.texts)
            await one.run("Drop modules")
            assert one.texts[0] == "new 3 3"
            assert "✅ helpers.py" in expanders(one.texts)
            async with tab(app.server) as other:
                assert other.labels == PROMPT
                assert "helpers.py" not in expanders(other.texts)
            await one.run("Lock")
            assert one.labels == PROMPT
            assert "helpers.py" not in expanders(one.texts)

    asyncio.run(use())
    log = app.server.log.read_text()
    acts = ("the data cache was cleared", "the app's modules were dropped and both caches cleared")
    for did in ("wrong", "unlocked", *acts):
        assert f"freshboot.panel(): {did}" in log
    assert KEY not in log
    assert "could not do its work" not in log


def test_after_many_wrong_keys_the_right_one_is_not_looked_at_either(app: App) -> None:
    async def use() -> None:
        for _ in range(3):
            async with tab(app.server) as one:
                for guess in ("a", "b"):
                    await one.run("Unlock", {"Key": guess})
        async with tab(app.server) as one:
            await one.run("Unlock", {"Key": KEY})
            assert one.labels == PROMPT
            assert any("Too many" in text for text in one.texts)

    asyncio.run(use())


def test_where_boot_knows_no_modules_the_panel_does_not_say_that_they_were_dropped(
    keyed: None, tmp_path: Path
) -> None:
    script = SCRIPT.replace("freshboot.boot(heal=False)", "")
    with running(tmp_path / "repository", {**FILES, "streamlit_app.py": script}) as app:

        async def use() -> None:
            async with tab(app.server) as one:
                await one.run("Unlock", {"Key": KEY})
                await one.run("Drop modules")
                assert one.texts[0] == "old 1 1"
                assert not any("Done" in text for text in one.texts)
                assert any("could not be done" in text for text in one.texts)

        asyncio.run(use())
        assert "modules were dropped" not in app.server.log.read_text()


def test_without_a_key_strangers_see_nothing_and_the_counts(tmp_path: Path) -> None:
    with running(tmp_path / "repository", FILES) as app:
        texts = app.shows()
        assert texts[0] == "old 1 1"
        assert not any("FRESHBOOT_KEY" in text or "helpers.py" in text for text in texts)
        assert any("unlock" in text for text in texts)


def test_whoever_sits_at_the_machine_sees_names_and_how_to_set_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.setenv("PATH", "")  # no xdg-open: nothing opens here
    options = ("--server.headless=false", "--server.showEmailPrompt=false")
    with running(tmp_path / "repository", FILES, *options) as app:

        async def look(**headers: str) -> str:
            async with tab(app.server, **headers) as one:
                return expanders(one.texts)

        async def visits() -> tuple[str, str]:
            origin = app.server.url
            return await look(Origin=origin), await look(Origin=origin, **{"X-Forwarded-For": "203.0.113.9"})

        here, proxied = asyncio.run(visits())
    assert "✅ helpers.py" in here
    assert "FRESHBOOT_KEY" in here
    assert "helpers.py" not in proxied
    assert "FRESHBOOT_KEY" not in proxied


@pytest.mark.slow
def test_works_on_the_oldest_version(tmp_path: Path, keyed: None) -> None:
    with running(tmp_path / "repository", FILES, python=require(OLDER[0])) as app:

        async def use() -> None:
            async with tab(app.server) as one:
                await one.run("Unlock", {"Key": KEY})
                assert "✅ helpers.py" in expanders(one.texts)
                assert "no key" in one.texts
                await one.run("Drop modules")
                assert one.texts[0] == "old 2 2"

        asyncio.run(use())
        assert "could not do its work" not in app.server.log.read_text()
