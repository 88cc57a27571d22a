"""A renaming published as a release: planned and tried out on the very commit that it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from freshboot.config import Config
from freshboot.errors import ConfigurationError
from freshboot.renaming.commits import plan_rename
from freshboot.renaming.fresh import check
from freshboot.renaming.history import trailer_of, undo_of
from freshboot.renaming.values import Renaming, stem_of
from freshboot.repository.commits import Change, message
from freshboot.repository.publishing import Outcome, publish
from freshboot.repository.repository import Repository
from freshboot.repository.ways import SAME_BRANCH
from freshboot.rollout.marking import Marking
from freshboot.rollout.publish import Request
from freshboot.rollout.strangers import refuse_strangers
from freshboot.stamp.diff import diff
from freshboot.stamp.entrypoint import find_entrypoint
from freshboot.stamp.plan import Edit, Plan


@dataclass(frozen=True)
class Wish:
    """What is asked for: a file by its path, and its new name; None gives it one.

    ``back``: the file gets back the name that it had. ``unchecked``: it need not be imported here first.
    """

    path: str
    name: str | None = None
    back: bool = False
    unchecked: bool = False


def undoing(repository: Repository, config: Config, wish: Wish) -> Wish:
    """The wish to bring a renamed file's old name back, by either of its paths.

    :raises CannotRename: the history knows of no renaming of it.
    """
    path, old = undo_of(repository, repository.head, wish.path, config.branch or repository.branch)
    return replace(wish, path=path, name=stem_of(old), back=True)


def planned(repository: Repository, config: Config, wish: Wish, commit: str) -> Renaming:
    """The renaming of a commit's file.

    :raises CannotRename: it cannot be renamed, or not to that name.
    """
    entrypoint = _entrypoint(repository, config, commit)
    return plan_rename(repository, commit, wish.path, wish.name, entrypoint, back=wish.back)


def tried_out(repository: Repository, config: Config, wish: Wish, commit: str) -> Renaming:
    """The renaming of a commit's file, tried out.

    :raises CannotRename: it would change more than names, or nobody can tell.
    """
    renaming = planned(repository, config, wish, commit)
    entrypoint = _entrypoint(repository, config, commit)
    check(repository, commit, renaming, entrypoint, unchecked=wish.unchecked)
    return renaming


def publish_rename(
    repository: Repository, config: Config, request: Request, first: Renaming, wish: Wish
) -> Outcome:
    """Publish a renaming of HEAD's file with a new stamp in one commit, which is a release then.

    ``first`` is what :func:`tried_out` gave for HEAD; where somebody else was faster, the file is renamed
    anew on what they pushed, to the same name, and tried out again.

    :raises ConfigurationError: stamps are not pushed onto the branch itself.
    :raises CannotRename: it cannot be renamed on another base.
    :raises FreshbootError: as with any publish.
    """
    if config.publish != SAME_BRANCH:
        raise ConfigurationError(
            f"a renaming is not published by {config.publish}",
            "push it as a person does: freshboot remedy rename --dry-run shows the change",
        )
    refuse_strangers(request.environment)
    marking = Marking(repository, config)
    same = replace(wish, name=stem_of(first.new))
    known = {repository.head: first}
    make = _maker(marking, request, lambda base: known.get(base) or tried_out(repository, config, same, base))
    return publish(repository, make, marking.marks(repository.head), branch=config.branch, force=True)


def show_rename(repository: Repository, config: Config, request: Request, renaming: Renaming) -> str:
    """What publishing a renaming of HEAD's file would change, as a diff."""
    head = repository.head
    stamped = Marking(repository, config).plan(head, request.now(), request.bump, renaming.files)
    after = _files(renaming, stamped)
    before = repository.read_all(head, {renaming.old, *after})
    moved = Edit(renaming.new, before[renaming.old], after[renaming.new])
    others = [Edit(path, before.get(path), data) for path, data in after.items() if path != renaming.new]
    header = f"rename from {renaming.old}\nrename to {renaming.new}\n"
    return header + diff(replace(stamped, edits=(moved, *others)))


def _maker(
    marking: Marking, request: Request, renaming_of: Callable[[str], Renaming]
) -> Callable[[str], Change]:
    def make(base: str) -> Change:
        renaming, at = renaming_of(base), request.now()
        stamped = marking.plan(base, at, request.bump, renaming.files)
        subject = f"Rename {renaming.old} to {renaming.new}"
        words = message(str(stamped.stamp), request.reason, subject, trailer_of(renaming))
        return Change(_files(renaming, stamped), words, at, moved={renaming.new: renaming.old})

    return make


def _files(renaming: Renaming, stamped: Plan) -> Mapping[str, bytes]:
    return {**renaming.files, **{edit.path: edit.after for edit in stamped.edits}}


def _entrypoint(repository: Repository, config: Config, commit: str) -> str:
    return find_entrypoint(cache(partial(repository.read, commit)), config.entrypoint)
