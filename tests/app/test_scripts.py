"""A script's code is named by its file's bytes only if it was compiled from them."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from types import CodeType

import pytest
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from freshboot.app import scripts
from freshboot.app.scripts import Script
from freshboot.proof import blob_id
from tests.app.process import Process, blob

SOURCE = "'''Docs.'''\nimport streamlit as st\nx = 1\nx\ndef f():\n    'shown by magic'\n    x\n"


def compiled(file: Path) -> CodeType:
    """As Streamlit does it."""
    code = ScriptCache().get_bytecode(str(file))
    assert isinstance(code, CodeType)
    return code


def note(process: Process, code: CodeType) -> Script:
    return scripts.note(process.state, [code])[0]


def test_code_that_is_its_file_s_has_its_blob(process: Process) -> None:
    found = note(process, compiled(process.write("app.py", SOURCE)))
    assert (found.path, found.blob) == ("app.py", blob(SOURCE))


@pytest.mark.parametrize(
    "data",
    [
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        b"x = 1\r\nx\r\n",
        b"\xef\xbb\xbfx = 1\n",
        b"from __future__ import annotations\nx: int = 1",
        b"",
    ],
    ids=["latin-1", "crlf", "bom", "future", "empty"],
)
def test_every_kind_of_source(process: Process, data: bytes) -> None:
    file = process.write("app.py", "")
    file.write_bytes(data)
    assert note(process, compiled(file)).blob == blob_id(data)


def test_code_without_magic_is_known_too(process: Process) -> None:
    file = process.write("app.py", SOURCE)
    assert note(process, compile(SOURCE, str(file), "exec", dont_inherit=True)).blob == blob(SOURCE)


def test_what_was_known_stays_known_when_the_file_changes(process: Process) -> None:
    file = process.write("app.py", SOURCE)
    code = compiled(file)
    note(process, code)
    process.write("app.py", SOURCE + "x = 2\n")
    assert note(process, code).blob == blob(SOURCE)


def test_code_whose_file_changed_before_is_unrecorded(process: Process) -> None:
    code = compiled(process.write("app.py", SOURCE))
    process.write("app.py", SOURCE.replace("x = 1", "x = 2"))
    assert note(process, code).blob is None
    process.write("app.py", SOURCE.replace("x = 1", "x = 3"))
    assert note(process, code).blob is None


def test_code_whose_file_comes_back_is_known_again(process: Process) -> None:
    """A rollback: it is the same program, whenever that is found out."""
    code = compiled(process.write("app.py", SOURCE))
    process.write("app.py", "this is no Python\n")
    assert note(process, code).blob is None
    process.write("app.py", SOURCE)
    assert note(process, code).blob == blob(SOURCE)


def test_a_file_is_read_once_for_each_of_its_states(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = compiled(process.write("app.py", SOURCE))
    process.write("app.py", "x = 2\n")
    note(process, code)
    monkeypatch.setattr(scripts, "_is_compiled_from", pytest.fail)
    note(process, code)


def test_equal_code_of_two_loads_is_told_apart_by_identity(process: Process) -> None:
    file = process.write("app.py", SOURCE)
    first, second = compiled(file), compiled(file)
    assert first == second
    assert note(process, first) is not note(process, second)


def test_code_that_is_gone_is_forgotten(process: Process) -> None:
    code = compiled(process.write("app.py", SOURCE))
    note(process, code)
    del code
    gc.collect()
    assert process.state.scripts == {}


def test_a_script_outside_of_the_root_has_no_path(process: Process, tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text(SOURCE)
    assert note(process, compiled(file)).path is None


def test_a_script_that_is_gone_is_unrecorded(process: Process) -> None:
    file = process.write("app.py", SOURCE)
    code = compiled(file)
    os.unlink(file)
    assert note(process, code).blob is None


def test_the_stamp_is_the_running_code_s(process: Process) -> None:
    source = 'DEPLOYMENT_VERSION = "1.0.0"\n'
    code = compiled(process.write("app.py", source))
    note(process, code)
    process.write("app.py", 'DEPLOYMENT_VERSION = "2.0.0"\n')
    assert note(process, code).stamp == "1.0.0"
