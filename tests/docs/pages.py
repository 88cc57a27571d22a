"""The documents as they are written: their pages, blocks, commands and links."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted(DOCS.rglob("*.md")),
)
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
SHELL = ("", "sh", "bash", "shell", "console")
PROGRAMS = ("freshboot ", "git ", "pip ", "pipx ", "pytest ", "scripts/", ".venv/bin/")
"""What a line of a block begins with that is a command; other lines are what a command says."""
IN_PROSE = ("freshboot ", "pip install ", "pytest ", "scripts/")
"""The same in the middle of a sentence, where `git pull` is a notion and no command to type."""

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """What stands between two fences. ``line``: the one that it begins in, for whoever looks for it."""

    page: str
    line: int
    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command on one line. ``typed``: it stands in a block, to be typed, and not in a sentence."""

    page: str
    words: str
    typed: bool


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block of a page."""
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(name_of(page), line, found["language"], textwrap.dedent(found["text"]))


def all_blocks(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def commands(page: Path) -> Iterator[Command]:
    """Every command of a page: in its blocks, in its workflows, and in its sentences."""
    for block in blocks(page):
        if block.language in SHELL:
            yield from (Command(block.page, line, True) for line in _lines(block.text))
        if block.language == "yaml":
            yield from (Command(block.page, line, True) for line in _runs(yaml.safe_load(block.text)))
    prose = _FENCE.sub("", page.read_text("utf-8"))
    for span in _SPAN.findall(prose):
        words = " ".join(span.split()).replace("\\|", "|")
        if words.startswith(IN_PROSE) and " @ " not in words:
            yield Command(name_of(page), words, False)


def _lines(text: str) -> Iterator[str]:
    """The commands of a block, without prompt and comment, each on one line."""
    for line in text.replace("\\\n", " ").splitlines():
        words = re.sub(r"\s+# .*", "", line.strip().removeprefix("$ "))
        if words.startswith(PROGRAMS):
            yield " ".join(words.split())


def _runs(document: object) -> Iterator[str]:
    """What the steps of a workflow run."""
    if isinstance(document, list):
        for one in document:
            yield from _runs(one)
    if isinstance(document, dict):
        if isinstance(document.get("run"), str):
            yield from _lines(document["run"])
        for one in document.values():
            yield from _runs(one)


def section(text: str, heading: str) -> str:
    """What stands under a heading, to the next one of its level or above; nothing where there is none."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n", text, re.M)
    if found is None:
        return ""
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


def flat(text: str) -> str:
    """Text as one line, quotation marks of the margin taken away."""
    return " ".join(re.sub(r"^> ?", "", text, flags=re.M).split())
