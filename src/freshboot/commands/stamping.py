"""``stamp`` and ``publish``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import open_repository, request_of, time_of
from freshboot.commands.printed import (
    diff_to_show,
    print_json,
    print_text,
    set_outputs,
    show_change,
    terminal,
)
from freshboot.config import Config

if TYPE_CHECKING:  # each command imports what it runs: `stamp` must not pay for GitPython or aiohttp
    from freshboot.repository.publishing import Outcome as Publication
    from freshboot.repository.repository import Repository

_STAMP_SCHEMA = "stamp-v1"
_CHECK_SCHEMA = "check-v1"
_PUBLISH_SCHEMA = "publish-v1"


def stamp(**options: Any) -> int:
    """Stamp the work tree, show what would change, or check the marks."""
    from freshboot.stamp.files import reader
    from freshboot.stamp.plan import plan
    from freshboot.stamp.write import write

    repository, config = open_repository(options)
    if options["check"]:
        return _check_marks(repository, config, as_json=options["as_json"])
    planned = plan(
        reader(repository.root),
        config.marks,
        config.entrypoint,
        at=time_of(options),
        source=repository.head,
        bump=options["bump"],
    )
    if not options["dry_run"]:
        write(repository.root, planned.edits)
    changed = [edit.path for edit in planned.edits]
    if options["as_json"]:
        marks = [{"path": one.path, "mark": one.mark, "before": one.value} for one in planned.marks]
        print_json({"schema": _STAMP_SCHEMA, "stamp": str(planned.stamp), "changed": changed, "marks": marks})
    elif options["dry_run"]:
        print_text(diff_to_show(planned.edits))
    terminal().say(f"stamp {planned.stamp}: {', '.join(changed) or 'nothing to change'}")
    set_outputs(stamp=str(planned.stamp))
    return 0


def publish(**options: Any) -> int:
    """Publish a stamp on the current commit."""
    from freshboot.rollout.publish import publish_stamp, show

    repository, config = open_repository(options)
    if options["dry_run"]:
        return show_change(show(repository, config, request_of(options)), as_json=options["as_json"])
    done = publish_stamp(repository, config, request_of(options))
    tell_publication(done, repository, as_json=options["as_json"])
    return 0


def is_confirmable(done: Publication) -> bool:
    """Whether there is a release to confirm: not where a workflow was started by its own push."""
    from freshboot.rollout.publish import is_for_confirming

    return is_for_confirming(done, pushed=os.environ.get("GITHUB_EVENT_NAME") == "push")


def _check_marks(repository: Repository, config: Config, *, as_json: bool) -> int:
    """Yes where all marks carry one and the same stamp."""
    from freshboot.stamp.files import reader
    from freshboot.stamp.plan import agreed, stamps_in

    found = stamps_in(reader(repository.root), config.marks, config.entrypoint)
    stamp = agreed(found)
    if as_json:
        marks = [{"path": one.path, "mark": one.mark, "value": one.value} for one in found]
        print_json({"schema": _CHECK_SCHEMA, "stamp": str(stamp) if stamp else None, "marks": marks})
    for one in found:
        terminal().say(f"{one.path}: {one.mark}: {one.value or 'not there'}")
    return 0 if stamp else 1


def tell_publication(done: Publication, repository: Repository, *, as_json: bool) -> None:
    """Tell what was published, and later steps of a workflow what there is to confirm."""
    from freshboot.repository.commits import stamp_of

    words = {
        "published": f"published {done.commit[:7]} to {done.remote}/{done.branch}",
        "superseded": f"superseded: {done.commit[:7]} on {done.remote}/{done.branch} stamps a later push",
        "nothing": f"nothing to publish: {done.commit[:7]} is stamped already",
        "proposed": f"proposed {done.commit[:7]} for {done.remote}/{done.branch}: merge {done.url}",
    }
    if as_json:
        facts = {
            "outcome": done.kind.value,
            "commit": done.commit,
            "base": done.base,
            "attempts": done.attempts,
        }
        print_json(
            {
                "schema": _PUBLISH_SCHEMA,
                **facts,
                "branch": done.branch,
                "local": done.local.value if done.local else None,
                "way": done.way,
                "url": done.url,
            }
        )
    terminal().say(words[done.kind.value])
    if done.local is not None and done.local.value == "behind":
        terminal().say("the local branch is behind: git pull")
    set_outputs(
        outcome=done.kind.value,
        committed=str(done.kind.value == "published").lower(),
        stamp=stamp_of(repository, done.commit),
        **{"commit-sha": done.commit if is_confirmable(done) else ""},
    )
