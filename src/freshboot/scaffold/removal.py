"""What ``freshboot init --remove`` would change: init's own lines and files go, all else stays."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from freshboot.dependencies import candidates, lines
from freshboot.judge.hidden import is_test
from freshboot.scaffold.code import constant_lines
from freshboot.scaffold.code_undo import uses_freshboot, without_lines
from freshboot.scaffold.dependency import WHY, WHY_LIST, lists_freshboot
from freshboot.scaffold.dependency_undo import is_made_up, without_freshboot
from freshboot.scaffold.draft import Draft, Plan, lock_beside
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.lines import drop, is_signed, split
from freshboot.scaffold.own_files import CONFIG, Origin, is_own_config, is_own_workflow
from freshboot.scaffold.own_files import uses_freshboot as calls_freshboot
from freshboot.stamp.comment import MADE
from freshboot.stamp.kinds import DEPLOYMENT_VERSION, STREAMLIT_CONFIG
from freshboot.stamp.mark import Read

_NAMES = frozenset(posixpath.basename(path) for path in candidates("streamlit_app.py"))
_WORKFLOWS = ".github/workflows/"


def removal(paths: Collection[str], read: Read, origin: Origin) -> Plan:
    """Plan to take out all that init wrote into a repository, for whichever app."""
    draft = Draft(paths, read)
    for path in _signed(draft):
        if path.endswith(".py"):
            _edit_code(draft, path)
    users = [path for path in sorted(draft.paths) if _uses_freshboot(draft, path)]
    settings = [path for path in _signed(draft) if _is_settings(path)]
    for path in settings:
        _edit_settings(draft, path, users)
    _own_files(draft, origin)
    followed = [edit.path for edit in draft.edits(settings) if _asked(read, edit.path, draft)]
    locks = tuple(lock for path in followed if (lock := lock_beside(draft, path)))
    first = draft.edits(followed) if locks else ()
    return Plan(draft.edits(), draft.removed(), tuple(draft.left), locks, first)


def _signed(draft: Draft) -> list[str]:
    """The files that hold a line of init's."""
    wanted = (path for path in sorted(draft.paths) if path.endswith(".py") or _is_settings(path))
    return [path for path in wanted if any(is_signed(line) for line in split(draft.read(path) or b""))]


def _is_settings(path: str) -> bool:
    return posixpath.basename(path) in _NAMES or path == STREAMLIT_CONFIG


def _edit_code(draft: Draft, path: str) -> None:
    try:
        draft.put(path, without_lines(path, draft.read(path) or b""))
        for line in constant_lines(path, draft.read(path) or b""):
            draft.leave(path, f"{path}:{line}: {DEPLOYMENT_VERSION} stays as it is: it is not init's")
    except ScaffoldRefused as error:
        draft.leave(path, str(error))


def _uses_freshboot(draft: Draft, path: str) -> bool:
    return path.endswith(".py") and not is_test(path) and uses_freshboot(path, draft.read(path) or b"")


def _edit_settings(draft: Draft, path: str, users: list[str]) -> None:
    before = draft.read(path) or b""
    if (why := _stays(draft, path, users)) is not None:
        draft.leave(path, f"freshboot stays listed: {why}")
        numbered = enumerate(split(before))
        after = drop(before, {number for number, line in numbered if is_signed(line) and not _asks(line)})
    else:
        after = without_freshboot(before)
    if not _says_no_more(draft, path, after):
        draft.leave(path, "it was edited since: take freshboot out by hand")
    elif MADE in before and is_made_up(after):
        draft.remove(path)
    else:
        draft.put(path, after)


def _stays(draft: Draft, path: str, users: list[str]) -> str | None:
    """Why what asks for freshboot must stay; None where it may go, or where nothing of init's asks."""
    if not any(is_signed(line) and _asks(line) for line in split(draft.read(path) or b"")):
        return None
    lock = lock_beside(draft, path)
    if users:
        return f"{users[0]} imports it"
    return None if lock is None or lock.keeps_versions else f"run {lock.removes()}"


def _asks(line: bytes) -> bool:
    return WHY in line or WHY_LIST in line


def _says_no_more(draft: Draft, path: str, after: bytes) -> bool:
    """Whether all that the file asks for then, it asks for now."""
    changed: Read = lambda one: after if one == path else draft.read(one)  # noqa: E731
    return path == STREAMLIT_CONFIG or set(lines(changed, path)) <= set(lines(draft.read, path))


def _asked(read: Read, path: str, draft: Draft) -> bool:
    """Whether the file asked for freshboot and does so no more, which its lock must follow."""
    return lists_freshboot(read, path) and not lists_freshboot(draft.read, path)


def _own_files(draft: Draft, origin: Origin) -> None:
    if (there := draft.read(CONFIG)) is not None:
        _remove(draft, CONFIG, is_own=is_own_config(there))
    for path in sorted(one for one in draft.paths if one.startswith(_WORKFLOWS)):
        data = draft.read(path) or b""
        if calls_freshboot(data):
            _remove(draft, path, is_own=is_own_workflow(data, origin))


def _remove(draft: Draft, path: str, *, is_own: bool) -> None:
    if is_own:
        draft.remove(path)
    else:
        draft.leave(path, "it was edited since, or is not init's: remove it by hand")
