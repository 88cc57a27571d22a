"""What a rebuild does and cannot do, and what installers really do when the file that wins has changed."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from freshboot.hosts.chores import Instruction
from freshboot.remedies import CannotRemedy, Situation
from freshboot.remedies.rebuild import Rebuild
from tests.endtoend.team import freshboot
from tests.gitrepo import ISOLATION, clone, make_remote
from tests.lab.wheels import make_wheel

UV = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-index")
APP = Situation("app.py", ("DEPLOYMENT_VERSION",), dependency_file="requirements.txt")
REBOOT = Instruction(("Press Reboot.",))


def situation(**files: str) -> Situation:
    there = {f"{name}.txt": text.encode() for name, text in files.items()}
    return replace(APP, read=there.get, instruct=lambda _chore, _branch: REBOOT)


def test_a_rebuild_asks_nothing_of_a_person() -> None:
    action = Rebuild().action(situation(requirements="streamlit\n"))
    assert action.steps == ()
    assert action.marks == ("DEPLOYMENT_VERSION", "requirements.txt")


def test_a_reinstall_does_what_a_push_can_and_asks_a_person_for_the_rest() -> None:
    action = Rebuild(reinstall=True).action(situation(requirements="streamlit==1.50.0\n"))
    assert action.marks == ("DEPLOYMENT_VERSION", "requirements.txt")
    assert "A push installs no version a second time" in action.steps[0]
    assert action.steps[-1] == "Press Reboot."


def test_before_a_reboot_what_is_not_pinned_is_named() -> None:
    text = "streamlit>=1.50\nsix==1.16.0\nattrs==24.*\npkg @ https://x.org/pkg.whl\n-c limits.txt\nidna\n"
    action = Rebuild(reinstall=True).action(situation(requirements=text, limits="idna==3.7\n"))
    assert (
        "Pin these first, or they may come in a newer version: streamlit>=1.50, attrs==24.*" in action.steps
    )


def test_what_is_pinned_needs_no_warning() -> None:
    action = Rebuild(reinstall=True).action(situation(requirements="six==1.16.0\n"))
    assert not [step for step in action.steps if step.startswith("Pin")]


@pytest.mark.parametrize("reinstall", [False, True])
def test_options_that_break_the_build_are_named_with_the_command_that_takes_them_out(
    reinstall: bool, tmp_path: Path
) -> None:
    text = "streamlit\n--force-reinstall\n--no-cache-dir\nsix\n"
    with pytest.raises(CannotRemedy) as raised:
        Rebuild(reinstall).action(situation(requirements=text))
    assert "requirements.txt:2: --force-reinstall, requirements.txt:3: --no-cache-dir" in raised.value.message
    (tmp_path / "requirements.txt").write_text(text)
    command = raised.value.remedy.partition(" && ")[0]
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    assert (tmp_path / "requirements.txt").read_text() == "streamlit\nsix\n"


@pytest.mark.parametrize("files", [{"requirements": "six -U\n"}, {"requirements": "-r a.txt\n", "a": "-U\n"}])
def test_no_command_takes_out_what_does_not_stand_alone(files: dict[str, str]) -> None:
    with pytest.raises(CannotRemedy) as raised:
        Rebuild().action(situation(**files))
    assert "sed" not in raised.value.remedy


def test_the_command_stamps_the_file_that_wins_and_hands_over_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    files = {
        "apps/app.py": 'DEPLOYMENT_VERSION = "1.0.0"\n',
        "apps/uv.lock": "version = 1\n",
        "apps/requirements.txt": "six\n",
        "uv.lock": "version = 1\n",
    }
    repository = clone(make_remote(tmp_path / "remote", files), tmp_path / "clone")
    options = ("--entrypoint", "apps/app.py", "--url", "http://127.0.0.1:1", "--reinstall", "--dry-run")
    (repository / ".github").mkdir()
    (repository / ".github" / "freshboot.yml").write_text("marks: [DEPLOYMENT_VERSION]\n")
    told = freshboot(repository, "remedy", "rebuild", *options)
    assert told.code == 0
    assert re.findall(r"^\+\+\+ b/(.*)$", told.facts["diff"], re.MULTILINE) == ["apps/app.py", "apps/uv.lock"]
    assert "A push installs no version a second time" in told.prose
    assert "from a fresh checkout" in told.prose


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        make_wheel(folder, version)
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run(
        [sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, folder], check=True
    )
    return folder


def test_an_installer_mends_a_wrong_version_and_leaves_alone_what_is_satisfied(
    environment: Path, wheels: Path, tmp_path: Path
) -> None:
    """Pip 23.2 does the same, in ten times the time."""
    module = next(environment.glob("lib/python*/site-packages")) / "demo_package" / "__init__.py"
    file = tmp_path / "requirements.txt"

    def install(text: str) -> str:
        file.write_text(text)
        python = str(environment / "bin" / "python")
        command = [*UV, "--python", python, "--find-links", str(wheels), "-r", str(file)]
        subprocess.run(command, check=True)
        return module.read_text()

    assert install("demo-package==1.0\n") == 'VERSION = "demo_package 1.0"\n'
    module.write_text("broken\n")
    assert install("# freshboot: 1.0.0\ndemo-package==1.0\n") == "broken\n"
    assert install("# freshboot: 1.0.1\ndemo-package==2.0\n") == 'VERSION = "demo_package 2.0"\n'
