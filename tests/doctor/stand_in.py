"""A host and a GitHub on loopback, with the answers that a test gives them."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RUNNING = {"status": 5, "platformStatus": 0, "viewerAuthEnabled": False, "streamlitVersion": "1.67.0"}
HEALTH, STATUS, DISAMBIGUATE = "/~/+/_stcore/health", "/api/v2/app/status", "/api/v2/app/disambiguate"


def cloud(status: int = 5, **tracked: str) -> dict[str, Any]:
    """What Community Cloud answers of an app."""
    deploys = {"owner": "acme", "repository": "budget", "branch": "main", "mainModule": "streamlit_app.py"}
    return {HEALTH: "ok", STATUS: {**RUNNING, "status": status}, DISAMBIGUATE: {**deploys, **tracked}}


@contextlib.contextmanager
def answering(answers: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths that it was asked for; a text is answered as it is, all else as JSON."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            found = answers.get(self.path)
            body = found.encode() if isinstance(found, str) else json.dumps(found or {}).encode()
            self.send_response(found if isinstance(found, int) else 404 if found is None else 200)
            self.send_header("Content-Type", "text/plain" if isinstance(found, str) else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
