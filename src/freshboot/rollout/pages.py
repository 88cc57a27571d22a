"""Look at the app's pages once its processes attest the release: for exceptions, and what is to be there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from pathlib import Path

import aiohttp

from freshboot.config import CONFIG_FILE, Config
from freshboot.errors import ConfigurationError
from freshboot.hosts.address import Address
from freshboot.judge.checklist import WrongCheck, from_mapping
from freshboot.judge.checks import (
    Check,
    CheckResult,
    RanTests,
    RunsTests,
    Search,
    evaluate,
    named_pages,
    no_exception,
    result_of_tests,
)
from freshboot.judge.evidence import Looked
from freshboot.judge.pages import PageLook, ShownMetric, raised
from freshboot.live.connection import Limits
from freshboot.live.look import Look, look_everywhere
from freshboot.live.search import SECONDS, search
from freshboot.rollout.expectation import Releases
from freshboot.rollout.live_tests import run_tests
from freshboot.rollout.released_tests import difference


def checks_of(config: Config) -> tuple[Check, ...]:
    """The configuration's checks.

    :raises ConfigurationError: one of them is wrong.
    """
    try:
        return from_mapping(list(config.checks), CONFIG_FILE)
    except WrongCheck as error:
        raise ConfigurationError(str(error), "mend the entry under checks:") from None


async def look(
    address: Address,
    checks: Collection[Check],
    files: Collection[str],
    http: aiohttp.ClientSession,
    limits: Limits,
    releases: Releases,
) -> Looked:
    """Run every page in a session of its own, and hold what they show against the checks; then run the tests.

    :param files: the release's paths, by which the app's own frames are told from libraries'
    :param releases: the release, whose tests are run in its repository's work tree
    """
    looks = await look_everywhere(address, http=http, also=named_pages(checks), limits=limits)
    titles = {page.url_path: page.name for one in looks for page in one.pages}
    pages = {one.page: _as_shown(one, titles.get(one.page, ""), files) for one in looks}
    results = await asyncio.to_thread(evaluate, checks, pages, _within(limits.run))
    raising = {no_exception(page.page): page for page in pages.values() if page.raised}
    forbidden = [one for one in results if not one.passed and one.name in raising]
    return Looked(
        checks=(
            *(one for one in results if one not in forbidden),
            *await _run_tests(address, checks, releases),
        ),
        raised=tuple(raising[one.name] for one in forbidden),
    )


async def _run_tests(
    address: Address, checks: Collection[Check], releases: Releases
) -> tuple[CheckResult, ...]:
    """One after the other: they share the app, and the machine."""
    asked = [check for check in checks if isinstance(check, RunsTests)]
    return tuple([result_of_tests(check, await _run(address, check, releases)) for check in asked])


async def _run(address: Address, check: RunsTests, releases: Releases) -> RanTests:
    if words := await asyncio.to_thread(difference, releases, check.path):
        return RanTests(trouble=words, lasting=True)
    return await run_tests(check, Path(releases.repository.root), address.url)


def _within(seconds: float) -> Search:
    """A search for which all patterns together have so many seconds; a thread cannot be stopped."""
    end = time.monotonic() + seconds
    return lambda pattern, texts: search(pattern, texts, max(min(SECONDS, end - time.monotonic()), 0.05))


def _as_shown(look: Look, title: str, files: Collection[str]) -> PageLook:
    shown = look.exception
    return PageLook(
        page=look.page,
        title=title,
        texts=look.texts,
        metrics=tuple(ShownMetric(one.label, one.value, one.delta) for one in look.metrics),
        raised=raised(shown.type, shown.message, shown.stack, files) if shown else None,
        error=look.error,
    )
