"""The renamings that a commit's history tells of: which one to undo, and which old files nobody uses now.

LibCST is not imported here: whoever asks a live app needs this, and renames nothing.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator

from freshboot.renaming.values import CannotRename, Renaming, stem_of
from freshboot.repository.repository import Repository

TRAILER = "Freshboot-Rename"
"""What a commit's message says of a renaming: its old path, an arrow, its new one."""

_ARROW = " -> "
_BY_TEXT = ("import_module", "__import__", "run_module", "run_path", "Page", "switch_page", "page_link")
"""What takes a module or a file by its name."""
_BY_WHATEVER = frozenset(
    {
        *("listdir", "scandir", "walk", "glob", "iglob", "rglob", "iterdir"),
        *("iter_modules", "walk_packages", "find_spec", "spec_from_file_location", "SourceFileLoader"),
    }
)
"""What finds files or modules without naming them."""
_RUNS_TEXT = ("exec", "eval", "compile")
_FILE = re.compile(r"(\w+)\.py\b")

Pair = tuple[str, str]
"""The path before, and after."""


def trailer_of(renaming: Renaming) -> str:
    """The line that records a renaming in a commit's message."""
    return f"{TRAILER}: {renaming.old}{_ARROW}{renaming.new}"


def undo_of(repository: Repository, commit: str, path: str, branch: str | None) -> Pair:
    """The path that a renamed file has, and the one that it had. ``path`` is either of them.

    ``branch`` is fetched where a shallow clone does not reach so far.

    :raises CannotRename: no renaming that is still in force says so.
    """
    found = _latest(repository, commit, path)
    if found is None and branch is not None and repository.is_shallow:
        repository.deepen(branch)
        found = _latest(repository, commit, path)
    there = repository.tree(commit, found or ())
    if found is None or found[1] not in there or found[0] in there:
        raise CannotRename(
            f"no renaming of {path} is there to undo", f"git log --grep={TRAILER} shows those that there were"
        )
    old, new = found
    return new, old


def retired(repository: Repository, commit: str) -> frozenset[str]:
    """The old paths of files that were renamed, where nothing in the commit can use what lies there.

    They are not in the commit, none of its sources imports their names, names their files, or looks for files
    without naming them, and Streamlit itself does not: whatever lies in a folder `pages` is one of the app.
    """
    pairs = _in_force(repository, commit)
    before = {path for path, _ in pairs if "pages" not in path.split("/")[:-1]}
    old = before - repository.tree(commit, before).keys()
    if not old:
        return frozenset()
    paths = [path for path in repository.tree(commit) if path.endswith(".py")]
    sources = repository.read_all(commit, paths)
    words = {word for source in sources.values() for word in _imported(source)}
    return frozenset() if None in words else frozenset(one for one in old if stem_of(one) not in words)


def _latest(repository: Repository, commit: str, path: str) -> Pair | None:
    return next((pair for pair in reversed(_in_force(repository, commit)) if path in pair), None)


def _in_force(repository: Repository, commit: str) -> list[Pair]:
    """The renamings that were not undone, the earliest first."""
    standing: list[Pair] = []
    for old, new in _recorded(repository, commit):
        if (new, old) in standing:
            standing.remove((new, old))
        else:
            standing.append((old, new))
    return standing


def _recorded(repository: Repository, commit: str) -> Iterable[Pair]:
    form = f"--format=%(trailers:key={TRAILER},valueonly,unfold)"
    search = ("--first-parent", "--reverse", "--fixed-strings", f"--grep={TRAILER}:")
    for line in repository.git.run("log", *search, form, commit).text.splitlines():
        old, arrow, new = line.partition(_ARROW)
        if arrow:
            yield old.strip(), new.strip()


def _imported(source: bytes) -> Iterator[str | None]:
    """Every word of a dotted name, and every stem of a file, that a source may import or run by.

    None stands for whatever it may be.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield None
        return
    for node in nodes:
        match node:
            case ast.Import(names=aliases):
                yield from (word for alias in aliases for word in alias.name.split("."))
            case ast.ImportFrom(module=module, names=aliases):
                yield from (module or "").split(".")
                yield from (alias.name for alias in aliases)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in _BY_TEXT:
                yield from _named(args)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _BY_WHATEVER:
                yield None
            case ast.Name(id=name) if name in _RUNS_TEXT:
                yield None
            case ast.Constant(value=str(text)):
                yield from _FILE.findall(text)


def _named(args: list[ast.expr]) -> Iterator[str | None]:
    match args:
        case [ast.Constant(value=str(text)), *_]:
            yield from re.split(r"[./\\]", text)
        case _:
            yield None
