"""Hugging Face Spaces, asked by their official client.

A Space is a git repository of its own, which is often a copy: the commit that it tells is then the release's
only if the copy was pushed as it is (as the workflow of ``remedy move --to huggingface`` does).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from freshboot.hosts.clients import answered, bounded_client, is_installed
from freshboot.hosts.host import HostRefused, Rebuilding, State
from freshboot.hosts.http import Unreachable
from freshboot.hosts.platform import Asked, Told, commit_in, instructions

if TYPE_CHECKING:
    import aiohttp

    from freshboot.hosts.address import Address

_HUB = "huggingface.co"
_PAGE = re.compile(r"/spaces/(\w[\w.-]*)/(\w[\w.-]*)(/.*)?\Z", re.ASCII)
_CLIENT = "huggingface_hub"
_EXTRA = "pip install 'freshboot[huggingface]'"

# The stages of huggingface_hub's SpaceStage, and SLEEPING, which the Hub's pages show.
_STATES = {
    **dict.fromkeys(
        ("BUILDING", "APP_STARTING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"),
        (State.STARTING, "the Space is being built or started"),
    ),
    "SLEEPING": (State.ASLEEP, "the Space sleeps"),
    "PAUSED": (State.DOWN, "its owner has paused the Space"),
    "STOPPED": (State.DOWN, "the Space is stopped"),
    "DELETING": (State.DOWN, "the Space is being deleted"),
    "BUILD_ERROR": (State.ERROR, "the Space could not be built"),
    "CONFIG_ERROR": (State.ERROR, "the head of the Space's README.md is wrong"),
    "NO_APP_FILE": (State.ERROR, "the Space has no app file"),
    "RUNTIME_ERROR": (State.ERROR, "the Space's process ended with an error"),
}
_FAILED = ("BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE")


class HuggingFace(Asked):
    """An app in a Space. Whatever is public can be asked without a token."""

    name = "huggingface"
    domains = (".hf.space",)
    token = "HF_TOKEN"  # noqa: S105  # the variable's name
    needs_token = False
    service_form = re.compile(r"\w[\w.-]{0,95}/\w[\w.-]{0,95}\Z", re.ASCII)
    service_is = "OWNER/SPACE"
    api = f"https://{_HUB}"
    # "Restart this Space" and "Factory rebuild" stand in a Space's settings, "Logs" above the app:
    # https://huggingface.co/docs/hub/spaces-overview
    chores = instructions(
        reboot=("In the Space's Settings: Factory rebuild. It builds without cache and starts anew.",),
        redeploy=(
            "Push the branch to the Space:",
            "git push --force https://huggingface.co/spaces/{service} {branch}:main",
        ),
        rename=("In the Space's Settings: Rename or transfer this Space; its address changes with it.",),
        wake=("Open the app: a visit wakes it. A paused Space: Settings, Restart this Space.",),
        public=("In the Space's Settings: Change Space visibility, Public.",),
        log=("Open the Space and press Logs: Build shows the installation, Container the app.",),
        status="https://status.huggingface.co",
        console="https://huggingface.co/spaces/{service}",
    )

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: Address,
        service: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(http, address, service, environment)
        self.address = _app_of(address)

    @classmethod
    def claims(cls, address: Address) -> bool:
        """Also the page of a Space at the Hub."""
        return super().claims(address) or (address.host == _HUB and _PAGE.match(address.base) is not None)

    @classmethod
    def service_of(cls, address: Address) -> str:
        """The page's address tells owner and name; the app's own joins them, so that they cannot be told."""
        page = _PAGE.match(address.base) if address.host == _HUB else None
        return f"{page[1]}/{page[2]}" if page else ""

    @property
    def lacks(self) -> str:
        """What is missing for the host to be asked: the Space's name, or its client."""
        return super().lacks or ("" if is_installed(_CLIENT) else _EXTRA)

    @property
    def rebuilding(self) -> Rebuilding:
        """A factory reboot."""
        lacks = self.lacks or ("" if self.secret else f"the token {self.token}")
        return (
            Rebuilding(lacks=lacks) if lacks else Rebuilding(f"restart {self.service} with a factory reboot")
        )

    async def rebuild(self, commit: str) -> None:
        """Restart the Space with a factory reboot: it is built anew, without cache, of its own head."""
        del commit
        if lacks := self.rebuilding.lacks:
            raise HostRefused("the Space cannot be restarted from here", f"give {lacks}")
        try:
            await answered(lambda: self._hub().restart_space(self.service, factory_reboot=True))
        except Unreachable as error:
            raise HostRefused(
                f"the Space was not restarted: {error.message}", f"see that {self.token} may write to it"
            ) from error

    async def _ask(self) -> Told:
        runtime = await answered(lambda: self._hub().get_space_runtime(self.service))
        stage, raw = str(runtime.stage), runtime.raw if isinstance(runtime.raw, dict) else {}
        state, words = _STATES.get(stage, (None, ""))
        if state is State.ERROR:
            words = f"{words} ({stage})"
        return Told(state, words, commit_in(raw.get("sha")), stage if stage in _FAILED else "")

    def _hub(self) -> Any:
        """The client. Without a token it is told so, or it would take one that lies in the home folder."""
        return _bounded_hub().HfApi(endpoint=self.api, token=self.secret or False, library_name="freshboot")


@cache
def _bounded_hub() -> Any:
    """The client's module, with our bounds set: once, for that closes what it has open."""
    hub: Any = importlib.import_module(_CLIENT)
    hub.set_client_factory(lambda: bounded_client(importlib.import_module("httpx2")))
    return hub


def _app_of(address: Address) -> Address:
    """Where the app itself answers: the Hub's page only frames it."""
    page = _PAGE.match(address.base) if address.host == _HUB else None
    if page is None:
        return address
    name = re.sub(r"[^a-z0-9]+", "-", f"{page[1]}-{page[2]}".lower()).strip("-")
    return replace(address, host=f"{name}.hf.space", port=None, base="")
