"""The pytest plugin: one test file for the code and, with ``--live-url``, for the deployed app.

pytest imports this at its start, in every project that has freshboot: so it imports next to nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

URL_VARIABLE = "FRESHBOOT_URL"
SECONDS = 30.0
"""What a run of the app may take, where a test says nothing else; here and live."""

_NOTE = "freshboot"
"""What a test's report calls why its failure shows nothing of the app's code."""

_RUNS = "freshboot-runs"
"""What it calls how many runs of the live app have ended meanwhile."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of live tests."""
    group = parser.getgroup("freshboot", "live tests")
    group.addoption(
        "--live-url",
        metavar="URL",
        help=f"run the tests that use live_app against the app at this address (or {URL_VARIABLE})",
    )
    group.addoption(
        "--live-entrypoint",
        metavar="FILE",
        help="what they run without an address; else what .github/freshboot.yml names",
    )
    group.addoption(
        "--live-report", metavar="FILE", help="write what came of the tests into this file, as JSON"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known, and begin the report where one is wished for."""
    config.addinivalue_line("markers", "only_local(reason): not run against a live app")
    config.addinivalue_line("markers", "only_live(reason): only run against a live app")
    if config.getoption("live_report") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Report(config.getoption("live_report")), "freshboot-report")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say where live tests go."""
    url = _url(config)
    return f"live app: {url}" if url is not None else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is marked for the other side."""
    url = _url(item.config)
    for name, skipped in (("only_local", url is not None), ("only_live", url is None)):
        marker = item.get_closest_marker(name)
        if skipped and marker is not None:
            reason = marker.kwargs.get("reason") or (
                marker.args[0] if marker.args else name.replace("_", " ")
            )
            pytest.skip(str(reason))


@pytest.fixture
def live_url(request: pytest.FixtureRequest) -> str | None:
    """The address of the live app that the tests run against; None where they run the code itself."""
    return _url(request.config)


@pytest.fixture
def live_app(request: pytest.FixtureRequest, live_url: str | None) -> Iterator[Any]:
    """The app as AppTest, not yet run: a fresh session of the live app, or the entrypoint here."""
    if live_url is None:
        yield _local(request.config)
        return
    from freshboot.live import connect

    with connect(live_url, timeout=SECONDS) as live:
        yield live


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Note what a test asked of the live app, and of a failure that it shows nothing of the app's code."""
    outcome = yield
    url = _url(item.config)
    if url is None or not _is_live(item):
        return
    from freshboot.live.testing import asked

    report = outcome.get_result()
    report.user_properties.append((_RUNS, asked.news(url)))
    if report.failed and (reason := _shows_nothing(call, url)):
        report.user_properties.append((_NOTE, reason))
        report.sections.append(("freshboot", f"this shows nothing of the app's code: {reason}"))
    if call.when == "teardown":
        asked.forget_broken()


def _shows_nothing(call: pytest.CallInfo[None], url: str) -> str:
    """Why a failure shows nothing of the app's code; empty where it does.

    An import that fails does so here: one that fails in the app is what its page shows.
    """
    from freshboot.errors import FreshbootError
    from freshboot.live.testing import asked, skew

    for error in _raised(call):
        if isinstance(error, (FreshbootError, ImportError)):
            return str(error)
    if call.when != "call":
        return skew.told() or f"the test's {call.when} failed"
    return (
        asked.broken() or skew.told() or ("" if asked.runs(url) else "nothing was asked of the live app yet")
    )


def _raised(call: pytest.CallInfo[None]) -> Iterator[BaseException]:
    """What was raised, and everything that it was raised from or in the handling of."""
    waiting: list[Any] = [call.excinfo.value if call.excinfo is not None else None]
    seen: set[int] = set()
    while waiting:
        error = waiting.pop(0)
        if error is not None and id(error) not in seen:
            seen.add(id(error))
            yield error
            inner = getattr(error, "exceptions", ())
            waiting += [error.__cause__, error.__context__, *(inner if isinstance(inner, tuple) else ())]


def _is_live(item: pytest.Item) -> bool:
    asked = item.config.getoption("live_report") or "live_url" in getattr(item, "fixturenames", ())
    return bool(asked) and _url(item.config) is not None


def _url(config: pytest.Config) -> str | None:
    return config.getoption("live_url") or os.environ.get(URL_VARIABLE) or None


def _local(config: pytest.Config) -> Any:
    """AppTest on the code itself."""
    try:
        from streamlit.testing.v1 import AppTest

        entrypoint = _entrypoint(config)
    except ImportError as error:
        from freshboot.live.testing.needs import missing

        raise missing(error) from error
    return AppTest.from_file(str(entrypoint), default_timeout=SECONDS)


def _entrypoint(config: pytest.Config) -> Path:
    """The file that the host runs, as the option or the configuration says; else the usual one."""
    from freshboot.config import load
    from freshboot.stamp.entrypoint import find_entrypoint

    root = _root(config)
    given = config.getoption("live_entrypoint") or load(root).entrypoint

    def read(path: str) -> bytes | None:
        file = root / path
        return file.read_bytes() if file.is_file() else None

    return root / find_entrypoint(read, given)


def _root(config: pytest.Config) -> Path:
    """The repository's root; pytest's own root may be any folder that the tests lie in."""
    here = config.invocation_params.dir
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)


class _Report:
    """Collects what came of the tests, for whoever started them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._passed = 0
        self._runs = 0
        self._failed: list[dict[str, str]] = []
        self._unmade: list[dict[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        noted = dict(report.user_properties)
        self._passed += report.passed and report.when == "call"
        self._runs += int(str(noted.get(_RUNS, 0)))
        if report.failed:
            told = {"test": report.nodeid, "why": str(noted.get(_NOTE) or _first_line(report))}
            # Of a test that brought down its worker there is a report, but of no call.
            shows = _NOTE not in noted and report.when == "call"
            (self._failed if shows else self._unmade).append(told)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        import json

        told = {
            "exit": int(exitstatus),
            "passed": self._passed,
            "runs": self._runs,
            "failed": self._failed,
            "unmade": self._unmade,
        }
        with open(self._path, "w", encoding="utf-8") as file:
            json.dump(told, file)


def _first_line(report: pytest.TestReport) -> str:
    """The line that names the assertion, or the exception."""
    crash = getattr(report.longrepr, "reprcrash", None)
    words = getattr(crash, "message", None) or str(report.longrepr)
    return next((line.strip() for line in words.splitlines() if line.strip()), "")
