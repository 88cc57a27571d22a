"""Where repositories are pushed to: git's smart HTTP on loopback, behind a token, as GitHub has it."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "ghs_test"
PROTECTED = "error: GH006: Protected branch update failed for refs/heads/main."
UNSIGNED = f"{PROTECTED}\nerror: Commits must have verified signatures."


@dataclass
class Forge:
    """``root`` holds ``owner/name.git``. ``meanwhile`` is done once, right before the next push is taken."""

    root: Path
    url: str = ""
    pushes: list[str] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def add(self, name: str, remote: Path) -> None:
        """Serve a bare repository that lies elsewhere."""
        place = self.root / f"{name}.git"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(remote)

    @contextmanager
    def protected(self, name: str, words: str = PROTECTED) -> Iterator[None]:
        """Refuse pushes to its branch ``main`` in GitHub's words."""
        hook = self.root / f"{name}.git" / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        refuse = f'[ "$ref" = refs/heads/main ] && {{ echo "{words}" >&2; exit 1; }}'
        hook.write_text(f"#!/bin/sh\nwhile read -r old new ref; do {refuse}; done\nexit 0\n")
        hook.chmod(0o755)
        try:
            yield
        finally:
            hook.unlink()


@contextmanager
def served(root: Path) -> Iterator[Forge]:
    """Serve on loopback until the block ends."""
    forge = Forge(root)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"forge": forge}))
    server.daemon_threads = False
    forge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    forge: Forge

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._take(b"")

    def do_POST(self) -> None:
        self._take(self._body())

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _take(self, body: bytes) -> None:
        """GitHub takes exactly one header with credentials; with two it answers 400."""
        given = self.headers.get_all("Authorization") or []
        known = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        if len(given) > 1:
            self._answer(400, {}, b"")
        elif given != [f"basic {known}"]:
            self._answer(401, {"WWW-Authenticate": 'Basic realm="GitHub"'}, b"")
        else:
            if self.command == "POST" and self.path.endswith("/git-receive-pack"):
                self.forge.pushes.append(self.path)
                while self.forge.meanwhile:
                    self.forge.meanwhile.pop()()
            self._backend(body)

    def _backend(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        owner, name, rest = path.removeprefix("/").split("/", 2)
        settings = {"http.receivepack": "true", "safe.directory": "*", "receive.autogc": "false"}
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.forge.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{owner}/{name.removesuffix('.git')}.git/{rest}",
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "x-access-token",
            "GIT_CONFIG_COUNT": str(len(settings)),
            **{f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(settings)},
            **{f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(settings.values())},
        }
        command = ["git", "http-backend"]
        out = subprocess.run(command, input=body, env=env, capture_output=True, check=True).stdout
        head, _, payload = out.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self._answer(int(headers.pop("Status", "200").split()[0]), headers, payload)

    def _answer(self, status: int, headers: dict[str, str], payload: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(payload))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)
