"""Repositories of every shape: what is pushed lies on the server byte for byte, and runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from freshboot.lab import LabProcess, Options
from tests.lab.developer import Developer, commit, git, new_repository
from tests.lab.eyes import displayed, settled, until_displayed, visiting
from tests.lab.test_checkout import files_in

ENTRYPOINT = "Übersicht für alle/main app.py"

NAVIGATION = """\
import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "vendor" / "lib"))


def first():
    import budget.sums
    import beside
    import lent
    root = Path(__file__).parent.parent
    st.text("main {number}")
    st.text(beside.VALUE)
    st.text(budget.sums.VALUE)
    st.text(lent.VALUE)
    st.text((root / "données" / "été.csv").read_bytes())
    st.text((root / "link to data").read_text())
    st.text((root / "model.bin").read_text().splitlines()[0])


st.navigation([st.Page(first, default=True), st.Page("détail.py", url_path="detail")]).run()
"""
ATTRIBUTES = "*.csv text eol=crlf\n*.bin filter=lfs diff=lfs merge=lfs -text\n"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


def odd_files(number: int) -> dict[str, str]:
    padding = "#" * number
    return {
        ENTRYPOINT: NAVIGATION.format(number=number),
        "Übersicht für alle/beside.py": f"VALUE = 'beside {number}'\n{padding}\n",
        "Übersicht für alle/détail.py": f"import streamlit as st\nst.text('page {number}')\n",
        "budget/__init__.py": "",
        "budget/sums.py": f"VALUE = 'package {number}'\n{padding}\n",
        "données/été.csv": f"a,b\r\n{number},2\r\n",
        "model.bin": POINTER.format("0" * 63 + str(number), number),
        ".gitattributes": ATTRIBUTES,
    }


def shown(number: int, package: int, lent: int) -> list[str]:
    csv = f"b'a,b\\r\\n{number},2\\r\\n'"
    pointer = "version https://git-lfs.github.com/spec/v1"
    link = f"a,b\n{number},2\n"  # read as text
    texts = [f"main {number}", f"beside {number}", f"package {package}", f"lent {lent}", csv, link, pointer]
    return [text.strip() for text in texts]


def lend(folder: Path, number: int) -> str:
    return commit(folder, {"lent.py": f"VALUE = 'lent {number}'\n{'#' * number}\n"})


def clone_recursively(remote: str, folder: Path) -> Developer:
    """A developer who has the submodule as well, as it lies in the folder beside the remote's source."""
    developer = Developer(remote, folder)
    if (folder / ".gitmodules").exists():
        git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init")
    return developer


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of its own that the app has as a submodule."""
    folder = tmp_path_factory.mktemp("lent") / "lib"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    lend(folder, 1)
    return folder


@pytest.fixture(scope="module")
def odd(lent: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    repository = new_repository(tmp_path_factory.mktemp("odd") / "mon dépôt", odd_files(1))
    (repository / "link to data").symlink_to("données/été.csv")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(lent), "vendor/lib")
    commit(repository, {})
    with LabProcess(Options(repository, entrypoint=ENTRYPOINT)) as running:
        yield running


@pytest.fixture(scope="module")
def team(odd: LabProcess, tmp_path_factory: pytest.TempPathFactory) -> Developer:
    return clone_recursively(odd.remote, tmp_path_factory.mktemp("team") / "clone")


def server_of(lab: LabProcess) -> Path:
    return Path(lab.state()["replicas"][0]["checkout"])


def tracked_in(folder: Path) -> dict[str, bytes]:
    """Every file that git put there, those of submodules too, by what lies on disk."""
    listed = git(folder, "ls-files", "-z", "--recurse-submodules").split("\0")
    return {path: content for path, content in files_in(folder).items() if path in listed}


async def test_what_was_cloned_is_what_the_developer_has_and_runs(odd: LabProcess, team: Developer) -> None:
    assert tracked_in(server_of(odd)) == tracked_in(team.folder)
    assert await displayed(odd.url) == shown(1, package=1, lent=1)
    assert await displayed(odd.url, page="detail") == ["page 1"]


async def test_a_push_lands_in_every_file_and_modules_outside_the_entrypoints_folder_stay_old(
    odd: LabProcess, team: Developer, lent: Path
) -> None:
    lend(lent, 2)
    git(team.folder / "vendor" / "lib", "pull", "--quiet", str(lent), "main")
    async with visiting(odd.url) as visit:
        assert await visit.look() == shown(1, package=1, lent=1)
        odd.wait_deployed(team.push(odd_files(2)))
        assert tracked_in(server_of(odd)) == tracked_in(team.folder)
        # Nothing is at fault but the layout: Streamlit watches the entrypoint's folder only.
        await until_displayed(odd.url, shown(2, package=1, lent=1))
        assert await settled(odd.url) == shown(2, package=1, lent=1)
        assert await displayed(odd.url, page="detail") == ["page 2"]
    odd.reboot()
    assert await displayed(odd.url) == shown(2, package=2, lent=2)


@pytest.mark.parametrize("faults", [["hold-file:Übersicht für alle/beside.py", "slow:0.2"], []])
def test_faults_take_names_of_every_kind_and_land_the_rest_whole(
    odd: LabProcess, team: Developer, lent: Path, faults: list[str]
) -> None:
    number = 4 if faults else 5
    odd.set_faults(*faults)
    lend(lent, number)
    git(team.folder / "vendor" / "lib", "pull", "--quiet", str(lent), "main")
    odd.wait_deployed(team.push(odd_files(number)))
    on_server, pushed = tracked_in(server_of(odd)), tracked_in(team.folder)
    differing = {path for path in pushed if on_server.get(path) != pushed[path]}
    assert differing == ({"Übersicht für alle/beside.py"} if faults else set())
    assert on_server["données/été.csv"] == f"a,b\r\n{number},2\r\n".encode()
    assert on_server["model.bin"].startswith(b"version https://git-lfs")
    assert os.readlink(server_of(odd) / "link to data") == "données/été.csv"


def test_links_and_submodules_that_are_deleted_are_gone_as_far_as_git_takes_them_away(
    odd: LabProcess, team: Developer
) -> None:
    odd.set_faults("ghost:budget")
    git(team.folder, "rm", "--quiet", "-r", "--force", "link to data", "budget", "vendor/lib")
    odd.wait_deployed(team.push({}))
    server = server_of(odd)
    assert not os.path.lexists(server / "link to data")
    # Git leaves a folder in which it finds what is not its own, as the bytecode of the submodule.
    assert (server / "budget" / "sums.py").exists()
    assert git(server, "ls-files", "budget", "vendor") == ""
    odd.set_faults()
    odd.reboot()
    assert not (server / "budget").exists()
    assert not (server / "vendor").exists()


def test_a_submodule_that_cannot_be_had_is_told(tmp_path: Path, lent: Path) -> None:
    repository = new_repository(tmp_path / "sample")
    gone = tmp_path / "gone"
    git(tmp_path, "clone", "--quiet", str(lent), str(gone))
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(gone), "vendor/lib")
    commit(repository, {})
    gone.rename(tmp_path / "elsewhere")
    with LabProcess(Options(repository)) as lab:
        assert "fatal: clone of" in lab.log()
        assert list((server_of(lab) / "vendor" / "lib").iterdir()) == []
