"""Every key of the configuration: its name, type, default, kind and meaning, in one place.

Whoever reads, describes or documents the configuration goes by :data:`KEYS`. A new key is one line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from freshboot.config.checks import CHECKS
from freshboot.config.kinds import (
    ADDRESS,
    BRANCH,
    COUNT,
    DURATION,
    MARKS,
    REASONS,
    SOME_LAYERS,
    SOME_REMEDIES,
    SWITCH,
    TEXT,
    WAIT,
    Kind,
    one_of,
    some_of,
)
from freshboot.config.words import HOSTS, LAYERS, ON_GITHUB, WAYS, WAYS_TO_PUBLISH

T = TypeVar("T")
D = TypeVar("D")

_KIND, _MEANING, _UNSET = "kind", "meaning", "unset"


def key(kind: Kind[T], default: D, meaning: str, unset: str = "none") -> T | D:
    """A key of :class:`Config`: ``meaning`` in Markdown, and what it comes to where it is ``unset``."""
    facts = {_KIND: kind, _MEANING: meaning, _UNSET: unset}
    made: Any = field(default=default, metadata=facts)
    return made  # type: ignore[no-any-return]  # a dataclass takes the default out of it


@dataclass(frozen=True)
class Config:
    """What a repository says of its deployment, with the defaults. Durations are seconds.

    ``grace``: a push is normally live within two minutes (measured by several, medium confidence).
    ``timeout`` stays well below a job's limit, so that the last word is an explanation and not a kill.
    """

    url: str | None = key(ADDRESS, None, "address of the live app")
    host: str | None = key(
        one_of(*HOSTS),
        None,
        "which [host](hosts.md) runs the app",
        "the address tells, or what answers there",
    )
    service: str | None = key(
        TEXT, None, "the [host](hosts.md)'s own name of the app", "the address tells, where it can"
    )
    entrypoint: str | None = key(TEXT, None, "the file that the host runs", "the usual names are looked for")
    branch: str | None = key(BRANCH, None, "the branch that the host tracks", "the checked out branch")
    remote: str | None = key(TEXT, None, "where it is pushed", "`origin`")
    marks: tuple[str, ...] = key(
        MARKS,
        ("requirements.txt", ".streamlit/config.toml", "DEPLOYMENT_VERSION"),
        "places that a stamp is written into",
    )
    require: tuple[str, ...] = key(
        SOME_LAYERS,
        LAYERS,
        "layers that must be proven: `disk`, `bytecode`, `memory`, `packages`, `results`, `edge`;"
        " or `stamp` alone",
    )
    replicas: int | None = key(
        COUNT,
        None,
        "how many processes serve the app",
        "one is assumed, and 20 answers in a row must bring no other",
    )
    timeout: float = key(WAIT, 600.0, "longest wait")
    grace: float = key(DURATION, 120.0, "how long stale evidence must stay as it is")
    settle: float = key(DURATION, 10.0, "how long everything must stay fresh")
    interval: float = key(DURATION, 2.0, "longest pause between two questions")
    wake: bool = key(SWITCH, True, "whether a sleeping app is woken")
    witness: bool = key(SWITCH, True, "whether a session is held open while a push lands")
    via: str = key(
        one_of(*WAYS),
        "auto",
        "how to ask: `auto`, `session`, `route`, `browser`; the last two look at no pages unless there are"
        " `checks`",
    )
    pages: bool = key(
        SWITCH, True, "whether every page is looked at for exceptions before anything is proven"
    )
    checks: tuple[object, ...] = key(CHECKS, (), "what else the pages must show")
    publish: str = key(
        one_of(*WAYS_TO_PUBLISH),
        "same-branch",
        "how a stamp reaches the remote: `same-branch`, `deploy-branch`, `api`, `pull-request`",
    )
    deploy_branch: str = key(BRANCH, "freshboot-live", "the branch that `deploy-branch` moves forward")
    remedies: tuple[str, ...] = key(
        SOME_REMEDIES,
        (),
        "which [remedies](remedies.md) may be tried when a rollout is not proven,"
        " each once; a list or `auto`",
    )
    remedy_timeout: float = key(DURATION, 2400.0, "longest time for all remedies of a rollout together")
    github: tuple[str, ...] = key(
        some_of(*ON_GITHUB),
        ("issue", "status"),
        "what GitHub is told of a verdict besides the run's own pages, out of `issue`, `status`,"
        " `deployment`",
    )
    environment: str = key(TEXT, "live", "the name of that deployment")
    ignore: Mapping[str, str] | None = key(
        REASONS, None, "[findings](doctor.md) that stand as they are, each with the reason"
    )
    ledger: bool = key(SWITCH, True, "whether rollouts are [recorded](ledger.md) as git notes")


class Key:
    """One key of the configuration, as documents, schema and readers need it."""

    def __init__(self, name: str, default: Any, kind: Kind[Any], meaning: str, unset: str) -> None:
        self.name, self.default, self.kind, self.meaning, self.unset = name, default, kind, meaning, unset

    def tell(self, value: Any) -> str:
        """A value as a person would write it; what no value means where there is none."""
        return self.kind.tell(value) if value not in (None, ()) else self.unset


KEYS: Mapping[str, Key] = {
    one.name: Key(one.name, one.default, one.metadata[_KIND], one.metadata[_MEANING], one.metadata[_UNSET])
    for one in fields(Config)
}
