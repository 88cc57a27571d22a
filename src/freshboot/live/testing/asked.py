"""What the tests of this process have asked of live apps: without an answer nothing is shown of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from freshboot.hosts.address import Address, AddressError
from freshboot.live.errors import printable

_ended: Counter[str] = Counter()
_told: Counter[str] = Counter()
_broken: list[str] = []


@contextmanager
def asking(url: str) -> Iterator[None]:
    """Keep what becomes of a run that is asked for: it ended, or it broke off and why."""
    _broken.clear()
    try:
        yield
    except BaseException as error:
        _broken.append(printable(str(error), 300) or type(error).__name__)
        raise
    _ended[url] += 1


def runs(url: str) -> int:
    """How many runs of the app at this address have ended."""
    return _ended[_plain(url)]


def news(url: str) -> int:
    """How many of them ended since this was asked last."""
    ended, before = runs(url), _told[_plain(url)]
    _told[_plain(url)] = ended
    return ended - before


def broken() -> str:
    """Why the last run broke off, whatever the test made of that; empty where it ended."""
    return "".join(_broken)


def forget_broken() -> None:
    """Begin another test."""
    _broken.clear()


def _plain(url: str) -> str:
    try:
        return Address.parse(url).url
    except AddressError:
        return url
