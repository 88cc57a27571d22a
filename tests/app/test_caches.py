"""Streamlit's caches as they are inside: read in its own process, and not through a server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit
from streamlit.runtime.caching.storage.dummy_cache_storage import MemoryCacheStorageManager
from streamlit.runtime.caching.storage.local_disk_cache_storage import LocalDiskCacheStorageManager

from freshboot.app import caches


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own, where persisted results would lie, and nothing cached before or after."""
    monkeypatch.setenv("HOME", str(tmp_path))
    caches.clear()
    yield
    caches.clear()


def cached(how: Callable[[Callable[[], object]], Callable[[], object]]) -> list[object]:
    """Call a cached function; the list that it puts something into whenever it is computed."""
    computed: list[object] = []

    @how
    def compute() -> int:
        computed.append(1)
        return 1

    compute()
    compute()
    assert len(computed) == 1
    return computed


@pytest.mark.parametrize("how", [streamlit.cache_data, streamlit.cache_resource])
def test_are_empty_until_a_function_was_called(how: Callable[..., Callable[[], object]]) -> None:
    assert caches.are_empty()
    cached(how)
    assert not caches.are_empty()
    caches.clear()
    assert caches.are_empty()


def test_results_of_an_earlier_process_count(tmp_path: Path) -> None:
    (tmp_path / ".streamlit/cache").mkdir(parents=True)
    assert caches.are_empty()
    (tmp_path / ".streamlit/cache/function-value.memo").write_bytes(b"1")
    assert not caches.are_empty()


@pytest.mark.parametrize(
    ("storage", "outlives"), [(LocalDiskCacheStorageManager, False), (MemoryCacheStorageManager, True)]
)
def test_persisted_results_outlive_clearing_where_the_storage_is_anothers(
    storage: Callable[[], object], outlives: bool
) -> None:
    runtime = SimpleNamespace(cache_storage_manager=storage())
    cached(streamlit.cache_data)
    assert not caches.outlive_clearing(runtime)
    cached(streamlit.cache_data(persist="disk"))
    assert caches.outlive_clearing(runtime) is outlives


def test_clears_the_cache_of_old_versions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    legacy = SimpleNamespace(clear_cache=lambda: calls.append("cleared"))
    monkeypatch.setitem(sys.modules, "streamlit.runtime.legacy_caching.caching", legacy)
    caches.clear()
    assert calls == ["cleared"]
