"""Render, asked by its official client, which is made of Render's own OpenAPI description."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

from freshboot.hosts.clients import answered, bounded_client, is_installed
from freshboot.hosts.host import HostRefused, Rebuilding, State
from freshboot.hosts.http import Unreachable
from freshboot.hosts.platform import Asked, Told, commit_in, instructions

if TYPE_CHECKING:
    from freshboot.hosts.address import Address

_CLIENT = "render.public_api"
_EXTRA = "pip install 'freshboot[render]'"
_MOST_DEPLOYS = 20

_UNDER_WAY = (
    *("created", "queued", "build_in_progress"),
    *("pre_deploy_in_progress", "update_in_progress"),
)
_FAILED = ("build_failed", "pre_deploy_failed", "update_failed")


class Render(Asked):
    """A web service at Render."""

    name = "render"
    domains = (".onrender.com",)
    consoles = ("render.com", "dashboard.render.com")
    token = "RENDER_API_KEY"  # noqa: S105  # the variable's name
    service_form = re.compile(r"srv-[a-z0-9]{1,64}\Z")
    service_is = "srv-ID"
    api = "https://api.render.com/v1"
    # The buttons: https://render.com/docs/deploys ("Manual Deploy").
    chores = instructions(
        reboot=("In the service's page: Manual Deploy, Clear build cache & deploy.",),
        redeploy=("In the service's Settings, Build & Deploy: set Branch to {branch}; then Manual Deploy.",),
        rename=("Purge the cache that stands before the app; or a new service: its name is its address.",),
        wake=("Open the app: a visit wakes it. A suspended service: Resume in its Settings.",),
        public=("Let no sign-in and no inbound IP rule (Networking) stand before the service.",),
        log=("In the service's page: Events, the failed deploy, its log.",),
        status="https://status.render.com",
        console="https://dashboard.render.com",
    )

    @property
    def finds_service(self) -> bool:
        """The host knows its services by their addresses."""
        return self.claims(self.address)

    @property
    def lacks(self) -> str:
        """What is missing for the host to be asked: the service's id, the token or the client."""
        return super().lacks or ("" if is_installed("render") else _EXTRA)

    @property
    def rebuilding(self) -> Rebuilding:
        """A deploy with the build cache cleared."""
        does = f"deploy {self.service or 'the service'} with its build cache cleared"
        return Rebuilding(lacks=self.lacks) if self.lacks else Rebuilding(does)

    async def rebuild(self, commit: str) -> None:
        """Order a deploy of this commit, with the build cache cleared."""
        if self.lacks:
            raise HostRefused("no deploy can be ordered from here", f"give {self.lacks}")
        try:
            status = await answered(lambda: self._deploy(commit))
        except Unreachable as error:
            raise HostRefused(f"no deploy was ordered: {error.message}", "see Render's dashboard") from error
        if status not in (201, 202):
            raise HostRefused(
                f"Render took no deploy (HTTP {status})",
                f"see that {self.token} is of the workspace that the service is in",
            )

    async def _ask(self) -> Told:
        deploys = await answered(self._deploys)
        newest = deploys[0] if deploys else None
        live = next((one for one in deploys if _status(one) == "live"), None)
        commit = _commit(live)
        if newest is None or newest is live:
            return Told(commit=commit)
        status = _status(newest)
        if status in _UNDER_WAY:
            return Told(State.STARTING, "a deploy is under way", commit)
        if status in _FAILED:
            return Told(State.ERROR, f"the last deploy failed ({status})", commit, status, _commit(newest))
        return Told(commit=commit)

    def _deploys(self) -> list[Any]:
        """The last deploys, newest first."""
        with self._client() as client:
            ask = _operation("deploys.list_deploys").sync_detailed
            found = _listed(ask(self._service_id(client), client=client, limit=_MOST_DEPLOYS))
        return [one.deploy for one in found]

    def _deploy(self, commit: str) -> int:
        models = importlib.import_module("render.public_api.models")
        body = models.CreateDeployBody(
            commit_id=commit, clear_cache=models.CreateDeployBodyClearCache("clear")
        )
        with self._client() as client:
            order = _operation("deploys.create_deploy").sync_detailed
            return int(order(self._service_id(client), client=client, body=body).status_code)

    def _service_id(self, client: Any) -> str:
        """The service's id, looked for by the app's address where nobody gave it."""
        if not self.service:
            name = self.address.host.partition(".")[0]
            ask = _operation("services.list_services").sync_detailed
            services = [one.service for one in _listed(ask(client=client, name=[name]))]
            ids = [one.id for one in services if _is_at(one, self.address)]
            if len(ids) != 1 or not self.service_form.match(ids[0]):
                raise Unreachable(f"no service has this address; give service: {self.service_is}")
            self.service = ids[0]
        return self.service

    def _client(self) -> Any:
        """The client; what it speaks HTTP with is bounded, and sends the token to this address alone."""
        made = importlib.import_module(_CLIENT).AuthenticatedClient(base_url=self.api, token=self.secret)
        headers = {"Authorization": f"Bearer {self.secret}"}
        return made.set_httpx_client(
            bounded_client(importlib.import_module("httpx"), base_url=self.api, headers=headers)
        )


def _operation(name: str) -> Any:
    return importlib.import_module(f"{_CLIENT}.api.{name}")


def _listed(response: Any) -> list[Any]:
    """The items of a list.

    :raises Unreachable: that was not answered.
    """
    if response.status_code != 200 or not isinstance(response.parsed, list):
        raise Unreachable(f"Render answers HTTP {int(response.status_code)}")
    return response.parsed


def _is_at(service: Any, address: Address) -> bool:
    return getattr(getattr(service, "service_details", None), "url", None) == address.origin


def _status(deploy: Any) -> str:
    return str(getattr(deploy, "status", ""))


def _commit(deploy: Any) -> str:
    return commit_in(getattr(getattr(deploy, "commit", None), "id", None))
