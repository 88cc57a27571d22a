"""GitHub's reading of Markdown: a real parser, and what GitHub looks for in the text that is left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_DOLLAR = "<span>&#36;</span>"
"""GitHub's own way to write a dollar that begins no formula."""
_FOUND = {
    "mention": r"(?<![\w/])@[a-z0-9][a-z0-9-]*",
    "address": r"[a-z0-9.+_-]+@[a-z0-9_-]+\.[a-z0-9_-]+",
    "link": r"(?:https?|ftp)://\S",
    "www": r"(?<!\w)www\.[a-z0-9_-]",
    "reference": r"(?<![\w&])(?:[\w.-]+(?:/[\w.-]+)?)?#\d+|\bgh-\d+",
    "short code": r":(?:[+-]1|100|1234|[\w+-]*[a-z_][\w+-]*):",
    "formula": r"\$",
}


def _parser() -> MarkdownIt:
    parser = MarkdownIt("gfm-like")
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True})  # GitHub links no bare names of hosts
    return parser


_PARSER = _parser()


@dataclass(frozen=True)
class Page:
    """A document as GitHub shows it.

    ``shape``: every element in its order, with its attributes and its own HTML, but not its text. ``found``:
    what GitHub finds in the text outside of code, afterwards. ``tags``: the document's own HTML.
    """

    shape: tuple[str, ...]
    found: frozenset[str]
    text: str
    tags: tuple[str, ...]
    diagrams: tuple[str, ...]


def read(markdown: str) -> Page:
    """Read a document as GitHub does."""
    blocks = _PARSER.parse(markdown)
    tokens = [token for block in blocks for token in (block, *(block.children or ()))]
    # Where every span is a whole one of ours, none can be foreign: those do no more than hold a dollar.
    if markdown.count("<span") == markdown.count(_DOLLAR) == markdown.count("</span"):
        tokens = list(_without_dollars(tokens))
    texts = [one.content for one in tokens if one.type == "text"]
    return Page(
        shape=tuple(_described(one) for one in tokens if one.type not in ("text", "inline")),
        found=frozenset(kind for kind, form in _FOUND.items() if _any(form, texts)),
        text="\n".join(texts),
        tags=tuple(tag for one in tokens if one.type.startswith("html") for tag in _tags(one.content)),
        diagrams=tuple(one.content for one in blocks if one.type == "fence" and one.info == "mermaid"),
    )


def _without_dollars(tokens: Sequence[Token]) -> Iterator[Token]:
    rest = iter(tokens)
    for one in rest:
        if one.content == "<span>" and one.type == "html_inline":
            assert (next(rest).content, next(rest).content) == ("$", "</span>")
        else:
            yield one


def _any(form: str, texts: Sequence[str]) -> bool:
    return any(re.search(form, one, re.IGNORECASE) for one in texts)


def _tags(html: str) -> list[str]:
    return re.findall(r"</?[a-z]+[^>]*>", html)


def _described(one: Token) -> str:
    content = one.content if one.type.startswith("html") else ""
    return f"{one.type} {one.markup} {one.info} {dict(one.attrs)} {content}"
