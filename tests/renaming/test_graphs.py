"""A random repository does the same after a renaming, and none of its imports is overlooked."""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from freshboot.renaming.plan import rename, renamed_files
from freshboot.renaming.verify import refuse_changed_imports
from tests.renaming.graphs import Graph, graphs, printed


def in_bytes(files: dict[str, str]) -> dict[str, bytes | None]:
    return {path: text.encode() for path, text in files.items()}


def imported(files: dict[str, bytes | None]) -> set[str]:
    """Every word of a dotted name that some import asks for: of ``from a import b as c`` it is a and b."""
    found: set[str] = set()
    for path, data in files.items():
        for node in ast.walk(ast.parse(data or b"")) if path.endswith(".py") else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                found |= {part for name in names for part in name.split(".")}
    return found


# A failure is told as it is found: each step of making it smaller would run two more programs.
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
@given(graph=graphs(), data=st.data())
def test_a_graph_of_modules_does_the_same_after_renamings(graph: Graph, data: st.DataObject) -> None:
    files = before = in_bytes(graph.files())
    used = sorted({target for _, target, _ in graph.edges}) or [0]
    for number in data.draw(st.lists(st.sampled_from(used), min_size=1, max_size=4, unique=True)):
        renaming = rename(files, graph.path(number), f"m{number}_new", "main.py")
        assert renaming.unresolved == ()
        after = renamed_files(files, renaming)
        counted = sum(refuse_changed_imports(files, renaming, "main.py").values())
        assert counted >= 1 + sum(target == number for _, target, _ in graph.edges)
        assert f"m{number}" not in imported(after)
        back = rename(after, renaming.new, f"m{number}", "main.py")
        assert renamed_files(after, back) == files
        files = after
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert printed(Path(one), before) == printed(Path(other), files)
