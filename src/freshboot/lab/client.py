"""A lab in a process of its own, for callers that are not asynchronous: tests, the demo, the benchmarks."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from freshboot.lab.errors import LabError
from freshboot.lab.lab import Address

if TYPE_CHECKING:
    from typing_extensions import Self

    from freshboot.lab.lab import Options

_POLL_S = 0.05
_STOP_LIMIT_S = 15.0
_CALL_LIMIT_S = 60.0


class LabProcess:
    """Use it as ``with LabProcess(options) as lab``; it ends with the block, and with whoever holds it.

    Entering raises ``LabError`` with the lab's own words where it does not start.
    """

    address: Address

    def __init__(self, options: Options) -> None:
        self.options = options

    def __enter__(self) -> Self:
        with tempfile.TemporaryFile("w+") as complaint:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaint, text=True
            )
            line = self._process.stdout.readline() if self._process.stdout else ""
            if not line:
                self.__exit__()
                complaint.seek(0)
                raise LabError(f"the lab did not start: {complaint.read().strip()}", "")
        self.address = Address(**json.loads(line))
        return self

    def __exit__(self, *_: object) -> None:
        """End it as its parent's death would: by the end of its input."""
        process = self._process
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def url(self) -> str:
        """The app's address."""
        return self.address.url

    @property
    def remote(self) -> str:
        """The path of the bare repository to push to."""
        return self.address.remote

    @property
    def control(self) -> str:
        """The address of the control server."""
        return self.address.control

    def set_faults(self, *faults: str) -> None:
        """Replace the faults from now on; raises ``LabError`` for one that is unknown or cannot be had here.

        Where they change the branch or the file that the host runs, it returns when the app answers again.
        """
        self._call("faults", json.dumps(faults).encode())

    def state(self) -> dict[str, Any]:
        """What ``GET control/state`` tells."""
        return self._call("state")

    def log(self) -> str:
        """What the host and the app have written, as in Community Cloud's log panel: the last of it."""
        with urllib.request.urlopen(f"{self.control}/log", timeout=_CALL_LIMIT_S) as response:  # noqa: S310
            text: str = response.read().decode()
        return text

    def sleep(self) -> None:
        """Send the app to sleep now."""
        self._call("sleep", b"")

    def reboot(self) -> None:
        """Reboot the app, as a person does: a fresh clone and a fresh process; returns when it answers."""
        self._call("reboot", b"")

    def wait_deployed(self, commit: str, limit_s: float = 30.0, replicas: int | None = None) -> None:
        """Wait until each replica, or so many, has ``commit`` on disk and answers; else ``LabError``."""
        until = time.monotonic() + limit_s
        wanted = self.options.replicas if replicas is None else replicas
        while True:
            state = self.state()
            there = [r for r in state["replicas"] if r["ready"] and r["commit"] == commit]
            if state["phase"] == "running" and len(there) >= wanted:
                return
            if time.monotonic() > until:
                raise LabError(f"{commit} was not deployed within {limit_s:g} s: {json.dumps(state)}", "")
            time.sleep(_POLL_S)

    def _command(self) -> list[str]:
        values = asdict(self.options)
        arguments = [str(values.pop("repository"))]
        arguments += [f"--fault={fault}" for fault in values.pop("faults")]
        if values["wheels"] is None:
            del values["wheels"]
        if values.pop("comments"):
            arguments.append("--comments")
        values["start-limit"] = values.pop("start_limit_s")
        arguments += [f"--{name}={value}" for name, value in values.items()]
        return [sys.executable, "-m", "freshboot.lab", "--json", "--with-parent", *arguments]

    def _call(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.control}/{path}", data=body)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_CALL_LIMIT_S) as response:  # noqa: S310
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            with contextlib.closing(error):
                answer = json.load(error)
            raise LabError(answer["error"], answer["remedy"]) from None
        return answer
