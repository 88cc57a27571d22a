"""The documentation's site: built without a warning, whole, and without the network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT

OUTSIDE = re.compile(r"(https?:)?//")
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
IN_STYLES = re.compile(r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')]+)")
"""What a browser asks for by itself, where another page is only asked for by a click."""


class Page(HTMLParser):
    """What a page loads, where its links lead, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places.add(given.get("id", ""))
        if LOADED.get(tag, "") in given and given.get("rel") not in ("canonical", "next", "prev"):
            self.loads.append(given[LOADED[tag]])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What mkdocs says, and the site that it makes."""
    folder = tmp_path_factory.mktemp("site")
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr, folder


@pytest.fixture(scope="module")
def pages(built: tuple[str, Path]) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in built[1].rglob("*.html")}


def test_it_is_built_without_a_warning(built: tuple[str, Path]) -> None:
    assert re.findall(r"^(WARNING|ERROR) .*", built[0], re.M) == []


def test_every_page_stands_in_the_menu(built: tuple[str, Path]) -> None:
    nothing_else = Page((built[1] / "404.html").read_text("utf-8"))
    menu = {unquote(link).lstrip("/") for link in nothing_else.links}
    written = {
        path.relative_to(DOCS).with_suffix(".html").as_posix() for path in PAGES if DOCS in path.parents
    }
    assert written - menu - {"index.html"} == set()


def test_it_asks_nobody_else_for_anything(built: tuple[str, Path], pages: dict[Path, Page]) -> None:
    asked = {load for page in pages.values() for load in page.loads if OUTSIDE.match(load)}
    styles = (*built[1].rglob("*.css"), *built[1].rglob("*.svg"))
    asked |= {found for path in styles for found in IN_STYLES.findall(path.read_text("utf-8"))}
    assert asked == set()


def test_every_link_within_it_leads_to_a_place_that_is_there(pages: dict[Path, Page]) -> None:
    dead = []
    for path, page in pages.items():
        for link in page.links if path.name != "404.html" else ():
            target, place = urldefrag(unquote(link))
            other = (path.parent / target).resolve() if target else path
            if OUTSIDE.match(link) or link.startswith("mailto:"):
                continue
            if not other.is_file() or (place and place not in pages[other].places):
                dead.append(f"{path.name}: {link}")
    assert dead == []
