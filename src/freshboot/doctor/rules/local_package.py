"""A package of the repository that is copied into the environment, and stays there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.survey import App


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for line in snapshot.asked(app.dependency_file):
            folder = snapshot.local_folder(line)
            if folder is None or line.text.startswith("-e ") or not _runs(snapshot, app, folder):
                continue
            if not (_is_rebuilt(snapshot, folder) and app.dependency_file in snapshot.config.marks):
                number = snapshot.line_of(line.file, r"^\s*\.(?:/|\s|\[|$)")
                words = f"{folder or 'the root'} is installed as a copy, which no push renews"
                yield Found(words, line.file, number)


def _runs(snapshot: Snapshot, app: App, folder: str) -> bool:
    """Whether the app imports something of it that does not lie in a folder on ``sys.path``."""
    below = f"{folder}/" if folder else ""
    imported = (one for one in snapshot.graph(app).imports if one.root not in (app.folder, ""))
    from_source = any(one.path.startswith(f"{below}src/") for one in imported)
    return from_source or _is_flat(snapshot, app, folder)


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
    what="The dependency file installs a folder of the repository (`.`), the app imports it, and its version "
    "or `tool.uv.cache-keys` do not change with its code.",
    why="The app then runs the copy in the environment, which a pull does not touch. The host installs with "
    "uv, which leaves alone what was installed from a folder as long as its pyproject.toml stays as it is.",
    fix="install it in place (-e .), or name its sources in pyproject.toml: [tool.uv] cache-keys = "
    '[{file = "pyproject.toml"}, {file = "src/**/*.py"}], and keep the dependency file among the marks',
    example="# requirements.txt\n.\nstreamlit==1.50.0",
    look=_look,
)
