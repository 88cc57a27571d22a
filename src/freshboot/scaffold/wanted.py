"""How an app asks for freshboot, in the words of each kind of dependency file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from freshboot.scaffold.errors import ScaffoldRefused

_REQUIREMENT = re.compile(r"freshboot\s*(?:@\s*\S+|[=<>~!][^;@\[\]#\s]*)?")
_USER = re.compile(r"([a-z+]+)://([^/\s@]*)@", re.IGNORECASE)
_GIT = re.compile(r"git\+(?P<url>[a-z+]+://(?:[^@/\s]+@)?[^@\s]+?)(?:@(?P<revision>[^@#\s]+))?")


@dataclass(frozen=True)
class Wanted:
    """The requirement as PEP 508 has it: ``freshboot==1.2.3``, or ``freshboot @`` and a URL.

    ``direct`` is the one to take where the dependency file names an index of its own, which may not have it.
    """

    text: str
    direct: str | None = None

    def __post_init__(self) -> None:
        for text in filter(None, (self.text, self.direct)):
            _refuse_secrets(text)
            if _REQUIREMENT.fullmatch(text) is None or '"' in text or "\\" in text:
                raise ScaffoldRefused(
                    f"{text!r} does not ask for freshboot",
                    "write freshboot==VERSION, freshboot @ URL, or the path of a wheel",
                )

    @property
    def is_direct(self) -> bool:
        """Whether it says where from, rather than which version."""
        return "@" in self.text

    def without_index(self) -> Wanted:
        """The same, with no need of an index."""
        return Wanted(self.direct or self.text)

    def table(self, revision: str) -> str:
        """The entry of a table in TOML: ``freshboot = …``.

        :param revision: what the tool calls a git revision, ``rev`` or ``ref``
        """
        name, _, url = self.text.partition("@")
        url = url.strip()
        if not url:
            return f"freshboot = {_quoted(name.removeprefix('freshboot').strip() or '*')}"
        if git := _GIT.fullmatch(url):
            pinned = f", {revision} = {_quoted(git['revision'])}" if git["revision"] else ""
            return f"freshboot = {{git = {_quoted(git['url'])}{pinned}}}"
        if url.startswith("file://"):
            return f"freshboot = {{path = {_quoted(url.removeprefix('file://'))}}}"
        return f"freshboot = {{{'file' if revision == 'ref' else 'url'} = {_quoted(url)}}}"


def _refuse_secrets(text: str) -> None:
    """A dependency file is pushed; what is refused here is not repeated. The user of SSH is no secret."""
    for scheme, user in _USER.findall(text):
        if not scheme.endswith("ssh") or ":" in user:
            raise ScaffoldRefused(
                "the URL to install freshboot from has a user name or a password in it",
                "leave out what stands before the @: a dependency file is pushed for all to read",
            )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
