"""Where freshboot itself comes from, and how an app that lists it gets it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import threading
import urllib.request
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from freshboot.commands.printed import terminal
from freshboot.repository.git import Git, GitError, Result
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.own_files import Origin
from freshboot.scaffold.wanted import Wanted

_REVISION = "v1"
_INDEX = "https://pypi.org/simple"
_SECONDS = 5.0
_LONGEST = 4 * 1024 * 1024  # bytes of an index's page
_NO_MATCH, _NO_ANSWER = 2, 128
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_NOT_THERE = re.compile(r"not found|could not read Username|does not exist", re.IGNORECASE)


def origin() -> Origin:
    """The repository that the package names, at the commit that was installed from git, else the release."""
    urls = distribution("freshboot").metadata.get_all("Project-URL") or []
    home = next(url.partition(", ")[2] for url in urls if url.startswith("Homepage"))
    commit = _direct_url().get("vcs_info", {}).get("commit_id")
    return Origin(home, commit if isinstance(commit, str) else _REVISION)


def wanted(given: str | None) -> Wanted:
    """How the app asks for freshboot: as ``given``, from the index that this one came from, else from git.

    A name on an index may be a stranger's package: it is asked for by its name only where the command itself
    was installed so.

    :raises ScaffoldRefused: what is given is no requirement of freshboot, or git has no such revision.
    """
    if given is not None:
        return Wanted(_as_requirement(given))
    from_git = origin()
    here = version("freshboot")
    by_name = not _direct_url() and _is_on_index(here)
    direct = f"freshboot @ git+{from_git.home}@{_commit(from_git, needed=not by_name)}"
    return Wanted(f"freshboot=={here}", direct) if by_name else Wanted(direct)


def release() -> str | None:
    """The commit that an app asks for if it asks git; None if nobody tells it now."""
    commit = _commit(origin(), needed=False)
    return commit if _COMMIT.fullmatch(commit) else None


def streamlit() -> str:
    """The requirement of Streamlit in the version that is installed here, if one is."""
    with contextlib.suppress(PackageNotFoundError):
        return f"streamlit=={version('streamlit')}"
    return "streamlit"


def _as_requirement(given: str) -> str:
    if os.path.exists(given):
        return f"freshboot @ {Path(given).resolve().as_uri()}"
    return f"freshboot @ {given}" if "://" in given and not given.startswith("freshboot") else given


def _direct_url() -> dict[str, dict[str, object]]:
    """What an installer noted of a package that came from no index (PEP 610)."""
    found: dict[str, dict[str, object]] = json.loads(
        distribution("freshboot").read_text("direct_url.json") or "{}"
    )
    return found


def _is_on_index(here: str, seconds: float = _SECONDS) -> bool:
    """Whether the index has this version; no answer in time is a no."""
    answer: list[bool] = []
    asking = threading.Thread(target=lambda: answer.append(_asks_index(here)), daemon=True)
    asking.start()
    asking.join(seconds)
    return answer == [True]


def _asks_index(here: str) -> bool:
    index = urlsplit(os.environ.get("PIP_INDEX_URL") or _INDEX)
    if index.scheme not in ("http", "https"):
        return False
    address = index._replace(
        netloc=index.netloc.rpartition("@")[2], path=f"{index.path.rstrip('/')}/freshboot/"
    )
    request = urllib.request.Request(address.geturl(), headers={"Accept": "*/*"})  # noqa: S310  # see above
    if index.username:
        known = f"{unquote(index.username)}:{unquote(index.password or '')}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(known).decode()}")
    with contextlib.suppress(OSError, ValueError):
        with urllib.request.urlopen(request, timeout=_SECONDS) as page:  # noqa: S310
            text = page.read(_LONGEST).decode("utf-8", "replace")
        return re.search(rf"\bfreshboot-{re.escape(here)}(?:-|\.tar\.gz)", text) is not None
    return False


def _commit(from_git: Origin, *, needed: bool) -> str:
    """The commit that a revision is, since what moves is never installed anew; itself if nobody answers.

    :raises ScaffoldRefused: it is ``needed``, and git says that it is not there.
    """
    revision = from_git.revision
    if _COMMIT.fullmatch(revision):
        return revision
    names = (f"refs/tags/{revision}^{{}}", f"refs/tags/{revision}", f"refs/heads/{revision}")
    asked = _ask_git("ls-remote", "--exit-code", from_git.home, *names)
    if needed and (asked.code == _NO_MATCH or _NOT_THERE.search(asked.err)):
        raise ScaffoldRefused(
            f"neither an index nor {from_git.home} has freshboot {revision} for the app to install",
            "say where from: --from the path of a wheel, a URL, or freshboot==VERSION",
        )
    if needed and asked.code:
        terminal().warn(
            f"{from_git.home} did not answer: whether the app can install freshboot is not known, and "
            f"{revision} must be replaced by a commit before anything can be proven: run this again later"
        )
    told = {name: commit for commit, _, name in (line.partition("\t") for line in asked.text.splitlines())}
    return next((told[name] for name in names if name in told), revision)


def _ask_git(*question: str) -> Result:
    try:
        return Git(os.getcwd()).run(*question, check=False, timeout=_SECONDS)
    except GitError:
        return Result(_NO_ANSWER, b"", "")
