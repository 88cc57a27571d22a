"""Everything that a run of a workflow meets: the lab, the git server, GitHub, and somebody who pushes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freshboot.lab import LabProcess
from tests.endtoend.team import Team, files_of
from tests.github.fake import Fake
from tests.github.store import Store
from tests.gitrepo import commit, git, log
from tests.workflows.act import Run, Runner
from tests.workflows.forge import Forge
from tests.workflows.project import NAME, WORKFLOWS

OURS, THEIRS = NAME, "acme/demo"
BOT = "freshboot[bot]"

CONFIGURATION = """\
settle: 0.5s
grace: 1s
interval: 0.5s
timeout: 20s
replicas: 1
github: [issue, status, deployment]
"""
CALLING = """\
on: {push: {branches: [main]}, workflow_dispatch: }
permissions: {}
jobs:
  call:
    permissions: {contents: write, issues: write, statuses: write, deployments: write}
    uses: OURS/.github/workflows/rollout.yml@v1
    with: {url: URL}
  after:
    needs: call
    runs-on: ubuntu-latest
    steps:
      - run: echo "called ${{ needs.call.outputs.verdict }} ${{ needs.call.outputs.commit-sha }}"
"""
WATCHING = """\
on: {push: {branches: [main]}}
permissions: {}
jobs:
  call:
    permissions: {contents: read, issues: write, statuses: write, deployments: write}
    uses: OURS/.github/workflows/watch.yml@v1
    with: {url: URL, settle: 0.5s}
"""
USING = """\
on: {push: {branches: [main]}}
permissions: {}
jobs:
  one:
    runs-on: ubuntu-latest
    permissions: {contents: write, issues: write, statuses: write, deployments: write}
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with: {fetch-depth: 0, persist-credentials: true}
      - uses: OURS@v1
        id: freshboot
        with: {url: URL}
      - if: always()
        run: echo "used ${{ toJSON(steps.freshboot.outputs) }}"
      - if: always() && steps.freshboot.outputs.report-path != ''
        run: sed -n 's/^## /reported /p' "$REPORT"
        env: {REPORT: "${{ steps.freshboot.outputs.report-path }}"}
"""


def files() -> dict[str, str]:
    """What a release holds besides the app: our own workflows as they are, and a configuration in haste."""
    ours = {
        f".github/workflows/{name}": (WORKFLOWS / name).read_text("utf-8")
        for name in ("rollout.yml", "watch.yml")
    }
    return {**ours, ".github/freshboot.yml": CONFIGURATION}


@dataclass
class Place:
    """Where a test happens: ``team`` pushes releases, and workflows of its repository are run."""

    lab: LabProcess
    forge: Forge
    github: Fake
    runner: Runner
    team: Team

    def calm(self) -> None:
        """Take back what a test before has done."""
        self.lab.set_faults()
        if self.lab.state()["phase"] != "running":
            self.lab.reboot()
        self.forge.pushes.clear()
        self.forge.meanwhile.clear()
        self.github.faults.clear()
        self.github.calls.clear()
        self.github.stores.clear()

    @property
    def store(self) -> Store:
        """What GitHub holds of our own repository."""
        return self.github.store(OURS)

    def release(self, more: Mapping[str, str | None] | None = None) -> str:
        """Push the next release, with ``more`` files written, or deleted where there is None; its commit."""
        git(self.team.folder, "pull", "--quiet", "--rebase")
        self.team.number += 1
        written = {**files_of(self.team.number), **(more or {})}
        commit(self.team.folder, written, f"Release {self.team.number}")
        return self.team.push()

    def dispatch(self, workflow: str, **inputs: str) -> Run:
        """Run a workflow of our own by hand, on the branch's tip."""
        git(self.team.folder, "pull", "--quiet", "--rebase")
        return self.run(workflow, "workflow_dispatch", inputs=inputs)

    def run(self, workflow: str, event: str = "push", *, repository: str = OURS, **options: Any) -> Run:
        """Run a workflow of the repository as if the event had happened to what is checked out."""
        variables = {"FRESHBOOT_URL": self.lab.url} if repository == OURS else {}
        return self.runner.run(
            self.team.folder,
            event,
            workflow=f".github/workflows/{workflow}",
            variables=variables,
            **{**self._addresses(repository), **options},
        )

    def run_text(self, text: str, **options: Any) -> Run:
        """Run a workflow of the other repository that consists of this text."""
        path = self.team.folder / ".github" / "workflows" / "theirs.yml"
        path.write_text(text.replace("URL", self.lab.url).replace("OURS", OURS))
        try:
            return self.run(path.name, repository=THEIRS, **options)
        finally:
            path.unlink()

    def _addresses(self, repository: str) -> Mapping[str, str]:
        return {
            "GITHUB_REPOSITORY": repository,
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SERVER_URL": self.forge.url,
            "GITHUB_API_URL": self.github.url,
            "GITHUB_GRAPHQL_URL": f"{self.github.url}/graphql",
            "GITHUB_ACTOR": "ada",
        }

    def branch(self, form: str = "%an: %s") -> list[str]:
        """The remote's commits, newest first."""
        return log(Path(self.lab.remote), form=form)
