"""The live app's address, as the repository's own files tell it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from freshboot.hosts.address import Address
from freshboot.hosts.beanstalk import Beanstalk
from freshboot.hosts.fly import Fly
from freshboot.hosts.heroku import Heroku
from freshboot.hosts.known import HOSTS, claimed
from freshboot.hosts.railway import Railway
from freshboot.hosts.render import Render
from freshboot.stamp.mark import Read

# What only one host reads.
_FILES = {
    "Procfile": Heroku,
    "fly.toml": Fly,
    "render.yaml": Render,
    "railway.json": Railway,
    "railway.toml": Railway,
    ".elasticbeanstalk/config.yml": Beanstalk,
}
_DOMAINS = tuple(domain for host in HOSTS.values() for domain in host.domains)
_LINK = re.compile(r"https://[\w-]+(?:\.[\w-]+)+")
_PAGES = re.compile(r"(?:README(?:\.\w+)?|app\.json|package\.json)\Z", re.IGNORECASE)
_FLY = re.compile(r"""^app\s*=\s*["']([a-z0-9-]+)["']""", re.MULTILINE)
_SPACE = re.compile(r"huggingface\.co[:/]spaces/([\w.-]+)/([\w.-]+?)(?:\.git)?/?\Z")
_EXAMPLES = ("your-app", "your-app-name", "yourapp", "your_app", "my-app", "example", "share", "www")
_LONGEST = 1024 * 1024  # bytes


def found_urls(paths: Collection[str], read: Read, folder: str, remote: str | None) -> tuple[str, ...]:
    """The addresses that a README, a host's file or the remote tell, those beside the entrypoint first.

    :param folder: the entrypoint's
    :param remote: the address that is pushed to
    """
    folders = dict.fromkeys((folder, ""))
    for here in folders:
        told = dict.fromkeys(_told(paths, read, f"{here}/" if here else ""))
        if told:
            return tuple(told)
    space = _SPACE.search(remote or "")
    return (_space_url(space[1], space[2]),) if space else ()


def host_of(paths: Collection[str], url: str | None) -> str | None:
    """What runs the app, by its address or else by a file that one host alone reads; None if nothing tells.

    :raises AddressError: ``url`` is not the address of an app.
    """
    host = claimed(Address.parse(url)) if url else None
    by_file = (one for path, one in _FILES.items() if path in paths)
    found = host or next(by_file, None)
    return found.name if found else None


def _told(paths: Collection[str], read: Read, folder: str) -> Iterator[str]:
    for path in sorted(paths):
        name = path.removeprefix(folder)
        if path.startswith(folder) and _PAGES.match(name):
            yield from _links((read(path) or b"")[:_LONGEST].decode("utf-8", "replace"))
    if found := _FLY.search((read(f"{folder}fly.toml") or b"").decode("utf-8", "replace")):
        yield f"https://{found[1]}.fly.dev"


def _links(text: str) -> Iterator[str]:
    for link in _LINK.findall(text):
        name = link.removeprefix("https://")
        if name.endswith(_DOMAINS) and name.split(".")[0] not in _EXAMPLES:
            yield link


def _space_url(owner: str, name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", f"{owner}-{name}".lower()).strip("-")
    return f"https://{words}.hf.space"
