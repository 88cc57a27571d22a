"""``remedy rename``: the evidence first, then the renaming tried out, then pushed as a release."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from freshboot.commands.given import Options, open_repository, path_in, request_of
from freshboot.commands.printed import show_change, terminal
from freshboot.commands.waiting import attempts_of, end
from freshboot.config import checked
from freshboot.errors import ConfigurationError

if TYPE_CHECKING:
    from freshboot.judge.outcome import Outcome
    from freshboot.renaming.values import Renaming
    from freshboot.rollout.attempts import Attempts
    from freshboot.rollout.rename import Wish


def rename(options: Options) -> int:
    """Rename one file that is proven to be old, alone; or bring back the name that it had."""
    _require_library()
    from freshboot.remedies.rename import Rename
    from freshboot.rollout.rename import planned, publish_rename, tried_out

    repository, config = open_repository(options)
    attempts = attempts_of(repository, checked(config), request_of(options))
    wish = _wish(attempts, options)
    if options["dry_run"]:
        return _show(attempts, wish, planned(repository, config, wish, repository.head), options)
    before = None if wish.back else attempts.look()
    if before is not None and _is_refused(before, wish.path):
        return end(repository, config, before, options)
    renaming = tried_out(repository, config, wish, repository.head)
    attempts.publisher = partial(publish_rename, first=renaming, wish=wish)
    remedy = Rename(renaming.old, renaming.new, wish.back)
    _tell(renaming)
    if options["no_confirm"]:
        attempts.do(remedy, attempts.action(remedy, before))
        return 0
    return end(repository, config, attempts.apply(remedy, before), options)


def _wish(attempts: Attempts, options: Options) -> Wish:
    from freshboot.rollout.rename import Wish, undoing

    if not options["file"]:
        raise ConfigurationError("rename needs the file", "name it: --file calculations.py")
    name = options["to"].removesuffix(".py") if options["to"] else None
    wish = Wish(path_in(attempts.repository, options["file"]), name, unchecked=options["unchecked"])
    return undoing(attempts.repository, attempts.config, wish) if options["undo"] else wish


def _is_refused(outcome: Outcome, path: str) -> bool:
    """Whether the evidence is for something else; then it is told, and why."""
    from freshboot.remedies import CannotRemedy
    from freshboot.remedies.rename import may_rename

    try:
        may_rename(outcome, path)
    except CannotRemedy as error:
        terminal().error(error)
        return True
    return False


def _show(attempts: Attempts, wish: Wish, renaming: Renaming, options: Options) -> int:
    """What would be done, as far as it can be told without asking the app and without running anything."""
    from freshboot.remedies.rename import Rename
    from freshboot.renaming.values import refuse_unresolved
    from freshboot.rollout.rename import show_rename

    refuse_unresolved(renaming)
    action = attempts.action(Rename(renaming.old, renaming.new, wish.back), None)
    terminal().say(f"remedy rename would {action.does}; {action.expect}")
    if not wish.back:
        terminal().say(f"nothing is pushed before the app has proven that {renaming.old}, alone, is old")
    _tell(renaming)
    change = show_rename(attempts.repository, attempts.config, attempts.request, renaming)
    return show_change(change, as_json=options["as_json"])


def _tell(renaming: Renaming) -> None:
    for use in renaming.uses:
        terminal().say(f"  {use}")


def _require_library() -> None:
    try:
        import libcst  # noqa: F401  # it takes 0.2 s, which no other command pays for
    except ModuleNotFoundError as error:
        raise ConfigurationError("rename needs LibCST", "pip install 'freshboot[refactor]'") from error
