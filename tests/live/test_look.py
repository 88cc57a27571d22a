"""Looking at an app's pages: real ones of the newest and the oldest Streamlit, and ones that mean harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from freshboot.judge.pages import Frame, raised
from freshboot.live import look as looking
from freshboot.live import wire_pb2 as wire
from freshboot.live.connection import Limits
from freshboot.live.look import Look, look, look_everywhere, pages
from freshboot.live.run import AppPage, Metric
from tests.environments import NEWEST, OLDER, require
from tests.live.servers import Endpoints, app_saying, element, finished, new_session, text
from tests.streamlit_server import streamlit_server

FILES = {
    "main.py": """\
import streamlit as st
st.text("budget")
st.metric("Revenue", "£23,399,235", "+5%")
""",
    "lib/__init__.py": "",
    "lib/calc.py": """\
import json
def total():
    return {}["revenue"]
def read():
    return json.loads("no")
""",
    "lib/broken.py": "def x(:\n",
    "pages/Plain.py": 'import streamlit as st\nst.text("plain")\n',
    "pages/Module.py": "from lib import calc\ncalc.total()\n",
    "pages/Library.py": "from lib import calc\ncalc.read()\n",
    "pages/Chained.py": """\
from lib import calc
try:
    calc.total()
except KeyError as error:
    raise ValueError("no <b>budget</b>\\nat all") from error
""",
    "pages/Cached.py": """\
import streamlit as st
from lib import calc
@st.cache_data
def cached():
    return calc.total()
cached()
""",
    "pages/Widget.py": 'import streamlit as st\nst.metric("Revenue", object())\n',
    "pages/Faulty.py": "import streamlit as st\ndef x(:\n",
    "pages/Imports.py": "import lib.broken\n",
    "pages/Endless.py": """\
import time
import streamlit as st
place = st.empty()
while True:
    place.text("so far")
    time.sleep(0.1)
""",
}
PAGES = {Path(path).stem for path in FILES if path.startswith("pages/")}


@pytest.fixture(scope="module", params=[NEWEST, pytest.param(OLDER[0], marks=pytest.mark.slow)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """The app of these files, in a checkout below other folders."""
    folder = tmp_path_factory.mktemp("shop")
    for path, content in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content)
    with streamlit_server(folder / "main.py", python=require(request.param)) as server:
        yield Endpoints(server.port)


async def test_tells_what_a_page_shows(shop: Endpoints, http: aiohttp.ClientSession) -> None:
    shown = await look(shop, http=http)
    assert "budget" in shown.texts
    assert shown.metrics == (Metric("Revenue", "£23,399,235", "+5%"),)
    assert (shown.page, shown.exception, shown.error) == ("", None, "")


async def test_looks_at_the_page_that_it_is_asked_for(shop: Endpoints, http: aiohttp.ClientSession) -> None:
    shown = await look(shop, "Plain", http=http)
    assert (shown.page, shown.texts, shown.error) == ("Plain", ("plain",), "")


async def test_does_not_take_the_first_page_for_one_that_is_missing(
    shop: Endpoints, http: aiohttp.ClientSession
) -> None:
    shown = await look(shop, "plain", http=http)
    assert (shown.page, shown.texts, shown.error) == ("plain", (), "the app has no such page")


async def test_lists_every_page_with_exactly_one_first(shop: Endpoints, http: aiohttp.ClientSession) -> None:
    listed = await pages(shop, http=http)
    assert listed[0] == AppPage("main", "")
    assert {page.url_path for page in listed[1:]} == PAGES


async def test_tells_what_a_page_shows_that_does_not_end(
    shop: Endpoints, http: aiohttp.ClientSession
) -> None:
    shown = await look(shop, "Endless", http=http, limits=Limits(run=2.0))
    assert shown.texts == ("so far",)
    assert shown.error == "still running after 2 s"


@pytest.mark.parametrize(
    ("page", "type_", "message", "frame"),
    [
        ("Module", "KeyError", "'revenue'", Frame("lib/calc.py", 3, "total")),
        ("Cached", "KeyError", "'revenue'", Frame("lib/calc.py", 3, "total")),
        ("Chained", "ValueError", "no <b>budget</b>\nat all", Frame("pages/Chained.py", 5, "<module>")),
        ("Faulty", "SyntaxError", "invalid syntax", Frame("pages/Faulty.py", 2)),
        ("Imports", "SyntaxError", "invalid syntax", Frame("lib/broken.py", 1)),
    ],
)
async def test_tells_which_exception_was_raised_where(
    page: str, type_: str, message: str, frame: Frame, shop: Endpoints, http: aiohttp.ClientSession
) -> None:
    exception = (await look(shop, page, http=http)).exception
    assert exception is not None
    found = raised(exception.type, exception.message, exception.stack, FILES)
    assert (found.type, found.message, found.frame) == (type_, message, frame)


@pytest.mark.parametrize(
    ("page", "frame"),
    [("Library", Frame("lib/calc.py", 5, "read")), ("Widget", Frame("pages/Widget.py", 2, "<module>"))],
)
async def test_never_names_a_librarys_frame(
    page: str, frame: Frame, shop: Endpoints, http: aiohttp.ClientSession
) -> None:
    """Also where the repository has a file of the same name as the library's."""
    exception = (await look(shop, page, http=http)).exception
    assert exception is not None
    tracked = (*FILES, "json/decoder.py", "decoder.py", "metric.py", "script_runner.py", "elements/metric.py")
    assert raised(exception.type, exception.message, exception.stack, tracked).frame == frame


HIDING = {
    "none": ("", None),
    "type": ("KeyError", None),
    "stacktrace": ("KeyError", Frame("lib/calc.py", 3, "total")),
}


@pytest.mark.parametrize("details", HIDING)
async def test_says_what_is_known_where_the_app_hides_details(
    details: str, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "calc.py").write_text(FILES["lib/calc.py"])
    (tmp_path / "main.py").write_text(FILES["pages/Module.py"])
    with streamlit_server(tmp_path / "main.py", f"--client.showErrorDetails={details}") as server:
        exception = (await look(Endpoints(server.port), http=http)).exception
    assert exception is not None
    found = raised(exception.type, exception.message, exception.stack, FILES)
    assert (found.type, found.frame) == HIDING[details]
    assert found.redacted
    assert found.message == ""


async def test_looks_at_every_page_that_navigation_lists(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    (tmp_path / "main.py").write_text("""\
import streamlit as st
def home(): st.text("home")
def report(): st.text("report")
st.navigation([st.Page(home, default=True), st.Page(report, title="Annual report", url_path="report")]).run()
""")
    with streamlit_server(tmp_path / "main.py") as server:
        looks = await look_everywhere(
            Endpoints(server.port), http=http, also=("report", "Annual report", "gone")
        )
    assert [(one.page, one.texts, one.error) for one in looks] == [
        ("", ("home",), ""),
        ("report", ("report",), ""),
        ("gone", (), "the app has no such page"),
    ]
    assert [page.name for page in looks[0].pages] == ["home", "Annual report"]


def listing(*names: str) -> wire.ForwardMsg:
    message = new_session()
    message.new_session.app_pages.extend(wire.AppPage(page_name=name) for name in names)
    return message


async def test_waits_for_its_own_run_where_the_server_began_another(http: aiohttp.ClientSession) -> None:
    """A session whose script has just changed is run by the server first: that run has no page."""
    runs = [new_session(), text("first page"), finished(), new_session(), text("asked for"), finished()]
    async with app_saying(*runs) as app:
        assert (await look(app, "Report", http=http)).texts == ("asked for",)


async def test_says_which_pages_it_did_not_look_at(http: aiohttp.ClientSession) -> None:
    async with app_saying(listing("main", "a", "b", "c"), finished()) as app:
        looks = await look_everywhere(app, http=http, most=2)
    assert [(one.page, one.error) for one in looks] == [
        ("", ""), ("a", ""), ("b", "not looked at: the app has more than 2 pages"),
    ]  # fmt: skip


async def test_says_so_where_nobody_answers(http: aiohttp.ClientSession) -> None:
    shown = await look(Endpoints(1), http=http)
    assert shown == Look(error="no connection to 127.0.0.1:1: connection refused")
    assert await pages(Endpoints(1), http=http) == ()


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("LONGEST_TEXT", [text("ab", 0, 0), text("abcdef", 0, 1)]),
        ("MOST_CHARACTERS", [text("abc", 0, 0), text("abc", 0, 1)]),
        ("MOST_TEXTS", [text("a", 0, number) for number in range(6)]),
    ],
)
async def test_says_that_it_is_not_all_where_a_page_shows_too_much(
    limit: str, message: list[wire.ForwardMsg], http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is absent from such a page is not known to be absent."""
    monkeypatch.setattr(looking, limit, 5)
    async with app_saying(new_session(), *message, finished()) as app:
        shown = await look(app, http=http)
    assert shown.error == "the page shows more than is looked at"
    assert sum(map(len, shown.texts)) <= 5


async def test_keeps_what_came_before_the_limits_were_passed(http: aiohttp.ClientSession) -> None:
    many = [text("x", 0, number) for number in range(20)]
    async with app_saying(new_session(), *many, finished()) as app:
        shown = await look(app, http=http, limits=Limits(run_messages=10))
    assert 0 < len(shown.texts) < 20
    assert shown.error == "the app's answer has more than 10 messages"


async def test_replaces_control_characters(http: aiohttp.ClientSession) -> None:
    hostile = "a\x1b[31m\x00b\u009b\n\tc"
    shows = [
        text(hostile, 0, 0),
        element(0, 1, metric=wire.Metric(label=hostile, body=hostile)),
        element(0, 2, exception=wire.AppException(type=hostile, message=hostile, stack_trace=[hostile])),
    ]
    async with app_saying(new_session(), *shows, finished()) as app:
        shown = await look(app, http=http)
    clean = "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}\n\tc"
    assert shown.texts[0] == clean
    assert shown.metrics == (Metric(clean, clean, ""),)
    assert shown.exception is not None
    assert (shown.exception.type, shown.exception.message, shown.exception.stack) == (clean, clean, (clean,))


async def test_bounds_a_stack(http: aiohttp.ClientSession) -> None:
    exception = wire.AppException(type="E", message="m", stack_trace=["x" * 5000] * 1000)
    async with app_saying(new_session(), element(0, 0, exception=exception), finished()) as app:
        shown = await look(app, http=http)
    assert shown.exception is not None
    assert sum(map(len, shown.exception.stack)) == 500 * 2000
