"""The deployments' own scripts, run by bash; programs in the hosts' place write down how they were called."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from freshboot.hosts.containers import CONTAINERS
from freshboot.remedies import Situation
from freshboot.remedies.move import Move
from tests.gitrepo import ISOLATION, head, make_repository

TOKEN = "t0ken-of-somebody"
CALLED = ("docker", "curl", "gcloud", "aws", "az", "flyctl", "zip", "jq", "sleep")
# Writes down how it was called; answers as each host's program would.
STAND_IN = f"""\
#!{sys.executable} -S
import json, os, sys
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
given = sys.stdin.read() if "@-" in words or "--password-stdin" in words or name == "jq" else ""
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([name, *words, given if name != "jq" else ""]) + "\\n")
if os.environ.get("FAILS") in (name, *words):
    sys.exit(22)
if name == "curl":
    print(json.dumps({{"id": "dep-1", "status": os.environ.get("STATUS", "live")}}))
if name == "docker" and words[:1] == ["inspect"]:
    print("sha256:abc")
if name == "jq":
    print(json.loads(given)[words[-1][1:]])
if name == "git" and words[:1] != ["push"]:
    os.execv(os.environ["REAL_GIT"], ["git", *words])
if name == "git":
    os.execv(os.environ["GIT_ASKPASS"], ["askpass"])
"""


@dataclass(frozen=True)
class Ran:
    """How a job's scripts ended, what they called, and what they printed."""

    code: int
    calls: list[list[str]]
    printed: str

    @property
    def words(self) -> set[str]:
        """Everything that stood on a command line."""
        return {word for call in self.calls for word in call[:-1]}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A runner's folders, and the programs."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in (*CALLED, "git"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    make_repository(tmp_path / "work", {"app.py": "1\n", "requirements.txt": "streamlit\n"})
    return tmp_path


def deployed(host: str, machine: Path, *, rebuild: bool = False, **more: str) -> Ran:
    """Run the scripts of the job that deploys, each with the variables that its step gives it."""
    app = Situation("app.py", (), dependency_file="requirements.txt", branch="main")
    files = Move(host).action(app).files
    workflow = yaml.safe_load(files[f".github/workflows/deploy-{host}.yml"])
    assert workflow["defaults"]["run"]["shell"] == "bash"
    calls, temp = machine / "calls", machine / "temp"
    calls.write_text("")
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT")},
        **ISOLATION,
        "PATH": f"{machine / 'programs'}:{os.environ['PATH']}",
        "REAL_GIT": str(shutil.which("git")),
        "RUNNER_TEMP": str(temp),
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "RELEASE": head(machine / "work"),
        "REBUILD": str(rebuild).lower(),
        "CALLS": str(calls),
        **more,
    }
    printed, code = "", 0
    for step in workflow["jobs"]["deploy"]["steps"]:
        if "run" in step and not code:
            given = {
                name: TOKEN if "secrets." in text else name.lower()
                for name, text in step.get("env", {}).items()
            }
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            ran = subprocess.run(
                command, cwd=machine / "work", env={**environment, **given}, capture_output=True, text=True
            )
            code, printed = ran.returncode, printed + ran.stdout + ran.stderr
    return Ran(code, [json.loads(line) for line in calls.read_text().splitlines()], printed)


@pytest.mark.parametrize("host", CONTAINERS)
def test_the_release_is_deployed_and_no_token_stands_on_a_command_line(host: str, machine: Path) -> None:
    ran = deployed(host, machine)
    assert ran.code == 0, ran.printed
    assert any(head(machine / "work") in word for word in ran.words)
    assert not [word for word in ran.words if TOKEN in word]


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("fly", "--no-cache"),
        ("render", '{"clearCache":"clear"'),
        ("beanstalk", "rebuild-environment"),
        ("huggingface", "restart?factory=true"),
    ],
)
def test_only_a_rebuild_leaves_out_the_cache_where_there_is_one(host: str, words: str, machine: Path) -> None:
    assert not [word for word in deployed(host, machine).words if words in word]
    assert [word for word in deployed(host, machine, rebuild=True).words if words in word]


@pytest.mark.parametrize("host", ["heroku", "azure"])
def test_an_image_that_is_built_here_uses_no_cache_ever(host: str, machine: Path) -> None:
    built = next(call for call in deployed(host, machine).calls if call[:2] == ["docker", "build"])
    assert "--no-cache" in built
    assert f"GIT_COMMIT={head(machine / 'work')}" in built


@pytest.mark.parametrize("host", ["render", "heroku", "huggingface"])
def test_the_token_reaches_the_host_by_standard_input(host: str, machine: Path) -> None:
    ran = deployed(host, machine, rebuild=True)
    assert any(TOKEN in call[-1] for call in ran.calls if call[0] == "curl")


@pytest.mark.parametrize(
    ("host", "program"),
    [
        *(("cloud-run", "gcloud"), ("beanstalk", "wait"), ("azure", "push"), ("heroku", "curl")),
        *(("render", "curl"), ("fly", "flyctl"), ("huggingface", "push")),
    ],
)
def test_a_call_that_fails_ends_the_job(host: str, program: str, machine: Path) -> None:
    assert deployed(host, machine, FAILS=program).code != 0


def test_a_deployment_that_fails_at_render_ends_the_job(machine: Path) -> None:
    ran = deployed("render", machine, STATUS="build_failed")
    assert ran.code == 1
    assert "build_failed" in ran.printed


@pytest.mark.parametrize("host", ["cloud-run", "beanstalk"])
def test_what_is_sent_is_what_git_tracks_and_nothing_that_a_step_left_behind(
    host: str, machine: Path
) -> None:
    (machine / "work" / "gha-creds-1.json").write_text("{}")
    deployed(host, machine)
    sent = {path.name for path in (machine / "temp" / "source").iterdir()}
    assert sent - {".gcloudignore"} == {"app.py", "requirements.txt"}
