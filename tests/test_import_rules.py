"""Who may import whom. The rules keep the core pure and what an app imports small."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "freshboot"

# Every part, and the parts of ours that it may import beside itself.
MAY_IMPORT = {
    "errors": set(),
    "proof": set(),
    "colours": set(),
    "pip_lines": set(),
    "tasks": set(),
    "dependencies": {"pip_lines"},
    "seal": {"proof"},
    "config": {"errors", "hosts", "judge", "stamp"},
    "stamp": {"errors", "pip_lines"},
    "hosts": {"errors"},
    "repository": {"errors"},
    "github": {"errors"},
    "ledger": {"errors", "repository"},
    "survey": {"dependencies", "judge", "stamp"},
    "scaffold": {"dependencies", "errors", "hosts", "judge", "stamp", "survey"},
    "app": {"colours", "proof", "dependencies", "seal"},
    "live": {"proof", "errors", "seal", "hosts"},
    "pytest_plugin": {"live", "config", "stamp", "errors"},
    "judge": {"proof", "dependencies"},
    "renaming": {"errors", "dependencies", "repository"},
    "remedies": {"errors", "hosts", "dependencies", "judge", "proof"},
    "rollout": {
        *("live", "hosts", "judge", "repository", "github", "stamp", "config", "remedies", "ledger"),
        *("proof", "dependencies", "seal", "errors", "renaming", "tasks"),
    },
    "tell": {"colours", "judge", "errors", "github", "proof", "ledger"},
    "lab": {"errors", "tasks"},
    "demo": {"lab", "errors", "tell"},
    "doctor": {
        *("survey", "dependencies", "judge", "config", "stamp", "repository", "hosts", "github", "errors"),
        *("live", "proof"),
    },
    "rehearsal": {
        *("lab", "live", "hosts", "judge", "repository", "rollout", "tell", "stamp", "config", "errors"),
        *("dependencies", "seal", "survey"),
    },
    "commands": {
        *("config", "errors", "stamp", "repository", "github", "remedies", "rollout", "ledger"),
        *("judge", "tell", "lab", "demo", "renaming", "hosts", "rehearsal", "doctor", "scaffold", "survey"),
    },
    "board": {
        *("ledger", "repository", "commands", "rollout", "config", "judge", "tell", "colours", "errors"),
    },
    "cli": {"commands", "config", "errors"},
    "__main__": {"cli"},
    "__init__": {"app"},
}

# The base install has no dependencies: beside the standard library these may be imported, and only lazily.
APP_MAY_BORROW = {"streamlit", "starlette", "packaging"}
IN_THE_APP = {"app", "proof", "colours", "seal", "pip_lines", "dependencies", "__init__"}
NO_INPUT_OUTPUT = {
    "asyncio",
    "aiohttp",
    "git",
    "io",
    "os",
    "pathlib",
    "random",
    "socket",
    "subprocess",
    "time",
}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, and whether it does so on being imported itself."""
    tree = ast.parse(path.read_bytes())
    lazy = {inner for node in ast.walk(tree) if _is_run_later(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node not in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively: write the whole name"
            assert node.module is not None
            names = (
                [f"freshboot.{a.name}" for a in node.names] if node.module == "freshboot" else [node.module]
            )
            yield from ((name, node not in lazy) for name in names)


def _is_run_later(node: ast.AST) -> bool:
    """Inside a function; or never, where only the type checker looks."""
    is_typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return is_typing or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


FILES = sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_imports_only_what_its_part_may(path: Path) -> None:
    part = part_of(path)
    ours = {name.split(".")[1] for name, _ in imports_of(path) if name.startswith("freshboot.")}
    assert ours <= MAY_IMPORT[part] | {part, "__version__"}


@pytest.mark.parametrize(
    "path",
    [one for one in FILES if part_of(one) in IN_THE_APP],
    ids=named,
)
def test_what_an_app_imports_needs_only_the_standard_library(path: Path) -> None:
    foreign = [
        (name, eager)
        for name, eager in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names | {"freshboot"}
    ]
    assert all(name.split(".")[0] in APP_MAY_BORROW and not eager for name, eager in foreign)


@pytest.mark.parametrize("path", [one for one in FILES if part_of(one) == "judge"], ids=named)
def test_the_judge_does_no_input_or_output_and_reads_no_clock(path: Path) -> None:
    assert not {name.split(".")[0] for name, _ in imports_of(path)} & NO_INPUT_OUTPUT


@pytest.mark.parametrize("path", [one for one in FILES if part_of(one) == "stamp"], ids=named)
def test_stamping_does_not_import_gitpython(path: Path) -> None:
    assert "git" not in {name.split(".")[0] for name, _ in imports_of(path)}


def test_every_part_has_a_rule() -> None:
    assert {part_of(path) for path in FILES} <= MAY_IMPORT.keys()
