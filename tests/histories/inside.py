"""The process that a replica is: sessions of an app, run as Streamlit runs them, without its server.

The one place of the histories that knows ``freshboot.app`` and Streamlit from within. It is forked from a
process that has imported both and nothing of any app, so each is as clean as a new interpreter.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import time
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import streamlit
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.caching.storage.dummy_cache_storage import MemoryCacheStorageManager
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunContext, add_script_run_ctx, magic
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state import SafeSessionState, SessionState

import freshboot
from freshboot.app import family, files, results, running
from freshboot.app.compiled import Comparisons
from freshboot.app.head import Heads
from freshboot.app.state import state
from tests.histories import environment, programs
from tests.histories.app import ENTRYPOINT
from tests.histories.shown import Shown
from tests.histories.steps import Steps

assert magic, "imported by running.compile_as_streamlit, better once than in every process"
_LIMIT_SECONDS = 120.0
_FIRST = """import importlib.util, multiprocessing, os, queue, threading, urllib.parse
import streamlit as st
@st.cache_data(show_spinner=False)
def one():
    return 1
st.text(one())
"""


class _Server(Runtime):
    """As much of Streamlit's server as a run of a script asks for."""

    def __init__(self, script: str) -> None:
        self._main_script_path = script
        self._script_cache = ScriptCache()
        self._cache_storage_manager = MemoryCacheStorageManager()
        Runtime._instance = self


class _Stopping:
    """What ``st.stop()`` asks to end the run."""

    def request_stop(self) -> None:
        raise StopException


class _Session(threading.Thread):
    """One run of a script in a thread of its own, which can be held at a place of the script's."""

    def __init__(self, server: _Server, query: str = "", page: str = "", place: str = "") -> None:
        super().__init__(daemon=True, name="ScriptRunner.scriptThread")
        self._server, self._query, self._page = server, query, page
        self._texts: list[str] = []
        self._exception: str | None = None
        self._place = place
        self.held, self.free = threading.Event(), threading.Event()

    def run(self) -> None:
        add_script_run_ctx(self, self._context())
        try:
            script = self._script()
            code = self._server._script_cache.get_bytecode(script)
            module = ModuleType("__main__")
            module.__dict__["__file__"] = script
            sys.modules["__main__"] = module
            exec(code, module.__dict__)
        except StopException:
            pass
        except BaseException as error:  # noqa: BLE001  # it is on the page then
            self._exception = type(error).__name__
        finally:
            self.held.set()

    def pause(self, place: str) -> None:
        """Wait here until the session is let go, if this is the place that it is to be held at."""
        if place == self._place:
            self.held.set()
            self.free.wait(_LIMIT_SECONDS)

    def shown(self) -> Shown:
        self.free.set()
        self.join(_LIMIT_SECONDS)
        if self.is_alive():
            raise TimeoutError(self._page or "the entrypoint")
        return Shown(tuple(self._texts), self._exception)

    def _script(self) -> str:
        """The page's; the entrypoint's where Streamlit has decided that there are no pages, and says so."""
        main = self._server._main_script_path
        if not self._page:
            return main
        if not PagesManager.uses_pages_directory:
            self._exception = "page not found"
            return main
        return os.path.join(os.path.dirname(main), self._page)

    def _show(self, message: ForwardMsg) -> None:
        if message.delta.new_element.WhichOneof("type") == "text":
            self._texts.append(message.delta.new_element.text.body)

    def _context(self) -> ScriptRunContext:
        main = self._server._main_script_path
        context: Any = ScriptRunContext(
            session_id="session",
            _enqueue=self._show,
            query_string=self._query,
            session_state=SafeSessionState(SessionState(), lambda: None),
            uploaded_file_mgr=None,  # type: ignore[arg-type]
            main_script_path=main,
            user_info={},
            fragment_storage=MemoryFragmentStorage(),
            pages_manager=PagesManager(main),
            script_requests=_Stopping(),  # type: ignore[arg-type]
        )
        context.reset(query_string=self._query)
        return context  # type: ignore[no-any-return]


class Inside:
    """What can be asked of the process; each method is a command."""

    def __init__(self, root: Path, entrypoint: str, steps: Steps) -> None:
        self._root, self._steps = str(root), steps
        self._server = _Server(str(root / entrypoint))
        self._slow: _Session | None = None
        self._somebody_stays = False
        self._forgotten = _forget_the_tests()
        _count_time_in(steps)
        _be_alone()
        sys.path.insert(0, self._root)
        sys._pause = self._pause  # type: ignore[attr-defined]

    def session(self, query: str = "", page: str = "") -> tuple[tuple[str, ...], str | None]:
        """What a new session shows, as the plain values of a Shown: its class is of the tests."""
        session = _Session(self._server, query, page)
        session.start()
        shown = session.shown()
        self._leave()
        return shown.texts, shown.exception

    def time(self, began: int) -> None:
        """Time passes here too: the process has a copy of the steps."""
        self._steps.follow(began)

    def drop(self, name: str) -> None:
        """Take one module away."""
        sys.modules.pop(name, None)

    def connect(self) -> None:
        """Somebody stays from now on, idle, with the watcher off."""
        self._somebody_stays = True

    def disconnect(self) -> None:
        """He leaves."""
        self._somebody_stays = False
        self._leave()

    def _leave(self) -> None:
        """When the last session ends Streamlit forgets its scripts, and compiles them anew for the next."""
        if not self._somebody_stays and self._slow is None:
            self._server._script_cache.clear()

    def begin(self, place: str) -> None:
        """Begin a session that is held in the middle of its script."""
        self.end()
        self._slow = _Session(self._server, place=place)
        self._slow.start()
        self._slow.held.wait(_LIMIT_SECONDS)

    def end(self) -> None:
        """Let the session go on to its end."""
        if self._slow is not None:
            self._slow.shown()
            self._slow = None
            self._leave()

    def evict(self) -> None:
        """What Streamlit's watcher does with somebody connected: the app's modules go, and the scripts."""
        for name in self._modules():
            sys.modules.pop(name, None)
        self._server._script_cache.clear()

    def numbers(self) -> dict[str, int]:
        """What is loaded, by file, as its own NUMBER says."""
        found = {}
        for module in self._modules().values():
            if (number := vars(module).get("NUMBER")) is not None:
                found[os.path.relpath(module.__file__, self._root)] = number
        return found

    def _modules(self) -> dict[str, Any]:
        """The app's."""
        new = {name: sys.modules[name] for name in sys.modules.keys() - _loaded_before()}
        files = {name: getattr(module, "__file__", None) for name, module in new.items()}
        return {
            name: new[name] for name, file in files.items() if file and file.startswith(self._root + os.sep)
        }

    def _pause(self, place: str) -> None:
        if isinstance(session := threading.current_thread(), _Session):
            session.pause(place)


def prepare(folder: Path) -> None:
    """Do once, before any process is forked, what Streamlit does in the first session of each."""
    script, main = folder / "nothing.py", sys.modules["__main__"]
    script.write_text(_FIRST)
    programs.know()
    session = _Session(_Server(str(script)))
    session.start()
    assert session.shown() == Shown(("1",))
    sys.modules["__main__"] = main
    streamlit.cache_data.clear()
    PagesManager.uses_pages_directory = None
    environment.know(folder)
    for known in (_loaded_before, _tests, _agent):
        known()
    gc.collect()
    gc.freeze()


def live(root: Path, steps: Steps, commands: Connection) -> None:
    """Do what is asked until nobody asks any more."""
    inside = Inside(root, ENTRYPOINT, steps)
    with contextlib.suppress(EOFError):
        while True:
            name, arguments = commands.recv()
            commands.send(getattr(inside, name)(*arguments))


@cache
def _loaded_before() -> frozenset[str]:
    """The names of all modules that were there before any app's."""
    return frozenset({*sys.modules, "__main__"})


@cache
def _tests() -> list[str]:
    """The names of the tests' modules."""
    return [name for name in sys.modules if name.partition(".")[0] == "tests"]


@cache
def _agent() -> list[dict[str, Any]]:
    """The names of each module of freshboot's that runs in an app's process."""
    return [vars(one) for name, one in sys.modules.items() if name.startswith("freshboot.app.")]


def _forget_the_tests() -> list[ModuleType]:
    """No process of an app has them, and freshboot would count them as modules from nowhere.

    They stay where they are, for to free them would take some time.
    """
    return [sys.modules.pop(name) for name in _tests()]


class _Time:
    """The module ``time`` with another time of day."""

    def __init__(self, steps: Steps) -> None:
        self.time_ns = steps.now_ns

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


class _Alone:
    """The module ``os`` in a container: of all the processes of the machine, only one's own are there."""

    def listdir(self, path: str) -> list[str]:
        return _below(str(os.getpid())) if path == "/proc" else os.listdir(path)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


def _below(pid: str) -> list[str]:
    try:
        lists = [Path(f"/proc/{pid}/task/{task}/children") for task in os.listdir(f"/proc/{pid}/task")]
        return [pid, *(one for some in lists for child in some.read_text().split() for one in _below(child))]
    except FileNotFoundError:  # it has ended, or this kernel does not tell
        return [pid] if os.path.exists("/proc/thread-self/children") else os.listdir("/proc")


def _be_alone() -> None:
    """Looking through all the processes of a busy machine would take longer than all else."""
    vars(family)["os"] = _Alone()


def _count_time_in(steps: Steps) -> None:
    """Have freshboot see a file system whose clock stands still between two steps, and that clock."""
    plain = files.signature

    def signature(status: os.stat_result) -> files.Signature:
        device, inode, changed, modified, size = plain(status)
        return device, inode, steps.coarse(changed), steps.coarse(modified), size

    for names in _agent():
        if names.get("time") is time:
            names["time"] = _Time(steps)
        if names.get("signature") is plain:
            names["signature"] = signature
    running._UNTIL_SENT_SECONDS = results._PAUSE_SECONDS = 0.0
    remembered = state()
    environment.begin(remembered)
    remembered.files, remembered.tree = (files.FileHashes(clock=steps.now_ns) for _ in range(2))
    remembered.comparisons, remembered.heads = Comparisons(now=steps.now_ns), Heads(steps.now_ns)


assert freshboot.boot, "everything of freshboot's is loaded before the first fork"
assert streamlit.text, "and of Streamlit's"
