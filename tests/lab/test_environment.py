"""An environment for each replica, into which the host really installs what the dependency file asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freshboot.lab import Lab, LabError, LabProcess, Options
from tests.lab.developer import Developer, new_repository
from tests.lab.eyes import see
from tests.lab.processes import wait_until, working_in
from tests.lab.wheels import make_wheel

SHOWS = """\
import importlib.metadata
import sys
import demo_package
import streamlit as st

st.text(demo_package.VERSION)
st.text(importlib.metadata.version("demo-package"))
st.text(sys.prefix)
"""


def requiring(*lines: str) -> dict[str, str]:
    return {"streamlit_app.py": SHOWS, "requirements.txt": "".join(f"{line}\n" for line in lines)}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        make_wheel(folder, version)
    return folder


@pytest.fixture(scope="module")
def installing(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    files = requiring("streamlit", "demo-package==1.0")
    repository = new_repository(tmp_path_factory.mktemp("installing") / "sample", files)
    with LabProcess(Options(repository, wheels=wheels)) as running:
        yield running


@pytest.fixture
def team(installing: LabProcess, tmp_path: Path) -> Developer:
    """Somebody who finds the app with version 1.0, whatever the tests before have left."""
    installing.set_faults()
    developer = Developer(installing.remote, tmp_path / "clone")
    files = requiring("streamlit", "demo-package==1.0", f"# {tmp_path.name}")
    installing.wait_deployed(developer.push(files))
    assert shown(installing) == "1.0"
    return developer


def shown(lab: LabProcess) -> str:
    """The version that the app imports, which is the one that is installed."""
    module, distribution, prefix = see(lab.url)
    assert module == f"demo_package {distribution}"
    assert prefix.endswith("/container/home/venv")
    return distribution


@pytest.mark.parametrize(("faults", "version"), [([], "2.0"), (["no-rebuild"], "1.0")])
def test_a_new_requirement_line_is_installed_unless_nothing_is_rebuilt(
    installing: LabProcess, team: Developer, faults: list[str], version: str
) -> None:
    pid = installing.state()["replicas"][0]["pid"]
    installing.set_faults(*faults)
    installing.wait_deployed(team.push(requiring("streamlit", "demo-package==2.0")))
    assert installing.state()["replicas"][0]["pid"] != pid
    assert shown(installing) == version
    installing.set_faults()
    # Neither a push of other files nor the lifting alone makes it good; a reboot does.
    installing.wait_deployed(team.push({"notes.txt": f"after {faults}"}))
    assert shown(installing) == version
    if faults:
        installing.reboot()
        assert shown(installing) == "2.0"


def test_a_requirement_that_cannot_be_installed_keeps_the_process_and_its_packages(
    installing: LabProcess, team: Developer
) -> None:
    pid = installing.state()["replicas"][0]["pid"]
    told = len(installing.log())
    # An option of the command line is none of the file's: pip refuses it there.
    team.push(requiring("streamlit", "demo-package==2.0", "--no-cache-dir"))
    wait_until(lambda: installing.state()["phase"] == "installer_error")
    assert installing.state()["replicas"][0]["pid"] == pid
    assert shown(installing) == "1.0"
    words = installing.log()[told:]
    assert "no such option: --no-cache-dir" in words
    assert "installer returned a non-zero exit code" in words
    assert "Updated app!" not in words
    # It is tried again at the next push, and told again.
    team.push({"notes.txt": "still broken"})
    wait_until(lambda: installing.log()[told:].count("installer returned") == 2)
    installing.wait_deployed(team.push(requiring("streamlit", "demo-package==2.0")))
    assert shown(installing) == "2.0"


def test_a_wheel_in_the_repository_is_installed_from_there(installing: LabProcess, team: Developer) -> None:
    make_wheel(team.folder / "vendored wheels", "3.0")
    line = "./vendored wheels/demo_package-3.0-py3-none-any.whl"
    installing.wait_deployed(team.push(requiring("streamlit", line)))
    assert shown(installing) == "3.0"


async def test_a_dependency_that_cannot_be_had_ends_the_lab_with_words(tmp_path: Path, wheels: Path) -> None:
    repository = new_repository(tmp_path / "sample", requiring("no-such-thing==1"))
    with pytest.raises(LabError, match="the dependencies cannot be installed"):
        async with Lab(Options(repository, wheels=wheels)):
            pass
    assert not working_in(tmp_path)


async def test_a_folder_of_wheels_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "sample")
    with pytest.raises(LabError, match="there is no folder"):
        async with Lab(Options(repository, wheels=tmp_path / "missing")):
            pass
