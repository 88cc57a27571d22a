"""What ``freshboot init`` would change in a repository, decided from its files and a few answers."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from dataclasses import dataclass

from freshboot.dependencies import candidates
from freshboot.scaffold.code import constant_lines, read_code, with_badge, with_boot, with_constant
from freshboot.scaffold.dependency import WHY, lists_freshboot, refused, with_freshboot
from freshboot.scaffold.draft import Draft, Lock, Plan, lock_beside
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.moving import with_commit
from freshboot.scaffold.own_files import (
    CONFIG,
    SECOND_WORKFLOW,
    WORKFLOW,
    Origin,
    config_of,
    config_with_url,
    is_own_config,
    is_own_workflow,
    uses_freshboot,
    workflow_of,
    workflow_with_url,
)
from freshboot.scaffold.wanted import Wanted
from freshboot.stamp.comment import MADE, NOTE, insert
from freshboot.stamp.constant import Constant
from freshboot.stamp.entrypoint import DEFAULT_ENTRYPOINT
from freshboot.stamp.kinds import DEPLOYMENT_VERSION, STREAMLIT_CONFIG, possible_marks
from freshboot.stamp.mark import MarkRefused, Read
from freshboot.stamp.stamp import parse_stamp
from freshboot.stamp.toml_values import parse_toml
from freshboot.stamp.version import FIRST_VERSION, VersionError, project_version, read_version
from freshboot.survey import App, survey
from freshboot.survey.apps import is_page
from freshboot.survey.scripts import Scripts

_REQUIREMENTS = "requirements.txt"
_WORKFLOWS = ".github/workflows/"
_INSTEAD = {
    WORKFLOW: f"{SECOND_WORKFLOW} is for freshboot",
    SECOND_WORKFLOW: "no workflow is written: add the README's under another name",
}


@dataclass(frozen=True)
class Answers:
    """What the repository's files do not say.

    :param wanted: how the app asks for freshboot; None where it does already
    :param origin: where freshboot comes from
    :param commit: of freshboot's release, for a line of init's that names what moves; None leaves it
    :param url: the live app's address; None leaves it for later
    :param branch: the one whose pushes are rolled out
    :param streamlit: the requirement of a requirements file that has to be made
    :param configured: the entrypoint that the configuration there is for; None where there is none
    :param marks: those that the configuration there names; None where there is none
    :param ignored: files that are not there and that git would ignore
    :param links: pages that are symbolic links
    """

    wanted: Wanted | None
    origin: Origin
    commit: str | None = None
    url: str | None = None
    branch: str = "main"
    streamlit: str = "streamlit"
    configured: str | None = None
    marks: tuple[str, ...] | None = None
    ignored: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


def plan(paths: Collection[str], read: Read, app: App, answers: Answers) -> Plan:
    """Plan the set-up of one app of a repository. To plan again what is already there changes nothing.

    :raises ScaffoldRefused: the app cannot be touched safely; then nothing is.
    """
    draft = Draft(paths, read, answers.ignored)
    _refuse_shadows(draft, app)
    file = _depend(draft, app, answers)
    lock = _lock(draft, file, answers.wanted)
    first = draft.edits() if lock else ()
    version = _version(read)
    has_constant = _edit_entrypoint(draft, app, version, answers)
    _edit_pages(draft, app, answers.links)
    names = _marks(draft, file, version, answers, locked=lock is not None)
    _own_files(draft, app, answers, (*names, *([DEPLOYMENT_VERSION] if has_constant else [])))
    _tell_others(draft, paths, read, app, file)
    locks = (lock,) if lock else ()
    return Plan(draft.edits(), (), tuple(draft.left), locks, first, app, file, answers.url)


def _refuse_shadows(draft: Draft, app: App) -> None:
    for folder in dict.fromkeys((app.folder, "")):
        for name in ("freshboot.py", "freshboot/__init__.py"):
            if (path := posixpath.join(folder, name)) in draft.paths:
                raise ScaffoldRefused(
                    f"{path}: the app's `import freshboot` would take this file", "give it another name"
                )


def _depend(draft: Draft, app: App, answers: Answers) -> str:
    """Plan freshboot in the dependency file that wins, or in a new one; that file."""
    file = app.dependency_file
    settings = _settings(draft.read, file) if file and not _says_nothing(draft.read, file) else None
    if settings is not None and lists_freshboot(draft.read, settings):
        if answers.commit is not None and lock_beside(draft, settings) is None:  # a lock names one itself
            data = draft.read(settings) or b""
            draft.put(settings, with_commit(data, answers.origin.home, answers.commit))
        return file or settings
    if answers.wanted is None:
        raise ScaffoldRefused("nothing says how the app gets freshboot", "say where from: --from")
    if settings is not None:
        draft.put(settings, with_freshboot(draft.read, settings, answers.wanted))
        return file or settings
    made = posixpath.join(posixpath.dirname(file or ""), _REQUIREMENTS)
    draft.make(made, f"{answers.streamlit}\n{answers.wanted.text}".encode() + WHY + b"\n")
    return made


def lists_already(read: Read, app: App) -> bool:
    """Whether the dependency file that wins asks for freshboot.

    :raises ScaffoldRefused: it cannot be told.
    """
    file = app.dependency_file
    return file is not None and not _says_nothing(read, file) and lists_freshboot(read, _settings(read, file))


def names_what_moves(read: Read, app: App, origin: Origin) -> bool:
    """Whether init wrote a line into the dependency file that wins while it did not know the commit."""
    settings = _settings(read, app.dependency_file) if app.dependency_file else ""
    data = read(settings) or b""
    return with_commit(data, origin.home, "") != data


def _lock(draft: Draft, file: str, wanted: Wanted | None) -> Lock | None:
    """The lock that must be made anew, since freshboot is not in it.

    :raises ScaffoldRefused: other versions would move with it.
    """
    settings = _settings(draft.read, file)
    lock = lock_beside(draft, settings)
    if lock is None or (b'"freshboot"' in (draft.read(lock.path) or b"") and not draft.edits([settings])):
        return None
    if not lock.keeps_versions:
        command = lock.adds(wanted.text if wanted else "freshboot")
        raise refused(settings, f"{lock.path} must follow", f"run {command}, then run this again")
    return lock


def _says_nothing(read: Read, file: str) -> bool:
    """Whether a ``pyproject.toml`` is there only for tools: a requirements file comes before it."""
    if posixpath.basename(file) != "pyproject.toml":
        return False
    try:
        document = parse_toml(read(file) or b"")
    except ValueError as error:
        raise refused(file, f"it is {error}", "mend the file") from None
    return "project" not in document and "poetry" not in document.get("tool", {})


def _settings(read: Read, file: str) -> str:
    """The file that a person edits, which is another one where a lock wins."""
    if posixpath.basename(file) != "uv.lock":
        return file
    settings = posixpath.join(posixpath.dirname(file), "pyproject.toml")
    if read(settings) is None:
        raise refused(file, f"there is no {settings} that it is made from")
    return settings


def _version(read: Read) -> str:
    try:
        return read_version(project_version(read("pyproject.toml") or b"") or FIRST_VERSION)
    except VersionError:
        return FIRST_VERSION


def _edit_entrypoint(draft: Draft, app: App, version: str, answers: Answers) -> bool:
    """Plan the lines in the entrypoint; whether the constant there can be stamped."""
    path = app.entrypoint
    can_be_stamped = _can_be_stamped(draft, path, answers.marks)
    draft.put(path, with_boot(path, draft.read(path) or b""))
    last = _configured_elsewhere(draft, app)
    _try(draft, path, lambda data: with_constant(path, data, version))
    _try(draft, path, lambda data: with_badge(path, data, last=last))
    return can_be_stamped and DEPLOYMENT_VERSION.encode() in (draft.read(path) or b"")


def _can_be_stamped(draft: Draft, path: str, marks: Collection[str] | None) -> bool:
    """Whether the constant, if the app binds one of that name, is one that a stamp can be written into.

    What stands in one that is not init's will be lost, which is told.
    """
    data = draft.read(path) or b""
    try:
        value = Constant(path, DEPLOYMENT_VERSION).value(data)
    except MarkRefused as error:
        draft.leave(path, str(error))
        return False
    is_named = marks is None or DEPLOYMENT_VERSION in marks
    for line in constant_lines(path, data) if is_named and parse_stamp(value or "") is None else ():
        words = f"{DEPLOYMENT_VERSION} is there already, and a stamp will take the place of what it says"
        draft.leave(path, f"{path}:{line}: {words}")
    return True


def _try(draft: Draft, path: str, change: Callable[[bytes], bytes]) -> None:
    """Plan what an app can also be without."""
    try:
        draft.put(path, change(draft.read(path) or b""))
    except ScaffoldRefused as error:
        draft.leave(path, error.message)


def _configured_elsewhere(draft: Draft, app: App) -> bool:
    """Whether another file that may run with the entrypoint sets the page up, which comes before all else."""
    scripts = Scripts(draft.paths, draft.read)
    runs = scripts.reached(app.entrypoint)
    if any(
        b"navigation" in scripts.bytes_of(path) for path in runs
    ):  # which files it runs is not told for sure
        runs |= {path for path in scripts.python if path.startswith(f"{app.folder}/" if app.folder else "")}
    return any(b"set_page_config" in scripts.bytes_of(path) for path in runs - {app.entrypoint})


def _edit_pages(draft: Draft, app: App, links: Collection[str]) -> None:
    for page in app.pages:
        if not is_page(page, app.folder):
            draft.leave(page, "the entrypoint runs it, and calls boot() before")
            continue
        if page in links:
            draft.leave(page, "it is a link: put boot() into the file that it leads to")
            continue
        data = draft.read(page)
        try:
            if data is None or not read_code(page, data).tree.body:
                draft.leave(page, "it is empty")
            else:
                draft.put(page, with_boot(page, data))
        except ScaffoldRefused as error:
            draft.leave(page, f"{error}; until then it runs without boot()")


def _marks(draft: Draft, file: str, version: str, answers: Answers, *, locked: bool) -> list[str]:
    """Plan the marks in files of text; those that can be stamped."""
    names = []
    for name in (file, STREAMLIT_CONFIG):
        if answers.marks is not None and name not in answers.marks:
            draft.leave(name, f"the configuration's marks: do not name it{_wins(name, file)}")
        elif name in answers.ignored:
            draft.leave(name, "git ignores it, so it is no mark")
        elif name == file and locked and file.endswith(".lock"):
            names.append(name)  # its own tool writes it first
        elif _plant(draft, name, version):
            names.append(name)
    return names


def _wins(name: str, file: str) -> str:
    return ", but the host reads it: add it there" if name == file else ""


def _plant(draft: Draft, path: str, version: str) -> bool:
    """Plan the mark in one file; whether it can be there."""
    made = draft.is_made(path)
    data = draft.read(path)
    line = b"# freshboot: %s %s" % (version.encode(), MADE if made else NOTE)
    (mark,) = possible_marks(path, None)
    try:
        if mark.value(data) is None:
            after = insert(data or b"", line)
            mark.verify(data, after)
            draft.put(path, after)
        return True
    except MarkRefused as error:
        draft.leave(path, str(error))
        return False


def _own_files(draft: Draft, app: App, answers: Answers, marks: Collection[str]) -> None:
    there = draft.read(CONFIG) or b""
    if answers.configured not in (None, app.entrypoint):
        draft.leave(CONFIG, f"it is for {answers.configured}: give this app a file of its own, and --config")
        draft.leave(WORKFLOW, f"as well: a second one for this app names entrypoint: {app.entrypoint}")
        return
    if draft.is_free(CONFIG):
        entrypoint = None if app.entrypoint == DEFAULT_ENTRYPOINT else app.entrypoint
        draft.make(CONFIG, config_of(answers.origin, answers.url, entrypoint, tuple(marks)))
    elif is_own_config(there):
        draft.put(CONFIG, config_with_url(there, answers.url))
    else:
        lacks = answers.url is not None and answers.url.encode() not in there
        draft.leave(CONFIG, f"it is there already{f'; add url: {answers.url}' if lacks else ''}")
    _workflow(draft, answers)


def _workflow(draft: Draft, answers: Answers) -> None:
    there = {path: draft.read(path) or b"" for path in sorted(draft.paths) if path.startswith(_WORKFLOWS)}
    own = [path for path, data in there.items() if is_own_workflow(data, answers.origin)]
    others = [path for path, data in there.items() if uses_freshboot(data) and path not in own]
    if others:
        draft.leave(others[0], "it calls freshboot already")
        return
    if own:
        draft.put(own[0], workflow_with_url(there[own[0]], answers.url))
    else:
        _new_workflow(draft, workflow_of(answers.origin, answers.branch, answers.url))


def _new_workflow(draft: Draft, data: bytes) -> None:
    """Plan the workflow under a name that nobody has taken."""
    for path in (WORKFLOW, SECOND_WORKFLOW):
        if draft.is_free(path):
            draft.make(path, data)
            return
        draft.leave(path, f"it is something else, so {_INSTEAD[path]}")


def _tell_others(draft: Draft, paths: Collection[str], read: Read, app: App, file: str) -> None:
    for path in candidates(app.entrypoint):
        if path in paths and path not in (file, _settings(draft.read, file)):
            draft.leave(path, f"{file} wins on Community Cloud")
    for other in survey(paths, read).apps:
        if other.entrypoint != app.entrypoint:
            draft.leave(other.entrypoint, f"another app: freshboot init --entrypoint {other.entrypoint}")
