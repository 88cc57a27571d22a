"""Under st.navigation: the entrypoint runs first, then the page that it chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from freshboot.proof import Attestation, Kind
from tests.app.apps import App, named, running
from tests.environments import VERSIONS, require

pytestmark = pytest.mark.slow

MAIN = """\
import freshboot
freshboot.boot()
import streamlit as st
page = st.navigation([st.Page("views/home.py", default=True), st.Page("views/more.py")])
page.run()
st.text("main 1")
"""
HOME = "import streamlit as st\nimport helpers\nst.text(f'home 1 {helpers.NUMBER}')\n"
MORE = "import freshboot; freshboot.boot()\n" + HOME.replace("home", "more")
FILES = {"streamlit_app.py": MAIN, "views/home.py": HOME, "views/more.py": MORE, "helpers.py": "NUMBER = 1\n"}


@pytest.fixture(scope="module", params=[one for one in VERSIONS if one != "1.28.0"])  # it came with 1.36
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    python = require(request.param)
    folder = tmp_path_factory.mktemp("navigation") / "repository"
    with running(folder, FILES, "--server.fileWatcherType=none", python=python) as made:
        yield made


def told(attestation: Attestation, kind: Kind, **more: str) -> set[tuple[str, str]]:
    assert attestation.errors == ()
    return named(
        attestation, kind, {path: [text, kind.value, *more.values()] for path, text in FILES.items()}
    )


@pytest.mark.parametrize(("page", "path", "shown"), [("", "home", "home 1 1"), ("more", "more", "more 1 1")])
def test_both_scripts_are_attested(app: App, page: str, path: str, shown: str) -> None:
    seen, attestation, _ = app.beside_a_visitor(page)
    assert seen.texts() == (shown, "main 1")
    attested = {path for path, _ in told(attestation, Kind.SCRIPTS)}
    assert attested >= {"streamlit_app.py", f"views/{path}.py"}


def test_a_page_that_the_server_holds_on_to_is_attested_as_displayed(app: App) -> None:
    changed = MORE.replace("more 1", "more 2")
    _, attestation, shown = app.beside_a_visitor("more", lambda: app.write("views/more.py", changed))
    app.write("views/more.py", MORE)
    assert shown.texts()[0] == "more 1 1"
    assert ("views/more.py", MORE) in told(attestation, Kind.SCRIPTS, changed=changed)


def test_a_page_without_boot_that_changed_before_it_was_looked_at_is_not_taken_for_new(app: App) -> None:
    """It was looked at only if the server has held on to it since an earlier run, as 1.40 does."""
    changed = HOME.replace("home 1", "home 2")
    _, attestation, shown = app.beside_a_visitor("", lambda: app.write("views/home.py", changed))
    app.write("views/home.py", HOME)
    assert shown.texts()[0] == "home 1 1"
    attested = told(attestation, Kind.SCRIPTS, changed=changed) | told(attestation, Kind.UNRECORDED)
    assert {text for path, text in attested if path == "views/home.py"} in ({HOME}, {"unrecorded"})


def test_a_module_that_changed_is_healed(app: App) -> None:
    app.shows()
    app.write("helpers.py", "NUMBER = 2\n")
    assert app.shows() == ("home 1 2", "main 1")
    app.write("helpers.py", "NUMBER = 1\n")
    assert app.shows("more") == ("more 1 1", "main 1")
