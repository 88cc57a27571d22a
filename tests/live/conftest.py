"""One real Streamlit server for the tests of this folder, and the client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from freshboot.live.http import http_client
from tests.streamlit_server import StreamlitServer, streamlit_server

SOURCE = Path(__file__).parent.parent.parent / "src"

MAIN = """
import streamlit as st
from freshboot.proof import QUERY_KEY, Attestation

nonce = st.query_params.get(QUERY_KEY)
if nonce and "silent" not in st.query_params:
    attestation = Attestation(nonce, "boot-1", "2026-11-21T20:43:00Z", {}, None, "sha1", True, 0, {})
    st.text(attestation.to_json())
    st.stop()
if st.query_params.get("do") == "raise":
    raise ValueError("no such budget")
if st.query_params.get("do") == "sleep":
    import time
    st.text("before")
    time.sleep(60)
st.title("Budget")
st.text("a plain text")
st.markdown("some **markdown**")
st.metric("Revenue", "1,234", "+5%")
with st.expander("Details"):
    st.text("in a closed expander")
for tab in st.tabs(["First", "Second"]):
    tab.text("in a tab")
st.sidebar.metric("Cost", "7")
st.error("an alert")
st.json({"key": 1})
st.code("print(1)")
st.html("<b>markup</b>")
st.selectbox("Year", ["2025", "2026"])
with st.form("form"):
    st.text_input("Name", "Ada")
    st.form_submit_button("Send")
st.components.v1.html("<i>frame</i>")
st.empty().text("first write")
place = st.empty()
place.container().text("replaced with its container")
place.text("last write")
st.text("x" * 20_000)
"""
REPORT = 'import streamlit as st; st.text("the report")'


@pytest.fixture(scope="package")  # not longer: to other tests it would be a child process of the app's
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreamlitServer]:
    folder = tmp_path_factory.mktemp("app")
    (folder / "pages").mkdir()
    (folder / "main.py").write_text(MAIN)
    (folder / "pages" / "Report.py").write_text(REPORT)
    with streamlit_server(folder / "main.py", env={"PYTHONPATH": str(SOURCE)}) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with http_client() as client:
        yield client
