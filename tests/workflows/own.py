"""This repository's own workflows, ci and release, run on a remote that holds it.

Its suite is cut short there, since a run of all of it within itself would never end. All else is as it is.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.github.fake import Fake
from tests.github.fake import served as github_served
from tests.github.git_side import hosts
from tests.github.releases import published
from tests.gitrepo import commit, git
from tests.workflows.act import Run, Runner
from tests.workflows.forge import served as forge_served
from tests.workflows.project import NAME, ROOT, STAND_INS, actions, copy, granted, script, tracked

THIS_PYTHON = "{}.{}".format(*sys.version_info)
_SUITE = re.compile(r"tests/(.+/)?(test_\w+|conftest)\.py")
_KEPT = "tests/test_seal.py"
_SHORTENED = ("tests/test_cli.py", "tests/test_proof.py", "tests/endtoend/test_verdicts.py")
_TOOLS = ("ruff", "uv")
_LIMIT_S = 400  # a machine that has none of the wheel's dependencies yet loads them


@dataclass(frozen=True)
class Own:
    """``checkout`` is a clone of the remote; ``room`` is the stand-ins' folder (stand_ins/README.md)."""

    checkout: Path
    remote: Path
    github: Fake
    server: str
    runner: Runner
    room: Path

    def calm(self) -> None:
        """Take back what a test before has done."""
        shutil.rmtree(self.room, ignore_errors=True)
        self.room.mkdir()
        self.github.stores.clear()
        hosts(self.github.store(NAME), self.remote)
        self.github.calls.clear()
        git(self.checkout, "reset", "--quiet", "--hard", "origin/main")
        for tag in git(self.remote, "tag").splitlines():
            git(self.remote, "tag", "--delete", tag)

    def run(self, workflow: str, ref: str = "refs/heads/main", **options: Any) -> Run:
        """Run a workflow as if somebody had pushed what is checked out to ``ref``."""
        git(self.checkout, "push", "--quiet", "--force", "origin", f"HEAD:{ref}")
        known = {
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_REF": ref,
            "GITHUB_SERVER_URL": self.server,
            "GITHUB_API_URL": self.github.url,
            "STAND_INS_ROOM": str(self.room),
            "STAND_INS_GRANTED": json.dumps(granted(workflow)),
            "SHORT_TESTED": str(self.room / "tested"),
        }
        return self.runner.run(
            self.checkout, workflow=f".github/workflows/{workflow}", **{**known, **options}
        )

    def run_last(self, workflow: str, ref: str) -> Run:
        """Run a workflow's last job alone, as if those that it needs had gone well."""
        text = (self.checkout / ".github" / "workflows" / workflow).read_text("utf-8")
        alone, (last, _) = re.sub(r"\n +needs: .+", "", text), list(yaml.safe_load(text)["jobs"].items())[-1]
        commit(self.checkout, {f".github/workflows/{workflow}": alone}, "The last job alone")
        return self.run(workflow, ref, only=("--job", last))

    @property
    def tested(self) -> list[str]:
        """Where freshboot lay each time that it was tested."""
        return (self.room / "tested").read_text("utf-8").splitlines()

    def files(self, of: str) -> list[str]:
        """What lies in a folder of the room; nothing where there is none."""
        return sorted(path.name for path in (self.room / of).glob("*"))

    def releases(self) -> list[str]:
        """The tags of the releases on GitHub."""
        return [one["tag_name"] for one in published(self.github.store(NAME))]

    def tip(self, ref: str) -> str:
        """The commit that a reference of the remote names; empty where there is none."""
        return git(self.remote, "for-each-ref", "--format=%(objectname)", ref)


@contextmanager
def own(folder: Path) -> Iterator[Own]:
    """Serve the repository, a GitHub and a runner, until the block ends."""
    with ExitStack() as stack:
        forge = stack.enter_context(forge_served(folder / "forge"))
        github = stack.enter_context(github_served())
        checkout, remote = _published(folder)
        forge.add(NAME, remote)
        cache = {"MYPY_CACHE_DIR": str(_types_cached(folder / "types"))}
        runner = Runner(folder, actions(ROOT), cache, programs=STAND_INS / "programs", limit=_LIMIT_S)
        yield Own(checkout, remote, github, forge.url, runner, folder / "room")


def _published(folder: Path) -> tuple[Path, Path]:
    """The repository with its suite cut short, and the remote that it was pushed to."""
    names = [name for name in tracked() if name == _KEPT or not _SUITE.fullmatch(name)]
    checkout, remote = copy(names, folder / "checkout"), folder / "own.git"
    for name in _SHORTENED:
        shutil.copy(Path(__file__).parent / "short.py", checkout / name)
    (checkout / ".venv").symlink_to(_environment(folder / "environment", checkout))
    for command in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "--message=All of it"),
        ("clone", "--quiet", "--bare", ".", str(remote)),
        ("remote", "add", "origin", str(remote)),
        ("fetch", "--quiet", "origin"),
    ):
        git(checkout, *command)
    return checkout, remote


def _environment(folder: Path, checkout: Path) -> Path:
    """What scripts/environment.py makes in a minute: freshboot from ``src`` beside it, and the packages here.

    It is tracked in the checkout as a link, through which each job imports the ``src`` of its own.
    """
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    here = [path for path in sys.path if path.endswith("-packages")]
    (packages / "everything.pth").write_text("\n".join(("../../../../src", *here, "")))
    for tool in _TOOLS:
        (folder / "bin" / tool).symlink_to(Path(sys.executable).parent / tool)
    (folder / "freshboot-dev").write_text(script("environment", checkout).fingerprint("dev"))
    return folder


def _types_cached(folder: Path) -> Path:
    """A copy of what mypy remembers of everything; an empty one costs the run half a minute."""
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", folder)
    return folder
