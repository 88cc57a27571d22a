"""What stands before the app, held against git: does it hand out files of an earlier release?"""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp

from freshboot.hosts.address import Address
from freshboot.judge.evidence import FileFinding, FileState, Origin
from freshboot.live.connection import Limits
from freshboot.live.edge import EdgeLook, Seen, ask_edge, differs, static_paths
from freshboot.proof import Layer
from freshboot.rollout.expectation import Releases

_PAGE = ""
_MOST_FILES = 200


async def look_at_edge(
    address: Address, releases: Releases, http: aiohttp.ClientSession, limits: Limits
) -> tuple[FileFinding, ...]:
    """Ask for the page and for the release's static files as a visitor does, and with a unique query.

    To be called once the processes have attested the release: what is old then is the edge's.
    """
    served = dict(
        list(static_paths(releases.expected.files, releases.expected.entrypoint).items())[:_MOST_FILES]
    )
    asked = (_PAGE, *served.values())
    looks = await ask_edge(
        address, asked, http=http, object_format=releases.expected.object_format, limits=limits
    )
    by_path = {look.path: look for look in looks}
    page = by_path[_PAGE]
    of_files = (_of_a_file(file, by_path[path], page, releases) for file, path in served.items())
    return (*_of_the_page(page), *(one for found in of_files for one in found))


def _of_the_page(look: EdgeLook) -> Iterator[FileFinding]:
    """Only what comes both ways can be compared: a refusal or a redirect says nothing of the page."""
    if _status(look.plain) != 200 or _status(look.unique) != 200:
        yield FileFinding(None, Layer.EDGE, FileState.UNRECORDED)
    elif differs(look):
        yield FileFinding(None, Layer.EDGE, FileState.STALE)


def _of_a_file(file: str, look: EdgeLook, page: EdgeLook, releases: Releases) -> Iterator[FileFinding]:
    """A file that is served neither way (static serving is off: the app's page answers) says nothing."""
    plain, unique = look.plain, look.unique
    if plain is None or unique is None:
        yield FileFinding(file, Layer.EDGE, FileState.UNRECORDED)
    elif _is_no_file(plain, page) and _is_no_file(unique, page):
        return
    elif plain.status != 200 and unique.status != 200:
        yield FileFinding(file, Layer.EDGE, FileState.UNRECORDED)
    elif plain.status != 200 or _is_no_file(plain, page) or differs(look):
        yield FileFinding(file, Layer.EDGE, FileState.STALE, _origin(file, plain, releases))
    elif plain.blob is None:
        yield FileFinding(file, Layer.EDGE, FileState.UNRECORDED)
    elif plain.blob not in _blobs(file, releases):
        yield FileFinding(file, Layer.EDGE, FileState.STALE, _origin(file, plain, releases))


def _is_no_file(seen: Seen, page: EdgeLook) -> bool:
    """Whether it is 404, or the very page that Streamlit answers every unknown path with."""
    pages = {one.blob for one in (page.plain, page.unique, page.again) if one is not None}
    return seen.status == 404 or (seen.status == 200 and seen.blob is not None and seen.blob in pages)


def _status(seen: Seen | None) -> int | None:
    return seen.status if seen is not None else None


def _blobs(file: str, releases: Releases) -> set[str]:
    expected = releases.with_forms(releases.expected, [file])
    return {expected.files[file], *expected.forms.get(file, ())}


def _origin(file: str, seen: Seen, releases: Releases) -> Origin | None:
    return None if seen.blob is None else releases.past_of(releases.expected.commit).get((file, seen.blob))
