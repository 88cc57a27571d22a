"""Git's own daemon on loopback: what answers ``git://`` addresses."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve the bare repositories in ``root`` to whoever asks; the address."""
    command = ["git", "daemon", "--inetd", "--export-all", f"--base-path={root}", str(root)]

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            subprocess.run(command, stdin=self.request, stdout=self.request, check=False)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"git://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
