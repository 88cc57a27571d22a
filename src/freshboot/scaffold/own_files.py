"""The two files that are freshboot's own: the configuration and the workflow."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from freshboot.scaffold.lines import insert, split
from freshboot.stamp.comment import MADE

CONFIG = ".github/freshboot.yml"
WORKFLOW = ".github/workflows/rollout.yml"
SECOND_WORKFLOW = ".github/workflows/freshboot.yml"
"""Where the usual name is taken."""
USUAL_MARKS = ("requirements.txt", ".streamlit/config.toml", "DEPLOYMENT_VERSION")

_MADE = f"# {MADE.decode()}"
_PLAIN = re.compile(r"[A-Za-z_.][\w./-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_TEXT = r'(?:"(?:[^"\\]|\\.)*"|[\w./-]+)'
_OWN_CONFIG = re.compile(
    rf"# [^\n]*{re.escape(MADE.decode())}\n(?:(?:# )?(?:url: \S+|entrypoint: {_TEXT}|marks: \[[^\n]*\])\n)*"
)
_CONFIG_URL = re.compile(rb"^(?:# )?url: [^\r\n]*", re.MULTILINE)
_WORKFLOW_URL = re.compile(rb"^    with: \{url: [^\r\n]*", re.MULTILINE)
_USES = re.compile(r"^[^#\n]*\buses:\s*[\"']?freshboot/freshboot\b", re.MULTILINE)


@dataclass(frozen=True)
class Origin:
    """Where freshboot comes from: its repository's address, and the revision that workflows name."""

    home: str
    revision: str

    @property
    def name(self) -> str:
        """Owner and repository, as a workflow names them."""
        return "/".join(self.home.rstrip("/").split("/")[-2:])


def config_of(origin: Origin, url: str | None, entrypoint: str | None, marks: Sequence[str]) -> bytes:
    """``.github/freshboot.yml``: what is not the default, and where the rest is told."""
    lines = [f"# Every key is optional: {origin.home}/blob/main/docs/configuration.md {_MADE[2:]}"]
    lines.append(f"url: {url}" if url else "# url: https://your-app.streamlit.app")
    if entrypoint is not None:
        lines.append(f"entrypoint: {_text(entrypoint)}")
    if tuple(marks) != USUAL_MARKS:
        lines.append(f"marks: [{', '.join(map(_text, marks))}]")
    return "".join(f"{line}\n" for line in lines).encode()


def workflow_of(origin: Origin, branch: str, url: str | None) -> bytes:
    """The ten lines of the documents; without an address it takes the configuration's."""
    return "\n".join(
        [
            f"name: rollout  {_MADE}",
            "on:",
            f"  push: {{branches: [{_text(branch)}]}}",
            "  workflow_dispatch:",
            "permissions: {}",
            "jobs:",
            "  rollout:",
            "    permissions: {contents: write, issues: write, statuses: write, deployments: write}",
            f"    uses: {origin.name}/.github/workflows/rollout.yml@{origin.revision}",
            *([f"    with: {{url: {json.dumps(url)}}}"] if url else []),
            "",
        ]
    ).encode()


def config_with_url(data: bytes, url: str | None) -> bytes:
    """A configuration of init's with another address; None leaves it as it is."""
    return data if url is None else _CONFIG_URL.sub(lambda _: f"url: {url}".encode(), data, count=1)


def workflow_with_url(data: bytes, url: str | None) -> bytes:
    """A workflow of init's with another address; None leaves it as it is."""
    line = f"    with: {{url: {json.dumps(url)}}}".encode()
    if url is None or line in data:
        return data
    changed, count = _WORKFLOW_URL.subn(lambda _: line, data)
    return changed if count else insert(data, len(split(data)), line)


def is_own_config(data: bytes) -> bool:
    """Whether init made the file, and nobody has changed what it holds since."""
    return _OWN_CONFIG.fullmatch(_plain(data)) is not None


def is_own_workflow(data: bytes, origin: Origin) -> bool:
    """The same of the workflow."""
    form = re.escape(workflow_of(Origin(origin.home, "REVISION"), "BRANCH", "https://URL").decode())
    form = form.replace("REVISION", r"[\w./-]+").replace("BRANCH", _TEXT)
    form = form.replace(re.escape('    with: {url: "https://URL"}\n'), r'(?:    with: \{url: "[^"\n]*"\}\n)?')
    return re.fullmatch(form, _plain(data)) is not None


def uses_freshboot(data: bytes) -> bool:
    """Whether a workflow calls freshboot's."""
    return _USES.search(data.decode("utf-8", "replace")) is not None


def _plain(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _text(text: str) -> str:
    """A text as YAML has it within a list as well."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)
