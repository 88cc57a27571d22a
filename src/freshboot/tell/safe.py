"""Text from outside made harmless for wherever it is shown. The live app is untrusted.

Every function takes any text at all. What it returns is a text of its place and nothing more:

* :func:`line`: one line of a terminal or a log, also of one that the Actions runner reads for commands;
* :func:`markdown`: text in GitHub's Markdown, anywhere but in code;
* :func:`mermaid`: words of a Mermaid diagram;
* :func:`command_message` and :func:`command_property`: parts of a workflow command of our own;
* :func:`text_for_runner`: foreign text of many lines in a workflow's log.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LONGEST = 500
_LONGEST_MESSAGE = 4096
"""What the runner passes on of an annotation's message, in characters."""
_COMMAND = re.compile(r"(?<!\S):{2,}")
_PERCENTS = {"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"}
_MOST_MARKS = 4
"""More marks on one character than any script needs would paint over the lines above and below."""
_MARKS = ("Mn", "Me")
# Unicode's default ignorable characters that are letters or marks, which no category tells.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

_MEANING = re.compile(r"[\\`*_\[\]<>()#!|~&@$]")
"""Whatever begins something within a line of Markdown, or of HTML."""
_FIRST_MEANING = re.compile(r"\A([0-9]*)([-+=:.)])")
"""What begins something at the start of a line beside that: lists, rules, the lines below headings."""
# What GitHub looks for after it has read the Markdown, in the text that is left: mentions and addresses,
# references, short codes, links. Nothing that a person copies from a plain sentence is among it.
_FOUND_LATER = re.compile(
    r"@|#(?=\d)|(?<=gh)-(?=\d)|:(?=//|(?:[+-]?1|100|1234|[\w+-]*[a-z_][\w+-]*):)|(?<=www)\.", re.IGNORECASE
)
_JOINER = "\N{WORD JOINER}"


def line(text: str, longest: int = _LONGEST) -> str:
    """One line without control, format or other invisible characters, shortened to ``longest`` characters.

    Format characters are left out as well: they can reverse the reading order of what follows. ``##[`` is
    broken up, which the Actions runner takes for a command anywhere in a line, and so is ``::`` at the start
    of a word, which may come to stand at the start of a line.
    """
    visible = "".join(one or " " for one in _seen(text[: 4 * longest]))
    short = _without_commands(" ".join(visible.split()))
    return short if len(short) <= longest else short[: longest - 1] + "…"


def markdown(text: str, longest: int = _LONGEST) -> str:
    """A line (of so many characters before escaping) in which none has a meaning to Markdown or HTML.

    Nor does GitHub find anything in it afterwards: no mention, link, address, reference, short code or
    formula. It may stand wherever Markdown's text may, also in a table's cell, but not in code.
    """
    parted = _FOUND_LATER.sub(lambda one: one[0] + _JOINER, line(text, longest))
    escaped = _MEANING.sub(lambda one: f"&#{ord(one[0])};", parted)
    escaped = _FIRST_MEANING.sub(lambda one: f"{one[1]}&#{ord(one[2])};", escaped)
    # GitHub reads formulas last of all, and its own way out of them is this element.
    return escaped.replace("&#36;", "<span>&#36;</span>")


def mermaid(text: str, longest: int = 80) -> str:
    """Words for a Mermaid diagram: letters, digits and the harmless of the signs; the rest becomes a space.

    It is not to stand at the start of a line, where a word of the language would be one.
    """
    kept = (one if one in " .,'/()+£€" or _is_word(one) else " " for one in line(text, 4 * longest))
    short = " ".join("".join(kept).split())
    return short if len(short) <= longest else short[: longest - 1] + "…"


def command_message(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """What stands behind the second ``::`` of a workflow command: one line, as it will be shown."""
    return line(text, longest).replace("%", "%25")


def command_property(text: str, longest: int = _LONGEST) -> str:
    """The value of a property of a workflow command, as ``title=``: one line that ends no property."""
    return "".join(_PERCENTS.get(one, one) for one in line(text, longest))


def text_for_runner(text: str) -> str:
    """Lines as they are, but that the Actions runner finds no command in them, and a terminal no code."""
    shown = (one if one in "\n\t" else seen or "\N{REPLACEMENT CHARACTER}" for one, seen in _pairs(text))
    return _without_commands("".join(shown))


def _without_commands(text: str) -> str:
    return _COMMAND.sub(lambda one: " ".join(one[0]), text.replace("##[", "## ["))


def _seen(text: str) -> Iterator[str]:
    return (seen for _, seen in _pairs(text))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Every character with what is to be seen of it: itself, or nothing."""
    marks = 0
    for one in text:
        category = unicodedata.category(one)
        marks = marks + 1 if category in _MARKS else 0
        hidden = category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or _UNSEEN.match(one)
        yield one, "" if hidden or marks > _MOST_MARKS else one


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
