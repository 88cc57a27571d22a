"""Static files by a path that the host does not serve."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import STREAMLIT_CONFIG, Snapshot
from freshboot.doctor.sources import Module
from freshboot.doctor.table import Field
from freshboot.survey import App

_ABSOLUTE = re.compile(r"(?:\A|[\"'(=\s])/app/static/")
_NAMED = re.compile(r"(?:\A|[\"'(=\s])(?:\./)?app/static/([\w][\w./-]*)")

_ROOTED = re.compile(r"(?:\A|[\"'(=\s])/static/([\w][\w./-]*)")
_FIX = "write app/static/{0} in HTML and Markdown, and static/{0}, from Path(__file__).parent, in a call"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        seen = False
        for module in snapshot.modules(app):
            for line, text in _texts(module):
                if _ABSOLUTE.search(text):
                    seen = True
                    words = "/app/static/ begins at the host's root, and the app lies below it"
                    yield Found(words, module.path, line, fix="write app/static/… without the first slash")
                for name in _ROOTED.findall(text):
                    if posixpath.join(app.folder, "static", name) in snapshot.paths:
                        words = f"/static/{name} begins at the host's root, where no file of the app is"
                        yield Found(words, module.path, line, fix=_FIX.format(name))
                for name in _NAMED.findall(text):
                    seen = True
                    yield from _elsewhere(snapshot, app, module.path, line, name)
        if seen and not _is_served(snapshot):
            words = "static files are not served: server.enableStaticServing is not true"
            fix = f"set enableStaticServing = true under [server] in {STREAMLIT_CONFIG} at the root"
            yield Found(words, STREAMLIT_CONFIG if STREAMLIT_CONFIG in snapshot.paths else None, fix=fix)


def _texts(module: Module) -> Iterator[tuple[int, str]]:
    """The texts that something is done with: a docstring may tell of anything."""
    bare = {id(node.value) for node in module.source.nodes if isinstance(node, ast.Expr)}
    bare |= {id(one) for node in module.source.nodes for one in _behind(node)}
    for node in module.source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.lineno, node.value


def _behind(node: ast.AST) -> list[ast.expr]:
    """What a text goes on with: it begins no path."""
    if isinstance(node, ast.JoinedStr):
        return node.values[1:]
    return [node.right] if isinstance(node, ast.BinOp) else []


def _elsewhere(snapshot: Snapshot, app: App, path: str, line: int, name: str) -> Iterator[Found]:
    """The file, where it lies in another folder called ``static``."""
    served = posixpath.join(app.folder, "static", name)
    other = next((one for one in sorted(snapshot.paths) if one.endswith(f"/static/{name}")), None)
    other = f"static/{name}" if other is None and f"static/{name}" in snapshot.paths else other
    if served not in snapshot.paths and other:
        fix = f"move it to {served}, beside the entrypoint"
        yield Found(f"{other} is not served: only static/ beside the entrypoint is", path, line, fix=fix)


def _is_served(snapshot: Snapshot) -> bool:
    server = snapshot.toml(STREAMLIT_CONFIG).get("server", {})
    return isinstance(server, dict) and server.get("enableStaticServing") is True


RULE = Rule(
    name="static-path",
    severity=Severity.WARNING,
    field=Field.DEPENDENCY_FILE,
    what="The app names a static file by an absolute path, in a folder that is not served, or while serving "
    "is off.",
    why="Community Cloud serves an app below `/~/+/`, and of it the folder `static/` beside the entrypoint, "
    "as `app/static/…`. Elsewhere the old picture, or none, is shown, whatever is pushed.",
    fix="write app/static/NAME without a slash before it, and keep the file in static/ beside the entrypoint",
    example="st.markdown('<img src=\"/app/static/logo.png\">', unsafe_allow_html=True)",
    look=_look,
)
