"""Railway, asked by its public GraphQL interface: the deployments of one service in one environment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from freshboot.hosts.host import State
from freshboot.hosts.http import Unreachable, fetch
from freshboot.hosts.platform import Asked, Told, commit_in, instructions

_QUERY = (
    "query($input: DeploymentListInput!, $first: Int) { deployments(input: $input, first: $first) "
    "{ edges { node { createdAt status meta } } } }"
)
_MOST = 10
_RUNS = ("SUCCESS", "SLEEPING", "CRASHED")
_STATES = {
    **dict.fromkeys(
        ("INITIALIZING", "QUEUED", "WAITING", "BUILDING", "DEPLOYING"),
        (State.STARTING, "a deployment is under way"),
    ),
    "NEEDS_APPROVAL": (State.STARTING, "the deployment waits for somebody's approval"),
    "SLEEPING": (State.ASLEEP, "the service sleeps"),
    "CRASHED": (State.ERROR, "the service's process ended with an error"),
    "FAILED": (State.ERROR, "the last deployment failed (FAILED)"),
}


class Railway(Asked):
    """A service at Railway."""

    name = "railway"
    domains = (".up.railway.app",)
    consoles = ("railway.app", "railway.com")
    token = "RAILWAY_API_TOKEN"  # noqa: S105  # the variable's name
    service_form = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}\Z")
    service_is = "SERVICE_ID/ENVIRONMENT_ID"
    api = "https://backboard.railway.com/graphql/v2"
    # The commands: https://docs.railway.com/cli; their options were read in the official client's sources
    # (railwayapp/cli at df3838bf, src/commands/{variable,redeploy,logs}.rs).
    chores = instructions(
        reboot=(
            "railway variable set NO_CACHE=1 --service {id} --environment {environment} --skip-deploys",
            "railway redeploy --service {id} --environment {environment} --from-source --yes",
            "Once it is proven: railway variable delete NO_CACHE --service {id} --environment {environment}",
        ),
        redeploy=(
            "In the service's Settings, Source: set the branch to {branch}.",
            "railway redeploy --service {id} --environment {environment} --from-source --yes",
        ),
        rename=("In the service's Settings, Networking: give it another public domain.",),
        wake=("Open the app: a visit wakes it.",),
        public=("In the service's Settings, Networking: Generate Domain; let no sign-in stand before it.",),
        log=("railway logs --build --service {id} --environment {environment}",),
        status="https://status.railway.com",
        console="https://railway.com/dashboard",
    )

    @property
    def names(self) -> dict[str, str]:
        """The ids for the words."""
        service, _, environment = (self.service or self.service_is).partition("/")
        return {**super().names, "id": service, "environment": environment}

    async def _ask(self) -> Told:
        deployments = await self._deployments()
        newest = deployments[0] if deployments else {}
        running = next((one for one in deployments if one.get("status") in _RUNS), {})
        state, words = _STATES.get(str(newest.get("status")), (None, ""))
        if newest.get("status") != "FAILED":
            return Told(state, words, _commit(running))
        return Told(state, words, _commit(running), "FAILED", _commit(newest))

    async def _deployments(self) -> list[Mapping[str, Any]]:
        """The last deployments, newest first."""
        service, _, environment = self.service.partition("/")
        wanted = {"serviceId": service, "environmentId": environment}
        body = json.dumps({"query": _QUERY, "variables": {"input": wanted, "first": _MOST}}).encode()
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        answer = await fetch(self.http, self.api, method="POST", headers=headers, body=body)
        try:
            nodes = [edge["node"] for edge in (answer.json() or {})["data"]["deployments"]["edges"]]
            return sorted(nodes, key=lambda one: str(one["createdAt"]), reverse=True)
        except (KeyError, TypeError):
            raise Unreachable(f"Railway's answer cannot be read (HTTP {answer.status})") from None


def _commit(deployment: Mapping[str, Any]) -> str:
    meta = deployment.get("meta")
    return commit_in(meta.get("commitHash")) if isinstance(meta, dict) else ""
