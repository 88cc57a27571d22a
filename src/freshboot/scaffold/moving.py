"""Lines that ask for freshboot without saying which: nobody can prove that what is installed is meant."""

from __future__ import annotations

import re

from freshboot.dependencies import Line, Sense, lines
from freshboot.dependencies.fixed import is_fixed
from freshboot.dependencies.line import is_url
from freshboot.scaffold.dependency import is_freshboot
from freshboot.scaffold.lines import is_signed, split
from freshboot.stamp.mark import Read


def moving_lines(read: Read, file: str) -> tuple[Line, ...]:
    """The lines of a dependency file with which no verdict can be ``proven``, for freshboot's own sake."""
    return tuple(line for line in lines(read, file) if is_freshboot(read, line) and _is_moving(line))


def with_commit(data: bytes, home: str, commit: str) -> bytes:
    """The file with a commit in place of the major version that init named while git gave no answer.

    :param home: the address of freshboot's repository; lines of init's that ask elsewhere stay
    """
    address = re.escape(home.encode())
    named = re.compile(rb'((?:git\+%s@|git = "%s", re[vf] = "))v\d+(?![\w.-])' % (address, address))
    return b"".join(
        [
            data[: len(data) - sum(map(len, split(data)))],  # a byte order mark
            *(named.sub(rb"\g<1>" + commit.encode(), one) if is_signed(one) else one for one in split(data)),
        ]
    )


def _is_moving(line: Line) -> bool:
    text = line.asked.partition(" ;")[0]
    url = text if is_url(text) else text.partition("@")[2].strip()
    return line.sense is Sense.UNCLEAR or (url != "" and not is_fixed(url))
