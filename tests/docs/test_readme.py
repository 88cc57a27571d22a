"""The README as GitHub shows it: two screens, with a picture of a verdict."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from freshboot.live.browser import NoBrowser, open_browser
from tests.docs.pages import README, ROOT

TWO_SCREENS = 1800
STYLE = Path(__file__).with_name("github.css").read_text("utf-8")
(PICTURE,) = re.findall(r"^!\[stale .+\]\((.+\.svg)\)$", README, re.M)


@pytest.mark.asyncio
async def test_it_is_two_screens(tmp_path: Path) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(README)
    (tmp_path / "readme.html").write_text(
        f'<!doctype html><meta charset="utf-8"><base href="{ROOT.as_uri()}/"><style>{STYLE}</style>{shown}',
        "utf-8",
    )
    try:
        async with open_browser() as browser:
            page = await browser.new_page(viewport={"width": 1280, "height": 900})
            await page.goto((tmp_path / "readme.html").as_uri())
            assert await page.evaluate("document.querySelector('img').naturalWidth") > 0
            assert await page.evaluate("document.body.offsetHeight") <= TWO_SCREENS
    except NoBrowser as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(error.message)


def test_the_picture_shows_a_verdict_in_the_command_s_words() -> None:
    assert "stale (stale-file)" in (ROOT / PICTURE).read_text("utf-8").replace("&#160;", " ")


def test_its_lines_are_short_enough_to_be_read_as_they_stand() -> None:
    lines = [line for line in README.splitlines() if not line.startswith(("|", "!["))]
    assert [line for line in lines if len(line) > 110] == []


@pytest.mark.parametrize("command", ["scripts/demo", "scripts/test"])
def test_a_first_command_stands_alone_to_be_copied(command: str) -> None:
    assert f"```\n{command}\n```" in README
