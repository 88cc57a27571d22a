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
_UNNAMED = frozenset(
    {
        *("importlib", "import_module", "__import__", "runpy", "run_path", "run_module", "builtins"),
        *("subprocess", "multiprocessing", "system", "popen", "Popen", "pkgutil", "find_spec"),
        *("iter_modules", "walk_packages", "spec_from_file_location", "SourceFileLoader"),
        *("listdir", "scandir", "walk", "glob", "iglob", "rglob", "iterdir"),
        *("execv", "execve", "execl", "spawnv", "spawnl", "posix_spawn", "create_subprocess_exec"),
    }
)
"""What imports, runs or finds files that no source need name."""
_RUNS_TEXT = ("exec", "eval", "compile")
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s")
_PROSE = (".md", ".rst", ".txt")
"""What nothing is run by; requirements name no file of the repository's own."""

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

    They are not in the commit. None of its sources imports their names, has them in a text without spaces, or
    uses what imports, runs or finds files without naming them; no other file of it but prose has that word.
    And Streamlit does not find them by itself, as it does whatever lies in a folder ``pages``.
    """
    before = {path for path, _ in _in_force(repository, commit) if "pages" not in path.split("/")[:-1]}
    old = before - repository.tree(commit, before).keys()
    if not old:
        return frozenset()
    paths = [path for path in repository.tree(commit) if not path.endswith(_PROSE)]
    words: set[str | None] = set()
    for path, content in repository.read_all(commit, paths).items():
        words.update(_imported(content) if path.endswith(".py") else _words(content))
    return frozenset() if None in words else frozenset(one for one in old if stem_of(one) not in words)


def _words(content: bytes) -> Iterable[str]:
    return _WORD.findall(content.decode("utf-8", "replace"))


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
    """Every word of an imported name and of a text; None stands for whatever may be used besides."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield None
        return
    for word in (word for node in nodes for word in _used(node)):
        yield None if word in _UNNAMED else word


def _used(node: ast.AST) -> Iterable[str | None]:
    match node:
        case ast.Import(names=aliases):
            return [word for alias in aliases for word in alias.name.split(".")]
        case ast.ImportFrom(module=module, names=aliases):
            return [*(module or "").split("."), *(alias.name for alias in aliases)]
        case ast.Name(id=name):
            return [None] if name in _RUNS_TEXT else [name] if name in _UNNAMED else []
        case ast.Attribute(attr=name):
            return [name] if name in _UNNAMED else []
        case ast.Constant(value=str(text)) if not _SPACE.search(text):  # else it is prose, or a command line
            return _WORD.findall(text)
    return []
