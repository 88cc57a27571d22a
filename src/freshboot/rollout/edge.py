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
_HTML = "text/html"


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
    return (
        *_of_the_page(by_path[_PAGE]),
        *(one for file, path in served.items() for one in _of_a_file(file, by_path[path], releases)),
    )


def _of_the_page(look: EdgeLook) -> Iterator[FileFinding]:
    if look.plain is None or look.unique is None:
        yield FileFinding(None, Layer.EDGE, FileState.UNRECORDED)
    elif differs(look):
        yield FileFinding(None, Layer.EDGE, FileState.STALE)


def _of_a_file(file: str, look: EdgeLook, releases: Releases) -> Iterator[FileFinding]:
    """A file that is served neither way (static serving is off: the app's page answers) says nothing."""
    plain, unique = look.plain, look.unique
    if plain is None or unique is None:
        yield FileFinding(file, Layer.EDGE, FileState.UNRECORDED)
    elif _is_served(plain, file) != _is_served(unique, file):
        yield FileFinding(file, Layer.EDGE, FileState.STALE, _origin(file, plain, releases))
    elif _is_served(plain, file):
        if plain.blob is None:
            yield FileFinding(file, Layer.EDGE, FileState.UNRECORDED)
        elif differs(look) or plain.blob not in _blobs(file, releases):
            yield FileFinding(file, Layer.EDGE, FileState.STALE, _origin(file, plain, releases))


def _is_served(seen: Seen, file: str) -> bool:
    """Whether this is the file, and not the app's page, which answers every unknown path."""
    return seen.status == 200 and (seen.media_type != _HTML or file.endswith((".html", ".htm")))


def _blobs(file: str, releases: Releases) -> set[str]:
    expected = releases.with_forms(releases.expected, [file])
    return {expected.files[file], *expected.forms.get(file, ())}


def _origin(file: str, seen: Seen, releases: Releases) -> Origin | None:
    return None if seen.blob is None else releases.past().get((file, seen.blob))
