"""How pip joins the lines of a requirements file, for the stamp that must not change them and for the proof.

By pip's own rules (``pip/_internal/req/req_file.py``, 23.2 and 26.0 alike; tests hold this to the pip that is
installed). Standard library only.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(^|(?<!\s)\s+)#.*$")  # looks at a run of blanks once


def without_comment(line: str) -> str:
    """The line up to the blanks before its comment; a comment is one only behind a blank, or at the start."""
    return _COMMENT.sub("", line)


def joined(text: str) -> tuple[str, ...]:
    """The logical lines: comments gone, continued lines joined, environment variables left as they stand."""
    logical = []
    continued = ""
    for line in text.splitlines():
        comment = _COMMENT.match(line)
        if line.endswith("\\") and not comment:
            continued += line.strip("\\")
            continue
        # A comment ends a continued line, and is one only behind a blank.
        logical.append(continued + (" " if comment else "") + line)
        continued = ""
    logical.append(continued)
    bare = (without_comment(line).strip() for line in logical)
    return tuple(line for line in bare if line)
