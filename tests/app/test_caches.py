"""Streamlit's caches as they are inside: read in its own process, and not through a server."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit
from streamlit.runtime.caching.storage.dummy_cache_storage import MemoryCacheStorageManager
from streamlit.runtime.caching.storage.local_disk_cache_storage import LocalDiskCacheStorageManager

from freshboot.app import caches, results
from tests.app.process import Process


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own, where persisted results would lie, and nothing cached before or after."""
    monkeypatch.setenv("HOME", str(tmp_path))
    clear = caches.clear
    clear()
    yield
    clear()


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


def test_one_that_cannot_be_cleared_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cached(streamlit.cache_resource)
    monkeypatch.setattr(streamlit.cache_data, "clear", None)
    with pytest.raises(TypeError):
        caches.clear()
    monkeypatch.undo()
    assert caches.are_empty()


def test_what_cannot_be_cleared_stays_due_and_is_not_tried_in_every_run(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []
    times = iter([0.0, 0.0, 5.0, 11.0, 11.0])

    def fail() -> None:
        tried.append(1)
        raise PermissionError

    monkeypatch.setattr(caches, "clear", fail)
    process.state.clear_due = True
    for fails in (True, False, True):
        with pytest.raises(PermissionError) if fails else contextlib.nullcontext():
            results.clear_if_due(process.state, process.places, lambda: next(times))
    assert len(tried) == 2
    assert process.state.clear_due
    assert results.told(process.state, None, None).unrecorded == {"."}


def test_clears_the_cache_of_old_versions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    legacy = SimpleNamespace(clear_cache=lambda: calls.append("cleared"))
    monkeypatch.setitem(sys.modules, "streamlit.runtime.legacy_caching.caching", legacy)
    caches.clear()
    assert calls == ["cleared"]
