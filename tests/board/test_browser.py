"""The board as Chromium shows it, served by ``freshboot board``: phone and desk, light and dark, by keys.

On CI there is always a browser; elsewhere these tests are skipped with one line where there is none.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.board.ledgers import ledger, months
from tests.board.seen import CONTRASTS, FOCUS, TOO_WIDE
from tests.gitrepo import ISOLATION
from tests.streamlit_server import free_port
from tests.tell.payloads import PAYLOADS

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = ("Live", "Rollouts", "Files", "Figures", "Report")
HEADINGS = ("The release was live, and it was proven.", "Rollouts", "Files", "Figures", "Report of ")
_HOSTILE = ("script", "image", "link in HTML", "style", "end of details")
_SECONDS = 60_000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the board of an app of thirty releases, whose reasons are hostile."""
    told = months(30)
    hostile = [PAYLOADS[name] for name in _HOSTILE]
    told = [replace(one, reason=hostile[at % len(hostile)]) for at, one in enumerate(told)]
    folder = ledger(tmp_path_factory.mktemp("board") / "app", told)
    command = [sys.executable, "-m", "freshboot", "board", "--repo", str(folder), "--no-browser", "--json"]
    with subprocess.Popen(
        [*command, "--port", str(free_port())], env={**os.environ, **ISOLATION}, stdout=subprocess.PIPE
    ) as served:
        assert served.stdout is not None
        yield json.loads(served.stdout.readline())["url"]
        served.send_signal(signal.SIGTERM)
        assert served.wait(30) == 0


async def opened(browser: Browser, url: str, width: int, scheme: Any) -> tuple[Page, list[str]]:
    """The board in a window, and whatever it complains of."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = await context.new_page()
    page.set_default_timeout(_SECONDS)
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: said.append(f"error {one}"))
    page.on("dialog", lambda one: said.append(f"dialog {one.message}"))
    await page.goto(url)
    await settled(page, HEADINGS[0])
    return page, said


async def settled(page: Page, heading: str) -> None:
    """Wait until the page with this heading is all there."""
    await expect(page.locator("h1", has_text=heading).first).to_be_visible(timeout=_SECONDS)
    await expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_be_attached(timeout=_SECONDS)
    await expect(page.locator(".fb-foot")).to_contain_text("fetched", timeout=_SECONDS)
    await expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=_SECONDS)


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark"), (390, "light"), (1280, "dark")]
)
async def test_every_page_fits_reads_well_and_raises_nothing(
    browser: Browser, url: str, width: int, scheme: str
) -> None:
    page, said = await opened(browser, url, width, scheme)
    for name, heading in zip(PAGES, HEADINGS, strict=True):
        await page.get_by_role("link", name=name, exact=True).click()
        await settled(page, heading)
        assert await page.locator(".stException").count() == 0, name
        assert await page.evaluate(TOO_WIDE) == [], name
        contrasts = await page.evaluate(CONTRASTS)
        assert len(contrasts) > 10
        assert {one: ratio for one, ratio in contrasts.items() if ratio < 4.5} == {}, name
    assert said == []
    await page.context.close()


async def test_what_a_ledger_says_is_shown_as_text(browser: Browser, url: str) -> None:
    page, said = await opened(browser, url, 1280, "light")
    await page.get_by_role("link", name="Rollouts", exact=True).click()
    await settled(page, "Rollouts")
    await expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert await page.locator(".stHtml :is(script, img, iframe, form)").count() == 0
    assert await page.locator(".stHtml a[href*=evil]").count() == 0
    assert said == []
    await page.context.close()


async def test_everything_can_be_reached_by_keys_and_shows_its_focus(browser: Browser, url: str) -> None:
    page, _ = await opened(browser, url, 1280, "light")
    await expect(page.locator(".stMain button", has_text="Report")).to_have_count(5)  # they are loaded late
    met = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        met.append(await page.evaluate(FOCUS))
        if [one["name"] for one in met].count("Report") > 5:  # the page of that name, and five rollouts
            break
    names = [one["name"] for one in met if one["what"] in ("a", "button")]
    assert [name for name in names if name in PAGES][:5] == list(PAGES)
    assert "budget.streamlit.app" in names
    assert [one for one in met if not one["seen"]] == []
    await page.keyboard.press("Enter")
    await settled(page, "Report of ")
    assert "rollout=rollout-" in page.url
    await page.context.close()


async def test_the_chart_and_the_picture_are_told_in_words(browser: Browser, url: str) -> None:
    page, _ = await opened(browser, url, 1280, "light")
    chart = page.locator("[role=graphics-document]")
    await expect(chart).to_have_attribute("aria-label", re.compile("^Time to live of"))
    await page.get_by_role("link", name="Files", exact=True).click()
    await settled(page, "Files")
    table = page.get_by_role("table", name="Which file was live after which attempt")
    assert await table.get_by_role("columnheader").count() == 9
    cells = await table.get_by_role("cell").all_text_contents()
    assert all(any(word in one for word in ("deployed", "live", "not known")) for one in cells)
    await page.context.close()
