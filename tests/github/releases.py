"""References and releases of a bare remote on disk, by GitHub's API; see ``git_side.hosts``."""

from __future__ import annotations

from pathlib import Path

from tests.github.description import example
from tests.github.routes import Answer, Call, missing, route
from tests.github.store import Item, Store
from tests.gitrepo import git


def published(store: Store) -> list[Item]:
    """The releases, in the order in which they were made."""
    releases: list[Item] = store.more.setdefault("releases", [])
    return releases


@route("GET", "/git/ref/{ref}")
def _get(store: Store, call: Call) -> Answer:
    ref = f"refs/{call.parameters['ref']}"
    return (200, _shown(store, ref)) if _tip(store, ref) else missing()


@route("POST", "/git/refs")
def _create(store: Store, call: Call) -> Answer:
    ref = call.body["ref"]
    if ref.count("/") < 2 or not ref.startswith("refs/"):
        return _refused("Reference name must start with 'refs/' and have at least two slashes.")
    if _tip(store, ref):
        return _refused("Reference already exists")
    return _moved(store, ref, call.body["sha"], 201)


@route("PATCH", "/git/refs/{ref}")
def _update(store: Store, call: Call) -> Answer:
    ref, sha = f"refs/{call.parameters['ref']}", call.body["sha"]
    tip = _tip(store, ref)
    if not tip:
        return _refused("Reference does not exist")
    if not call.body.get("force") and _ask(store, "rev-list", "--max-count=1", f"{sha}..{tip}"):
        return _refused("Update is not a fast forward")
    return _moved(store, ref, sha, 200)


@route("POST", "/releases")
def _release(store: Store, call: Call) -> Answer:
    """It would make a tag that is not there; whoever asks here has looked before."""
    tag = call.body["tag_name"]
    if any(one["tag_name"] == tag for one in published(store)):
        return _refused("Validation Failed: tag_name already_exists")
    item = example("release")
    notes = "## What's Changed" if call.body.get("generate_release_notes") else ""
    item.update(tag_name=tag, name=call.body.get("name", tag), body=call.body.get("body", notes))
    item.update(id=store.serial(), draft=False, prerelease=False, assets=[], **store.times())
    item.pop("updated_at")
    item.update(html_url=f"https://github.com/{store.name}/releases/tag/{tag}")
    published(store).append(item)
    return 201, item


def _moved(store: Store, ref: str, sha: str, status: int) -> Answer:
    if _ask(store, "cat-file", "-t", sha) != "commit":
        return _refused("Object does not exist")
    _ask(store, "update-ref", ref, sha)
    return status, _shown(store, ref)


def _shown(store: Store, ref: str) -> Item:
    item: Item = example("git-ref")
    item["ref"] = ref
    item["object"].update(sha=_tip(store, ref), type=_ask(store, "cat-file", "-t", ref))
    return item


def _tip(store: Store, ref: str) -> str:
    return _ask(store, "for-each-ref", "--format=%(objectname)", ref)


def _ask(store: Store, *command: str) -> str:
    remote: Path = store.more["git"].remote
    return git(remote, *command, check=False)


def _refused(message: str) -> Answer:
    return 422, {"message": message, "documentation_url": "https://docs.github.com/rest", "status": "422"}
