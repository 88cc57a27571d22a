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
    direct = f"freshboot @ git+{from_git.home}@{from_git.revision}"
    here = version("freshboot")
    if not _direct_url() and _is_on_index(here):
        return Wanted(f"freshboot=={here}", direct)
    _refuse_missing(from_git)
    return Wanted(direct)


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


def _is_on_index(here: str) -> bool:
    """Whether the index has this version; no answer in time is a no."""
    answer: list[bool] = []
    asking = threading.Thread(target=lambda: answer.append(_asks_index(here)), daemon=True)
    asking.start()
    asking.join(_SECONDS)
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


def _refuse_missing(from_git: Origin) -> None:
    """Refuse a revision that git says is not there; where nobody answers, only tell so."""
    names = (from_git.revision, f"refs/tags/{from_git.revision}", f"refs/heads/{from_git.revision}")
    is_commit = re.fullmatch(r"[0-9a-f]{40,64}", from_git.revision) is not None
    question = ("ls-remote", "--exit-code", from_git.home, *(() if is_commit else names))
    try:
        asked = Git(os.getcwd()).run(*question, check=False, timeout=_SECONDS)
    except GitError:
        asked = Result(_NO_ANSWER, b"", "")
    if asked.code == _NO_MATCH or _NOT_THERE.search(asked.err):
        raise ScaffoldRefused(
            f"neither an index nor {from_git.home} has freshboot {from_git.revision} for the app to install",
            "say where from: --from the path of a wheel, a URL, or freshboot==VERSION",
        )
    if asked.code:
        terminal().warn(f"{from_git.home} did not answer: whether the app can install freshboot is not known")
