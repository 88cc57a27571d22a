"""A GitHub on loopback that answers as GitHub's own description of its API has it.

``python -m tests.github.fake [--port N] [--log FILE] [--remote FOLDER]`` serves until it is ended; its first
line is its address and token as JSON. ``GET /_calls`` tells what it was asked, ``GET /_store`` what it holds
(``?repository=OWNER/NAME``), ``POST /_faults`` makes it fail (a list of objects with the fields of a
:class:`Fault`), ``POST /_forget`` takes faults and calls back.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.github.description import API, operation, wrong_answer, wrong_request
from tests.github.routes import MUTATIONS, ROUTES, Answer, Call
from tests.github.store import BOT, OWNER, STRANGER, Store

TOKEN = "ghs_test"
TOKENS = {TOKEN: BOT, "ghp_test": OWNER, "ghp_stranger": STRANGER}
DEMO = "acme/demo"
_HANGS = 30.0
_PREFIX = re.compile(r"^/api/v3(?=/)")


@dataclass
class Fault:
    """How requests fail. ``path`` is a regular expression, ``status`` 0 gives no answer at all.

    ``times`` 0: for ever. ``after``: so many matching requests go well first. ``done``: what was asked for is
    done all the same.
    """

    path: str = ""
    method: str = ""
    status: int = 502
    times: int = 1
    after: int = 0
    done: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "fault"

    def strikes(self, method: str, path: str) -> bool:
        """Tell whether this request fails; it then has failed once more."""
        if self.times < 0 or self.method not in ("", method) or not re.search(self.path, path):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times:
            self.times = self.times - 1 or -1
        return True


@dataclass(frozen=True)
class Asked:
    """One request, and the answer's status. ``mistake`` says what GitHub's description has against either."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]
    status: int
    mistake: str = ""

    def __str__(self) -> str:
        return f"{self.method} {'/'.join(self.path.split('/')[4:]) or self.path}"


@dataclass
class Fake:
    """All repositories, what was asked, and what will fail."""

    stores: dict[str, Store] = field(default_factory=dict)
    calls: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], Any]] = field(default_factory=dict)
    """By ``METHOD end-of-path``: what somebody else does right before the next such request is answered."""
    url: str = ""
    log: Path | None = None
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def store(self, repository: str = DEMO) -> Store:
        """What a repository holds."""
        return self.stores.setdefault(repository, Store(repository))

    def fails(self, path: str = "", **how: Any) -> None:
        """Let requests fail from now on; see :class:`Fault`."""
        self.faults.append(Fault(path, **how))

    def asked(self) -> list[str]:
        """What was asked, each as ``METHOD path`` below the repository."""
        return [str(one) for one in self.calls]

    @property
    def mistakes(self) -> list[str]:
        """What GitHub's description has against what was asked, or against what was answered."""
        return [f"{one}: {one.mistake}" for one in self.calls if one.mistake]

    def note(self, asked: Asked) -> None:
        """Keep what was asked."""
        self.calls.append(asked)
        if self.log:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(asked)) + "\n")

    def answer(
        self, author: str, method: str, path: str, query: dict[str, str], raw: bytes
    ) -> tuple[Answer, str]:
        """The answer to a request, and the mistake in one of both."""
        for one in [one for one in self.meanwhile if _is_asked(one, method, path)]:
            self.meanwhile.pop(one)()
        if path in ("/graphql", "/api/graphql"):
            return self._graphql(author, json.loads(raw)), ""
        found = operation(method, path)
        if found is None or (method, found[0]) not in ROUTES:
            return (404, {"message": "Not Found"}), "no operation that is known here"
        if mistake := wrong_request(method, path, query, raw):
            return (422, {"message": "Validation Failed", "errors": [mistake]}), mistake
        parameters = {name: unquote(value) for name, value in found[1].items()}
        call = Call(method, path, parameters, query, json.loads(raw) if raw else None, author)
        store = self.store(f"{parameters['owner']}/{parameters['repo']}")
        status, answer = ROUTES[method, found[0]](store, call)
        shown = _page(answer, query)
        return (status, shown), wrong_answer(method, path, query, raw, status, shown)

    def _graphql(self, author: str, asked: dict[str, Any]) -> Answer:
        named = [one for one in MUTATIONS if re.search(rf"\b{one}\b", asked["query"])]
        if not named:
            return 200, {"errors": [{"type": "NOT_FAKED", "message": "no mutation that is known here"}]}
        return 200, MUTATIONS[named[0]](self.store, author, asked.get("variables", {}))


@contextlib.contextmanager
def served(*, port: int = 0, strict: bool = True) -> Iterator[Fake]:
    """Serve on loopback. ``strict``: it is an error at the end if a request or an answer was not GitHub's."""
    fake = Fake()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
        assert not (strict and fake.mistakes), fake.mistakes
    finally:
        fake.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    fake: Fake

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _any(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        path, query = _PREFIX.sub("", address.path), dict(parse_qsl(address.query, keep_blank_values=True))
        if path.startswith("/_"):
            self._send(200, self._control(path, query, raw))
        else:
            self._serve(path, query, raw)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815

    def _control(self, path: str, query: dict[str, str], raw: bytes) -> Any:
        with self.fake.lock:
            if path == "/_store":
                return asdict(self.fake.store(query.get("repository", DEMO)))
            if path == "/_faults":
                self.fake.faults += [Fault(**one) for one in json.loads(raw)]
            elif path == "/_forget":
                self.fake.faults.clear()
                self.fake.calls.clear()
            return [asdict(one) for one in self.fake.calls]

    def _serve(self, path: str, query: dict[str, str], raw: bytes) -> None:
        author = TOKENS.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        with self.fake.lock:
            fault = next((one for one in self.fake.faults if one.strikes(self.command, path)), None)
            (status, answer), mistake = (401, {"message": "Bad credentials", "status": "401"}), ""
            if author and (fault is None or fault.done):
                (status, answer), mistake = self._answer(author, path, query, raw)
            if fault:
                status, answer = fault.status, {"message": fault.message}
            kept = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
            body = json.loads(raw) if raw else None
            self.fake.note(Asked(self.command, path, query, body, kept, status, mistake))
        if status:
            self._send(status, answer, fault.headers if fault else _next(self.fake.url + path, query, answer))
        else:
            self.fake.closing.wait(_HANGS)

    def _answer(self, author: str, path: str, query: dict[str, str], raw: bytes) -> tuple[Answer, str]:
        try:
            return self.fake.answer(author, self.command, path, query, raw)
        except Exception as error:  # noqa: BLE001 - a route that fails must not look like an outage
            return (500, {"message": "a fault of the fake"}), "".join(traceback.format_exception(error))

    def _send(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        payload = (
            b"" if answer is None else json.dumps(answer, default=str).replace(API, self.fake.url).encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(payload)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(payload)


class _Page(list[Any]):
    """Some items of a list; ``more`` tells that others follow."""

    more = False


def _page(answer: Any, query: dict[str, str]) -> Any:
    if not isinstance(answer, list):
        return answer
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    page = _Page(answer[size * (number - 1) : size * number])
    page.more = len(answer) > size * number
    return page


def _next(url: str, query: dict[str, str], answer: Any) -> dict[str, str]:
    if not getattr(answer, "more", False):
        return {}
    following = urlencode({**query, "page": int(query.get("page", 1)) + 1})
    return {"Link": f'<{url}?page=1>; rel="first", <{url}?{following}>; rel="next"'}


def _is_asked(which: str, method: str, path: str) -> bool:
    wanted, _, end = which.partition(" ")
    return method == wanted and path.endswith(end)


def main() -> None:
    """Serve as a process of its own."""
    parser = argparse.ArgumentParser(description="GitHub's API, for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="every request as a line of JSON")
    parser.add_argument("--remote", type=Path, help=f"a bare repository on disk that {DEMO} is")
    options = parser.parse_args()
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ended.set())
    with served(port=options.port, strict=False) as fake:
        fake.log = options.log
        if options.remote:
            from tests.github.git_side import hosts

            hosts(fake.store(), options.remote)
        told = {"api": fake.url, "graphql": f"{fake.url}/graphql", "repository": DEMO, "token": TOKEN}
        print(json.dumps(told), flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
