"""Text from outside made harmless for a terminal, a log and Markdown. The live app is untrusted."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 500
_COMMAND = re.compile(r"(?<!\S)::")


def line(text: str, longest: int = _LONGEST) -> str:
    """One line without control, format or other invisible characters, shortened to ``longest``.

    Format characters are left out as well: they can reverse the reading order of what follows. ``##[`` is
    broken up, which the Actions runner takes for a command anywhere in a line, and so is ``::`` at the start
    of a word, which may come to stand at the start of a line.
    """
    visible = "".join(one if _is_visible(one) else " " for one in text[: 4 * longest])
    short = _COMMAND.sub(": :", " ".join(visible.replace("##[", "## [").split()))
    return short if len(short) <= longest else short[: longest - 1] + "…"


def markdown(text: str) -> str:
    """A line in which no character has a meaning to Markdown or HTML, nor mentions anybody."""
    escaped = re.sub(r"([\\`*_{}\[\]<>()#+!|~&@$:.-])", lambda one: f"&#{ord(one[1])};", line(text))
    # GitHub looks for mentions and addresses in what is left when these have been read.
    return re.sub(r"(&#(?:35|46|64);)", r"\1&#8288;", escaped)


def workflow(text: str) -> str:
    """A line that the Actions runner takes for text, and no command at its start."""
    return re.sub(r"^(\s*):(?=:)", r"\1: ", line(text)).replace("%", "%25")


def text_for_runner(text: str) -> str:
    """Lines as they are, but that the Actions runner finds no command in them, and a terminal no code."""
    shown = "".join(one if one in "\n\t" or _is_visible(one) else "\N{REPLACEMENT CHARACTER}" for one in text)
    return _COMMAND.sub(": :", shown.replace("##[", "## ["))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
