"""What GitHub answers, operation by operation. Another module may add routes of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.github.description import example
from tests.github.store import Item, Store

BELOW = "/repos/{owner}/{repo}"


@dataclass(frozen=True)
class Call:
    """One request that GitHub's description has nothing against; ``author`` is whose token it came with."""

    method: str
    path: str
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any
    author: str


Answer = tuple[int, Any]
Route = Callable[[Store, Call], Answer]
ROUTES: dict[tuple[str, str], Route] = {}

Mutation = Callable[[Callable[[str], Store], str, dict[str, Any]], Any]
"""Answers GraphQL: repositories by name, who asks, and the variables → all that is answered."""
MUTATIONS: dict[str, Mutation] = {}
"""By the name of the field that the query holds."""


def route(method: str, path: str) -> Callable[[Route], Route]:
    """Answers an operation; ``path`` as the description has it, below the repository."""

    def register(function: Route) -> Route:
        ROUTES[method, BELOW + path] = function
        return function

    return register


def missing() -> Answer:
    """There is no such thing."""
    return 404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


def invalid(field: str, code: str, resource: str = "") -> Answer:
    """Something in a request cannot be."""
    errors = [{"resource": resource, "field": field, "code": code}]
    url = "https://docs.github.com/rest"
    return 422, {"message": "Validation Failed", "documentation_url": url, "errors": errors}


@route("GET", "/issues")
def _issues(store: Store, call: Call) -> Answer:
    state, wanted = call.query.get("state", "open"), call.query.get("labels", "")
    names = set(filter(None, wanted.split(",")))
    found = [
        one
        for one in store.issues
        if state in ("all", one["state"]) and names <= {label["name"] for label in one["labels"]}
    ]
    return 200, found if call.query.get("direction") == "asc" else found[::-1]


@route("POST", "/issues")
def _file(store: Store, call: Call) -> Answer:
    if not store.has_issues:
        return 410, {"message": "Issues has been disabled in this repository."}
    if wrong := _too_long(call.body, title=256, body=65536):
        return wrong
    labels = tuple(call.body.get("labels", ()))
    return 201, store.add_issue(str(call.body["title"]), call.body.get("body") or "", labels, call.author)


@route("GET", "/issues/{issue_number}")
def _issue(store: Store, call: Call) -> Answer:
    item = _numbered(store, call)
    return (200, item) if item else missing()


@route("PATCH", "/issues/{issue_number}")
def _edit(store: Store, call: Call) -> Answer:
    item = _numbered(store, call)
    if item is None:
        return missing()
    if wrong := _too_long(call.body, title=256, body=65536):
        return wrong
    item.update(
        {key: call.body[key] for key in ("title", "body", "state", "state_reason") if key in call.body}
    )
    return 200, item


@route("GET", "/issues/{issue_number}/comments")
def _comments(store: Store, call: Call) -> Answer:
    item = _numbered(store, call)
    return (200, store.comments.get(item["number"], [])) if item else missing()


@route("POST", "/issues/{issue_number}/comments")
def _comment(store: Store, call: Call) -> Answer:
    item = _numbered(store, call)
    if item is None:
        return missing()
    if wrong := _too_long(call.body, body=65536):
        return wrong
    return 201, store.add_comment(item["number"], call.body["body"], call.author)


@route("GET", "/labels")
def _labels(store: Store, call: Call) -> Answer:
    return 200, list(store.labels.values())


@route("GET", "/labels/{name}")
def _label(store: Store, call: Call) -> Answer:
    item = store.labels.get(call.parameters["name"])
    return (200, item) if item else missing()


@route("POST", "/labels")
def _make_label(store: Store, call: Call) -> Answer:
    if call.body["name"] in store.labels:
        return invalid("name", "already_exists", "Label")
    if wrong := _too_long(call.body, description=100):
        return wrong
    return 201, store.label(call.body["name"], call.body.get("color", "ededed"), call.body.get("description"))


@route("GET", "/deployments")
def _deployments(store: Store, call: Call) -> Answer:
    asked = {key: call.query[key] for key in ("environment", "ref", "sha", "task") if key in call.query}
    found = [one for one in store.deployments if all(one[key] == value for key, value in asked.items())]
    return 200, found[::-1]


@route("POST", "/deployments")
def _deploy(store: Store, call: Call) -> Answer:
    """With its defaults it merges branches, or waits for checks; nobody here may want either."""
    if call.body.get("auto_merge", True):
        return 202, {"message": "Auto-merged main into the ref on deployment."}
    if call.body.get("required_contexts") != []:
        return 409, {"message": "Conflict: Commit status checks failed."}
    item, environment = example("deployment-simple-example"), call.body.get("environment", "production")
    item.update(id=store.serial(), ref=call.body["ref"], sha=call.body["ref"], environment=environment)
    item.update(task=call.body.get("task", "deploy"), payload=call.body.get("payload", ""), **store.times())
    item.update(original_environment=environment, description=call.body.get("description") or "")
    store.deployments.append(item)
    return 201, item


@route("GET", "/deployments/{deployment_id}/statuses")
def _deployment_statuses(store: Store, call: Call) -> Answer:
    return 200, store.deployment_statuses.get(int(call.parameters["deployment_id"]), [])[::-1]


@route("POST", "/deployments/{deployment_id}/statuses")
def _set_deployment(store: Store, call: Call) -> Answer:
    wanted = int(call.parameters["deployment_id"])
    if wanted not in {one["id"] for one in store.deployments}:
        return missing()
    if wrong := _too_long(call.body, description=140):
        return wrong
    item = example("deployment-status")
    told = ("state", "description", "environment", "environment_url", "log_url")
    item.update({key: call.body.get(key, "") for key in told}, id=store.serial(), **store.times())
    store.deployment_statuses.setdefault(wanted, []).append(item)
    return 201, item


@route("GET", "/commits/{ref}/statuses")
def _statuses(store: Store, call: Call) -> Answer:
    return 200, store.statuses.get(call.parameters["ref"], [])[::-1]


@route("POST", "/statuses/{sha}")
def _set_status(store: Store, call: Call) -> Answer:
    if wrong := _too_long(call.body, description=140):
        return wrong
    item = example("status")
    told = {key: call.body.get(key) for key in ("state", "description", "target_url")}
    item.update(told, id=store.serial(), context=call.body.get("context", "default"), **store.times())
    store.statuses.setdefault(call.parameters["sha"], []).append(item)
    return 201, item


@route("POST", "/actions/workflows/{workflow_id}/dispatches")
def _dispatch(store: Store, call: Call) -> Answer:
    store.dispatches.append({"workflow": call.parameters["workflow_id"], **call.body})
    if not call.body.get("return_run_details"):
        return 204, None
    url = f"https://github.com/{store.name}/actions/runs/{len(store.dispatches)}"
    return 200, {"workflow_run_id": len(store.dispatches), "run_url": url, "html_url": url}


def _numbered(store: Store, call: Call) -> Item | None:
    number = int(call.parameters["issue_number"])
    return next((one for one in store.issues if one["number"] == number), None)


def _too_long(given: Item, **most: int) -> Answer | None:
    long = [key for key, limit in most.items() if len(str(given.get(key) or "")) > limit]
    return invalid(long[0], "too_long") if long else None
