"""Any address at which Streamlit answers."""

from __future__ import annotations

from freshboot.hosts.host import Condition, Host, State
from freshboot.hosts.http import Answer, Unreachable, fetch


class Plain(Host):
    """A Streamlit server of which nothing more is known than its own health check."""

    name = "plain"

    async def condition(self) -> Condition:
        """Ask Streamlit's health check."""
        try:
            return read(await fetch(self.http, self.address.health))
        except Unreachable as error:
            return Condition(State.DOWN, error.message)


def read(health: Answer) -> Condition:
    """What the answer of Streamlit's health check says."""
    if health.is_ok:
        return Condition(State.AWAKE)
    if health.status == 503 and health.body == b"unavailable":
        return Condition(State.STARTING, "Streamlit is starting")
    if health.status in (401, 403, 407):
        return Condition(State.PRIVATE, f"the server lets nobody in without a sign-in (HTTP {health.status})")
    if health.status >= 500:
        return Condition(State.DOWN, f"the server is there, but the app is not (HTTP {health.status})")
    return Condition(State.NOT_STREAMLIT, f"no Streamlit answers at this address (HTTP {health.status})")
