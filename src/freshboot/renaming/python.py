"""The uses of a module in one Python source, found with LibCST, and the source with all of them rewritten.

What an import binds keeps its name (``import calc`` becomes ``import calc_2 as calc``), so that whatever the
source does with that name stays right, in whichever scope. Only where a package is bound (``import a.b``)
must the attributes follow (``a.b.f``).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import (
    BaseAssignment,
    BuiltinScope,
    ByteSpanPositionProvider,
    ClassScope,
    CodeSpan,
    ImportAssignment,
    MetadataWrapper,
    QualifiedName,
    QualifiedNameSource,
    Scope,
    ScopeProvider,
)

from freshboot.renaming.layout import Meaning
from freshboot.renaming.roles import role_of
from freshboot.renaming.texts import Rewritten, Role, Subject, Unclear
from freshboot.renaming.values import Kind, Use

_IMPORTERS = ("import_module", "__import__", "run_module", "import_string", "resolve_name", "locate")
_UTF8 = ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii")


@dataclass(frozen=True)
class Found:
    """What one source has of the module. ``data`` is the source afterwards."""

    data: bytes
    uses: tuple[Use, ...] = ()
    unresolved: tuple[Use, ...] = ()


@dataclass(frozen=True)
class _Edit:
    start: int
    length: int
    text: str


def rewrite(subject: Subject, path: str, data: bytes) -> Found:
    """Rewrite every use of the module in a source; those that nobody can judge are told."""
    plain = data.removeprefix(codecs.BOM_UTF8)
    try:
        module = cst.parse_module(plain)
    except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError, RecursionError):
        return Found(data, unresolved=(Use(path, 1, "cannot be read as Python"),))
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    visitor = _Uses(subject, path, plain, wrapper.resolve(ByteSpanPositionProvider))
    if path == subject.package_file or subject.goes_by_package(plain):
        visitor.scopes = wrapper.resolve(ScopeProvider)
    module.visit(visitor)
    if visitor.edits and module.encoding.lower() not in _UTF8:
        visitor.unresolved.append(Use(path, 1, f"is written in {module.encoding}: save it as UTF-8"))
    after = data[: len(data) - len(plain)] + _spliced(plain, visitor.edits)
    return Found(after, tuple(visitor.uses), tuple(visitor.unresolved))


def _spliced(data: bytes, edits: Iterable[_Edit]) -> bytes:
    for one in sorted(edits, key=lambda edit: -edit.start):
        data = data[: one.start] + one.text.encode() + data[one.start + one.length :]
    return data


class _Uses(cst.CSTVisitor):
    """``scopes`` are set where a package may be bound: to know them is what takes most of the time."""

    def __init__(
        self, subject: Subject, path: str, data: bytes, spans: Mapping[cst.CSTNode, CodeSpan]
    ) -> None:
        super().__init__()
        self.subject, self.path, self.data, self.spans = subject, path, data, spans
        self.scopes: Mapping[cst.CSTNode, Scope | None] = {}
        self.above: list[cst.CSTNode] = []
        self.edits: list[_Edit] = []
        self.uses: list[Use] = []
        self.unresolved: list[Use] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Keep what lies above the node that is looked at."""
        goes_on = super().on_visit(node)
        self.above.append(node)
        return goes_on

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Forget the node that was looked at."""
        self.above.pop()
        super().on_leave(original_node)

    # Imports

    def visit_Import(self, node: cst.Import) -> bool:  # noqa: N802
        for alias in node.names:
            match self._meaning(_dotted(alias.name)):
                case Meaning.OURS:
                    self._import(node, alias)
                case Meaning.UNSURE:
                    self._unclear(node, "it cannot be told which file this imports")
        return False

    def _import(self, node: cst.CSTNode, alias: cst.ImportAlias) -> None:
        """``import a.b`` binds ``a``; ``import b`` binds what goes on to be called ``b``."""
        if not isinstance(alias.name, cst.Attribute):
            self._replace_bound(node, alias)
        elif alias.asname is None or not self._is_shadowed(node):
            self._replace(node, alias.name.attr, self.subject.new_stem, Kind.IMPORT)

    def _replace_bound(self, node: cst.CSTNode, alias: cst.ImportAlias) -> None:
        """``b`` as ``new as b``; an alias that says nothing more goes."""
        new, bound = self.subject.new_stem, alias.evaluated_alias or self.subject.stem
        self._replace(node, alias, new if bound == new else f"{new} as {bound}", Kind.IMPORT)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: N802
        source = "." * len(node.relative) + (_dotted(node.module) if node.module else "")
        meaning = self._meaning(source)
        if meaning is Meaning.OURS and node.module is not None:
            name = node.module.attr if isinstance(node.module, cst.Attribute) else node.module
            self._replace(node, name, self.subject.new_stem, Kind.IMPORT)
        elif meaning is Meaning.UNSURE:
            self._unclear(node, "it cannot be told which file this imports")
        elif not isinstance(node.names, cst.ImportStar):
            self._from_package(node, source, node.names)
        elif self.subject.package_is_listed and self.subject.is_package(self.path, source):
            self._unclear(node, "a star may take the module's name along")
        return False

    def _from_package(self, node: cst.ImportFrom, source: str, names: Iterable[cst.ImportAlias]) -> None:
        for alias in names:
            name = alias.name.value if isinstance(alias.name, cst.Name) else ""
            if name != self.subject.stem:
                continue
            match self._meaning(source + name if source.endswith(".") else f"{source}.{name}"):
                case Meaning.OURS if not self._is_shadowed(node):
                    self._replace_bound(node, alias)
                case Meaning.UNSURE:
                    self._unclear(node, "it cannot be told which file this imports")

    def _is_shadowed(self, node: cst.CSTNode) -> bool:
        """Whether the package's attribute may be something else than the module; then it is told."""
        for words in self.subject.shadowed[:1]:
            self._unclear(node, words)
        return bool(self.subject.shadowed)

    # Names

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802
        if node.attr.value == self.subject.stem:
            self._attribute(node)
        else:
            self._package(node)

    def _attribute(self, node: cst.Attribute) -> None:
        names, bound = self._names(node), self._bound(node)
        if bound and not any(isinstance(one, ImportAssignment) for one in bound):
            return  # a parameter, or a variable, of the package's name
        meanings = {self._meaning(one.name) for one in names if _is_imported(one)}
        if Meaning.OURS in meanings or Meaning.UNSURE in meanings:
            if meanings != {Meaning.OURS} or not all(isinstance(one, ImportAssignment) for one in bound):
                self._unclear(node, "the name is bound in more than one way")
            elif not self._is_shadowed(node):
                self._replace(node, node.attr, self.subject.new_stem, Kind.ATTRIBUTE)
            return
        told = _dotted(node).split(".")
        if self.subject.package and told[-2:-1] == [self.subject.package]:
            ours = [one for one in names if _is_imported(one) and self._is_first_party(one.name)]
            by_star = not names and self._meaning(".".join(told)) is not Meaning.OTHER
            if ours or by_star:
                self._unclear(node, "it comes by way of another module")

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802
        self._package(node)
        if node.value == self.subject.stem and self.path == self.subject.package_file:
            parent = self.above[-1]
            is_attribute = isinstance(parent, cst.Attribute) and parent.attr is node
            if not (is_attribute or self._is_made(node) or self._bound(node)):
                self._unclear(node, "what the package has by importing it")

    def _is_made(self, node: cst.CSTNode) -> bool:
        """Whether a name is not looked up here, but bound, or a keyword."""
        parent = self.above[-1]
        binds = (cst.AssignTarget, cst.Param, cst.Del, cst.FunctionDef, cst.ClassDef)
        return isinstance(parent, binds) or (isinstance(parent, cst.Arg) and parent.keyword is node)

    def _package(self, node: cst.Name | cst.Attribute) -> None:
        """A package that goes on as a value: whoever gets it may take the module out of it."""
        if isinstance(self.above[-1], cst.Attribute) or self._is_made(node):
            return
        names = {one.name for one in self._names(node) if _is_imported(one)}
        if not names and isinstance(node, cst.Name):  # ``import a.b`` binds a
            names = {node.value for one in self._bound(node) if one.name.startswith(f"{node.value}.")}
        if any(self._meaning(one) is Meaning.PACKAGE for one in names):
            self._unclear(node, "its package goes on as a value, as with getattr")

    # Texts

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802
        called = _dotted(node.func).rpartition(".")[2]
        if called in _IMPORTERS and node.args and not isinstance(node.args[0].value, cst.SimpleString):
            if not self._begins_elsewhere(node.args[0].value):
                self._unclear(node, "imports what no literal names")
        elif called in _IMPORTERS and node.args:
            self._import_by_text(node, node.args[0].value, called)

    def _import_by_text(self, node: cst.Call, literal: cst.BaseExpression, called: str) -> None:
        text = _text(literal)
        if called == "__import__" and "." in text and self._meaning(text) is Meaning.OURS:
            self._unclear(node, "gives a package, which the module is then taken out of")
        if text.startswith("."):
            package = _text(node.args[1].value) if len(node.args) > 1 else ""
            if self.subject.stem in text.split(".") and isinstance(literal, cst.SimpleString):
                self._relative(node, literal, text, package)
        elif self._meaning(text) is Meaning.PACKAGE:
            self._unclear(node, "its package goes on as a value, as with getattr")

    def _relative(self, node: cst.Call, literal: cst.SimpleString, text: str, package: str) -> None:
        own = len(node.args) > 1 and _dotted(node.args[1].value) == "__package__"
        name = text if own else f"{package}.{text[1:]}" if package and not text.startswith("..") else ""
        parts = text.split(".")
        if name and self._meaning(name) is Meaning.OURS and parts[-1] == self.subject.stem:
            self._replace_text(
                literal, Rewritten(f"{text[: -len(parts[-1])]}{self.subject.new_stem}", Kind.NAME)
            )
        elif not name or self._meaning(name) is not Meaning.OTHER:
            self._unclear(node, "imports relative to what no literal names")

    def _begins_elsewhere(self, node: cst.BaseExpression) -> bool:
        """Whether a text that is put together begins as none of the module's names does."""
        first = node.left if isinstance(node, cst.BinaryOperation) else node
        if isinstance(first, cst.FormattedString) and first.parts:
            part = first.parts[0]
            head = part.value if isinstance(part, cst.FormattedStringText) else ""
        else:
            head = _text(first)
        package = head.rpartition(".")[0]
        return bool(package) and not head.startswith(".") and self._meaning(package) is Meaning.OTHER

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802
        text = node.evaluated_value
        if not isinstance(text, str) or self.subject.stem not in text:
            return
        if text.startswith(".") and "/" not in text:
            self._relative_text(node, text)
            return
        found = self.subject.judge(self.path, text, self._role(node))
        if isinstance(found, Rewritten) and isinstance(self.above[-1], cst.ConcatenatedString):
            self._unclear(node, "a text in pieces that names it")
        elif isinstance(found, Rewritten):
            self._replace_text(node, found)
        elif found is not None:
            self._unclear(node, found.words)

    def _relative_text(self, node: cst.CSTNode, text: str) -> None:
        """A relative name is looked at where it is imported; elsewhere it is a piece of one."""
        call = self.above[-2] if len(self.above) > 1 else None
        is_imported = isinstance(call, cst.Call) and _dotted(call.func).rpartition(".")[2] in _IMPORTERS
        is_name = self.subject.package and self.subject.stem in re.findall(r"\w+", text)
        if is_name and not is_imported and self._role(node) not in (Role.SHOWN, Role.DATA):
            self._unclear(node, "a text in pieces that may name it")

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:  # noqa: N802
        if self.subject.stem not in node.value:
            return
        if node.value.startswith(".") and "/" not in node.value:
            self._relative_text(node, node.value)
            return
        found = self.subject.judge(self.path, node.value, self._role(node))
        if isinstance(found, Rewritten) and found.kind is Kind.PATH and "/" in node.value:
            self._replace(node, node, found.text, Kind.PATH)
        elif found is not None:
            self._unclear(
                node, found.words if isinstance(found, Unclear) else "a text in pieces that names it"
            )

    def _role(self, node: cst.CSTNode) -> Role:
        return role_of([*self.above, node], self.path)

    def _replace_text(self, node: cst.SimpleString, found: Rewritten) -> None:
        if node.raw_value != node.evaluated_value:
            self._unclear(node, "a text with escapes that names it")
            return
        self._replace(node, node, f"{node.prefix}{node.quote}{found.text}{node.quote}", found.kind)

    # What was found

    def _names(self, node: cst.CSTNode) -> list[QualifiedName]:
        scope = self.scopes.get(node)
        return list(scope.get_qualified_names_for(node)) if scope is not None else []

    def _bound(self, node: cst.CSTNode) -> list[BaseAssignment]:
        """What binds the name that a chain begins with, in the innermost scope that does; classes aside."""
        root = _dotted(node).partition(".")[0]
        own = scope = self.scopes.get(node)
        while root and scope is not None and not isinstance(scope, BuiltinScope):
            if scope is own or not isinstance(scope, ClassScope):
                found = [one for one in scope.assignments if f"{one.name}.".startswith(f"{root}.")]
                if found:
                    return found
            scope = scope.parent
        return []

    def _meaning(self, dotted: str) -> Meaning:
        return self.subject.meaning(self.path, dotted) if dotted else Meaning.OTHER

    def _is_first_party(self, dotted: str) -> bool:
        parts = dotted.split(".")
        heads = (".".join(parts[: end + 1]) for end in range(len(parts)))
        return any(self.subject.layout.targets(self.path, head)[0] for head in heads if head.strip("."))

    def _replace(self, place: cst.CSTNode, node: cst.CSTNode, text: str, kind: Kind) -> None:
        span = self.spans[node]
        self.edits.append(_Edit(span.start, span.length, text))
        self.uses.append(Use(self.path, self._line(node), _code(place), kind))

    def _unclear(self, node: cst.CSTNode, why: str) -> None:
        self.unresolved.append(Use(self.path, self._line(node), f"{_code(node)} ({why})"))

    def _line(self, node: cst.CSTNode) -> int:
        return self.data.count(b"\n", 0, self.spans[node].start) + 1


def _is_imported(name: QualifiedName) -> bool:
    return name.source is QualifiedNameSource.IMPORT


def _dotted(node: cst.CSTNode | None) -> str:
    """``a.b.c`` of a chain of names; where it begins with something else, only the chain's end."""
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _text(node: cst.CSTNode | None) -> str:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else ""


def _code(node: cst.CSTNode) -> str:
    words = " ".join(cst.Module(body=[]).code_for_node(node).split())
    return words if len(words) <= 100 else f"{words[:99]}…"
