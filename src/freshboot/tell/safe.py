"""Text from outside made harmless for a terminal, a log and Markdown. The live app is untrusted."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 500


def line(text: str, longest: int = _LONGEST) -> str:
    """One line without control, format or other invisible characters, shortened to ``longest``.

    Format characters are left out as well: they can reverse the reading order of what follows. ``##[`` is
    broken up: the Actions runner takes it for a command anywhere in a line, also in the middle of JSON.
    """
    visible = "".join(one if _is_visible(one) else " " for one in text[: 4 * longest])
    short = " ".join(visible.replace("##[", "## [").split())
    return short if len(short) <= longest else short[: longest - 1] + "…"


def markdown(text: str) -> str:
    """A line in which no character has a meaning to Markdown or HTML, nor mentions anybody."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&@$:-])", lambda one: f"&#{ord(one[1])};", line(text))


def workflow(text: str) -> str:
    """A line that the Actions runner takes for text, and no command at its start."""
    return re.sub(r"^(\s*):(?=:)", r"\1: ", line(text)).replace("%", "%25")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
