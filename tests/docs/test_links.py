"""Links of the documents as they are read on GitHub: to files that are there, and to headings in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, name_of

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^ *```.*?^ *```$", re.M | re.S)


def places(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.M)
    words = (re.sub(r"[^\w\- ]", "", one.strip().lower()) for one in headings)
    return {one.replace(" ", "-") for one in words}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
        target, _, place = link.partition("#")
        if ":" in target:
            continue
        other = page.parent / target if target else page
        if not other.exists() or (place and place not in places(other)):
            dead.append(link)
    assert dead == []
