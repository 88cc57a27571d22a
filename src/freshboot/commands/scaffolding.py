"""``init``: freshboot set up in a repository, or taken out of it again."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from freshboot.commands.printed import diff_to_show, print_json, print_text, terminal
from freshboot.commands.workplace import Workplace, open_workplace
from freshboot.errors import FreshbootError
from freshboot.repository.git import redact

if TYPE_CHECKING:
    from freshboot.scaffold.draft import Lock, Plan
    from freshboot.stamp.mark import Read

_SCHEMA = "init-v1"
_LOCK_SECONDS = 300.0
_MOST_WORDS = 500


class NothingWritten(FreshbootError):
    """The change was shown, and nobody could say yes to it."""


class LockRefused(FreshbootError):
    """A lock could not be made anew; all files are as they were."""


def init(**options: Any) -> int:
    """Set freshboot up: find what is there, show the change, ask, and write it; or take it out again."""
    place = open_workplace(options["repo"])
    planner = _planner(place, options)
    plan = planner()
    _refuse_without_tools(plan.locks)
    _show(place, plan, options)
    written = bool(plan.changed) and not options["dry_run"] and _is_agreed(options)
    if written:
        _apply(place, plan, planner)
    _tell(place, plan, options, written=written)
    return 0


def _planner(place: Workplace, options: dict[str, Any]) -> Callable[[], Plan]:
    """What plans the change, and plans it again once a lock was made anew."""
    if options["remove"]:
        from freshboot.commands.origin import origin
        from freshboot.scaffold.removal import removal

        return lambda: removal(place.paths(), place.read, origin())
    from freshboot.commands.answering import answers_for, app_of
    from freshboot.scaffold.plan import plan
    from freshboot.survey import survey

    app = app_of(place, options)
    answers = answers_for(place, app, options)

    def planned() -> Plan:
        (now,) = survey(place.paths(), place.read, app.entrypoint).apps
        return plan(place.paths(), place.read, now, answers)

    return planned


def _show(place: Workplace, plan: Plan, options: dict[str, Any]) -> None:
    if not options["as_json"]:
        print_text(diff_to_show(plan.edits))
    tell = terminal()
    if place.git is None:
        tell.warn(f"{place.root} is no git repository, and a host deploys what is pushed")
    if plan.app is not None:
        tell.say(f"app: {plan.app.entrypoint}{_pages(len(plan.app.pages))}, {plan.file} wins")
        tell.say(f"host: {_host(place, plan) or 'not known'}, {plan.url or 'address not known'}")
    for path in plan.removed:
        tell.say(f"goes: {path}")
    for lock in plan.locks:
        tell.say(f"made anew: {lock.path}, by {' '.join(lock.command)}")
    for one in plan.left:
        tell.say(f"not touched: {one.path}: {one.why}")
    for path in place.changed(plan.changed) if plan.changed else ():
        tell.say(f"holds changes of yours that are not committed: {path}")


def _pages(count: int) -> str:
    return f" and {count} page{'s' if count > 1 else ''}" if count else ""


def _host(place: Workplace, plan: Plan) -> str | None:
    from freshboot.scaffold.address import host_of

    return host_of(place.paths(), plan.url)


def _is_agreed(options: dict[str, Any]) -> bool:
    """Whether somebody says yes.

    :raises NothingWritten: there is nobody to ask.
    """
    if options["yes"]:
        return True
    if options["as_json"] or not sys.stdin.isatty():
        raise NothingWritten(
            "nothing is written: there is nobody to ask", "look at the change, and add --yes"
        )
    import click

    return click.confirm("Write this?", default=True, err=True)


def _apply(place: Workplace, plan: Plan, planner: Callable[[], Plan]) -> None:
    from freshboot.stamp.write import write

    if plan.locks:
        _relock(place, plan, planner)
        plan = planner()
    write(place.root, plan.edits)
    for path in plan.removed:
        os.unlink(os.path.join(place.root, path))
        _remove_empty(place.root, os.path.dirname(path))


def _remove_empty(root: str, folder: str) -> None:
    """Remove a folder and those above it, up to the first that holds something."""
    with contextlib.suppress(OSError):
        while folder:
            os.rmdir(os.path.join(root, folder))
            folder = os.path.dirname(folder)


def _refuse_without_tools(locks: tuple[Lock, ...]) -> None:
    for lock in locks:
        if shutil.which(lock.tool) is None:
            raise LockRefused(
                f"{lock.path} must be made anew, and {lock.tool} is not installed here: nothing is written",
                f"install {lock.tool}, then run this again",
            )


def _relock(place: Workplace, plan: Plan, planner: Callable[[], Plan]) -> None:
    """Write what the locks follow from, and have each made anew; all or nothing."""
    from freshboot.stamp.plan import Edit
    from freshboot.stamp.write import write

    before = {
        path: place.read(path)
        for path in (*(one.path for one in plan.first), *(one.path for one in plan.locks))
    }
    try:
        write(place.root, plan.first)
        for lock in plan.locks:
            _run(place, lock)
        _refuse_unmade(planner().locks)
    except BaseException:
        changed = [Edit(path, place.read(path), data) for path, data in before.items() if data is not None]
        write(place.root, [one for one in changed if one.before != one.after])
        raise


def _refuse_unmade(locks: tuple[Lock, ...]) -> None:
    if locks:
        raise LockRefused(
            f"{locks[0].path} still lacks freshboot", "make it anew by hand, then run this again"
        )


def _run(place: Workplace, lock: Lock) -> None:
    folder = os.path.dirname(os.path.join(place.root, lock.path))
    command = " ".join(lock.command)
    try:
        ran = subprocess.run(
            lock.command, cwd=folder, capture_output=True, timeout=_LOCK_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise LockRefused(f"{command} took too long; nothing is changed", "run it by hand") from None
    if ran.returncode:
        words = redact(ran.stderr.decode("utf-8", "replace")).strip()[-_MOST_WORDS:]
        raise LockRefused(
            f"{command} failed; nothing is changed: {words}", "mend what it says, then run this again"
        )


def _tell(place: Workplace, plan: Plan, options: dict[str, Any], *, written: bool) -> None:
    following = _next(plan, options) if written or (plan.app and not plan.changed) else ()
    if options["as_json"]:
        print_json(_document(place, plan, options, following, written=written))
    tell = terminal()
    if not plan.changed:
        tell.say("nothing to change")
    elif written:
        tell.say(f"written: {', '.join(plan.changed)}", "bold green")
    else:
        tell.say("nothing is written")
    _warn_of_what_moves(place, plan)
    for number, command in enumerate(following, 1):
        tell.say(f"  {number}. {command}")


def _warn_of_what_moves(place: Workplace, plan: Plan) -> None:
    from freshboot.scaffold.moving import moving_lines

    new = {edit.path: edit.after for edit in plan.edits}
    read: Read = lambda path: new.get(path) or place.read(path)  # noqa: E731
    for line in moving_lines(read, plan.file) if plan.file else ():
        terminal().warn(
            f"{line.file}: no verdict can be proven with {redact(line.asked)}, since nobody can tell "
            "which freshboot that is: name a version, or a full commit behind the address"
        )


def _next(plan: Plan, options: dict[str, Any]) -> tuple[str, ...]:
    """The commands that come then; a rehearsal is of what is committed."""
    if options["remove"]:  # what was never committed, and goes, is no name that git knows
        return ("git add --all && git commit --message 'Take freshboot out' && git push",)
    commit = f"git add {shlex.join(plan.changed)} && git commit --message 'Have every push proven'"
    return "freshboot doctor", *([commit] if plan.changed else []), "freshboot rehearse", "git push"


def _document(
    place: Workplace, plan: Plan, options: dict[str, Any], following: tuple[str, ...], *, written: bool
) -> dict[str, Any]:
    return {
        "schema": _SCHEMA,
        "action": "remove" if options["remove"] else "init",
        "written": written,
        "app": asdict(plan.app) if plan.app else None,
        "dependency_file": plan.file,
        "host": _host(place, plan) if plan.app else None,
        "url": plan.url,
        "changed": list(plan.changed),
        "removed": list(plan.removed),
        "locks": [lock.path for lock in plan.locks],
        "left": [asdict(one) for one in plan.left],
        "diff": diff_to_show(plan.edits),
        "next": list(following),
    }
