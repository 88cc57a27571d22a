"""Which files a repository says to be run: ``streamlit run FILE`` and its like, wherever people write it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from freshboot.stamp.mark import Read

# What a host, or a container, starts.
_STARTS = re.compile(
    r"(?:.*/)?(?:Procfile|Justfile|Makefile|[\w.-]*Dockerfile[\w.-]*|(?:docker-)?compose[\w.-]*\.ya?ml"
    r"|[\w-]+\.sh|app\.ya?ml|render\.ya?ml|fly\.toml|railway\.(?:json|toml)|package\.json)\Z"
)
_README = re.compile(r"(?:.*/)?README(?:\.\w+)?\Z", re.IGNORECASE)
_CONTINUED = re.compile(r"\\\r?\n")
_RUN = re.compile(r"""\bstreamlit\b["',\s]+run\b[^\n]*?["',\s=]([^\s"'`,=\[\]()]+\.py)\b""")
_APP_FILE = re.compile(r"^app_file:[ \t]*[\"']?([^\s\"']+\.py)\b", re.MULTILINE)  # Hugging Face
_DEPLOY_LINK = re.compile(r"share\.streamlit\.io/deploy\?[^\s)\"'>]*\bmainModule=([^&\s)\"'>]+)")
_LONGEST = 1024 * 1024  # bytes


def started(paths: Collection[str], read: Read) -> frozenset[str]:
    """The files that what starts the app names: a Procfile, a Dockerfile, a script."""
    return frozenset(_named(paths, read, _STARTS))


def told(paths: Collection[str], read: Read) -> frozenset[str]:
    """The files that a README says to run, or to deploy."""
    return frozenset(_named(paths, read, _README))


def _named(paths: Collection[str], read: Read, kind: re.Pattern[str]) -> Iterator[str]:
    for path in sorted(paths):
        data = (read(path) or b"") if kind.match(path) else b""
        text = _CONTINUED.sub(" ", data[:_LONGEST].decode("utf-8", "replace"))
        for form in (_RUN, _APP_FILE, _DEPLOY_LINK):
            for name in form.findall(text):
                yield from _meant(paths, posixpath.dirname(path), unquote(name))


def _meant(paths: Collection[str], folder: str, name: str) -> Iterator[str]:
    """The file that a name means: from that folder, from the root, else by its end, as in a container."""
    parts = [part for part in name.split("/") if part]
    for start in range(len(parts) if name.startswith("/") else 1):
        tail = "/".join(parts[start:])
        for base in (folder, ""):
            whole = posixpath.normpath(posixpath.join(base, tail))
            if whole in paths:
                yield whole
                return
