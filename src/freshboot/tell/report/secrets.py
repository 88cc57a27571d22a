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
_WEBHOOK = re.compile(
    r"(hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/(?:v\d+/)?webhooks/"
    r"|webhook\.office\.com/\w+/|api\.telegram\.org/bot)[^\s'\"<>]+",
    re.I,
)
# A password may hold any sign, so that user info ends with the last @; a web server's port is none.
# Without a colon it ends before the first slash: the path of a requirement has an @ as well.
_USERINFO = re.compile(
    r"(?<=://)(?:"
    r"(?:(?<!ttp://)(?<!ttps://)(?<!ws://)(?<!wss://)|(?!(?:localhost|[^/\s:@]{0,200}\.[^/\s:@]{0,200}):\d{1,5}[/?#]))"
    r"[^/\s:'\"<>]{0,200}:[^\s'\"<>]{0,400}@|[^/\s'\"<>]{0,400}@|[^/\s@]{0,400}@)"
)
_CUT_USERINFO = re.compile(r"(?<=://)([^/\s:@'\"<>\[]{1,200}:)(?=[^\s'\"<>/,;|]{0,200}[A-Za-z])[^\s'\"<>]+")
_USER_OPTION = re.compile(
    r"""(?P<name>(?<![\w-])(?:-u|--(?:proxy-)?user)["']?(?:\s*[=,]\s*|\s+))(?!["']?\d+:\d+["']?(?!\S))"""
    r"""(?:"[^":]*:[^"]*(?:"|\Z)|'[^':]*:[^']*(?:'|\Z)|[^\s:'"]+:[^\s'"]+)"""
)
_AFTER_PATH = re.compile(r"((?:https?|wss?|ftp)://[^\s?#'\"<>]+)[?#][^\s'\"<>]*", re.I)
_BEARER = re.compile(r"\b(bearer|basic(?=\s+\S*(?-i:[A-Z0-9=])))\s+[\w.~+/=-]{6,}", re.I)
_NAMED = re.compile(
    r"""(?P<name>(?<![\w.-])(?:[\w.-]*(?:token|secret|passw(?:or)?d|pwd|passphrase|api[_-]?key|access[_-]?key"""
    r"""|account[_-]?key|shared[_-]?key|access[_-]?signature|credential|private[_-]?key|freshboot[_-]?key"""
    r"""|session[_-]?id)[\w.-]*|auth|authorization|cookie|dsn)"""
    r"""["']?\s*[=:]\s*)(?P<value>"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)"""
    r"""|(?:(?:bearer|basic|token|digest|flyv1)\s+)?[^\s,;)&]+)""",
    re.I,
)
_FORMS = re.compile(
    r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|AIza[\w-]{30,}|ya29\.[\w.-]{20,}|hf_\w{20,}|npm_\w{20,}|pypi-[\w-]{20,}|dop_v1_\w{20,}|[sr]k_(?:live|test)_\w{10,}"
    r"|sk-[\w-]{16,}|SG\.[\w-]{10,}\.[\w-]{10,}|eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"
    r"|FlyV1\s+[^\s'\"]+|fm[12][a-z]?_[\w+/=,-]{8,}"
    # what somebody has cut already
    r"|(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|AKIA|AIza|hf_|npm_|pypi-|sk-|[sr]k_live_|eyJ|fm[12][a-z]?_)[\w.-]*…)"
)
_HEXADECIMAL = re.compile(r"(?<![0-9A-Za-z+])[0-9a-fA-F]{32,}(?![0-9A-Za-z+])")
_RUN = re.compile(r"(?<![\w+/-])[0-9A-Za-z+/_-]{24,}={0,2}")
_PARTS = re.compile(r"[+/_=-]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST_WORDS = 4.5
"""What people name has longer words than that, on average; those of what is random have about two letters."""
_HOME = re.compile(r"(?:[A-Za-z]:)?[\\/]+(?:home|Users)[\\/]+[^\\/\s:'\"]+", re.I)
_E_MAIL = re.compile(r"(?<![\w.+-])(?![\w.+-]{0,200}\.git@)[\w.+-]+@[\w-]+\.[\w.-]+")


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """The text without credentials: ``known`` ones, and whatever has the form or the name of one.

    Addresses lose user, query and fragment, those of webhooks their path too, folders of persons become
    ``~``, and of long ids nothing stays.
    """
    for one in known:
        text = text.replace(one, HIDDEN) if len(one) >= _SHORTEST else text
    text = _PRIVATE_KEY.sub(HIDDEN, text)
    text = _USERINFO.sub(_user_info, _WEBHOOK.sub(rf"\1{HIDDEN}", text))
    text = _AFTER_PATH.sub(r"\1", _CUT_USERINFO.sub(rf"\1{HIDDEN}", text))
    text = _BEARER.sub(lambda one: f"{one[1]} {HIDDEN}", text)
    text = _NAMED.sub(_named, _USER_OPTION.sub(_named, text))
    text = _HEXADECIMAL.sub(HIDDEN, _FORMS.sub(HIDDEN, text))
    text = _RUN.sub(lambda one: HIDDEN if _is_random(one[0]) else one[0], text)
    return _E_MAIL.sub(HIDDEN, _HOME.sub("~", text))


def _named(found: re.Match[str]) -> str:
    return f"{found['name']}{HIDDEN}"


def _user_info(found: re.Match[str]) -> str:
    """Nothing; but where it holds a slash the host may have gone with it, and that is to be seen."""
    return f"{HIDDEN}@" if "/" in found[0] else ""


def _is_random(text: str) -> bool:
    """Whether no person writes that: all kinds of signs in quick turns, as in keys and tokens.

    Nor is it a name where it begins with a digit and goes on without a break.
    """
    has_all_kinds = all(any(kind(one) for one in text) for kind in (str.isdigit, str.islower, str.isupper))
    parts = [one for one in _PARTS.split(text) if one]
    turns = sum(len(_WORD.findall(one)) - 1 for one in parts)
    is_no_name = len(parts) == 1 and text[0].isdigit()
    return has_all_kinds and (is_no_name or len(text) <= _LONGEST_WORDS * turns)


def clean(text: str, longest: int = 500) -> str:
    """One visible line without credentials: what every text of a report is.

    What nobody sees goes first, or it would part a credential in two. Cut is last, or it would halve one.
    """
    seen = "".join(one for one in text[: 8 * longest] if one.isprintable() or one.isspace())
    return line(without_secrets(line(seen, 2 * longest)), longest)
