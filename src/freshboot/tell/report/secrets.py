"""Credentials and names of persons taken out of a text that is meant to be handed on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from freshboot.tell.safe import line

HIDDEN = "(hidden)"
_SHORTEST = 6
"""A known secret that is shorter would take ordinary words away, and protects nothing."""

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S
)
_USERINFO = re.compile(r"(?<=://)[^/\s@]*@")
_AFTER_PATH = re.compile(r"((?:https?|wss?|ftp)://[^\s?#'\"<>]+)[?#][^\s'\"<>]*", re.I)
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.I)
_NAMED = re.compile(
    r"""(?P<name>(?<![\w.-])(?:[\w.-]*(?:token|secret|passw(?:or)?d|pwd|passphrase|api[_-]?key|access[_-]?key"""
    r"""|credential|private[_-]?key|freshboot[_-]?key|session[_-]?id)[\w.-]*|auth|authorization|cookie|dsn)"""
    r"""["']?\s*[=:]\s*)(?P<value>"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^\s,;)&]+)""",
    re.I,
)
_FORMS = re.compile(
    r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|AIza[\w-]{30,}|ya29\.[\w.-]{20,}|hf_\w{20,}|npm_\w{20,}|pypi-[\w-]{20,}|dop_v1_\w{20,}|[sr]k_(?:live|test)_\w{10,}"
    r"|sk-[\w-]{16,}|SG\.[\w-]{10,}\.[\w-]{10,}|eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"
    # what somebody has cut already
    r"|(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|AKIA|AIza|hf_|npm_|pypi-|sk-|[sr]k_live_|eyJ)[\w.-]*…)"
)
# What no person writes: more hexadecimal digits than a short id, and long runs of all kinds of letters.
_RANDOM = re.compile(
    r"(?<![0-9A-Za-z+])(?:[0-9a-fA-F]{32,}|(?=[A-Za-z+]*[0-9])(?=[0-9A-Z+]*[a-z])(?=[0-9a-z+]*[A-Z])"
    r"[0-9A-Za-z+]{24,}=*)(?![0-9A-Za-z+])"
)
_HOME = re.compile(r"(?:[A-Za-z]:)?[\\/]+(?:home|Users)[\\/]+[^\\/\s:'\"]+", re.I)
_E_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """The text without credentials: ``known`` ones, and whatever has the form or the name of one.

    Addresses lose user, query and fragment, folders of persons become ``~``, and of long ids nothing stays.
    """
    for one in known:
        text = text.replace(one, HIDDEN) if len(one) >= _SHORTEST else text
    text = _PRIVATE_KEY.sub(HIDDEN, text)
    text = _AFTER_PATH.sub(r"\1", _USERINFO.sub("", text))
    text = _BEARER.sub(lambda one: f"{one[1]} {HIDDEN}", text)
    text = _NAMED.sub(lambda one: one["name"] + HIDDEN, text)
    text = _RANDOM.sub(HIDDEN, _FORMS.sub(HIDDEN, text))
    return _E_MAIL.sub(HIDDEN, _HOME.sub("~", text))


def clean(text: str, longest: int = 500) -> str:
    """One visible line without credentials: what every text of a report is.

    What nobody sees goes first, or it would part a credential in two. Cut is last, or it would halve one.
    """
    return line(without_secrets(line(text, 2 * longest)), longest)
