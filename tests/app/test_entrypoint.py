"""What the memory layer tells besides what is loaded: which script was given, and how much has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.proof import Attestation, Kind, Layer, LayerAnswer, tag
from tests.app.apps import App, running
from tests.gitrepo import git

MAIN = "import freshboot; freshboot.boot({})\nimport streamlit as st\nimport helpers\n"
FILES = {"pages/more.py": MAIN.format(""), "helpers.py": ""}


def memory(attestation: Attestation) -> LayerAnswer:
    return attestation.layers[Layer.MEMORY.value]


def pull(app: App) -> None:
    app.write("new.csv", "1")
    git(app.root, "add", "new.csv")


@pytest.mark.parametrize("options", ["", "heal=False"])
def test_the_script_that_the_server_was_given_is_told_and_what_changed_is_counted(
    tmp_path: Path, options: str
) -> None:
    files = {"streamlit_app.py": MAIN.format(options), **FILES}
    with running(tmp_path / "repository", files) as app:
        git(app.root, "init", "--quiet")
        git(app.root, "add", *files)
        app.shows()
        for page in ("", "more"):
            asked = app.challenge(page)
            path = tag(asked.nonce, Layer.MEMORY, "streamlit_app.py", "entrypoint")
            assert memory(asked).of(Kind.ENTRYPOINT) == (path,)
            assert memory(asked).counts["changes"] == 0
        pull(app)
        assert [memory(app.challenge()).counts["changes"] for _ in range(2)] == [1, 1]
