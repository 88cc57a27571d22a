"""A whole confirmation or rollout of one release: the host found, the witness opened, the wait."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from freshboot.config import STAMP, Config
from freshboot.errors import ConfigurationError
from freshboot.hosts.address import Address
from freshboot.hosts.detect import detect
from freshboot.hosts.host import Host
from freshboot.judge.checks import MayRaise
from freshboot.judge.evidence import Looked, Observation
from freshboot.judge.log import LogEvidence
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Policy
from freshboot.live.connection import Limits
from freshboot.live.http import http_client
from freshboot.proof import Layer
from freshboot.repository.git import stoppable
from freshboot.rollout.awaited import Awaiting, unheard
from freshboot.rollout.confirm import Report, Wait
from freshboot.rollout.edge import look_at_edge
from freshboot.rollout.expectation import Releases
from freshboot.rollout.observe import Observer
from freshboot.rollout.pages import checks_of
from freshboot.rollout.pages import look as look_at_pages
from freshboot.rollout.picture import take_picture
from freshboot.rollout.ways import Way, Ways
from freshboot.rollout.witness import Witness, witnessing
from freshboot.seal import KEY_VARIABLE

_WITNESS_PATIENCE = 15.0
"""Seconds that a push is held back for the witness; a sleeping or dead app needs none."""


@dataclass(frozen=True)
class Site:
    """The live app, found: its host, the HTTP client, and the witness where there is one."""

    host: Host
    http: aiohttp.ClientSession
    witness: Witness | None


async def confirm(
    config: Config,
    releases: Releases,
    report: Report,
    log: LogEvidence | None = None,
    awaiting: Awaiting = unheard,
) -> Outcome:
    """Ask the live app until a verdict on the release stands; a host's log may explain it."""
    async with _site(config) as site:
        wait = _wait(site, config, releases, report)
        return await replace(wait, log=log or LogEvidence(), awaiting=awaiting).run()


async def rollout(
    config: Config, publish: Callable[[], Releases], report: Report, awaiting: Awaiting = unheard
) -> Outcome:
    """Open the witness, then publish, then confirm what was published.

    :raises ConfigurationError: a check is wrong; then nothing is published.
    """
    checks_of(config)
    async with _site(config) as site:
        if site.witness is not None:
            awaiting("a session on the live app, before the push", _WITNESS_PATIENCE)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(site.witness.tried.wait(), _WITNESS_PATIENCE)
        awaiting("the push", 0.0)
        releases = await _published(publish)
        return await replace(_wait(site, config, releases, report), awaiting=awaiting).run()


async def _published(publish: Callable[[], Releases]) -> Releases:
    """Publish beside the witness; who interrupts that ends git as well, which runs in a thread."""
    with stoppable() as git:
        try:
            return await asyncio.to_thread(publish)
        except asyncio.CancelledError:
            git.stop()
            raise


async def host_of(config: Config) -> Host:
    """The app's host, to be asked for its words only: the connection is closed."""
    async with _site(replace(config, witness=False)) as site:
        return site.host


async def rebuild(config: Config, commit: str) -> None:
    """Have the host itself build a commit without cache.

    :raises HostRefused: it was not ordered.
    """
    async with _site(replace(config, witness=False)) as site:
        await site.host.rebuild(commit)


async def wake(config: Config) -> bool:
    """Ask the host to wake the app; True if it took the order."""
    async with _site(replace(config, witness=False)) as site:
        return await site.host.wake()


async def picture(config: Config, path: Path) -> str:
    """Take a picture of what visitors see, with a browser; what it shows in words, or why there is none."""
    async with _site(replace(config, witness=False)) as site:
        return await take_picture(site.host.address, path, _limits(config))


async def ask_until_attested(config: Config, releases: Releases) -> Observation | None:
    """The first observation with an attestation; the last one without, or None, where the time is over."""
    seen: list[Observation] = []

    async def ask() -> None:
        async with _site(replace(config, witness=False)) as site:
            observer = _observer(site, config, releases)
            while not seen or seen[-1].boot_id is None:
                if seen:
                    await asyncio.sleep(config.interval)
                seen.append(await observer.observe())

    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(ask(), config.timeout)
    return seen[-1] if seen else None


@contextlib.asynccontextmanager
async def _site(config: Config) -> AsyncIterator[Site]:
    if config.url is None:
        raise ConfigurationError("no address of the live app", "give --url, or url in .github/freshboot.yml")
    async with http_client() as http:
        host = await detect(http, Address.parse(config.url), config.host, config.service)
        if not config.witness:
            yield Site(host, http, None)
            return
        async with witnessing(Witness(host.address, http, _limits(config))) as witness:
            yield Site(host, http, witness)


def _wait(site: Site, config: Config, releases: Releases, report: Report) -> Wait:
    policy = Policy(
        settle=config.settle,
        grace=config.grace,
        replicas=config.replicas or 1,
        assumed=config.replicas is None,
        accept_seen=STAMP in config.require,
        wakes=config.wake,
        looks=_looks_at_pages(config) or Layer.EDGE.value in config.require,
    )
    observer = _observer(site, config, releases)
    look = _look(site, config, releases) if policy.looks else None
    return Wait(observer, policy, config.timeout, config.interval, site.witness, report, look=look)


def _look(site: Site, config: Config, releases: Releases) -> Callable[[], Awaitable[Looked]]:
    address, limits = site.host.address, _limits(config)
    checks, files = checks_of(config), releases.expected.files
    if not config.pages:
        checks = (MayRaise("exceptions allowed"), *checks)

    async def look() -> Looked:
        looked = Looked()
        if _looks_at_pages(config):
            looked = await look_at_pages(address, checks, files, site.http, limits, releases)
        if Layer.EDGE in releases.expected.layers:
            looked = replace(looked, edge=await look_at_edge(address, releases, site.http, limits))
        return looked

    return look


def _looks_at_pages(config: Config) -> bool:
    """Pages need sessions, which a route or a browser is asked in place of."""
    return bool(config.checks) or (config.pages and config.via in (Way.AUTO, Way.SESSION))


def _observer(site: Site, config: Config, releases: Releases) -> Observer:
    key = os.environ.get(KEY_VARIABLE) or None  # never in a configuration file, never on a command line
    ways = Ways(site.host.address, site.http, _limits(config), Way(config.via), key)
    return Observer(site.host, ways, releases)


def _limits(config: Config) -> Limits:
    """No single question may outlast the wait."""
    return Limits(run=min(Limits.run, max(config.timeout, 1.0)))
