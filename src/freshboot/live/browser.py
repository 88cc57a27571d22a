"""Asks the live app through a real browser, where no session can be opened otherwise.

Chromium, driven by Playwright's client (the extra ``browser``). The page is not trusted: it gets a profile of
its own without permissions, downloads and service workers, is left when it leads to another server, and is
read from a world that its own scripts do not reach.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from yarl import URL

from freshboot.errors import FreshbootError
from freshboot.live.challenge import OPENING, Page, Reply, Silent, query_of, read_attestation
from freshboot.live.connection import DEFAULT_LIMITS, Limits, connect_error
from freshboot.live.errors import Reason, SessionError, printable
from freshboot.live.http import Redirected

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession, Playwright
    from playwright.async_api import Page as Tab

T = TypeVar("T")

ENVIRONMENT = "FRESHBOOT_CHROMIUM"
"""The environment variable that names the browser's executable."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LOOK_SECONDS = 0.1
# A page that shows no answer and does not change for so long has none; it may say itself that it is done.
_QUIET_SECONDS, _DONE_SECONDS = 3.0, 1.0
_CLOSE_SECONDS = 5.0
_MOST_TEXT = 100_000  # characters of a page that are kept
_WIDTH, _HEIGHT = 1280, 800

# Streamlit writes st.text as one text node in all versions; what is around it differs. The state is told from
# 1.40 on. Written for a world of its own: nothing here can have been replaced by the page.
_LOOK = """(() => {
  const [opening, most, mostText] = %s;
  const seen = {href: location.href.slice(0, 2000)};
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); )
    if (node.data.startsWith(opening)) return {...seen, answer: node.data.slice(0, most + 1)};
  const app = document.querySelector(".stApp");
  const state = app && app.getAttribute("data-test-script-state");
  const busy = document.readyState !== "complete" || (state !== null && state !== "notRunning");
  return {...seen, busy, done: state === "notRunning", app: app !== null,
          text: app ? app.innerText.slice(0, mostText) : ""};
})()"""


_ERROR_PAGE = "chrome-error:"  # where a navigation ends that was not let through


class NoBrowser(FreshbootError):
    """There is no Chromium that can be driven."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(
            printable(message),
            f"install freshboot[browser] and Chromium (Debian: apt-get install chromium; else: playwright "
            f"install chromium), or name its executable in {ENVIRONMENT}",
        )


class _Look(NamedTuple):
    """What the page at ``href`` shows: an answer, else whether it is a Streamlit app, and its text.

    ``busy`` and ``done`` are what the app says of its run; both False where it says nothing.
    """

    href: str
    answer: str | None = None
    app: bool = False
    busy: bool = False
    done: bool = False
    text: str = ""

    def rests_after(self) -> float:
        """How many seconds without a change show that there will be none."""
        if self.busy:
            return math.inf
        return _DONE_SECONDS if self.done and self.text.strip() else _QUIET_SECONDS


def find_chromium(
    environ: Mapping[str, str] = os.environ, which: Callable[[str], str | None] = shutil.which
) -> str | None:
    """The executable of this machine's Chromium: what FRESHBOOT_CHROMIUM names, else what is on PATH."""
    return environ.get(ENVIRONMENT) or next(filter(None, map(which, _NAMES)), None)


@contextlib.asynccontextmanager
async def open_browser(executable: str | None = None) -> AsyncIterator[Browser]:
    """Start a headless Chromium: the given one, else the machine's, else the one that Playwright downloaded.

    :raises NoBrowser: there is none, it does not start, or Playwright's client is not installed.
    """
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        raise NoBrowser("Playwright's client is not installed") from None
    async with async_playwright() as playwright:
        try:
            browser = await _launch(playwright, executable or find_chromium())
        except Error as error:
            raise NoBrowser(f"Chromium does not start: {error.message.strip().splitlines()[0]}") from error
        try:
            yield browser
        finally:
            with contextlib.suppress(Error, asyncio.TimeoutError):
                await asyncio.wait_for(browser.close(), _CLOSE_SECONDS)


async def _launch(playwright: Playwright, executable: str | None) -> Browser:
    """With Chromium's sandbox where there can be one: root has none, nor has every container."""
    from playwright.async_api import Error

    if executable is None and not _is_there(playwright.chromium.executable_path):
        raise NoBrowser("there is no Chromium on this machine")
    if os.geteuid() != 0:
        with contextlib.suppress(Error):
            return await playwright.chromium.launch(executable_path=executable, chromium_sandbox=True)
    return await playwright.chromium.launch(executable_path=executable, chromium_sandbox=False)


def _is_there(path: str) -> bool:
    return os.path.exists(path)


async def ask_browser(
    url: str,
    nonce: str,
    *,
    browser: Browser,
    limits: Limits = DEFAULT_LIMITS,
    key: str | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Reply:
    """Send one challenge by opening the app's page, and read the answer from what it shows.

    What shows no answer is a ``Page`` with the lines of its text. Whatever the page does ends in a reply,
    within the limits.

    :param url: the app itself, without a query (on Community Cloud what lies under ``/~/+``)
    :param browser: from :func:`open_browser`
    :param key: as for :func:`freshboot.live.challenge.ask`
    :raises ValueError: the nonce has not the form of one.
    """
    query = query_of(nonce, key, url)
    started = clock()

    async def converse(tab: Tab) -> Reply:
        await _open(tab, f"{_with_slash(url)}?{query}")
        seen = await _settled(tab, url, limits, clock, sleep)
        return _read(seen, nonce, key, limits, clock() - started)

    return await _visit(browser, limits, url, converse)


async def screenshot(
    url: str,
    path: str | os.PathLike[str],
    *,
    browser: Browser,
    text: str | re.Pattern[str] = "",
    limits: Limits = DEFAULT_LIMITS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Silent | None:
    """Take a picture (PNG) of the app's page when it has come to rest, or of what shows a text: the badge.

    :param text: take only the innermost element with this text in it; it must be there within the limits
    :return: None, or why there is no picture
    """

    async def converse(tab: Tab) -> None:
        await _open(tab, _with_slash(url))
        patience, file = limits.run * 1000, os.fspath(path)
        if text:
            await tab.get_by_text(text).last.screenshot(path=file, timeout=patience)
        else:
            await _settled(tab, url, limits, clock, sleep)
            await tab.screenshot(path=file, timeout=patience)

    return await _visit(browser, limits, url, converse)


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


async def _visit(
    browser: Browser, limits: Limits, url: str, converse: Callable[[Tab], Awaitable[T]]
) -> T | Silent:
    """Converse with a tab in a profile of its own; whatever goes wrong is a silence."""
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as TooSlow

    try:
        async with _tab(browser, limits, url) as tab:
            return await asyncio.wait_for(converse(tab), limits.connect + limits.run)
    except (asyncio.TimeoutError, TooSlow):
        return Silent(Reason.TIMEOUT, "the page did not come to rest in time")
    except SessionError as error:
        return Silent(error.reason, error.message)
    except Error as error:
        return _explain(error.message)


@contextlib.asynccontextmanager
async def _tab(browser: Browser, limits: Limits, url: str) -> AsyncIterator[Tab]:
    """One tab; whatever else the page opens is closed, and dialogs are dismissed (Playwright does that).

    It reaches the app's own server and no other: a page must not ask around in the network that we are in.
    """
    context = await browser.new_context(
        accept_downloads=False,
        service_workers="block",
        permissions=[],
        viewport={"width": _WIDTH, "height": _HEIGHT},
    )
    try:
        context.set_default_timeout(limits.connect * 1000)
        await context.route(lambda asked: _is_elsewhere(asked, url), lambda route: route.abort())
        await context.route_web_socket(lambda asked: _is_elsewhere(asked, url), lambda socket: socket.close())
        tab = await context.new_page()
        context.on("page", lambda other: asyncio.ensure_future(_close(other.close())))
        yield tab
    finally:
        await _close(context.close())


async def _close(closing: Awaitable[None]) -> None:
    from playwright.async_api import Error

    with contextlib.suppress(Error, asyncio.TimeoutError):
        await asyncio.wait_for(closing, _CLOSE_SECONDS)


async def _open(tab: Tab, url: str) -> None:
    response = await tab.goto(url, wait_until="commit")
    status = response.status if response is not None else 200
    _refuse_elsewhere(tab.url, url)
    if status in (401, 403):
        raise SessionError(Reason.PRIVATE, f"the server lets nobody in without a sign-in (HTTP {status})")
    if status >= 500:
        raise SessionError(Reason.DOWN, f"the server is there, but the app is not (HTTP {status})")
    if status >= 400:
        raise SessionError(Reason.NOT_STREAMLIT, f"the server answers, but shows no app (HTTP {status})")


def _is_elsewhere(asked: str, url: str) -> bool:
    """Whether a request would leave the app's server; what is in the page itself (``data:``) asks nobody."""
    leaves = asked.startswith(("http:", "https:", "ws:", "wss:", "file:"))
    return leaves and _server(asked)[1:] != _server(url)[1:]


def _refuse_elsewhere(href: str, url: str) -> None:
    """Another server's answer is not the app's, whatever it says; ``about:blank`` is no answer yet."""
    if href.startswith(_ERROR_PAGE):
        raise SessionError(Reason.NOT_STREAMLIT, "the page leads away from the app's server")
    if href != "about:blank" and _server(href) != _server(url):
        raise connect_error(Redirected(302, href))


def _server(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = URL(url)
        return parts.scheme, parts.host, parts.port
    except ValueError:
        return "", None, None


async def _settled(
    tab: Tab,
    url: str,
    limits: Limits,
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[object]],
) -> _Look:
    """Look until there is an answer, or the page shows the same for a while and is done."""
    session = await tab.context.new_cdp_session(tab)
    last, since = None, clock()
    while True:
        seen = await _look(session, limits)
        if seen is not None:
            _refuse_elsewhere(seen.href, url)
        if seen != last:
            last, since = seen, clock()
        if seen is not None and seen.answer is not None:
            return seen
        if seen is not None and clock() - since >= seen.rests_after():
            return seen
        await sleep(_LOOK_SECONDS)


async def _look(session: CDPSession, limits: Limits) -> _Look | None:
    """What the page shows; None while it is being replaced by another."""
    from playwright.async_api import Error

    arguments = json.dumps([OPENING, limits.message_bytes, _MOST_TEXT])
    try:
        tree = await session.send("Page.getFrameTree")
        frame = {"frameId": tree["frameTree"]["frame"]["id"]}
        world = await session.send("Page.createIsolatedWorld", frame)
        asked = {
            "expression": _LOOK % arguments,
            "contextId": world["executionContextId"],
            "returnByValue": True,
        }
        found = (await session.send("Runtime.evaluate", asked))["result"].get("value")
    except Error as error:
        if "closed" in error.message or "crashed" in error.message:
            raise
        return None
    if not isinstance(found, dict):
        return None
    return _Look(**found)


def _read(seen: _Look, nonce: str, key: str | None, limits: Limits, elapsed: float) -> Reply:
    if seen.answer is not None:
        if len(seen.answer) > limits.message_bytes:
            return Silent(Reason.TOO_LARGE, f"the answer is larger than {limits.message_bytes} bytes")
        return read_attestation(seen.answer, nonce, elapsed, key)
    if not seen.app:
        return Silent(Reason.NOT_STREAMLIT, "a browser is shown a page there, but not Streamlit's")
    lines = (line.strip() for line in seen.text.splitlines())
    return Page(tuple(line for line in lines if line), (), None, "")


def _explain(message: str) -> Silent:
    """Say in one line what Chromium could not do."""
    code = re.search(r"net::(ERR_[A-Z_]+)", message)
    if code is None:
        first = message.strip().splitlines()[0] if message.strip() else "no reason"
        return Silent(Reason.DOWN, f"the page broke off: {printable(first, 120)}")
    if code[1].startswith(("ERR_CERT", "ERR_SSL")):
        return Silent(Reason.TLS, f"the secure connection failed: {code[1]}")
    return Silent(Reason.DOWN, f"no page came: {code[1]}")
