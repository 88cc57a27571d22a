"""Looks at the app's pages as a visitor without a name would see them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import aiohttp

from freshboot.live.challenge import Endpoints
from freshboot.live.connection import DEFAULT_LIMITS, Limits
from freshboot.live.errors import Reason, SessionError
from freshboot.live.run import AppException, AppPage, Fold, Metric, Run
from freshboot.live.session import Session

MOST_PAGES = 50
"""Pages looked at; every one of them is a run of the app's code."""

# Far above what a person reads on a page.
MOST_TEXTS = 20_000
LONGEST_TEXT = 100_000
MOST_CHARACTERS = 2_000_000
MOST_METRICS = 1_000
LONGEST_VALUE = 500

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LONGEST_STACK_ENTRY = 2000
_MOST_STACK_ENTRIES = 500


@dataclass(frozen=True)
class Look:
    """What one page showed. ``page`` is its url path, empty for the first page.

    ``error`` says, in one line that is safe for a terminal, why this is not all of the page, or none of it:
    still running, no such page, no answer. Empty if it is the whole page. Texts are untrusted and bounded;
    control characters are replaced. ``pages`` are all that the app lists, the first one first.
    """

    page: str = ""
    texts: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    exception: AppException | None = None
    error: str = ""
    pages: tuple[AppPage, ...] = ()
    streamlit_version: str = ""


async def look(
    address: Endpoints, page: str = "", *, http: aiohttp.ClientSession, limits: Limits = DEFAULT_LIMITS
) -> Look:
    """Run one page in a session of its own, and tell what it shows, whatever that is.

    :param page: its url path; the first page else
    :param http: from :func:`freshboot.live.http.http_client`
    """
    folds: list[Fold] = []

    def keep(fold: Fold) -> bool:
        folds[:] = [fold]
        return False

    try:
        async with Session.open(address.websocket, http=http, limits=limits) as session:
            run = await session.run("", page, keep)
            if page:  # a run that the server began by itself shows the first one
                run = await session.another_run(enough=keep) or run
    except SessionError as error:
        shown = folds[0].result() if folds else Run()
        return _read(shown, page, _words(error, shown, limits))
    return _read(run, page, "")


async def look_everywhere(
    address: Endpoints,
    *,
    http: aiohttp.ClientSession,
    also: Iterable[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    most: int = MOST_PAGES,
) -> tuple[Look, ...]:
    """Look at the first page and then, one after the other, at every page that it lists.

    :param also: url paths of pages to look at even if they are not listed
    :param most: how many pages to look at; of the others the look says so
    """
    first = await look(address, http=http, limits=limits)
    others = dict.fromkeys([*(one.url_path for one in first.pages), *_unlisted(also, first.pages)])
    looks = [first]
    for page in filter(None, others):
        if len(looks) < most:
            looks.append(await look(address, page, http=http, limits=limits))
        else:
            looks.append(Look(page, error=f"not looked at: the app has more than {most} pages"))
            break
    return tuple(looks)


async def pages(
    address: Endpoints, *, http: aiohttp.ClientSession, limits: Limits = DEFAULT_LIMITS
) -> tuple[AppPage, ...]:
    """All pages of the app, as the first one lists them; none if the app cannot be asked."""
    return (await look(address, http=http, limits=limits)).pages


def _unlisted(also: Iterable[str], listed: Collection[AppPage]) -> list[str]:
    """Pages can be named by their titles as well."""
    names = {name for page in listed for name in (page.url_path, page.name)}
    return [page for page in also if page not in names]


def _words(error: SessionError, shown: Run, limits: Limits) -> str:
    if error.reason is Reason.TIMEOUT and shown.session_id:
        return f"still running after {limits.run:g} s"
    return error.message


def _read(run: Run, page: str, error: str) -> Look:
    listed = _with_first(run.pages)
    if run.page_not_found is not None:  # what it shows is the first page
        return Look(page, error="the app has no such page", pages=listed)
    texts, whole = _bounded(run.texts())
    metrics = tuple(
        Metric(*(_plain(part)[:LONGEST_VALUE] for part in (one.label, one.value, one.delta)))
        for one in run.metrics()[:MOST_METRICS]
    )
    whole = whole and len(run.metrics()) <= MOST_METRICS
    return Look(
        page=page,
        texts=texts,
        metrics=metrics,
        exception=_exception(run.exception),
        error=error or ("" if whole else "the page shows more than is looked at"),
        pages=listed,
        streamlit_version=_plain(run.streamlit_version)[:40],
    )


def _with_first(listed: tuple[AppPage, ...]) -> tuple[AppPage, ...]:
    """The pages, one of them the first; older versions list that one before the others, with a path too."""
    kept = tuple(
        AppPage(_plain(one.name)[:LONGEST_VALUE], one.url_path)
        for one in listed[:LONGEST_VALUE]
        if len(one.url_path) <= LONGEST_VALUE
    )
    if not kept or any(not one.url_path for one in kept):
        return kept
    return (replace(kept[0], url_path=""), *kept[1:])


def _bounded(texts: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The texts as far as they are looked at, and whether that is all of them."""
    kept: list[str] = []
    left = MOST_CHARACTERS
    for text in texts[:MOST_TEXTS]:
        if len(text) > min(left, LONGEST_TEXT):
            return tuple(kept), False
        kept.append(_plain(text))
        left -= len(text)
    return tuple(kept), len(texts) <= MOST_TEXTS


def _exception(shown: AppException | None) -> AppException | None:
    if shown is None:
        return None
    stack = tuple(_plain(entry[:_LONGEST_STACK_ENTRY]) for entry in shown.stack[-_MOST_STACK_ENTRIES:])
    return AppException(_plain(shown.type), _plain(shown.message), stack)


def _plain(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST_TEXT])
