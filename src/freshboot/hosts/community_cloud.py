"""Streamlit Community Cloud, as it is seen from outside without an account.

There is no official interface. What stands here was measured by many from 2025 to 2026; where it is less than
certain, a comment says so, and being wrong costs time at most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from freshboot.hosts.address import Address
from freshboot.hosts.chores import Chore, Instruction
from freshboot.hosts.community_cloud_chores import CHORES
from freshboot.hosts.host import Condition, Host, State, Tracked
from freshboot.hosts.http import Answer, Unreachable, fetch

if TYPE_CHECKING:
    import aiohttp

DOMAIN = ".streamlit.app"

# The app itself, without cookies and redirects. The root is a shell page that is the same asleep or awake.
_APP = "/~/+"
_STATUS = "/api/v2/app/status"
_RESUME = "/api/v2/app/resume"
_DISAMBIGUATE = "/api/v2/app/disambiguate"
_DEPLOY = "https://share.streamlit.io/deploy"

_CSRF_COOKIE = "_streamlit_csrf"
_CSRF_HEADER = "x-csrf-token"
_TOKEN = re.compile(r"[!#-+\--:<-\[\]-~]{1,1024}\Z")  # what a cookie may hold (RFC 6265)

# Which number means what: 5 and 12 are certain, the rest is known from two sources or one careful one.
_CODES = {
    0: "UNKNOWN",
    1: "CREATING",
    2: "CREATED",
    3: "UPDATING",
    4: "INSTALLING",
    5: "RUNNING",
    6: "RESTARTING",
    7: "REBOOTING",
    8: "DELETING",
    9: "DELETED",
    10: "USER_ERROR",
    11: "PLATFORM_ERROR",
    12: "IS_SHUTDOWN",
    13: "INSTALLER_ERROR",
    14: "USER_SCRIPT_ERROR",
    15: "POTENTIAL_MINER_DETECTED",
}
_STATES = {
    **dict.fromkeys(
        ("CREATING", "CREATED", "UPDATING", "INSTALLING", "RESTARTING", "REBOOTING"), State.STARTING
    ),
    **dict.fromkeys(("DELETING", "DELETED"), State.DOWN),
    **dict.fromkeys(("USER_ERROR", "INSTALLER_ERROR", "USER_SCRIPT_ERROR"), State.ERROR),
    "PLATFORM_ERROR": State.PLATFORM,
    "POTENTIAL_MINER_DETECTED": State.ERROR,
    "IS_SHUTDOWN": State.ASLEEP,
}


class CommunityCloud(Host):
    """An app on Community Cloud, or on what answers like it."""

    name = "community-cloud"
    domains = (DOMAIN,)

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: Address,
        service: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        # Under the domain everything is https; elsewhere (the lab) the scheme is the person's.
        scheme = "https" if address.host.endswith(DOMAIN) else address.scheme
        super().__init__(http, replace(address, scheme=scheme, base=_APP, sleeps=True), service, environment)

    async def condition(self) -> Condition:
        """Ask the app's health check, and the host where that is not well."""
        try:
            health = await fetch(self.http, self.address.health)
            if health.is_ok:
                return Condition(State.AWAKE)
            status = await self._get(_STATUS)
            if health.status >= 500 and status.status >= 500:
                return Condition(State.PLATFORM, f"its own status call fails, too (HTTP {status.status})")
            return read(health.status, status.json() or {})
        except Unreachable as error:
            return Condition(State.DOWN, error.message)

    async def trouble(self, commit: str = "") -> str:
        """Ask for the status even where the app answers: after a failed build the old version goes on."""
        del commit
        try:
            word = _word(await self._status())
        except Unreachable:
            return ""
        return word if word is not None and _STATES.get(word) in (State.ERROR, State.PLATFORM) else ""

    async def wake(self) -> bool:
        """Press the button that a visitor of a sleeping app sees. Waking is a fresh clone: 45 s to 14 min."""
        try:
            tokens = _tokens(await self._get(_STATUS))
            if tokens is None:
                return False
            answer = await fetch(self.http, self.address.origin + _RESUME, method="POST", headers=tokens)
        except Unreachable:
            return False
        return answer.status == 204

    async def tracked(self) -> Tracked | None:
        """What the host deploys; it tells anybody for public apps, nobody for private ones."""
        try:
            answer = (await self._get(_DISAMBIGUATE)).json()
        except Unreachable:
            return None
        return read_tracked(answer or {})

    async def private(self) -> bool:
        """Ask for the status even where the health check answers: it may answer to everybody."""
        try:
            return _is_private(await self._status())
        except Unreachable:
            return False

    def deploy_link(self, tracked: Tracked, subdomain: str = "") -> str:
        """The form of a new deployment, filled in."""
        return deploy_link(tracked, subdomain)

    def instruction(self, chore: Chore, tracked: Tracked | None = None) -> Instruction:
        """The exact buttons, with the link and the text that belong to this app."""
        told = CHORES[chore]
        if chore is Chore.REDEPLOY and tracked is not None:
            paste = f"{tracked.owner}/{tracked.repository}, branch {tracked.branch}, {tracked.main_module}"
            return replace(told, link=self.deploy_link(tracked, self._subdomain), paste=paste)
        if chore in (Chore.REBOOT, Chore.CLEAR_CACHE, Chore.WAKE):
            return replace(told, link=self.address.origin)
        return told

    @property
    def _subdomain(self) -> str:
        name, _, domain = self.address.host.partition(".")
        return name if f".{domain}" == DOMAIN else ""

    async def _status(self) -> Mapping[str, Any]:
        return (await self._get(_STATUS)).json() or {}

    async def _get(self, path: str) -> Answer:
        return await fetch(self.http, self.address.origin + path)


def deploy_link(tracked: Tracked, subdomain: str = "") -> str:
    """The address of the form of a new deployment, filled in."""
    fields = {
        "repository": f"{tracked.owner}/{tracked.repository}",
        "branch": tracked.branch,
        "mainModule": tracked.main_module,
        "subdomain": subdomain,
    }
    filled = {name: value for name, value in fields.items() if value}
    return f"{_DEPLOY}?{urlencode(filled, quote_via=quote)}"


def is_status(answer: Mapping[str, Any] | None) -> bool:
    """Tell whether that is the answer to a status call, by its shape: the HTTP status alone says nothing."""
    return answer is not None and _word(answer) is not None and "viewerAuthEnabled" in answer


def read(health: int, status: Mapping[str, Any]) -> Condition:
    """Put together the HTTP status of a health check that is not well, and the answer of the status call."""
    word = _word(status)
    state = _STATES.get(word or "")
    if state in (State.ERROR, State.PLATFORM):
        return Condition(state, str(word))
    if health == 400:
        return Condition(State.ASLEEP, "the host put the app to sleep")
    if health == 503:
        return Condition(State.STARTING, word or "")
    if state is not None:
        return Condition(state, str(word))
    if _is_private(status) or health in (401, 403):
        return Condition(State.PRIVATE, "its viewers must sign in")
    if health >= 500:
        return Condition(State.DOWN, f"the host is there, but the app is not (HTTP {health})")
    return Condition(
        State.UNKNOWN, f"the app's health check answers HTTP {health}, its status is {word or 'unknown'}"
    )


def read_tracked(answer: Mapping[str, Any]) -> Tracked | None:
    """The answer of the disambiguate call; None unless all of it is there."""
    values = [answer.get(name) for name in ("owner", "repository", "branch", "mainModule")]
    if not all(isinstance(value, str) and 0 < len(value) <= 512 and value.isprintable() for value in values):
        return None
    return Tracked(*map(str, values))


def _is_private(status: Mapping[str, Any]) -> bool:
    return status.get("viewerAuthEnabled") is True


def _word(status: Mapping[str, Any]) -> str | None:
    code = status.get("status")
    return _CODES.get(code) if isinstance(code, int) and not isinstance(code, bool) else None


def _tokens(answer: Answer) -> dict[str, str] | None:
    """The two headers of a wake call. Both come from one answer, and are sent nowhere but back."""
    cookie, token = answer.cookies.get(_CSRF_COOKIE, ""), answer.headers.get(_CSRF_HEADER, "")
    if not _TOKEN.match(cookie) or not _TOKEN.match(token):
        return None
    return {"Cookie": f"{_CSRF_COOKIE}={cookie}", _CSRF_HEADER: token}
