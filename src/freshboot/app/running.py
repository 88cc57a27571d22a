"""All that is asked of Streamlit: the run that calls us, its query, its scripts.

Tried on 1.28 to 1.67. What is private there is read in a guard of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from freshboot.app.keyed import nonce_of
from freshboot.proof import QUERY_KEY

_UNTIL_SENT_SECONDS = 0.025


class Run(NamedTuple):
    """One run of a script in a Streamlit server. ``scripts``: its module-level frames, innermost first."""

    nonce: str | None
    runtime: Any
    scripts: tuple[FrameType, ...]


def current_run(caller: FrameType | None) -> Run | None:
    """The script run that we are called from; None in bare Python, in pytest, in Streamlit's AppTest."""
    context = script_context()
    if context is None:
        return None
    from streamlit import runtime

    instance = runtime.get_instance()
    # AppTest puts a mock there, which isinstance() would believe.
    if not issubclass(type(instance), runtime.Runtime):
        return None
    return Run(_nonce(context.query_string), instance, tuple(script_frames(caller)))


def script_context() -> Any:
    """What Streamlit knows of the script run that we are in; None outside of one."""
    if "streamlit.runtime" not in sys.modules:
        return None
    from streamlit import runtime
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    return get_script_run_ctx(suppress_warning=True) if runtime.exists() else None


def script_frames(frame: FrameType | None) -> list[FrameType]:
    """The frames of a stack that run a script's own lines, not its functions. To Streamlit it is __main__."""
    found = []
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            found.append(frame)
        frame = frame.f_back
    return found


def cached_scripts(runtime: Any) -> dict[str, CodeType]:
    """The compiled scripts that a new session would run, by path.

    :raises AttributeError: this Streamlit keeps them elsewhere (it is private).
    """
    return dict(runtime._script_cache._cache)


def forget_scripts(runtime: Any) -> None:
    """Have every script compiled anew for the next run of it.

    :raises AttributeError: this Streamlit keeps them elsewhere (it is private).
    """
    runtime._script_cache.clear()


def calling_script(run: Run) -> str:
    """The file of the script that runs: the entrypoint or a page."""
    return run.scripts[0].f_code.co_filename if run.scripts else entrypoint(run)


def entrypoint(run: Run) -> str:
    """The path of the script that ``streamlit run`` was given; the outermost one's if that is not known."""
    path = getattr(run.runtime, "_main_script_path", None)
    if not isinstance(path, str):
        path = run.scripts[-1].f_code.co_filename if run.scripts else ""
    return os.path.abspath(path)


def entrypoint_from(run: Run, real_root: str) -> str:
    """The same from the root: as it is configured, not where a link leads."""
    folder, name = os.path.split(entrypoint(run))
    return os.path.relpath(os.path.join(os.path.realpath(folder), name), real_root)


def compile_as_streamlit(text: str, path: str) -> CodeType:
    """The code object that Streamlit runs for a script of this text: what stands alone is shown ("magic")."""
    from streamlit import config
    from streamlit.runtime.scriptrunner import magic

    if not config.get_option("runner.magicEnabled"):
        return compile_plainly(text, path)
    return compile_plainly(magic.add_magic(text, path), path)


def compile_plainly(source: Any, path: str) -> CodeType:
    """The code object of a text or a syntax tree, without flags of our own."""
    return compile(source, path, mode="exec", flags=0, dont_inherit=True, optimize=-1)


def answer_and_stop(text: str, sleep: Callable[[float], None] = time.sleep) -> None:
    """Show nothing but this text: the rest of the script does not run.

    The server sends what is shown only every 10 ms, and at the end of a run first looks through every loaded
    module for what to watch, which holds up all that it has to send for about 100 ms: so the run ends a
    moment later.

    What ends it is an exception of Streamlit's, which is not an Exception.
    """
    import streamlit

    try:
        streamlit.text(text)
        sleep(_UNTIL_SENT_SECONDS)
    finally:
        streamlit.stop()


def _nonce(query: object) -> str | None:
    if not isinstance(query, str) or QUERY_KEY not in query:
        return None
    values = parse_qs(query.lstrip("?")).get(QUERY_KEY, [])
    return nonce_of(values[0]) if len(values) == 1 else None
