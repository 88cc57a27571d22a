"""Where the app gets freshboot from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from freshboot.commands import origin as asked
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.own_files import Origin
from tests.gitrepo import ISOLATION, git, head, make_repository

PAGE = b'<a href="../freshboot-0.9.0-py3-none-any.whl">x</a><a href="freshboot-0.9.1.tar.gz">y</a>'


@contextmanager
def index(*, silent: bool = False, user: str = "") -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """An index with two versions, its address, and what it was asked with."""
    seen: list[tuple[str, str | None]] = []
    end = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Authorization"]))
            if silent:
                end.wait(30)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://{user}127.0.0.1:{server.server_port}/simple", seen
        end.set()
        server.shutdown()


@pytest.fixture
def from_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command itself was installed from an index, in a version that it has."""
    monkeypatch.setattr(asked, "_direct_url", dict)
    monkeypatch.setattr(asked, "version", lambda _: "0.9.0")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.usefixtures("from_index")
@pytest.mark.parametrize("here", ["0.9.0", "0.9.1"])
def test_a_version_that_the_index_has_is_asked_for_by_name(
    here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "version", lambda _: here)
    with index(user="me:p%40ss@") as (address, seen):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        wanted = asked.wanted(None)
    assert wanted.text == f"freshboot=={here}"
    assert wanted.direct is not None
    assert wanted.direct.startswith("freshboot @ git+https://")
    assert seen == [("/simple/freshboot/", "Basic bWU6cEBzcw==")]


def commit_of(home: str) -> str:
    return head(Path(home.removeprefix("file://")))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """freshboot's repository, with a branch v1."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    folder = make_repository(tmp_path / "home", {"a": "b"}, "--initial-branch=v1")
    monkeypatch.setattr(asked, "origin", lambda: Origin(f"file://{folder}", "v1"))
    return f"file://{folder}"


@pytest.mark.usefixtures("from_index")
@pytest.mark.parametrize("silent", [True, False])
def test_where_the_index_has_it_not_or_says_nothing_it_comes_from_git(
    home: str, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    monkeypatch.setattr(asked, "version", lambda _: "0.9")
    if silent:
        monkeypatch.setattr(asked, "_is_on_index", partial(asked._is_on_index, seconds=0.5))
    with index(silent=silent) as (address, seen):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        assert asked.wanted(None).text == f"freshboot @ git+{home}@{commit_of(home)}"
    assert len(seen) == 1


def test_what_was_installed_from_git_never_asks_an_index(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name there may be a stranger's."""
    monkeypatch.setattr(asked, "_direct_url", lambda: {"vcs_info": {"commit_id": "0" * 40}})
    with index() as (address, seen):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        assert asked.wanted(None).text == f"freshboot @ git+{home}@{commit_of(home)}"
    assert seen == []


def test_a_release_is_named_by_the_commit_that_its_tag_stands_for(home: str) -> None:
    folder = Path(home.removeprefix("file://"))
    git(folder, "branch", "--move", "main")
    git(folder, "tag", "--annotate", "--message=First", "v1")
    assert asked.wanted(None).text == f"freshboot @ git+{home}@{head(folder)}"


def test_a_revision_that_git_has_not_is_refused(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_direct_url", lambda: {"dir_info": {}})
    monkeypatch.setattr(asked, "origin", lambda: Origin(home, "v2"))
    with pytest.raises(ScaffoldRefused, match="has freshboot v2") as caught:
        asked.wanted(None)
    assert "--from" in caught.value.remedy


def test_where_git_cannot_be_asked_it_is_told(
    home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asked, "_direct_url", lambda: {"dir_info": {}})
    monkeypatch.setattr(asked, "origin", lambda: Origin("http://127.0.0.1:9/home", "v1"))
    assert asked.wanted(None).text == "freshboot @ git+http://127.0.0.1:9/home@v1"
    assert "did not answer" in capsys.readouterr().err


def test_a_workflow_names_the_commit_that_was_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_direct_url", lambda: {"vcs_info": {"commit_id": "a" * 40}})
    assert asked.origin().revision == "a" * 40
    monkeypatch.setattr(asked, "_direct_url", dict)
    assert asked.origin() == Origin("https://github.com/freshboot/freshboot", "v1")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("freshboot==2", "freshboot==2"),
        ("git+https://git.example/x@main", "freshboot @ git+https://git.example/x@main"),
        (
            "https://a.example/freshboot-1-py3-none-any.whl",
            "freshboot @ https://a.example/freshboot-1-py3-none-any.whl",
        ),
        ("freshboot @ https://a.example/x", "freshboot @ https://a.example/x"),
    ],
)
def test_what_is_given_is_taken(given: str, text: str) -> None:
    assert asked.wanted(given).text == text


def test_a_path_is_given_as_a_url(tmp_path: Path) -> None:
    wheel = tmp_path / "a b.whl"
    wheel.touch()
    assert asked.wanted(str(wheel)).text == f"freshboot @ {wheel.as_uri()}"
