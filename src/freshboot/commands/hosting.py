"""What the host of an app has its own words for, without asking anybody."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from freshboot.errors import FreshbootError

if TYPE_CHECKING:
    from freshboot.config import Config
    from freshboot.tell.report.facts import Facts


def redeploy(config: Config, facts: Facts) -> tuple[str, ...]:
    """How a person deploys the app anew, in the words of its host; nothing where it has none."""
    try:  # on the board there is nothing but the base install beside Streamlit
        from freshboot.hosts.address import Address
        from freshboot.hosts.chores import Chore
        from freshboot.hosts.host import Tracked
        from freshboot.hosts.known import instruction
    except ModuleNotFoundError:
        return ()
    owner, _, name = facts.repository.partition("/")
    wanted = Tracked(owner, name, facts.branch, facts.entrypoint)
    with contextlib.suppress(FreshbootError):
        told = instruction(Address.parse(facts.app), Chore.REDEPLOY, wanted, config.host, config.service)
        return told.steps if told is not None and facts.branch else ()
    return ()
