"""What a requirement's URL leads to for ever: a commit, a release. Where all else led is not known."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from freshboot.dependencies.line import without_user

COMMIT = re.compile(r"[0-9a-f]{7,64}")
# A tag by its looks; all else may be a branch or move as one, and where it leads to now is not known here.
RELEASE = re.compile(r"v?\d+\.\d+\.\d+(\.\d+)*([._-]?(a|b|rc|alpha|beta|post)[.-]?\d+)?")
_ONE_RELEASE = re.compile(
    r"/[\w.]+-\d+(\.\d+)+[\w.+-]*\.(whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)\Z"
    r"|[0-9a-f]{40}|/archive/(refs/tags/)?v?\d+\.\d+\.\d+\.(zip|tar\.gz)\Z"
)


def is_fixed(url: str) -> bool:
    """Whether a requirement's URL can only mean one thing, so that what is installed can be proven to be it.

    A path of one machine cannot: nobody else has what lies there.
    """
    bare, _, fragment = url.partition("#")
    scheme = urlsplit(bare).scheme
    if scheme.startswith("git+"):
        revision = with_revision(bare)[1]
        return bool(COMMIT.fullmatch(revision) or RELEASE.fullmatch(revision))
    return scheme in ("http", "https") and ("sha256" in parse_qs(fragment) or is_one_release(bare))


def is_one_release(url: str) -> bool:
    """Whether an archive is a release's by its address, which has no fragment."""
    return _ONE_RELEASE.search(urlsplit(url).path) is not None


def with_revision(url: str) -> tuple[str, str]:
    """A repository's address without its user, and the revision behind it; empty where none is named."""
    bare = without_user(url)
    place, at, revision = bare.rpartition("@")
    return (place, revision) if at else (bare, "")
