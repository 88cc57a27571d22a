"""Streamlit's caches: clearing them, and whether what they hold may be older than that.

Tried on 1.28 to 1.67. All but clearing is private there, and read in guards.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

_LOCAL = "streamlit.runtime.caching.storage.local_disk_cache_storage"
_LEGACY = "streamlit.runtime.legacy_caching.caching"  # st.cache, to 1.35


def clear() -> None:
    """Drop the results of ``st.cache_data`` (also those on disk), ``st.cache_resource`` and ``st.cache``."""
    import streamlit

    with contextlib.ExitStack() as all_of_them:  # also when one fails
        if _LEGACY in sys.modules:
            all_of_them.callback(sys.modules[_LEGACY].clear_cache)
        all_of_them.callback(streamlit.cache_resource.clear)
        all_of_them.callback(streamlit.cache_data.clear)


def are_empty() -> bool:
    """Whether no function has cached anything yet, nor did one of an earlier process leave it on disk.

    :raises AttributeError: this Streamlit keeps its caches elsewhere (it is private). Also ImportError.
    """
    from streamlit.runtime.caching import cache_data_api, cache_resource_api

    registries = [cache_data_api._data_caches, cache_resource_api._resource_caches]
    if _LEGACY in sys.modules:
        registries.append(sys.modules[_LEGACY]._mem_caches)
    if any(_functions(one) for one in registries):
        return False
    try:
        return not os.listdir(_folder())
    except FileNotFoundError:
        return True


def outlive_clearing(runtime: Any) -> bool:
    """Whether results are kept where clearing does not reach those of functions that were not called yet.

    Streamlit's own storage empties its whole folder; another may do so function by function.

    :raises AttributeError: this Streamlit keeps its caches elsewhere (it is private). Also ImportError.
    """
    from streamlit.runtime.caching import cache_data_api

    persists = any(one.persist for one in _functions(cache_data_api._data_caches))
    return persists and type(runtime.cache_storage_manager).__module__ != _LOCAL


def _functions(registry: Any) -> list[Any]:
    """The caches that there are, one for each function."""
    return list(_leaves(dict(registry._function_caches)))


def _leaves(caches: dict[Any, Any]) -> Iterator[Any]:
    """In newer versions they lie in a dictionary for each session, and one for all."""
    for one in caches.values():
        if isinstance(one, dict):
            yield from _leaves(dict(one))
        else:
            yield one


def _folder() -> str:
    from streamlit.runtime.caching.storage.local_disk_cache_storage import get_cache_folder_path

    return get_cache_folder_path()
