"""Random repositories of modules that import one another in every form there is, and what they print."""

from __future__ import annotations

import posixpath
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.gitrepo import write

MODULES = 30
FOLDERS = ("", "alpha", "alpha/beta", "space")
"""``space`` is a package without a file of its own."""
FORMS = (
    *("plain", "aliased", "name", "star", "module", "module as", "relative name", "relative module"),
    *("in a function", "by a literal", "package", "quoted", "for types", "patched", "tried"),
)


@dataclass(frozen=True)
class Graph:
    """``places`` are the modules' folders; of ``edges`` each is (who imports, whom, in which form)."""

    places: tuple[str, ...]
    edges: tuple[tuple[int, int, str], ...]

    def path(self, number: int) -> str:
        return posixpath.join(self.places[number], f"m{number}.py")

    def dotted(self, number: int) -> str:
        return self.path(number).removesuffix(".py").replace("/", ".")

    def files(self) -> dict[str, str]:
        """The repository: its entrypoint prints what every module computes."""
        made = {self.path(number): self._source(number) for number in range(MODULES)}
        imports = "".join(f"from {self.dotted(number)} import f{number}\n" for number in range(MODULES))
        calls = "".join(f"print(f{number}())\n" for number in range(MODULES))
        return {
            **made,
            "alpha/__init__.py": "",
            "alpha/beta/__init__.py": "",
            "main.py": f"{imports}{calls}",
        }

    def _source(self, number: int) -> str:
        heads, values = ["from __future__ import annotations"], [f"'{number}'"]
        for place, (_, target, form) in enumerate(one for one in self.edges if one[0] == number):
            head, value = self._use(number, target, form, f"{number}_{place}")
            heads.append(head)
            values.append(value)
        body = " + ".join(values)
        return "\n".join((*heads, "", f"def f{number}(text='x'):", f"    return {body}", ""))

    def _use(  # noqa: C901  # one case for each form
        self, source: int, target: int, form: str, place: str
    ) -> tuple[str, str]:
        """An import, and an expression that uses it."""
        dotted, stem, call = self.dotted(target), f"m{target}", f"f{target}()"
        package = dotted.rpartition(".")[0]
        same, nested = self.places[source] == self.places[target], self.places[source] != ""
        match form:
            case "aliased":
                return f"import sys, {dotted} as a{place}", f"a{place}.{call}"
            case "name":
                return f"from {dotted} import (  # why\n    f{target} as n{place},\n)", f"n{place}()"
            case "star":
                return f"from {dotted} import *", call
            case "module" if package:
                return f"from {package} import {stem}", f"{stem}.{call}"
            case "module as" if package:
                return f"from {package} import {stem} as b{place}", f"b{place}.{call}"
            case "relative name" if same and nested:
                return f"from .{stem} import f{target} as r{place}", f"r{place}()"
            case "relative module" if same and nested:
                return f"from . import {stem} as s{place}", f"s{place}.{call}"
            case "relative name" if (self.places[source], self.places[target]) == ("alpha/beta", "alpha"):
                return f"from ..{stem} import f{target} as u{place}", f"u{place}()"
            case "in a function":
                return f"def g{place}():\n    import {dotted}\n    return {dotted}.{call}", f"g{place}()"
            case "by a literal":
                return f'import importlib\nl{place} = importlib.import_module("{dotted}")', f"l{place}.{call}"
            case "package" if package:
                return f"import {dotted}\nimport {package} as p{place}", f"p{place}.{stem}.{call}"
            case "quoted" if package:
                hint = f"def q{place}(x: '{dotted}.f{target}') -> \"list[{dotted}.f{target}]\": ..."
                told = f"__import__('typing').get_type_hints(q{place})['x']()"
                return f"import {dotted}\n{hint}", told
            case "for types":
                head = f"if TYPE_CHECKING:\n    from {dotted} import f{target} as t"
                return f"from typing import TYPE_CHECKING\n{head}", "'-'"
            case "patched":
                patch = f'v{place} = mock.patch("{dotted}.f{target}", lambda: "P")'
                return (
                    f"from unittest import mock\nimport {dotted}\n{patch}",
                    f"[v{place}.start(), {dotted}.{call}, v{place}.stop()][1]",
                )
            case "tried":
                return f"try:\n    import {dotted}\nexcept ImportError:\n    raise", f"{dotted}.{call}"
            case _:
                return f"import {dotted}", f"{dotted}.{call}"


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph in which a module only imports earlier ones."""
    places = tuple(draw(st.sampled_from(FOLDERS)) for _ in range(MODULES))
    edges = []
    for number in range(1, MODULES):
        targets = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True))
        edges += [(number, target, draw(st.sampled_from(FORMS))) for target in targets]
    return Graph(places, tuple(edges))


def printed(folder: Path, files: Mapping[str, str | bytes | None], entrypoint: str = "main.py") -> str:
    """What the entrypoint prints in a fresh process."""
    write(folder, files)
    command = [sys.executable, "-I", "-S", "-B", "-c", _RUN, entrypoint]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


_RUN = """
import os, runpy, sys
sys.path[:0] = [os.path.dirname(os.path.abspath(sys.argv[1]))]
runpy.run_path(sys.argv[1], run_name="__main__")
"""
