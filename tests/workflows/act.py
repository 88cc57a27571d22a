"""Workflows run by a real runner: act, on this machine, with no container and no internet."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TOOLS = Path(sys.executable).parent
_CACHE = Path(__file__).parent.parent.parent / ".cache" / "uv"
_ANNOTATIONS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Run:
    """What came of a run: the jobs' results by id, and what the runner was told by the steps."""

    lines: tuple[dict[str, Any], ...]
    complaint: str

    @property
    def jobs(self) -> dict[str, str]:
        """By id; a job that was skipped is not there."""
        return {one["jobID"]: one["jobResult"] for one in self.lines if "jobResult" in one}

    @property
    def log(self) -> str:
        """What the steps printed."""
        return "".join(one["msg"] for one in self.lines if one.get("raw_output"))

    @property
    def everything(self) -> str:
        """All that the runner showed, with its own words."""
        return "\n".join(one.get("msg", "") for one in self.lines) + self.complaint

    @property
    def summary(self) -> str:
        return "\n".join(one.get("content", "") for one in self.lines if one.get("command") == "summary")

    def outputs(self, step: str) -> dict[str, str]:
        """The outputs of the step with this id."""
        of = (one for one in self.lines if one.get("command") == "set-output" and one.get("stepID") == [step])
        return {one["name"]: one.get("arg", "") for one in of}

    def annotations(self) -> list[tuple[str, dict[str, str], str]]:
        """Each one's kind, properties and words."""
        return [
            (one["command"], one.get("kvPairs") or {}, one.get("arg", ""))
            for one in self.lines
            if one.get("command") in _ANNOTATIONS
        ]


@dataclass(frozen=True)
class Runner:
    """A runner with a folder of its own. ``actions`` names where ``owner/name@ref`` lies on this machine.

    ``environment`` is what every run gets, such as the addresses of GitHub; ``token`` is a run's own;
    ``programs`` is a folder of those that a step finds before any other; no run takes longer than ``limit``,
    in seconds.
    """

    folder: Path
    actions: Mapping[str, Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    token: str = "ghs_test"
    programs: Path | None = None
    limit: float = 400

    @property
    def tools(self) -> Path:
        """What stays from one run to the next, where the action finds itself installed."""
        return self.folder / "cache" / "tool_cache"

    def run(
        self,
        checkout: Path,
        event: str = "push",
        *,
        workflow: str | None = None,
        inputs: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        payload: Mapping[str, Any] | None = None,
        only: Sequence[str] = (),
        **environment: str,
    ) -> Run:
        """Let an event happen to the repository in ``checkout``; its workflows are read there.

        ``only`` are act's own options that leave out jobs.
        """
        command = [str(_TOOLS / "act"), event, "--json", "-P", "ubuntu-latest=-self-hosted", "--rm"]
        command += ["--no-cache-server", "--no-skip-checkout", "--defaultbranch", "main"]
        command += ["--action-cache-path", str(self.folder / "cache")]
        command += [f"--local-repository={name}={path}" for name, path in self.actions.items()]
        command += [f"--env={name}={value}" for name, value in {**self.environment, **environment}.items()]
        command += [f"--secret={name}={value}" for name, value in (secrets or {}).items()]
        command += [f"--var={name}={value}" for name, value in (variables or {}).items()]
        command += [*only, *(("-W", workflow) if workflow else ())]
        with self._event({**(payload or {}), "inputs": inputs or {}}) as file:
            return self._ended([*command, "--eventpath", file], checkout)

    def _event(self, payload: Mapping[str, Any]) -> _File:
        return _File(self.folder / "event.json", json.dumps(payload))

    def _ended(self, command: list[str], checkout: Path) -> Run:
        (self.folder / "home").mkdir(exist_ok=True)
        ended = subprocess.run(
            [*command, f"--secret=GITHUB_TOKEN={self.token}"],
            cwd=checkout,
            env=self.clean(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self.limit,
        )
        return Run(tuple(_read(ended.stdout)), ended.stderr)

    def clean(self) -> dict[str, str]:
        """All that a step may know of this machine; a question for a password would wait for ever."""
        git = Path(shutil.which("git") or "git").parent
        own = (str(self.programs),) if self.programs else ()
        found = dict.fromkeys((*own, str(_TOOLS), str(git), "/usr/local/bin", "/usr/bin", "/bin"))
        given = {name: value for name, value in os.environ.items() if re.match(r"(PIP|UV|SSL|HTTPS?)_", name)}
        return {
            **given,
            "PATH": os.pathsep.join(found),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "PAGER": "cat",
            "GIT_PAGER": "cat",
            "GIT_TERMINAL_PROMPT": "0",
            "UV_CACHE_DIR": str(_CACHE),
        }


class _File:
    """A file for as long as the block lasts."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text

    def __enter__(self) -> str:
        self._path.write_text(self._text)
        return str(self._path)

    def __exit__(self, *_: object) -> None:
        self._path.unlink()


def _read(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
