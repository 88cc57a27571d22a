"""Streamlit's server does not hang when its configuration changes while a script is compiled."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from freshboot.app.locks import order


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "app.py"
    path.write_text("VALUE = 1\n")
    return str(path)


def is_free_while_the_configuration_is_read(cache: Any, script: str) -> bool:
    """Whether who holds the configuration can clear the script cache while another thread compiles."""
    compiling = threading.Thread(target=cache.get_bytecode, args=(script,))
    with config._config_lock:
        compiling.start()
        compiling.join(0.3)  # it is stuck now, one way or the other
        free = cache._lock.acquire(timeout=0.3)
        if free:
            cache._lock.release()
    compiling.join()
    return free


def test_streamlit_alone_locks_itself_up(script: str) -> None:
    """If this fails, Streamlit has mended it, and ``locks`` is needed for older versions only."""
    assert not is_free_while_the_configuration_is_read(ScriptCache(), script)


def test_in_order_it_does_not(script: str) -> None:
    cache = ScriptCache()
    order(SimpleNamespace(_script_cache=cache))
    assert is_free_while_the_configuration_is_read(cache, script)


def test_ordering_twice_wraps_once(script: str) -> None:
    cache = ScriptCache()
    runtime = SimpleNamespace(_script_cache=cache)
    order(runtime)
    once = cache.get_bytecode
    order(runtime)
    assert cache.get_bytecode is once
    assert cache.get_bytecode(script).co_filename == script
