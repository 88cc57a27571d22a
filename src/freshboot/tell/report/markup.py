"""HTML that is safe by the way it is made: a text becomes part of it only through :func:`text`."""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import lru_cache

from freshboot.tell.safe import line

_LONGEST = 2_000
_VOID = frozenset({"meta", "img", "br", "hr", "link"})


class Html(str):
    """HTML already: made here, of elements of ours."""

    __slots__ = ()

    def join(self, parts: Iterable[str]) -> Html:
        """Parts with this one between them; texts among them are shown as such."""
        return Html(str.join(self, map(_html, parts)))


NONE = Html("")


@lru_cache(maxsize=2048)  # most of what a page says, it says often
def text(words: str) -> Html:
    """Words as HTML that shows them: one line, nothing invisible, no markup."""
    return Html(html.escape(line(words, _LONGEST)))


def code(line_of_code: str) -> Html:
    """A line of code as HTML, with the spaces at its start."""
    body = line_of_code.lstrip(" ")
    return Html(" " * min(len(line_of_code) - len(body), 80) + text(body))


def element(tag: str, /, *children: str, **attributes: str) -> Html:
    """An element; children and values that are not HTML are taken for texts.

    ``class_`` stands for ``class``, and ``_`` in other names for ``-``. An attribute without a value is left
    out.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_html(value)}"' for key, value in attributes.items() if value
    )
    inner = "".join(map(_html, children))
    return Html(f"<{tag}{told}>" if tag in _VOID else f"<{tag}{told}>{inner}</{tag}>")


def join(*parts: str) -> Html:
    """Parts one after another."""
    return Html("".join(map(_html, parts)))


def _html(words: str) -> Html:
    return words if isinstance(words, Html) else text(words)
