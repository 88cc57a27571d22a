"""Variables of the environment that begin as ours and are read by nobody: most are slips of the keyboard."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import click

PREFIX = "FRESHBOOT_"
_READ_ELSEWHERE = {
    *("FRESHBOOT_KEY", "FRESHBOOT_TOKEN", "FRESHBOOT_CHROMIUM", "FRESHBOOT_QUIET", "FRESHBOOT_VERBOSE"),
    *("FRESHBOOT_DO", "FRESHBOOT_PYTHON"),  # the action's own
}


def warnings(given: Collection[str], group: click.Group) -> Iterator[str]:
    """A sentence for each variable among ``given`` that has nearly the name of one that is read.

    :param group: all the commands, whose options can be set in the environment
    """
    from freshboot.config import KEYS, nearest

    known = _READ_ELSEWHERE | set(_variables(group))
    alone = {PREFIX + key.upper() for key in KEYS} - known
    for name in sorted(one for one in given if one.startswith(PREFIX) and one not in known):
        if name in alone:
            yield f"{name} is read by nothing: {name[len(PREFIX) :].lower()} stands in the configuration file"
        elif near := nearest(name[len(PREFIX) :], (one[len(PREFIX) :] for one in known)):
            yield f"{name} is read by nothing: did you mean {PREFIX}{near}?"


def _variables(group: click.Group) -> Iterator[str]:
    """What the options of a group and of all its commands can be set by."""
    for command in (group, *group.commands.values()):
        if isinstance(command, click.Group) and command is not group:
            yield from _variables(command)
        for one in command.params:
            yield from [one.envvar] if isinstance(one.envvar, str) else one.envvar or ()
