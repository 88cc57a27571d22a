"""One look through every tracked file: for secrets, and for pointers of Git LFS."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from freshboot.doctor.snapshot import Snapshot

_MOST_BYTES = 256 * 1024 * 1024
"""In all; what comes after that is not looked at."""

_POINTER = re.compile(rb"\s*version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\s")
_SECRET_FILES = re.compile(
    r"(?:^|/)(?:\.streamlit/secrets\.toml|\.env(?:\.(?:local|prod|production|dev|staging))?)\Z"
)
_HAS_VALUE = re.compile(
    rb"(?m)^[ \t]*(?:export[ \t]+)?[\w.\"-]+[ \t]*=[ \t]*"
    rb"(?:[^\s\"'#]|[\"'][ \t]*[^\s\"']|(?:\"{3}|'{3})\s*[^\s\"'])"
)
# A header alone stands in many a source that looks for keys: a key has lines of its own below it, or
# behind it where a text says its line ends with a backslash, as JSON does.
_PRIVATE_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|[\s\"'\\])*(?:[\w-]+: [^\n]*\n\s*)*"
    rb"(?:[A-Za-z0-9+/=]{40,}(?:\\[rn]|[\s\"'\\])*){2}"
)
_TOKENS = {
    "an AWS access key": rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a GitHub token": rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
    "a GitLab token": rb"\bglpat-[\w-]{20}\b",
    "a Google API key": rb"\bAIza[\w-]{35}\b",
    "a Hugging Face token": rb"\bhf_[A-Za-z]{34}\b",
    "an npm token": rb"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": rb"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}",
    "a SendGrid key": rb"\bSG\.[\w-]{22}\.[\w-]{43}\b",
    "a Slack token": rb"\bxox[abeprs]-\d{8,}-[\w-]{20,}",
    "a Stripe key": rb"\b[sr]k_live_[A-Za-z0-9]{24,}\b",
    "an OpenRouter key": rb"\bsk-or-v1-[0-9a-f]{64}\b",
    "an OpenAI or Anthropic key": rb"\bsk-(?!or-v1-)(?:proj-|ant-\w+-|svcacct-)?[A-Za-z0-9_-]{40,}",
    "the app's FRESHBOOT_KEY": rb"\bFRESHBOOT_KEY[\"']?[ \t]*[:=][ \t]*(?=\S{0,200}\d)"
    rb"(?:[\"'][^\s\"'$(){}<>]{12,200}[\"']|[\w+/=-]{16,200}(?=\s|\Z))",
    "the password of a database": rb"\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+\w+)?://"
    rb"[^\s:/@\"']*:(?=[^\s/@]*\d)(?=[^\s/@]*[A-Za-z])[^\s/@\"'$(){}<>]{8,}"
    rb"@(?!localhost|127\.|host\.)[\w-]+\.[\w.-]+",
}
_HINTS = (
    b"AKIA",
    b"ASIA",
    b"gh",
    b"glpat-",
    b"AIza",
    b"hf_",
    b"npm_",
    b"pypi-",
    b"SG.",
    b"xox",
    b"k_live_",
    b"sk-",
    b"FRESHBOOT_KEY",
    *(b"postgres", b"mysql", b"mariadb", b"mongodb", b"redis", b"amqp"),
)
_MADE_UP = re.compile(
    rb"example|dummy|fake|sample|placeholder|change.?me|password|your.|xxxx|0{6}|123456|abcdef"
    rb"|\.(?:test|local|invalid)\Z|([A-Za-z0-9])\1{3}",
    re.IGNORECASE,
)
_SORTS = (re.compile(rb"\d"), re.compile(rb"[A-Z]"), re.compile(rb"[a-z]"))
_WORD = re.compile(rb"[A-Za-z][a-z]{2,}")
_MOST_WORDS = 2  # the name of its sort, and one by chance
_FEWEST_SIGNS = 10
_MOST_SPOTS = 50


class Spot(NamedTuple):
    """Something in a file: its ``kind`` in words, never itself. ``is_pointer``: of Git LFS, no secret."""

    path: str
    line: int
    kind: str
    is_pointer: bool = False


def spots(snapshot: Snapshot) -> tuple[Spot, ...]:
    """All of them, in the order of the files; the first fifty secrets."""
    found, left, secrets = [], _MOST_BYTES, 0
    for path in sorted(snapshot.paths):
        data = snapshot.read(path) or b""
        left -= len(data)
        if left < 0:
            break
        if _POINTER.match(data[:200]):
            found.append(Spot(path, 1, "a pointer of Git LFS", is_pointer=True))
        elif secrets < _MOST_SPOTS:
            some = tuple(_secrets(path, data))
            secrets += len(some)
            found += some
    return tuple(found)


def _secrets(path: str, data: bytes) -> Iterator[Spot]:
    if _SECRET_FILES.search(path) and _HAS_VALUE.search(data):
        yield Spot(path, 1, f"the secrets of {posixpath.basename(path)}")
        return
    for key in _PRIVATE_KEY.finditer(data) if b"PRIVATE KEY" in data else ():
        yield Spot(path, data.count(b"\n", 0, key.start()) + 1, "a private key")
    if any(hint in data for hint in _HINTS):
        for kind, form in _TOKENS.items():
            for token in re.finditer(form, data):
                if not (_is_made_up(token[0]) or _is_worded(token[0])):
                    yield Spot(path, data.count(b"\n", 0, token.start()) + 1, kind)


def _is_made_up(token: bytes) -> bool:
    """Whether a person wrote it to show what one looks like."""
    return _MADE_UP.search(token) is not None or len(set(token)) < _FEWEST_SIGNS


def _is_worded(token: bytes) -> bool:
    """Whether what begins as a key goes on as a class of CSS or the end of an address does."""
    if not token.startswith(b"sk-") or token.startswith(b"sk-or-"):
        return False
    words = [part for part in re.split(rb"[-_]", token) if _WORD.fullmatch(part)]
    return len(words) > _MOST_WORDS or not all(sort.search(token) for sort in _SORTS)
