"""The host deploys something else than what is pushed."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.hosts.host import Tracked


def _look(snapshot: Snapshot) -> Iterator[Found]:
    tracked = snapshot.host.tracked if snapshot.host else None
    if tracked is None:
        return
    yield from (Found(words) for words in (*_repository(snapshot, tracked), *_branch(snapshot, tracked)))
    entrypoints = [app.entrypoint for app in snapshot.apps]
    if entrypoints and tracked.main_module not in entrypoints:
        yield Found(f"the host runs {tracked.main_module}, and the app here is {' or '.join(entrypoints)}")


def _repository(snapshot: Snapshot, tracked: Tracked) -> Iterator[str]:
    deployed = f"{tracked.owner}/{tracked.repository}"
    if snapshot.repository and snapshot.repository.lower() != deployed.lower():
        yield f"the host deploys {deployed}, and pushes go to {snapshot.repository}"


def _branch(snapshot: Snapshot, tracked: Tracked) -> Iterator[str]:
    config = snapshot.config
    pushed = config.deploy_branch if config.publish == "deploy-branch" else snapshot.branch
    if pushed and pushed != tracked.branch:
        yield f"the host deploys the branch {tracked.branch}, and what is pushed is {pushed}"


RULE = Rule(
    name="wrong-target",
    severity=Severity.ERROR,
    field=Field.TARGET,
    what="The host, asked what it deploys, names another repository, branch or entrypoint.",
    why="Whatever is pushed here, the app does not change. A repository that was renamed, or a default "
    "branch that was, looks the same.",
    fix="push to what the host deploys; on Community Cloud branch and entrypoint are fixed: delete the app "
    "and deploy it again",
    example="$ freshboot doctor --url https://your-app.streamlit.app --branch main",
    look=_look,
)
