"""Options of the command line in a requirements file: every build from it fails, here and elsewhere."""

from __future__ import annotations

import shlex

from freshboot.dependencies.refused import refused
from freshboot.remedies.remedy import CannotRemedy, Situation

_MOST_NAMED = 20


def refuse_options(situation: Situation, file: str) -> None:
    """See that the dependency file holds none: before they are gone nothing is built.

    :raises CannotRemedy: there is one; the message says where, and its remedy how to take it out.
    """
    found = refused(situation.read, file)
    if not found:
        return
    if all(one.alone and one.file == file for one in found):
        name = shlex.quote(file)
        deleted = ";".join(f"{line}d" for line in sorted({one.line for one in found}))
        remedy = f"sed -i '{deleted}' {name} && git commit -m 'Mend the build' {name} && git push"
    else:
        remedy = "take out these options alone, commit and push"
    raise CannotRemedy(
        f"{', '.join(map(str, found[:_MOST_NAMED]))}: pip and uv refuse options of the command line in a "
        "file, and the build fails",
        f"{remedy}; then `freshboot remedy rebuild --reinstall` does what a push can do of what was meant",
    )
