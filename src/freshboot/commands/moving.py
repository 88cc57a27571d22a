"""``remedy move``: files for another host, written into a folder and pushed by nobody but a person."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.commands.given import Options, open_repository
from freshboot.commands.printed import print_json, show_change, terminal
from freshboot.errors import FreshbootError

if TYPE_CHECKING:
    from freshboot.stamp.plan import Edit

_SCHEMA = "move-v1"


class NotOurs(FreshbootError):
    """A file that is to be written is there already, and somebody else's."""

    exit_code = 2


def move(options: Options) -> int:
    """Write what another host needs, or show it; tell what a person does then."""
    from freshboot.remedies.move import Move
    from freshboot.rollout.ladder import situation
    from freshboot.stamp.diff import diff_of
    from freshboot.stamp.write import write

    repository, config = open_repository(options)
    action = Move(options["to"] or "").action(situation(repository, config))
    folder = Path(options["output"] or repository.root)
    edits = edits_of(folder, action.files)
    if options["dry_run"]:
        terminal().say(f"remedy move would {action.does}; {action.expect}")
        return show_change(diff_of(edits), as_json=options["as_json"])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, edits)
    changed = [edit.path for edit in edits]
    if options["as_json"]:
        print_json({"schema": _SCHEMA, "to": options["to"], "changed": changed, "steps": list(action.steps)})
    terminal().say(f"written: {', '.join(changed) or 'nothing new'}; {action.expect}")
    for step in action.steps:
        terminal().say(f"  → {step}")
    return 0


def edits_of(folder: Path, files: Mapping[str, str]) -> tuple[Edit, ...]:
    """The files that change in a folder; all of them, or none.

    :raises NotOurs: one is there that was not made here.
    """
    from freshboot.remedies.move import others
    from freshboot.stamp.files import reader
    from freshboot.stamp.plan import Edit

    read = reader(folder)
    edits = [Edit(path, read(path), text.encode()) for path, text in files.items()]
    foreign = others({edit.path: edit.before for edit in edits})
    if foreign:
        raise NotOurs(
            f"{', '.join(foreign)}: there already, and not made by freshboot",
            "put them aside, or have ours written elsewhere: --output DIR",
        )
    return tuple(edit for edit in edits if edit.before != edit.after)
