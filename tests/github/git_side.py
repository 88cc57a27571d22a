"""What GitHub does to the repository itself: commits by its API, and pull requests, in a bare remote on disk.

``hosts(store, remote)`` names that remote. The commits are made by git's plumbing, as GitHub's are: by the
token's owner, committed and signed by GitHub, the branch moved by a compare-and-swap.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.github.description import example
from tests.github.routes import MUTATIONS, Answer, Call, invalid, missing, route
from tests.github.store import Item, Store
from tests.gitrepo import git, head

_SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n wsFcBAABCAAQBQJpIEXA\n -----END PGP SIGNATURE-----\n"
_GITHUB = "GitHub <noreply@github.com> 1795293780 +0000"
_BRANCH = re.compile(r"(refs/heads/)?(?P<name>[\w./-]+)")


@dataclass
class Hosted:
    """A bare remote, its pull requests, and what GitHub has against a commit by its API."""

    remote: Path
    pulls: list[Item] = field(default_factory=list)
    rule: str = ""
    """What GitHub says where a rule of the branch forbids it; empty: nothing does."""
    keeps_modes: bool = True
    more_files: dict[str, bytes] = field(default_factory=dict)
    """Files that a commit changes besides those that were asked for, as GitHub never should."""


def hosts(store: Store, remote: Path) -> Hosted:
    """Have a repository on GitHub be this bare remote."""
    store.more["git"] = hosted = Hosted(remote)
    return hosted


def opened(store: Store, number: int, wanted: Item) -> Item:
    """A pull request that somebody has opened."""
    item = {**wanted, "number": number, "state": "open"}
    store.more["git"].pulls.append(item)
    return item


def merge(store: Store, number: int, way: str, *, says: str | None = None) -> str:
    """Merge a pull request as its button does: by ``merge``, ``squash`` or ``rebase``; the branch's new tip.

    ``says`` is the message of a squash; without it GitHub's own for one commit: that commit's.
    """
    hosted: Hosted = store.more["git"]
    pull = next(one for one in hosted.pulls if one["number"] == number)
    remote, branch = hosted.remote, pull["base"]
    base, top = head(remote, f"refs/heads/{branch}"), head(remote, f"refs/heads/{pull['head']}")
    tree = git(remote, "merge-tree", "--write-tree", base, top).splitlines()[0]
    text = git(remote, "log", "-1", "--format=%B", top)
    author = git(remote, "log", "-1", "--format=%an <%ae> %ad", "--date=raw", top)
    if way == "merge":
        owner = store.name.partition("/")[0]
        title = f"Merge pull request #{number} from {owner}/{pull['head']}\n\n{pull['title']}\n"
        made = _commit(remote, tree, (base, top), _GITHUB, title)
    elif way == "squash":
        subject, _, rest = text.partition("\n")
        made = _commit(remote, tree, (base,), author, says or f"{subject} (#{number})\n{rest}\n")
    else:
        made = _commit(remote, tree, (base,), author, f"{text}\n", signed=False)
    git(remote, "update-ref", f"refs/heads/{branch}", made, base)
    pull["state"] = "closed"
    return made


def _create_commit(stores: Callable[[str], Store], author: str, variables: dict[str, Any]) -> Any:
    """``createCommitOnBranch``."""
    asked = variables["input"]
    assert asked.keys() == {"branch", "message", "expectedHeadOid", "fileChanges"}, asked.keys()
    assert asked["branch"].keys() == {"repositoryNameWithOwner", "branchName"}
    assert asked["message"].keys() <= {"headline", "body"}
    assert "\n" not in asked["message"]["headline"]
    assert asked["fileChanges"].keys() <= {"additions", "deletions"}
    hosted = stores(asked["branch"]["repositoryNameWithOwner"]).more.get("git")
    named = _BRANCH.fullmatch(asked["branch"]["branchName"])
    ref = f"refs/heads/{named['name']}" if named else ""
    tip = hosted and git(hosted.remote, "rev-parse", "--verify", "--quiet", ref, check=False)
    if not tip:
        return _failed("NOT_FOUND", "Could not resolve to a Ref with the name given.")
    if hosted.rule:
        return _failed("UNPROCESSABLE", hosted.rule)
    if tip == asked["expectedHeadOid"]:
        made = _committed(hosted, tip, author, asked)
        if "fatal" not in git(hosted.remote, "update-ref", ref, made, tip, check=False):
            return {"data": {"createCommitOnBranch": {"commit": {"oid": made}}}}
    return _failed("STALE_DATA", f'Expected branch to point to "{tip}" but it did not. Pull and try again.')


def _failed(kind: str, message: str) -> Any:
    error = {"type": kind, "path": ["createCommitOnBranch"], "message": message}
    return {"data": {"createCommitOnBranch": None}, "errors": [error]}


MUTATIONS["createCommitOnBranch"] = _create_commit


def _committed(hosted: Hosted, tip: str, author: str, asked: dict[str, Any]) -> str:
    additions = asked["fileChanges"]["additions"]
    files = {one["path"]: base64.b64decode(one["contents"], validate=True) for one in additions}
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        git(hosted.remote, "read-tree", tip, GIT_INDEX_FILE=index)
        for path, data in {**files, **hosted.more_files}.items():
            blob = git(hosted.remote, "hash-object", "-w", "--stdin", input=data)
            listed = git(hosted.remote, "ls-tree", tip, "--", path)
            mode = listed.split()[0] if listed and hosted.keeps_modes else "100644"
            put = ("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
            git(hosted.remote, *put, GIT_INDEX_FILE=index)
        tree = git(hosted.remote, "write-tree", GIT_INDEX_FILE=index)
    by = f"{author} <{author}@users.noreply.github.com> 1795293780 +0000"
    message = asked["message"]["headline"]
    if asked["message"].get("body"):
        message += f"\n\n{asked['message']['body']}"
    return _commit(hosted.remote, tree, (tip,), by, message)


def _commit(
    remote: Path, tree: str, parents: tuple[str, ...], author: str, message: str, *, signed: bool = True
) -> str:
    above = "".join(f"parent {one}\n" for one in parents)
    signature = _SIGNATURE if signed else ""
    raw = f"tree {tree}\n{above}author {author}\ncommitter {_GITHUB}\n{signature}\n{message}"
    return git(remote, "hash-object", "-t", "commit", "-w", "--stdin", input=raw.encode())


@route("GET", "/pulls")
def _list(store: Store, call: Call) -> Answer:
    state, wanted, base = (call.query.get(key) for key in ("state", "head", "base"))
    owner = store.name.partition("/")[0]
    found = [
        one
        for one in store.more["git"].pulls
        if one["state"] == (state or "open")
        and (wanted is None or wanted == f"{owner}:{one['head']}")
        and (base is None or base == one["base"])
    ]
    return 200, [_shown(store, one, "pull-request-simple-items") for one in reversed(found)]


@route("POST", "/pulls")
def _open(store: Store, call: Call) -> Answer:
    hosted: Hosted = store.more["git"]
    wanted = {key: call.body[key] for key in ("title", "head", "base")}
    owner = store.name.partition("/")[0]
    for key in ("head", "base"):
        if not git(hosted.remote, "for-each-ref", f"refs/heads/{wanted[key]}"):
            return invalid(key, "invalid", "PullRequest")
    if any(one["state"] == "open" and one["head"] == wanted["head"] for one in hosted.pulls):
        return _custom(f"A pull request already exists for {owner}:{wanted['head']}.")
    if not git(hosted.remote, "rev-list", f"{wanted['base']}..{wanted['head']}"):
        return _custom(f"No commits between {wanted['base']} and {wanted['head']}")
    number = max([store.number() - 1, *(one["number"] for one in hosted.pulls)]) + 1
    item = opened(store, number, {**wanted, "body": call.body.get("body")})
    return 201, _shown(store, item, "pull-request")


@route("GET", "/pulls/{pull_number}")
def _one(store: Store, call: Call) -> Answer:
    item = _numbered(store, call)
    return (200, _shown(store, item, "pull-request")) if item else missing()


@route("PATCH", "/pulls/{pull_number}")
def _change(store: Store, call: Call) -> Answer:
    item = _numbered(store, call)
    if item is None:
        return missing()
    item.update({key: call.body[key] for key in ("title", "body", "state", "base") if key in call.body})
    return 200, _shown(store, item, "pull-request")


def _numbered(store: Store, call: Call) -> Item | None:
    number = int(call.parameters["pull_number"])
    return next((one for one in store.more["git"].pulls if one["number"] == number), None)


def _shown(store: Store, item: Item, form: str) -> Item:
    """A pull request as GitHub shows it, in a list or on its own."""
    shown: Item = example(form)[0] if form.endswith("items") else example(form)
    told = {key: item[key] for key in ("number", "title", "body", "state")}
    shown.update(told, html_url=f"https://github.com/{store.name}/pull/{item['number']}")
    shown.update(requested_teams=[], requested_reviewers=[], labels=[], assignees=[], milestone=None)
    for key in ("head", "base"):
        shown[key]["ref"] = item[key]
    return shown


def _custom(message: str) -> Answer:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    url = "https://docs.github.com/rest"
    return 422, {"message": "Validation Failed", "documentation_url": url, "errors": [error]}
