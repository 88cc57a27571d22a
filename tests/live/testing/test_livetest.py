"""What is different live, on a real server: what cannot be seen, what can go wrong, and what must not."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit

import freshboot.live
from freshboot.errors import FreshbootError
from freshboot.hosts.address import AddressError
from freshboot.live.errors import Reason, SessionError
from freshboot.live.testing import needs
from freshboot.live.testing.livetest import LiveTest
from freshboot.live.testing.unseen import NotShown, Unseen
from tests.streamlit_server import StreamlitServer, streamlit_server

MAIN = """
import time
import streamlit as st

what = st.query_params.get("do")
if what == "sleep":
    time.sleep(600)
if what == "nest":
    place = st.empty()
    place.container().text("inside")
    place.container().text("inside again")
if what == "switch":
    st.switch_page("pages/Report.py")
number = st.selectbox("Number", [1, 2], format_func="No {}".format, key="number")
st.text(f"number {number!r}")
if st.toggle("More"):
    st.text_input("Extra", "extra", key="extra")
def clear(): st.session_state.name = ""
name = st.text_input("Name", "Ada", key="name")
st.button("Clear", on_click=clear)
st.text(f"name {name!r}")
st.metric("Sessions", st.session_state.setdefault("runs", 0))
st.session_state.runs += 1
files = st.file_uploader("Files", accept_multiple_files=True)
st.text(repr([(one.name, one.type, one.getvalue()) for one in files]))
said = st.chat_input("Say", accept_file="multiple")
st.text(repr((said.text, [one.name for one in said.files]) if said else None))
st.text(f"zone {st.context.timezone}")
st.text("x" * 20_000)
"""
REPORT = 'import streamlit as st; st.title("The report")'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StreamlitServer]:
    folder = tmp_path_factory.mktemp("app")
    (folder / "pages").mkdir()
    (folder / "main.py").write_text(MAIN)
    (folder / "pages" / "Report.py").write_text(REPORT)
    with streamlit_server(folder / "main.py", "--server.maxUploadSize=1") as server:
        yield server


@pytest.fixture
def at(server: StreamlitServer) -> Iterator[LiveTest]:
    with freshboot.live.connect(server.url) as live:
        yield live


def texts(at: LiveTest) -> list[str]:
    return [one.value for one in at.text]


def test_session_state_is_refused_with_what_to_do_instead(at: LiveTest) -> None:
    """To be set before a run, too."""
    for ask in (
        lambda: at.session_state["runs"],
        lambda: at.session_state.runs,
        lambda: "runs" in at.session_state,
        lambda: list(at.session_state),
        lambda: at.session_state.__setitem__("runs", 1),
        lambda: setattr(at.session_state, "runs", 1),
    ):
        with pytest.raises(Unseen, match=r"cannot be seen from outside \(read or set the widget instead"):
            ask()


@pytest.mark.parametrize("name", ["secrets", "user"])
def test_what_a_visitor_has_not_is_refused(at: LiveTest, name: str) -> None:
    with pytest.raises(Unseen, match=f"^{name} of a live app cannot be seen from outside"):
        getattr(at, name)
    with pytest.raises(Unseen):
        setattr(at, name, {"a": "b"})


def test_an_option_is_known_by_its_text(at: LiveTest) -> None:
    at.run()
    assert at.selectbox[0].value == "No 1"
    assert "number 2" in texts(at.selectbox[0].select("No 2").run())
    assert "number 1" in texts(at.selectbox[0].select_index(0).run())
    with pytest.raises(NotShown, match="shows no '2'; it shows 'No 1', 'No 2'"):
        at.selectbox[0].select(2).run()


def test_a_widget_that_goes_and_comes_back_begins_anew(at: LiveTest) -> None:
    at.run().toggle[0].set_value(True).run()
    at.text_input(key="extra").input("changed").run()
    assert at.text_input(key="extra").value == "changed"
    at.toggle[0].set_value(False).run().toggle[0].set_value(True).run()
    assert at.text_input(key="extra").value == "extra"


def test_a_widget_that_the_app_sets_holds_what_the_app_has_set(at: LiveTest) -> None:
    at.run().text_input(key="name").input("Grace").run()
    at.button[0].click().run()
    assert at.text_input(key="name").value == ""
    assert "name ''" in texts(at.run())


def test_tells_the_app_what_a_browser_would(at: LiveTest) -> None:
    at.context = {"timezone": "Europe/Berlin"}
    assert "zone Europe/Berlin" in texts(at.run())


def test_every_object_is_a_session_of_its_own(server: StreamlitServer, at: LiveTest) -> None:
    at.run().run()
    with freshboot.live.connect(server.url) as other:
        assert other.run().metric[0].value == "0"
    assert at.metric[0].value == "1"


def test_tells_the_version_of_the_app(at: LiveTest) -> None:
    assert at.streamlit_version == ""
    assert at.run().streamlit_version == streamlit.__version__  # type: ignore[attr-defined]


def test_shows_a_page_in_the_first_run(at: LiveTest) -> None:
    assert at.switch_page("pages/Report.py").run().title[0].value == "The report"


def test_stays_on_the_page_that_the_app_has_switched_to(at: LiveTest) -> None:
    at.query_params["do"] = "switch"
    assert at.run().title[0].value == "The report"
    assert at.run().title[0].value == "The report"


def test_says_which_pages_there_are(at: LiveTest) -> None:
    with pytest.raises(SessionError, match=r"no page Absent; it has main, Report") as refused:
        at.run().switch_page("Absent")
    assert refused.value.reason is Reason.PAGE_NOT_FOUND
    with freshboot.live.connect(at.url) as other, pytest.raises(SessionError, match="no page Absent"):
        other.switch_page("Absent").run()


def test_a_container_that_is_written_twice_is_read(at: LiveTest) -> None:
    at.query_params["do"] = "nest"
    assert texts(at.run())[0] == "inside again"


def test_a_run_that_takes_too_long_is_given_up_and_the_session_goes_on(at: LiveTest) -> None:
    at.query_params["do"] = "sleep"
    with pytest.raises(SessionError, match=r"did not finish within 0\.5 s"):
        at.run(timeout=0.5)
    at.query_params.clear()
    assert at.run().metric[0].value == "0"


def test_several_files_keep_their_names_and_order(at: LiveTest) -> None:
    at.run().file_uploader[0].set_value([("b.txt", b"1", "text/plain"), ('a "é".bin', b"\0", "x/y")])
    expected = [("b.txt", "text/plain", b"1"), ('a "é".bin', "x/y", b"\0")]
    assert repr(expected) in texts(at.run())
    assert [(one.name, one.type, one.getvalue()) for one in at.file_uploader[0].value] == expected
    assert repr([*expected, ("c", "x/y", b"3")]) in texts(_with_one_more(at).run())
    assert repr([]) in texts(at.file_uploader[0].clear().run())


def _with_one_more(at: LiveTest) -> LiveTest:
    files = [(one.name, one.getvalue(), one.type) for one in at.file_uploader[0].value]
    at.file_uploader[0].set_value([*files, ("c", b"3", "x/y")])
    return at


def test_a_file_is_uploaded_once(at: LiveTest, monkeypatch: pytest.MonkeyPatch) -> None:
    uploaded = []
    upload = at._conversation.upload
    monkeypatch.setattr(at._conversation, "upload", lambda *one: (uploaded.append(one), upload(*one)))
    at.run().file_uploader[0].upload("a.txt", b"1").run().run()
    assert len(uploaded) == 1


def test_says_that_a_file_is_too_large(at: LiveTest) -> None:
    at.run().file_uploader[0].upload("large", bytes(1024 * 1024 + 1))
    with pytest.raises(SessionError, match="takes no file of 1048577 bytes") as refused:
        at.run()
    assert refused.value.reason is Reason.UPLOAD_REFUSED


def test_a_chat_takes_files(at: LiveTest) -> None:
    at.run().chat_input[0].set_value("look").upload("a.txt", b"1", "text/plain").run()
    assert repr(("look", ["a.txt"])) in texts(at)
    assert at.chat_input[0].value.text == "look"
    assert [one.name for one in at.chat_input[0].value.files] == ["a.txt"]
    assert at.run().chat_input[0].value is None


async def test_works_where_an_event_loop_runs(at: LiveTest) -> None:
    assert at.run().metric[0].value == "0"


def test_leaves_nothing_behind(server: StreamlitServer) -> None:
    def threads() -> int:
        return sum(one.name == "freshboot-live" for one in threading.enumerate())

    before = threads()
    closed = freshboot.live.connect(server.url).run()
    closed.close()
    closed.close()
    forgotten = freshboot.live.connect(server.url).run()
    assert threads() == before + 1
    del forgotten
    gc.collect()
    assert threads() == before


def test_a_script_that_does_not_compile_shows_it(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import streamlit as st\nst.text('a'\n")
    with streamlit_server(tmp_path / "app.py") as server, freshboot.live.connect(server.url) as at:
        assert at.run().exception[0].proto.type == "SyntaxError"


def test_says_at_once_that_an_address_is_none() -> None:
    with pytest.raises(AddressError):
        freshboot.live.connect("your-app.streamlit.app")


def test_says_that_nobody_is_there() -> None:
    with freshboot.live.connect("http://127.0.0.1:9") as at, pytest.raises(SessionError) as refused:
        at.run()
    assert refused.value.reason is Reason.DOWN


def test_says_what_is_not_installed() -> None:
    """In a process that cannot import Streamlit."""
    source = (
        "import sys; sys.modules['streamlit'] = None\n"
        "import freshboot.live\n"
        "try: freshboot.live.connect('http://127.0.0.1:9')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("Missing live tests need streamlit, which is not installed")
    assert "pip install 'freshboot[live]'" in ran.stdout
    assert issubclass(needs.Missing, FreshbootError)
