"""A package of the repository that the environment does not follow."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for line in snapshot.asked(app.dependency_file):
            folder = snapshot.local_folder(line)
            words = (
                None
                if folder is None
                else _words(snapshot, app, folder, in_place=line.text.startswith("-e "))
            )
            if words:
                yield Found(words, line.file, snapshot.line_of(line.file, _spelt(folder or "")))


def _spelt(folder: str) -> str:
    """The line that asks for it, as people write one."""
    path = rf"(?:\./)?{re.escape(folder)}" if folder else r"\."
    return rf"^\s*(?:-e\s*|--editable[\s=]\s*|[^#@]*@\s*(?:file:)?)?{path}/?(?:[\s;#\[]|$)"


def _words(snapshot: Snapshot, app: App, folder: str, *, in_place: bool) -> str | None:
    """What of the folder no push renews; None where all of it is."""
    name, file = folder or "the root", app.dependency_file or ""
    is_stamped = file in snapshot.config.marks
    if in_place:  # a lock file changes with what it locks
        is_late = not is_stamped and file.endswith(".txt") and _requires(snapshot, folder)
        return f"what {name} requires is installed only when {file} changes" if is_late else None
    is_renewed = is_stamped and _is_rebuilt(snapshot, folder)
    is_run = not is_renewed and _runs(snapshot, app, folder)
    return f"{name} is installed as a copy, which no push renews" if is_run else None


def _requires(snapshot: Snapshot, folder: str) -> bool:
    """Whether its project names anything to install."""
    project = snapshot.toml(posixpath.join(folder, "pyproject.toml")).get("project", {})
    return isinstance(project, dict) and bool(project.get("dependencies"))


def _runs(snapshot: Snapshot, app: App, folder: str) -> bool:
    """Whether the app imports something of it that does not lie in a folder that is on ``sys.path``."""
    graph = snapshot.graph(app)
    sure = {"", app.folder, *(one.folder for one in graph.extensions)}
    copied = {posixpath.join(folder, "src"), folder} - sure
    return any(one.root in copied for one in graph.imports) or _is_flat(snapshot, app, folder)


def _is_flat(snapshot: Snapshot, app: App, folder: str) -> bool:
    """Whether its package lies in the folder itself, and the entrypoint's folder is another one."""
    if folder == app.folder:
        return False
    package = snapshot.project_name(folder).replace("-", "_")
    beside = posixpath.join(folder, package) + "/"
    return bool(package) and any(one.path.startswith(beside) for one in snapshot.graph(app).imports)


def _is_rebuilt(snapshot: Snapshot, folder: str) -> bool:
    """Whether uv is told to look at more than the project's own files (a test asks it)."""
    tool = snapshot.toml(posixpath.join(folder, "pyproject.toml")).get("tool", {})
    uv = tool.get("uv", {}) if isinstance(tool, dict) else {}
    keys = uv.get("cache-keys", []) if isinstance(uv, dict) else []
    return any(_covers(one) for one in keys) if isinstance(keys, list) else False


def _covers(key: object) -> bool:
    return isinstance(key, dict) and ("git" in key or "dir" in key or "**" in str(key.get("file", "")))


RULE = Rule(
    name="local-package",
    severity=Severity.WARNING,
    field=Field.NOT_REBUILT,
    what="The requirements file installs a folder of the repository: as a copy (`.`) that is not built anew "
    "when its code changes, or in place (`-e .`) while the requirements file is not among the marks.",
    why="A copy lies in the environment, which a pull does not touch. The host installs with uv, which "
    "leaves alone what was installed from a folder as long as its pyproject.toml stays as it is; and it "
    "installs only when the file that wins changes, so that what the folder newly requires is not there.",
    fix="install it in place (-e .), or name its sources in pyproject.toml: [tool.uv] cache-keys = "
    '[{file = "pyproject.toml"}, {file = "src/**/*.py"}], and keep the dependency file among the marks',
    example="# requirements.txt\n.\nstreamlit==1.50.0",
    look=_look,
)
