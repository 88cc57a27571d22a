"""Whether a text names the module, by its dotted name or by its file's path, and what it says afterwards."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from freshboot.renaming.layout import Layout, Meaning
from freshboot.renaming.values import Kind, stem_of

_NAME = re.compile(r"(?P<dotted>[A-Za-z_]\w*(?:\.\w+)*)(?P<object>:[A-Za-z_][\w.]*)?\Z")
_TOKEN = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)+")
_PATH = re.compile(r"[^\s'\"<>|*?]*\.py\Z")
_ENTRY = re.compile(
    r"(?P<before>\s*[\w .-]+=\s*)(?P<name>[\w.]+)(?P<after>\s*(?::[\w.]+)?\s*(?:\[[^\]]*\])?\s*)\Z"
)
_ENDINGS = re.compile(
    "cfg|conf|css|csv|db|docx|env|feather|gif|gz|h5|html|ico|ini|ipynb|jpe?g|js|jsonl?|joblib|log|md|parquet|pdf"
    "|pickle|pkl|png|pptx|sh|sql|sqlite|svg|tar|toml|tsv|txt|xlsx?|xml|ya?ml|zip"
)


class Role(Enum):
    """What a text is for, by where it stands."""

    REFERENCE = "whoever gets it imports by it"
    JOINED = "a part of a path"
    PAGE = "a page of Streamlit's"
    ANNOTATION = "a type"
    ENTRY = "an entry point of a package"
    SHOWN = "people read it"
    DATA = "a key, or compared with"
    OTHER = "unknown"


@dataclass(frozen=True)
class Rewritten:
    """What a text says afterwards."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Unclear:
    """A text that may name the module; ``words`` say so."""

    words: str


@dataclass(frozen=True)
class Subject:
    """The module that is renamed: its path before and after, where modules lie, and the words in its source.

    ``shadowed`` says, in words, why the package's attribute of its name may be something else;
    ``package_is_listed``: a star takes that attribute along.
    """

    old: str
    new: str
    layout: Layout
    words: frozenset[str]
    entrypoint: str
    shadowed: tuple[str, ...] = ()
    package_is_listed: bool = True

    @property
    def stem(self) -> str:
        """Its old name."""
        return stem_of(self.old)

    @property
    def new_stem(self) -> str:
        """Its new name."""
        return stem_of(self.new)

    @property
    def package(self) -> str:
        """The last part of its folder; empty at the root."""
        return posixpath.basename(posixpath.dirname(self.old))

    @property
    def package_file(self) -> str:
        """The own file of the package that it lies in, whether there is one or not."""
        return posixpath.join(posixpath.dirname(self.old), "__init__.py")

    def is_package(self, source: str, dotted: str) -> bool:
        """Whether a name means the very package that it lies in."""
        return f"{posixpath.dirname(self.old)}/" in self.layout.targets(source, dotted)[0]

    def goes_by_package(self, data: bytes) -> bool:
        """Whether a source may reach the module through a package: by an attribute, or as what it binds."""
        packages = [one for one in posixpath.dirname(self.old).split("/") if one]
        binds = (rf"\bimport\b(?:[^\n]*|\s*\([^)]*)\b{re.escape(one)}\b" for one in packages)
        attribute = rf"\.[\s\\]*{re.escape(self.stem)}\b"
        return bool(packages) and any(re.search(one.encode(), data) for one in (*binds, attribute))

    def meaning(self, source: str, dotted: str) -> Meaning:
        """What a dotted name means in a source."""
        return self.layout.meaning(self.old, source, dotted)

    def judge(self, source: str, text: str, role: Role) -> Rewritten | Unclear | None:
        """What becomes of a text in a source: None where it does not name the module, or only to people."""
        if self.stem not in text or (role is Role.SHOWN and ">>>" not in text):
            return None
        if role is Role.SHOWN:
            return self._unclear("a doctest that imports it") if self._imports(text) else None
        if _PATH.match(text):
            return self.judge_path(source, text, role)
        if named := _NAME.match(text):
            return self._judge_name(source, named["dotted"], named["object"] or "", role)
        if role is Role.ANNOTATION:
            return self._annotation(source, text)
        if role is Role.ENTRY and (entry := _ENTRY.match(text)):
            found = self._judge_name(source, entry["name"], "", Role.REFERENCE)
            return (
                Rewritten(f"{entry['before']}{found.text}{entry['after']}", Kind.SETTING)
                if isinstance(found, Rewritten)
                else found
            )
        return self.mention(source, text)

    def judge_path(self, source: str, text: str, role: Role = Role.OTHER) -> Rewritten | Unclear | None:
        """What becomes of a text that ends as a Python file's path does."""
        plain = text.replace("\\", "/")
        if posixpath.basename(plain) != posixpath.basename(self.old):
            return None
        namesakes = [
            one for one in self.layout.paths if posixpath.basename(one) == posixpath.basename(self.old)
        ]
        after = Rewritten(f"{text[: len(text) - len(self.stem) - 3]}{self.new_stem}.py", Kind.PATH)
        found = self._files(source, plain)
        if found == {self.old} and not (role is Role.JOINED and len(namesakes) > 1):
            return after
        if self.old in found or (not found and len(namesakes) > 1):
            return self._unclear("a path that may be its file's")
        tail = re.sub(r"\A(?:\.{0,2}/)+", "", plain)
        if not found and f"/{self.old}".endswith(f"/{tail}"):
            return after
        return self._unclear("a path that may be its file's") if not found and plain[0] == "/" else None

    def mention(self, source: str, text: str) -> Unclear | None:
        """Whether a longer text names the module as code or a command does."""
        if self._imports(text) or re.search(
            rf"-m\s+[\w.]*\b{self.stem}\b|(?<![\w.]){self.stem}:[A-Za-z_]", text
        ):
            return self._unclear("code or a command in a text")
        for path in re.findall(rf"[\w./\\~-]*(?<!\w){re.escape(self.stem)}\.py\b", text):
            if self.judge_path(source, path) is not None:
                return self._unclear("its file in a text")
        for token in _TOKEN.findall(text):
            if self._judge_name(source, token, "", Role.OTHER) is not None:
                return self._unclear("its name in a text")
        return None

    def _files(self, source: str, plain: str) -> set[str]:
        """The repository's files that a relative path may be, from wherever it is meant."""
        folders = {"", posixpath.dirname(self.entrypoint), *_and_above(posixpath.dirname(source))}
        return {posixpath.normpath(posixpath.join(one, plain)) for one in folders} & self.layout.paths

    def _judge_name(self, source: str, dotted: str, rest: str, role: Role) -> Rewritten | Unclear | None:
        parts = dotted.split(".")
        for place in (index for index, part in enumerate(parts) if part == self.stem):
            meaning = self.meaning(source, ".".join(parts[: place + 1]))
            is_alone = place == 0 and len(parts) == 1 and not rest
            if meaning in (Meaning.OURS, Meaning.UNSURE):
                if (
                    place == 0
                    and role is not Role.REFERENCE
                    and not is_alone
                    and not self._has(parts[1:2], rest)
                ):
                    return None
                after = ".".join((*parts[:place], self.new_stem, *parts[place + 1 :]))
                return self._by_role(role, Rewritten(after + rest, Kind.NAME), meaning, place, is_alone)
            if place and parts[place - 1] == self.package:
                return self._unclear("a name that may be its")
        return None

    def _by_role(
        self, role: Role, after: Rewritten, meaning: Meaning, place: int, is_alone: bool
    ) -> Rewritten | Unclear | None:
        if (role is Role.ANNOTATION and place == 0) or (role in (Role.DATA, Role.PAGE) and is_alone):
            return None  # what an import binds keeps its name
        sure = meaning is Meaning.OURS and not (place and self.shadowed)
        if sure and role in (Role.REFERENCE, Role.ANNOTATION, Role.ENTRY):
            return after
        return self._unclear("its name in a text" if not is_alone else "a word that may be its name")

    def _has(self, following: list[str], rest: str) -> bool:
        """Whether what follows the name may be something in the module, and no file's ending."""
        word = (following or [rest[1:]])[0].partition(".")[0]
        return _ENDINGS.fullmatch(word) is None and word in self.words

    def _annotation(self, source: str, text: str) -> Rewritten | Unclear | None:
        after = text
        for token in sorted(set(_TOKEN.findall(text)), key=len, reverse=True):
            found = self._judge_name(source, token, "", Role.ANNOTATION)
            if isinstance(found, Unclear):
                return found
            if found is not None:
                after = re.sub(rf"(?<![\w.]){re.escape(token)}(?![\w.])", found.text, after)
        return None if after == text else Rewritten(after, Kind.NAME)

    def _imports(self, text: str) -> bool:
        return re.search(rf"\b(?:import|from)\s+[\w., ]*\b{re.escape(self.stem)}\b", text) is not None

    def _unclear(self, words: str) -> Unclear:
        return Unclear(words)


def _and_above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
