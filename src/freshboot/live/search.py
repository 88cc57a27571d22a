"""Looks for a regular expression in what an untrusted page shows, within a time.

A pattern that backtracks can take for ever over a text that was made for it, and nothing in the same process
can stop it. So a process of its own looks, which is ended when its time is up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

SECONDS = 3.0
"""For one pattern over all texts of a page; starting the process takes a tenth of a second of it, or less."""

MOST_MATCHES = 20
"""Different matches told; more are not counted."""

LONGEST_MATCH = 500
"""Characters of a match told."""

# In the child only what follows is imported. An empty group is a match as well.
_CHILD = f"""
import json, re, sys
pattern, texts = json.loads(sys.stdin.buffer.read())
found = {{}}
for match in (match for text in texts for match in re.finditer(pattern, text)):
    found[((match[1] or "") if match.re.groups else match[0])[:{LONGEST_MATCH}]] = None
    if len(found) == {MOST_MATCHES}:
        break
sys.stdout.write(json.dumps(list(found)))
"""


def search(pattern: str, texts: Sequence[str], seconds: float = SECONDS) -> tuple[str, ...] | None:
    """Everything different that the pattern matches in the texts, each searched for itself: its first group,
    or all of the match where it has none. None if that takes longer than so many seconds.
    """
    if not texts:
        return ()
    command = [sys.executable, "-I", "-S", "-W", "ignore", "-c", _CHILD]
    question = json.dumps([pattern, list(texts)]).encode()
    try:
        ran = subprocess.run(command, input=question, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    return tuple(json.loads(ran.stdout)) if ran.returncode == 0 else None
