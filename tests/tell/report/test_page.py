"""The report as Chromium shows it: on a phone and a desk, light and dark, with nothing from the network.

On CI there is always a browser; elsewhere these tests are skipped with one line where there is none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from freshboot.judge.verdict import Verdict
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.html import to_html
from freshboot.tell.report.pictures import Picture
from tests.tell.payloads import PAYLOADS
from tests.tell.report.records import APP, attempt, commit, founding, outcome, selective, story
from tests.tell.report.test_hostile import html, like

pytestmark = pytest.mark.asyncio(loop_scope="module")

# One transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
_LONG = "src/a/very/deep/folder/with/a/name/that/no/phone/is/wide/enough/for/calculations.py"
FACTS = Facts(
    repository="acme/budget-planning-application-of-the-finance-department",
    commits="https://github.com/acme/budget/commit/",
    branch="main",
    entrypoint="streamlit_app.py",
    app=APP,
    deploy_link="https://share.streamlit.io/deploy?repository=acme%2Fbudget",
    differences={("calculations.py", commit(1), commit(3)): ("-RATES = {'UK': 1}" * 9, "+RATES = {}")},
)
# Every text on the page with its colour and what lies behind it; contrast as WCAG 2 has it. Shapes and the
# words in a picture are looked at as well.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = {};
  const colour = text => known[text] ??= (() => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  })();
  const linear = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const back = colour(getComputedStyle(node).backgroundColor);
      if (back[3] === 255) return back;
    }
    return [255, 255, 255, 255];
  };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const one = node.parentElement, style = getComputedStyle(one), box = one.previousElementSibling;
    if (!node.data.trim() || ['title', 'desc'].includes(one.tagName)) continue;
    const drawn = one instanceof SVGElement;
    const back = drawn && one.classList.contains('colour') ? colour(getComputedStyle(box).fill)
      : behind(drawn ? one.closest('svg').parentElement : one);
    const front = light(colour(drawn ? style.fill : style.color));
    const [a, b] = [front, light(back)].sort((x, y) => y - x);
    const key = one.tagName + '.' + (one.getAttribute('class') ?? '');
    found[key] = Math.min(found[key] ?? 99, (a + .05) / (b + .05));
  }
  return found;
}"""
# The elements that a browser makes of documents, by its own parser, with what could do something.
ELEMENTS = """documents => documents.map(text => {
  const told = ['href', 'src', 'class', 'id'];
  const shown = one => one.getAttributeNames().map(
    name => told.includes(name) ? name + '=' + one.getAttribute(name) : name);
  const page = new DOMParser().parseFromString(text, 'text/html');
  return [...page.querySelectorAll('*')].map(one => [one.tagName, ...shown(one)].join(' ')).join();
})"""


def page_of(kind: str) -> str:
    """A report with whatever there may be in it."""
    verdict = Verdict.CODE if kind == "stale" else Verdict(kind)
    named = attempt(5, outcome(5, verdict), _LONG, *(f"pages/page_{n}.py" for n in range(20)))
    told = {"code": founding(), "stale": selective()[:2], "proven": selective()}[kind]
    shown = (*told, named) if kind != "stale" else (named, *told)
    pictures = [Picture("badge.png", "image/png", PNG)]
    return to_html(story(*shown, facts=FACTS, pictures=pictures))


async def opened(browser: Browser, file: Path, width: int, scheme: Any) -> tuple[Page, list[str]]:
    """The file in a window, and everything that it asked for."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("dialog", lambda one: asked.append(f"dialog {one.message}"))
    page.on("console", lambda one: asked.append(f"console {one.text}"))
    page.on("pageerror", lambda one: asked.append(f"error {one}"))
    await page.goto(file.as_uri())
    return page, asked


@pytest.mark.parametrize(
    ("kind", "scheme"), [("code", "light"), ("code", "dark"), ("stale", "light"), ("proven", "dark")]
)
async def test_it_fits_reads_well_and_asks_nobody(
    browser: Browser, tmp_path: Path, kind: str, scheme: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_of(kind), "utf-8")
    for width in (390, 1280):
        page, asked = await opened(browser, file, width, scheme)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert [one for one in asked if one.startswith("data:image/png") is (one == file.as_uri())] == []
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        poor = {name: ratio for name, ratio in (await page.evaluate(CONTRASTS)).items() if ratio < 4.5}
        assert poor == {}
        await page.context.close()


async def test_its_style_is_let_through_and_its_picture_shown(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_of("code"), "utf-8")
    page, asked = await opened(browser, file, 390, "light")
    assert (
        await page.evaluate("getComputedStyle(document.querySelector('.badge')).color")
        == "rgb(255, 255, 255)"
    )
    assert await page.evaluate("document.querySelector('figure img').naturalWidth") == 1
    assert not [one for one in asked if one.startswith(("console", "error"))]
    await page.context.close()


async def test_what_got_in_would_neither_run_nor_ask_anybody(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    planted = "<script>alert(1)</script><img src=x onerror=alert(2)><img src=https://evil.example/x.png>"
    file.write_text(page_of("code").replace("<main>", f"<main>{planted}"), "utf-8")
    page, asked = await opened(browser, file, 390, "light")
    refused: list[str | None] = []
    page.on("requestfailed", lambda one: refused.append(one.failure))
    await page.reload()
    assert refused == ["csp", "csp"]
    assert not [one for one in asked if one.startswith("dialog")]
    await page.context.close()


async def test_the_browser_s_own_parser_finds_no_other_element(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "empty.html"
    file.write_text("<!doctype html><title>x</title>", "utf-8")
    page, _ = await opened(browser, file, 390, "light")
    texts = list(dict.fromkeys([*PAYLOADS.values(), *map(like, PAYLOADS.values())]))
    told = dict(zip(texts, await page.evaluate(ELEMENTS, list(map(html, texts))), strict=True))
    assert [one for one in texts if told[one] != told[like(one)]] == []
    await page.context.close()
