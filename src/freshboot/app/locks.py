"""Keeps Streamlit from locking itself up when ``.streamlit/config.toml`` changes under a running app.

Streamlit (seen on 1.67) reads a changed config.toml holding its lock on the configuration, and then wants
the script cache's; whoever compiles a script holds the script cache's, and then wants the configuration's. If
both happen at once the whole server hangs. A stamp in config.toml, pulled in place while sessions rerun,
makes it likely; so whoever compiles takes the configuration's lock first.
"""

from __future__ import annotations

from typing import Any

_ORDERED = "_freshboot_ordered"


def order(runtime: Any) -> None:
    """Have scripts compiled in the one order of locks that cannot hang; doing it twice is harmless.

    :raises AttributeError: this Streamlit has no such locks (they are private).
    """
    from streamlit import config

    cache, lock = runtime._script_cache, config._config_lock
    compile_script = cache.get_bytecode
    if getattr(compile_script, _ORDERED, False):
        return

    def get_bytecode(script_path: str) -> Any:
        with lock:
            return compile_script(script_path)

    setattr(get_bytecode, _ORDERED, True)
    cache.get_bytecode = get_bytecode
