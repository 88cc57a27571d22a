"""A changed dependency file: the host installs it and starts a new process.

That the change of a comment is enough is known with medium confidence only: the wait that follows proves it.
The installer leaves alone what is satisfied (high: a test asks uv, pip does the same). Nothing that a push
can hold makes it install the same version anew: what does, ``--force-reinstall``, a file must not hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from freshboot.dependencies import Line, Sense, lines
from freshboot.dependencies.line import is_url, normal
from freshboot.hosts.chores import Chore
from freshboot.remedies.options import refuse_options
from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation

_NAME = re.compile(r"[\w.-]+")
_MOST_NAMED = 20
_WHY_REBOOT = (
    "A push installs no version a second time: what is satisfied is left alone, and in a file "
    "--force-reinstall and --no-cache-dir break the build. The proof sees versions, not a package's bytes."
)
_HOW_REBOOT = "Where the very same version is to be installed anew, make the environment anew:"


@dataclass(frozen=True)
class Rebuild(Remedy):
    """Has the host itself build without cache, where it has a call for that and all that it takes is given.

    Otherwise it stamps the dependency file that wins on the host, beside the other marks. ``reinstall``: all
    that is installed is to be made anew. A push does the part of it that it can, what is missing or of a
    wrong version; a person's reboot does the rest.
    """

    name: ClassVar[str] = "rebuild"
    cures: ClassVar[frozenset[str]] = frozenset({"stale-packages", "stale-modules", "not-applied"})
    needs: ClassVar[str] = "old packages, old modules that nothing watches, or a push that never arrived"

    reinstall: bool = False

    def action(self, situation: Situation) -> Action:
        ours = situation.rebuilding()
        if ours.does:
            return Action(
                f"have the host {ours.does}",
                "it builds everything anew and starts a new process, within some minutes",
                rebuilds=True,
                release=situation.release,
            )
        file = situation.dependency_file
        if file is None:
            raise CannotRemedy(
                "there is no dependency file, so no change of one can make the host rebuild",
                f"write a requirements.txt beside {situation.entrypoint} or into the root, and push it",
            )
        refuse_options(situation, file)
        return Action(
            f"stamp {file}, which wins on the host, and push it",
            "the host installs what is missing or of a wrong version and starts a new process, normally "
            "within two minutes" + (f"; with {ours.lacks} it could be told to" if ours.lacks else ""),
            marks=tuple(dict.fromkeys((*situation.marks, file))),
            steps=_reboot(situation, file) if self.reinstall else (),
        )


def _reboot(situation: Situation, file: str) -> tuple[str, ...]:
    loose = _loose(lines(situation.read, file))
    warning = f"Pin these first, or they may come in a newer version: {', '.join(loose)}"
    how = situation.instruct(Chore.REBOOT, situation.branch).lines
    return (_WHY_REBOOT, _HOW_REBOOT, *([warning] if loose else []), *how)


def _loose(found: tuple[Line, ...]) -> list[str]:
    """What no line pins to one version."""
    asked = [line.asked for line in found if line.sense in (Sense.REQUIREMENT, Sense.CONSTRAINT)]
    pinned = {_name(text) for text in asked if _is_pinned(text)}
    wanted = [line.text for line in found if line.sense is Sense.REQUIREMENT]
    loose = [text for text in wanted if _name(text) not in pinned and not _is_pinned(text)]
    return loose if len(loose) <= _MOST_NAMED else [*loose[:_MOST_NAMED], "…"]


def _is_pinned(text: str) -> bool:
    asked = text.partition(";")[0]
    return is_url(asked) or "@" in asked or ("==" in asked and "*" not in asked)


def _name(text: str) -> str:
    found = _NAME.match(text)
    return normal(found[0]) if found else text
