"""A picture of what visitors see."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.live import browser
from freshboot.rollout import picture as taking
from freshboot.rollout.run import picture
from tests.app.apps import running

MAIN = "import freshboot\nfreshboot.boot()\nimport streamlit as st\nst.text('main')\n{more}\n"
PAGE = (1280, 800)


def size_of(file: Path) -> tuple[int, int]:
    width, height = struct.unpack(">II", file.read_bytes()[16:24])
    return width, height


async def test_shows_the_badge(tmp_path: Path) -> None:
    more = 'DEPLOYMENT_VERSION = "1.0.3+20261121T204300Z.g1a2b3c4.purple"\nfreshboot.badge()'
    with running(tmp_path / "app", {"streamlit_app.py": MAIN.format(more=more)}) as app:
        file = tmp_path / "badge.png"
        words = await picture(Config(url=app.server.url), file)
    assert words == f"the badge: {file}"
    width, height = size_of(file)
    assert 100 < width < 600
    assert 10 < height < 60


async def test_shows_the_page_where_there_is_no_badge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_BADGE_SECONDS", 2.0)
    with running(tmp_path / "app", {"streamlit_app.py": MAIN.format(more="")}) as app:
        file = tmp_path / "page.png"
        words = await picture(Config(url=app.server.url), file)
    assert words == f"the page, which shows no badge: {file}"
    assert size_of(file) == PAGE


async def test_a_machine_without_a_browser_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(browser.ENVIRONMENT, str(tmp_path / "none"))
    words = await taking.take_picture(taking.Address.parse("http://127.0.0.1:1"), tmp_path / "x.png")
    assert words.startswith("no picture: Chromium does not start")
    assert "install" in words
    assert not (tmp_path / "x.png").exists()


async def test_an_app_that_is_down_has_none(tmp_path: Path) -> None:
    limits = taking.Limits(connect=1.0, run=1.0)
    words = await taking.take_picture(taking.Address.parse("http://127.0.0.1:1"), tmp_path / "x.png", limits)
    assert words.startswith("no picture: ")
