"""How a push lands on the server's disk."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freshboot.lab.checkout import Checkout, requirement_lines
from freshboot.lab.remote import Remote
from tests.lab.developer import Developer, git


class Server:
    """A checkout, and the developer whose pushes it gets."""

    def __init__(self, checkout: Checkout, developer: Developer) -> None:
        self.checkout = checkout
        self.developer = developer

    async def pull(self, **changes: object) -> None:
        landing = await self.checkout.fetch(self.developer.latest.commit)
        planned = replace(landing, **changes)  # type: ignore[arg-type]
        await self.checkout.land(planned, whole=planned == landing)

    def files(self) -> dict[str, bytes]:
        return files_in(self.checkout.folder)


def files_in(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if ".git" not in path.parts]
    return {
        str(path.relative_to(folder)): os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
        for path in paths
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture
async def server(repository: Path, tmp_path: Path) -> Server:
    remote = await Remote.make(repository, tmp_path / "remote")
    checkout = Checkout(remote, tmp_path / "mount" / "src" / "sample")
    await checkout.clone()
    return Server(checkout, Developer(str(remote.path), tmp_path / "clone"))


def awkward_changes(folder: Path) -> None:
    """A file becomes a folder, a folder a file; a mode, a link, a name that is no plain one, a deletion."""
    (folder / "helpers.py").unlink()
    (folder / "helpers.py").mkdir()
    (folder / "helpers.py" / "inner.py").write_text("X = 1\n")
    (folder / "pages" / "detail.py").unlink()
    (folder / "pages").rmdir()
    (folder / "pages").write_text("no folder any more\n")
    (folder / "requirements.txt").unlink()
    (folder / "streamlit_app.py").chmod(0o755)
    (folder / "link").symlink_to("streamlit_app.py")
    (folder / "naïve name\n.txt").write_text("line\r\nline\r\n")


@pytest.mark.parametrize("seconds", [0.0, 0.05])
@pytest.mark.parametrize("whole", [True, False])
async def test_every_kind_of_change_lands(server: Server, seconds: float, whole: bool) -> None:
    awkward_changes(server.developer.folder)
    server.developer.push({})
    landing = await server.checkout.fetch(server.developer.latest.commit)
    await server.checkout.land(replace(landing, seconds=seconds), whole=whole)
    assert server.files() == files_in(server.developer.folder)
    assert os.access(server.checkout.folder / "streamlit_app.py", os.X_OK)
    assert git(server.checkout.folder, "status", "--porcelain") == ""
    assert git(server.checkout.folder, "rev-parse", "HEAD") == server.checkout.commit


async def test_files_that_git_does_not_know_stay(server: Server) -> None:
    (server.checkout.folder / "made-by-the-app.db").write_text("data")
    server.developer.release()
    await server.pull()
    assert server.files()["made-by-the-app.db"] == b"data"


async def test_files_that_did_not_change_are_not_written(server: Server) -> None:
    before = (server.checkout.folder / "helpers.py").stat()
    server.developer.push({"streamlit_app.py": "changed = True\n"})
    await server.pull()
    after = (server.checkout.folder / "helpers.py").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_a_rewritten_history_is_followed(server: Server) -> None:
    server.developer.release()
    await server.pull()
    git(server.developer.folder, "reset", "--quiet", "--hard", "HEAD~1")
    server.developer.push({"helpers.py": "VALUE = 'rewritten'\n"}, "--force")
    await server.pull()
    assert server.files() == files_in(server.developer.folder)


async def test_what_a_pull_leaves_out_stays_as_it_was_and_the_next_makes_it_good(server: Server) -> None:
    old = server.files()
    server.developer.push({"helpers.py": "new\n", "streamlit_app.py": "new\n", "added.py": "new\n"})
    await server.pull(changed=("streamlit_app.py",))
    left_out = server.files()
    assert left_out["helpers.py"] == old["helpers.py"]
    assert "added.py" not in left_out
    assert left_out["streamlit_app.py"] == b"new\n"
    server.developer.push({"unrelated.txt": "x"})
    await server.pull()
    assert server.files() == files_in(server.developer.folder)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("a\nb\n", "# stamp\na\nb\n", True),
        ("a  # why\n", "a\n\n   # else\n", True),
        ("a\r\nb\r\n", "a\nb", True),
        ("a==1\n", "a==2\n", False),
        ("a @ git+https://x/y#egg=a\n", "a @ git+https://x/y#egg=b\n", False),
        ("a\n", "a\nb\n", False),
    ],
)
def test_comments_are_no_requirement_lines(before: str, after: str, same: bool) -> None:
    assert (requirement_lines(before) == requirement_lines(after)) is same


@given(st.lists(st.sampled_from(["a", "b>=1", "-e .", "c[d]"])), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_comments_anywhere_change_no_requirement_line(lines: list[str], data: st.DataObject) -> None:
    commented = list(lines)
    for _ in range(data.draw(st.integers(0, 4))):
        commented.insert(
            data.draw(st.integers(0, len(commented))), data.draw(st.sampled_from(["#", "  # x", ""]))
        )
    assert requirement_lines("\n".join(commented)) == tuple(lines)


async def test_the_dependency_file_nearest_to_the_entrypoint_wins(server: Server) -> None:
    folder = server.checkout.folder
    (folder / "app").mkdir()
    assert server.checkout.dependencies("app/main.py") == ("requirements.txt", ("streamlit",))
    (folder / "Pipfile").write_text("[packages]\n")
    assert server.checkout.dependencies("app/main.py") == ("Pipfile", ("[packages]",))
    (folder / "app" / "pyproject.toml").write_text("[project]\n")
    assert server.checkout.dependencies("app/main.py") == ("app/pyproject.toml", ("[project]",))
    for path in ("app/pyproject.toml", "Pipfile", "requirements.txt"):
        (folder / path).unlink()
    assert server.checkout.dependencies("app/main.py") is None
