"""Code that goes past every import hook, found by reading the release's sources.

``exec`` of a file's text, ``runpy``, a loader made by hand: what runs there was recorded by nobody. A file
that a literal names is known to be ``unrecorded``; what no literal names is told in words. Imports by name
(``importlib.import_module``, ``__import__``) go through the hook and are not hidden, nor are pickled
functions, which are imported by name as well.
"""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from freshboot.judge.literals import FilePath, Source

# The argument that names the file, by position and by keyword.
_FILE_RUNNERS = {
    "run_path": (0, "path_name"),
    "execfile": (0, ""),
    "spec_from_file_location": (1, "location"),
    "SourceFileLoader": (1, "path"),
    "SourcelessFileLoader": (1, "path"),
    "ExtensionFileLoader": (1, "path"),
    "load_source": (1, "pathname"),
    "load_compiled": (1, "pathname"),
}
_TEXT_RUNNERS = ("exec", "eval", "compile")
_BUILTIN = ("exec", "eval", "compile", "builtins.exec", "builtins.eval", "builtins.compile")
_MODULE_RUNNERS = ("run_module", "_run_module_as_main")
_OPAQUE = {
    "InteractiveConsole": "an interpreter of its own",
    "InteractiveInterpreter": "an interpreter of its own",
    "FileFinder": "a finder of its own",
    "zipimporter": "code out of an archive",
    "sys.meta_path.insert": "an import hook of its own",
    "sys.meta_path.append": "an import hook of its own",
    "sys.path_hooks.insert": "an import hook of its own",
    "sys.path_hooks.append": "an import hook of its own",
    **{f"{module}.{name}": f"code out of {module}" for module in ("marshal", "dill", "cloudpickle")
       for name in ("load", "loads")},
}  # fmt: skip
_PROCESSES = re.compile(
    r"(subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)"
    r"|os\.(system|popen|(exec|spawn|posix_spawn)[a-z]*)|asyncio\.create_subprocess_(exec|shell))\Z"
)
_PYTHON = re.compile(r"(?:^|[/\\\s])(?:python[\d.]*|streamlit|uv|pypy3?)(?:\.exe)?(?:\s|$)|\.py(?:\s|$)")
_TEXT_OF = ("read", "read_text", "read_bytes", "decode", "strip", "replace")
# Sources without any of these words are not parsed: parsing is what takes time. So does looking for words:
# plain ones first.
_WORDS = (
    b"exec eval compile run_ spec_from Loader load_ Interactive FileFinder zipimport meta_path path_hooks"
    b" marshal dill cloudpickle subprocess popen system spawn"
).split()
_TELLING = re.compile(
    rb"\bexec\b|\beval\b|(?<!\bre\.)\bcompile\b|execfile|run_path|run_module|_run_module_as_main"
    rb"|spec_from_file|FileLoader|load_source|load_compiled|InteractiveConsole|InteractiveInterpreter"
    rb"|FileFinder|zipimport|meta_path|path_hooks|\bmarshal\b|\bdill\b|\bcloudpickle\b"
    rb"|subprocess|popen|\bsystem\b|\bexec[vl]|spawn[vl]|posix_spawn"
)
_NOT_THE_APP = re.compile(
    r"(?:^|/)(?:tests?|docs?|\.github)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py\Z"
)
_OPENERS = ("open", "io.open", "codecs.open", "builtins.open")
_MOST_UNRESOLVED = 50


@dataclass(frozen=True)
class Hidden:
    """What a release runs past every hook.

    ``named_by`` is every tracked file that runs so, with the places (``path:line``) that say it;
    ``unresolved`` is what cannot be told from the sources, as ``path:line: words``.
    """

    named_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unresolved: tuple[str, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The tracked files that nobody records when they run."""
        return frozenset(self.named_by)


def is_test(path: str) -> bool:
    """Whether a source is by its place none of the app's: tests, documentation, build scripts."""
    return _NOT_THE_APP.search(path) is not None


def hidden(sources: Mapping[str, bytes], tracked: Collection[str], entrypoint: str = "") -> Hidden:
    """Read the release's Python sources (path → bytes) for code that goes past every hook.

    A relative path may be meant from the source's own folder and those above, or from the entrypoint's: every
    tracked file that it may mean counts.
    """
    files = _Files(frozenset(tracked), posixpath.dirname(entrypoint))
    named: dict[str, list[str]] = defaultdict(list)
    unresolved: list[str] = []
    for path in sorted(sources):
        if is_test(path) or not _is_telling(sources[path]):
            continue
        for line, found, words in _read(path, sources[path], files):
            for one in found:
                named[one].append(f"{path}:{line}")
            if words:
                unresolved.append(f"{path}:{line}: {words}")
    return Hidden(
        {path: tuple(dict.fromkeys(places)) for path, places in named.items()}, _bounded(unresolved)
    )


def _is_telling(source: bytes) -> bool:
    return any(word in source for word in _WORDS) and _TELLING.search(source) is not None


Found = tuple[int, frozenset[str], str]
"""A line, the tracked files that it runs, and what is not clear about it."""


@dataclass(frozen=True)
class _Files:
    """The release's tracked files, and which of them a path may mean."""

    tracked: frozenset[str]
    entry_folder: str

    def meant(self, path: FilePath, source: str) -> frozenset[str]:
        text = path.text.replace("\\", "/")
        if path.is_tail or text.startswith("/"):
            return self.ending_with(text)
        if path.is_exact:
            return frozenset({posixpath.normpath(text)}) & self.tracked
        folders = {self.entry_folder, *_and_above(posixpath.dirname(source))}
        return frozenset(posixpath.normpath(posixpath.join(one, text)) for one in folders) & self.tracked

    def ending_with(self, text: str) -> frozenset[str]:
        """Where the head is not known, or absolute: the longest end of the path that is some file's end."""
        parts = [part for part in text.split("/") if part not in ("", ".", "..")]
        for start in range(len(parts) if text.startswith("/") else min(len(parts), 1)):
            tail = "/".join(parts[start:])
            if found := frozenset(one for one in self.tracked if one == tail or one.endswith(f"/{tail}")):
                return found
        return frozenset()

    def of_module(self, name: str) -> frozenset[str]:
        base = name.replace(".", "/")
        return self.ending_with(f"{base}.py") | self.ending_with(f"{base}/__main__.py")


def _read(path: str, content: bytes, files: _Files) -> list[Found]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the app's string escapes
            source = Source(path, ast.parse(content))
        return list(_found(source, files))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [(getattr(error, "lineno", None) or 1, frozenset(), "cannot be read as Python")]


def _found(source: Source, files: _Files) -> Iterator[Found]:
    calls = [node for node in source.nodes if isinstance(node, ast.Call)]
    called = {id(node.func) for node in calls} | {id(arg) for node in calls for arg in _types(node)}
    inner = {id(arg) for node in calls for arg in node.args}
    for node in source.nodes:
        if isinstance(node, ast.Call) and not (id(node) in inner and source.name(node.func) == "compile"):
            yield from _call(node, source, files)
        elif isinstance(node, (ast.Name, ast.Attribute)) and id(node) not in called:
            yield from _passed_on(node, source)


def _call(call: ast.Call, source: Source, files: _Files) -> Iterator[Found]:
    name = source.name(call.func)
    last = name.rpartition(".")[2]
    if last in _FILE_RUNNERS:
        path = source.file_path(_argument(call, *_FILE_RUNNERS[last]))
        yield call.lineno, *_file(path, f"{last} runs a file", source, files)
    elif name in _BUILTIN:
        for path in _texts(_argument(call, 0, "source"), source, set()):
            yield call.lineno, *_file(path, f"{last} runs code", source, files)
    elif last in _MODULE_RUNNERS:
        yield call.lineno, *_module(_argument(call, 0, "mod_name"), source, files)
    elif words := _OPAQUE.get(name) or _OPAQUE.get(last):
        yield call.lineno, frozenset(), words
    elif _PROCESSES.match(name):
        yield from _process(call, source)


def _file(path: FilePath | None, words: str, source: Source, files: _Files) -> tuple[frozenset[str], str]:
    if path is None or not path.text:
        return frozenset(), f"{words} that the source does not name"
    meant = files.meant(path, source.path)
    if not meant and not path.text.endswith(".py"):  # runpy runs folders as well
        meant = files.meant(path.joined("__main__.py"), source.path)
    return meant, "" if meant else f"{words} that is not in the release: {path.text[:100]}"


def _module(node: ast.expr | None, source: Source, files: _Files) -> tuple[frozenset[str], str]:
    name = source.file_path(node)
    if name is None:
        return frozenset(), "runs a module that the source does not name"
    return files.of_module(name.text), ""  # a module of a library is no matter


def _texts(node: ast.expr | None, source: Source, seen: set[str]) -> Iterator[FilePath | None]:
    """The files whose text an expression is; None for what is not known. The source's own text is none.

    ``seen`` are the names that were followed already.
    """
    match node:
        case ast.Constant(value=str(text)) if not _TELLING.search(text.encode("utf-8", "replace")):
            return
        case ast.Name(id=name) if name in seen:
            return
        case ast.Name(id=name) if bound := source.bound(name):
            seen.add(name)
            for one in bound:
                yield from _texts(one, source, seen)
        case ast.Call(func=func) if source.name(func) in _BUILTIN:
            yield from _texts(_argument(node, 0, "source"), source, seen)
        case ast.Call(func=ast.Attribute(value=value, attr=method), args=args) if method in _TEXT_OF:
            yield from _text_of(value, source, seen)
            yield from (None for arg in args if not isinstance(arg, ast.Constant))
        case _:
            yield None


def _text_of(node: ast.expr, source: Source, seen: set[str]) -> Iterator[FilePath | None]:
    """The files that ``node.read()`` or its like reads."""
    match node:
        case ast.Call(func=func, args=[path, *_]) if source.name(func) in _OPENERS:
            yield source.file_path(path)
        case ast.Call(func=ast.Attribute(value=value, attr="open")):
            yield source.file_path(value)
        case ast.Call(func=ast.Attribute(attr=method)) if method in _TEXT_OF:
            yield from _texts(node, source, seen)
        case ast.Name(id=name) if name in seen:
            return
        case ast.Name(id=name) if bound := source.bound(name):
            seen.add(name)
            for one in bound:
                yield from _text_of(one, source, seen)
        case ast.Constant():
            yield from _texts(node, source, seen)
        case _:
            yield source.file_path(node)


def _process(call: ast.Call, source: Source) -> Iterator[Found]:
    """A child process is no part of what is attested; one that runs no Python is no matter."""
    command = _argument(call, 0, "args")
    told = " ".join(_words(command))
    if not told or _names_python(command, source) or _PYTHON.search(told):
        yield (
            call.lineno,
            frozenset(),
            f"starts another process: {told[:100] or 'the source does not say which'}",
        )


def _words(command: ast.expr | None) -> Iterator[str]:
    for one in ast.walk(command) if command else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _names_python(command: ast.expr | None, source: Source) -> bool:
    """Whether the first word is Python's own path, or is not known."""
    if isinstance(command, (ast.List, ast.Tuple)) and command.elts:
        return source.file_path(command.elts[0]) is None
    return command is not None and any(source.name(one) == "sys.executable" for one in ast.walk(command))


def _passed_on(node: ast.Name | ast.Attribute, source: Source) -> Iterator[Found]:
    """A function that runs code, not called here: handed to somebody, or a loader's base class."""
    name = source.name(node)
    if isinstance(node.ctx, ast.Load) and (name in _BUILTIN[:2] or name.rpartition(".")[2] in _FILE_RUNNERS):
        yield node.lineno, frozenset(), f"{name} is passed on"


def _types(call: ast.Call) -> Iterator[ast.AST]:
    """What ``isinstance`` and ``issubclass`` only compare with."""
    if isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass"):
        for arg in call.args[1:]:
            yield from ast.walk(arg)


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    given = next((one.value for one in call.keywords if one.arg == keyword), None)
    plain = call.args[: position + 1]
    if given is None and len(plain) > position and not any(isinstance(one, ast.Starred) for one in plain):
        return call.args[position]
    return given


def _and_above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _bounded(unresolved: list[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(unresolved))
    more = len(kept) - _MOST_UNRESOLVED
    return kept if more <= 0 else (*kept[:_MOST_UNRESOLVED], f"and {more} more places")
