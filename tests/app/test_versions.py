"""The agent in a real Streamlit server, old and new: what it attests is what the pages display.

The app's own code imports nothing of freshboot but the two lines; the numbers that it displays are the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freshboot.proof import Attestation, Kind, Layer
from tests.app.apps import App, named, running
from tests.environments import VERSIONS, require

pytestmark = pytest.mark.slow

MAIN = '''\
"""An app: the docstring and the future come first."""
from __future__ import annotations
import freshboot; freshboot.boot()
from pathlib import Path
import streamlit as st
st.set_page_config(page_title="shop")
DEPLOYMENT_VERSION = "1.2.{number}+20261121T204300Z.g1a2b3c4.purple"
freshboot.badge()
import shop.prices
from shop import tax
with Path({log!r}).open("a") as log: log.write("main ")
st.text(f"main {number} prices {{shop.prices.NUMBER}} tax {{tax.NUMBER}} sum {{shop.prices.total()}}")
'''
PAGE = """\
import freshboot; freshboot.boot()
from pathlib import Path
import streamlit as st
from shop import tax
with Path({log!r}).open("a") as log: log.write("page ")
st.text(f"page {number} tax {{tax.NUMBER}}")
"""
PRICES = "from . import tax\nNUMBER = {number}\ndef total():\n    return NUMBER + tax.NUMBER\n"
TAX = "NUMBER = {number}\n"


class Shop:
    """The app, its files by number, and how often its code ran."""

    def __init__(self, app: App, log: Path) -> None:
        self.app = app
        self.log = log

    def file(self, path: str, number: int) -> str:
        return TEMPLATES[path].format(number=number, log=str(self.log))

    def change(self, path: str, number: int) -> None:
        self.app.write(path, self.file(path, number))

    def loaded(self, kind: Kind, page: str = "") -> set[tuple[str, int]]:
        """The files that a challenge names, with their numbers."""
        attestation = self.app.challenge(page)
        assert attestation.errors == ()
        numbers = range(10)
        known = {path: [self.file(path, number) for number in numbers] for path in TEMPLATES}
        known["shop/__init__.py"] = [""]
        found = named(attestation, kind, known)
        return {(path, known[path].index(text)) for path, text in found if path in TEMPLATES}

    def ran(self) -> int:
        return len(self.log.read_text().split())


TEMPLATES = {"streamlit_app.py": MAIN, "pages/second.py": PAGE, "shop/prices.py": PRICES, "shop/tax.py": TAX}


@pytest.fixture(scope="module", params=VERSIONS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    python = require(request.param)
    folder = tmp_path_factory.mktemp("shop")
    log = folder / "ran"
    log.touch()
    files = {path: text.format(number=0, log=str(log)) for path, text in TEMPLATES.items()}
    with running(folder / "repository", {**files, "shop/__init__.py": ""}, python=python) as app:
        yield Shop(app, log)


@pytest.fixture
def shop(server: Shop) -> Iterator[Shop]:
    """The app with all files at number 0 and loaded anew, and again after the test."""
    yield server
    for path in TEMPLATES:
        server.change(path, 0)
    server.app.shows()


def test_attests_the_modules_and_the_script_that_the_page_shows(shop: Shop) -> None:
    assert shop.app.shows()[-1] == "main 0 prices 0 tax 0 sum 0"
    assert shop.loaded(Kind.MODULES) == {("shop/prices.py", 0), ("shop/tax.py", 0)}
    assert shop.loaded(Kind.SCRIPTS) >= {("streamlit_app.py", 0)}
    assert not shop.loaded(Kind.UNRECORDED) | shop.loaded(Kind.KEPT)


def test_attests_every_file_on_disk(shop: Shop) -> None:
    attestation = shop.app.challenge()
    files = {path: [shop.file(path, 0)] for path in TEMPLATES} | {"shop/__init__.py": [""]}
    assert {path for path, _ in named(attestation, Kind.CODE, files)} == files.keys()
    assert attestation.layers[Layer.DISK.value].count(Kind.SKIPPED) == 0


def test_tells_versions_start_and_stamp_in_the_clear(shop: Shop) -> None:
    attestation = shop.app.challenge()
    assert attestation.versions.keys() == {"python", "streamlit", "freshboot"}
    assert attestation.versions["streamlit"] == shop.app.page().streamlit_version
    assert attestation.stamp == "1.2.0+20261121T204300Z.g1a2b3c4.purple"
    assert attestation.started.endswith("Z")
    assert attestation.boot_id == shop.app.challenge().boot_id


def test_shows_the_badge_of_the_running_stamp(shop: Shop) -> None:
    assert "1.2.0 · 2026-11-21 20:43 UTC · 1a2b3c4" in shop.app.shows()[0]


@pytest.mark.parametrize("page", ["", "second"])
def test_a_challenge_runs_no_code_of_the_app(shop: Shop, page: str) -> None:
    before = shop.ran()
    shop.app.challenge(page)
    assert shop.ran() == before
    shop.app.shows(page)
    assert shop.ran() == before + 1


def test_what_is_no_challenge_is_the_apps_own_business(shop: Shop) -> None:
    before = shop.ran()
    assert "main" in shop.app.page("freshboot=no-nonce").texts()[-1]
    assert shop.ran() == before + 1


def changed_unwatched(shop: Shop) -> tuple[Attestation, int, int]:
    """Change a module after the last visitor has left: the answer then, the number loaded, and that on disk.

    The server takes a moment to notice that nobody is there; a change in that moment it reloads by itself.
    """
    for number in range(1, 9):
        assert shop.app.shows()[-1].endswith(f"tax {number - 1} sum {number - 1}")
        shop.change("shop/tax.py", number)
        attestation = shop.app.challenge()
        if attestation.layers[Layer.MEMORY.value].of(Kind.MODULES):
            return attestation, number - 1, number
    raise AssertionError("the server reloads although nobody is connected")


def test_a_module_changed_with_nobody_connected_is_told_and_then_healed(shop: Shop) -> None:
    attestation, old, new = changed_unwatched(shop)
    texts = {"shop/tax.py": [TAX.format(number=old)], "shop/prices.py": [shop.file("shop/prices.py", 0)]}
    assert named(attestation, Kind.MODULES, texts | {"shop/__init__.py": [""]}) >= {
        ("shop/tax.py", TAX.format(number=old))
    }
    assert attestation.healed >= 3
    assert shop.app.shows()[-1].endswith(f"prices 0 tax {new} sum {new}")
    assert shop.loaded(Kind.MODULES) == {("shop/prices.py", 0), ("shop/tax.py", new)}


def test_an_ordinary_visit_heals_too(shop: Shop) -> None:
    shop.app.shows()
    shop.change("shop/tax.py", 4)
    shop.change("shop/prices.py", 5)
    assert shop.app.shows()[-1].endswith("prices 5 tax 4 sum 9")
    assert shop.app.shows("second")[-1].endswith("tax 4")


@pytest.mark.parametrize(("path", "page"), [("streamlit_app.py", ""), ("pages/second.py", "second")])
def test_a_script_is_attested_as_it_is_displayed_not_as_it_lies_on_disk(
    shop: Shop, path: str, page: str
) -> None:
    """Whether a changed script is served depends on Streamlit's version; what is attested must not."""
    shop.app.shows(page)
    shop.change(path, 6)
    displayed = int(shop.app.shows(page)[-1].split()[1])
    assert displayed in (0, 6)
    assert {number for name, number in shop.loaded(Kind.SCRIPTS, page) if name == path} == {displayed}
    stamp = shop.app.challenge().stamp
    assert stamp is None or path != "streamlit_app.py" or stamp.startswith(f"1.2.{displayed}+")
