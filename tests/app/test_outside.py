"""Outside of a Streamlit server nothing happens that anybody could notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """\
import freshboot
freshboot.boot()
import streamlit as st
DEPLOYMENT_VERSION = "1.0.3+20261121T204300Z.g1a2b3c4.teal"
freshboot.badge()
import helpers
st.text(helpers.VALUE)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "helpers.py").write_text("VALUE = 'helped'\n")
    (tmp_path / "streamlit_app.py").write_text(SCRIPT)
    return tmp_path / "streamlit_app.py"


def test_bare_python_runs_the_script(script: Path) -> None:
    hooks = "[one for one in sys.path_hooks if 'freshboot' in repr(one)]"
    script.write_text(f"import sys\n{SCRIPT}\nprint({hooks}, helpers.VALUE)\n")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert ran.stdout == "[] helped\n"
    assert "freshboot" not in ran.stderr


def test_streamlits_apptest_sees_the_app_and_keeps_its_modules(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(script.parent))
    import helpers  # type: ignore[import-not-found]

    monkeypatch.setattr(helpers, "VALUE", "patched by the test")
    hooks = list(sys.path_hooks)
    app = AppTest.from_file(str(script))
    app.query_params["freshboot"] = "0" * 32
    app.run()
    assert not app.exception
    assert [one.value for one in app.text] == ["patched by the test"]
    assert "1.0.3 · 2026-11-21 20:43 UTC · 1a2b3c4" in app.markdown[0].value
    assert sys.path_hooks == hooks
    del sys.modules["helpers"]
