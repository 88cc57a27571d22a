"""Streamlit's own settings, pushed while the server runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.proof import Kind, Layer, tag
from tests.app.apps import App, running
from tests.environments import NEWEST, require
from tests.gitrepo import git

CONFIG = ".streamlit/config.toml"
MAIN = "import freshboot; freshboot.boot()\n"
OLD = "[server]\nmaxUploadSize = 7\nport = 1\n[theme]\nbase = 'dark'\n"  # the port is told by a flag


def is_told(app: App) -> bool:
    asked = app.challenge()
    assert asked.errors == ()
    word = tag(asked.nonce, Layer.RESULTS, CONFIG, Kind.UNRECORDED.value)
    return word in asked.layers[Layer.RESULTS.value].of(Kind.UNRECORDED)


@pytest.mark.parametrize("version", ["1.28.0", NEWEST])
def test_other_than_the_server_has_are_told(tmp_path: Path, version: str) -> None:
    files = {"streamlit_app.py": MAIN, CONFIG: OLD}
    with running(tmp_path / "repository", files, python=require(version)) as app:
        git(app.root, "init", "--quiet")
        git(app.root, "add", *files)
        app.shows()
        assert not is_told(app)
        for text in (OLD.replace("7", "8"), "", OLD + "[logger]\nlevel = 'error'\n"):
            app.write(CONFIG, text)
            app.challenge()  # what was rewritten may be told once for that
            assert is_told(app)
        (app.root / CONFIG).unlink()
        app.challenge()
        assert is_told(app)
        app.write(CONFIG, "# the same\n" + OLD.replace("port = 1", "port = 2"))
        assert any(not is_told(app) for _ in range(20))  # what was rewritten is told until it has settled
