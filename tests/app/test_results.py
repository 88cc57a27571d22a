"""Cached results and what modules computed, in real servers: what the page shows is the truth."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from freshboot.proof import Kind, Layer, blob_id, tag
from tests.app.apps import App, running
from tests.environments import NEWEST, require
from tests.gitrepo import git
from tests.streamlit_server import streamlit_server

MAIN = """\
import freshboot; freshboot.boot({options})
from pathlib import Path
import streamlit as st
import rates
@st.cache_data{cached}
def load(): return Path("prices.csv").read_text() + rates.double()
st.text(f"{{load()}} {{rates.RATE}}")
"""
# What it computes at import, and what a cached function calls.
RATES = "from pathlib import Path\nRATE = Path('rate.json').read_text()\ndef double(): return RATE * 2\n"
DATA = {"prices.csv": "a", "rate.json": "1"}
FILES = {"rates.py": RATES, **DATA}


class Told(NamedTuple):
    """What the layer told, by path: the content then (None if it was not there), and what is unknown."""

    stale: Mapping[str, str | None]
    unrecorded: set[str]
    healed: int


@contextlib.contextmanager
def app_of(folder: Path, options: str = "", cached: str = "", version: str = NEWEST) -> Iterator[App]:
    files = {"streamlit_app.py": MAIN.format(options=options, cached=cached), **FILES}
    with running(folder / "repository", files, python=require(version)) as app:
        git(app.root, "init", "--quiet")
        git(app.root, "add", *files)
        yield app


def pull(app: App, files: Mapping[str, str | None]) -> None:
    """Change files as git does: the index comes last."""
    for path, text in files.items():
        if text is None:
            (app.root / path).unlink()
        else:
            app.write(path, text)
    git(app.root, "add", "--all", *files)


def told(app: App, contents: Mapping[str, str] = DATA) -> Told:
    """The answer to a challenge. What is told of the repository's files must be explained by these."""
    attestation = app.challenge()
    assert attestation.errors == ()
    answer = attestation.layers[Layer.RESULTS.value]

    def tag_of(path: str, content: str) -> str:
        return tag(attestation.nonce, Layer.RESULTS, path, content)

    paths = {".", "streamlit_app.py", "new.csv", *FILES}
    stale = {one for one in paths if tag_of(one, "stale") in answer.of(Kind.STALE)}
    unrecorded = {one for one in paths if tag_of(one, "unrecorded") in answer.of(Kind.UNRECORDED)}
    assert len(unrecorded) == answer.count(Kind.UNRECORDED)
    was = {
        path: text
        for path, text in contents.items()
        if tag_of(path, blob_id(text.encode())) in answer.of(Kind.DATA)
    }
    return Told({path: was.get(path) for path in stale}, unrecorded, attestation.healed)


FRESH = Told({}, set(), 0)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.28.0", NEWEST])
def test_a_push_of_data_alone_is_told_and_then_healed(tmp_path: Path, version: str) -> None:
    with app_of(tmp_path, version=version) as app:
        assert app.shows() == ("a11 1",)
        assert told(app) == FRESH
        pull(app, {"prices.csv": "b", "rate.json": "2"})
        assert told(app) == Told(DATA, set(), 1)
        assert told(app) == FRESH
        assert app.shows() == ("b22 2",)
        assert told(app) == FRESH


def test_a_visit_alone_heals_too_once_for_each_pull(tmp_path: Path) -> None:
    with app_of(tmp_path) as app:
        assert app.shows() == ("a11 1",)
        app.write("prices.csv", "b")
        app.write("rate.json", "2")
        assert app.shows() == ("a11 1",)
        assert (git(app.root, "add", "prices.csv"), app.shows()) == ("", ("b22 2",))
        app.write("rate.json", "3")
        assert app.shows() == ("b22 2",)
        pull(app, {"new.csv": "c"})
        assert app.shows() == ("b33 3",)
        assert told(app) == FRESH


def test_a_file_more_or_less_counts(tmp_path: Path) -> None:
    with app_of(tmp_path, "heal=False, clear=False") as app:
        app.shows()
        pull(app, {"new.csv": "c"})
        assert told(app).stale == {"new.csv": None}
        pull(app, {"new.csv": None, "prices.csv": None})
        assert told(app).stale == {"prices.csv": "a"}


@pytest.mark.parametrize(("options", "shown"), [("clear=False", "a11 2"), ("heal=False", "a11 1")])
def test_what_is_not_cleared_is_told_for_good(tmp_path: Path, options: str, shown: str) -> None:
    with app_of(tmp_path, options) as app:
        assert app.shows() == ("a11 1",)
        assert told(app) == FRESH
        pull(app, {"prices.csv": "b", "rate.json": "2"})
        for _ in range(2):
            assert app.shows() == (shown,)
            assert told(app).stale == DATA


def test_a_helper_that_a_cached_function_calls_counts(tmp_path: Path) -> None:
    with app_of(tmp_path, "clear=False") as app:
        assert app.shows() == ("a11 1",)
        pull(app, {"rates.py": RATES.replace("* 2", "* 3")})
        assert app.shows() == ("a11 1",)
        assert told(app, {**DATA, "rates.py": RATES}).stale == {"rates.py": RATES}


def test_a_kept_module_holds_on_to_what_it_computed(tmp_path: Path) -> None:
    with app_of(tmp_path, "keep=['rates']") as app:
        assert app.shows() == ("a11 1",)
        pull(app, {"prices.csv": "b", "rate.json": "2"})
        assert app.shows() == ("b11 1",)
        assert told(app).stale == DATA


def test_a_file_that_was_another_in_between_is_not_known(tmp_path: Path) -> None:
    """A pull that came half way, and was taken back: the result of its data stays cached."""
    with app_of(tmp_path) as app:
        app.shows()
        pull(app, {"new.csv": "c"})
        assert told(app).healed == 1
        app.write("prices.csv", "b")
        assert app.shows() == ("b11 1",)
        app.write("prices.csv", "a")
        assert app.shows() == ("b11 1",)
        assert told(app) == Told({}, {"prices.csv"}, 1)
        assert told(app) == FRESH
        assert app.shows() == ("a11 1",)


def test_a_mere_refresh_of_the_index_drops_nothing(tmp_path: Path) -> None:
    with app_of(tmp_path) as app:
        app.shows()
        before = (app.root / ".git/index").stat()
        git(app.root, "update-index", "--index-version=4")
        git(app.root, "status")
        assert (app.root / ".git/index").stat() != before
        assert told(app) == FRESH


def test_what_the_app_writes_by_itself_drops_nothing(tmp_path: Path) -> None:
    with app_of(tmp_path) as app:
        app.write("visits.db", "1")
        app.shows()
        app.write("visits.db", "2")
        app.write("uploaded.csv", "2")
        assert told(app) == FRESH


def test_a_tracked_file_that_keeps_changing_drops_modules_once_for_each_pull(tmp_path: Path) -> None:
    with app_of(tmp_path) as app:
        app.shows()
        healed = []
        for content in "bcd":
            app.write("prices.csv", content)
            healed.append(told(app).healed)
            app.shows()
        assert healed == [1, 0, 0]
        pull(app, {"prices.csv": "e"})
        assert told(app).healed == 1


def test_without_an_index_nothing_is_known(tmp_path: Path) -> None:
    with app_of(tmp_path) as app:
        (app.root / ".git/index").unlink()
        app.shows()
        assert told(app).unrecorded == {"."}


def test_results_of_a_process_that_had_no_boot_are_cleared_at_the_first(tmp_path: Path) -> None:
    main = MAIN.format(options="", cached="")
    with app_of(tmp_path) as app:
        app.write("streamlit_app.py", main.replace("freshboot.boot()", "pass"))
        assert app.shows() == ("a11 1",)
        pull(app, {"prices.csv": "b"})
        assert app.shows() == ("a11 1",)
        pull(app, {"streamlit_app.py": main})
        assert told(app).unrecorded == set()
        assert app.shows() == ("b11 1",)


def test_old_code_is_dropped_though_the_files_cannot_be_looked_at(tmp_path: Path) -> None:
    with app_of(tmp_path) as app:
        fault = "import freshboot.app.disk as disk; disk.MAX_FILES = 2\n"
        app.write("streamlit_app.py", fault + MAIN.format(options="", cached=""))
        assert app.shows() == ("a11 1",)
        pull(app, {"rates.py": RATES.replace("* 2", "* 3")})
        attestation = app.challenge()
        assert attestation.healed == 1
        assert "disk: TooManyFiles" in attestation.errors
        unknown = tag(attestation.nonce, Layer.RESULTS, ".", "unrecorded")
        assert attestation.layers[Layer.RESULTS.value].of(Kind.UNRECORDED) == (unknown,)
        assert app.shows() == ("a111 1",)


class TestPersisted:
    """Results on disk outlive the process."""

    @pytest.mark.slow
    @pytest.mark.parametrize("version", ["1.28.0", NEWEST])
    @pytest.mark.parametrize("clear", [True, False])
    def test_are_cleared_once_or_told(self, tmp_path: Path, version: str, clear: bool) -> None:
        with app_of(tmp_path, f"clear={clear}", "(persist='disk')", version) as app:
            assert app.shows() == ("a11 1",)
            assert told(app) == FRESH
        pull(app, {"prices.csv": "b"})
        with streamlit_server(app.root / "streamlit_app.py", python=require(version)) as server:
            again = App(app.root, server)
            assert again.shows() == (("b11 1",) if clear else ("a11 1",))
            assert told(again) == (FRESH if clear else Told({}, {"."}, 0))


SLOW = """\
if 'slow' in st.query_params:
    import time
    Path('begun').touch()
    while not Path('go').exists(): time.sleep(0.01)
    load.clear()
    load()
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.40.0", NEWEST])
def test_results_of_what_was_under_way_are_cleared_when_it_has_ended(tmp_path: Path, version: str) -> None:
    """The slow run calls the old helper after the caches were cleared for the new one."""
    with app_of(tmp_path, version=version) as app:
        main = MAIN.format(options="", cached="")
        pull(app, {"streamlit_app.py": main.replace("st.text", f"{SLOW}st.text")})
        slow = threading.Thread(target=app.page, args=("slow=1",))
        slow.start()
        _wait_for(lambda: (app.root / "begun").exists())
        pull(app, {"rates.py": RATES.replace("* 2", "* 3")})
        assert app.shows() == ("a111 1",)
        assert told(app).unrecorded == {"."}
        app.write("go", "")
        slow.join()
        _wait_for(lambda: app.shows() == ("a111 1",))
        _wait_for(lambda: told(app) == FRESH)
        assert app.shows() == ("a111 1",)


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)
