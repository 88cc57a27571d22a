"""One issue for each app that is stale or wrong: filed once, kept up to date, closed when that is over.

An issue is known again by the label, which only those who may triage can set, and by a marker at the start of
its body. Whatever is said below it carries a marker as well, so that nothing is said twice.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Any

from freshboot.github.client import GitHub
from freshboot.github.errors import Refused, Unreachable

LABEL = "freshboot"
LONGEST_BODY = 60_000
"""Characters of a body or a comment, below the 65,536 that GitHub takes, with room for the markers."""
_LONGEST_TITLE = 250
_ABOUT_LABEL = {"name": LABEL, "color": "5319e7", "description": "What is live is not what was released"}
_STRANGERS = frozenset({"NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN"})
_MARKER = re.compile(r"<!-- freshboot-incident: ([0-9a-f]+) first: ([0-9a-f]+) -->")

Item = dict[str, Any]
"""An issue or a comment as GitHub answers it."""


@dataclass(frozen=True)
class Incident:
    """What is told of an app. All of it is Markdown that is harmless, but the title, which is plain.

    ``key`` names the app and ``attempt`` what was tried and how it ended, both in hexadecimal digits; of an
    attempt ``comment`` is told once. ``body`` is how things stand.
    """

    key: str
    attempt: str
    title: str
    body: str
    comment: str


async def report(github: GitHub, incident: Incident) -> int:
    """File the incident, or bring its issue up to date; the issue's number.

    :raises GitHubError: it could not be told, or only in part.
    """
    first, *others = await _open(github, incident.key) or [await _filed(github, incident)]
    for other in others:
        await _close_as_duplicate(github, other, first)
    await _update(github, first, incident)
    if _first_attempt(first) != incident.attempt:
        await _say(github, first, incident.attempt, incident.comment)
    return _number(first)


async def resolve(github: GitHub, key: str, attempt: str, comment: str) -> list[int]:
    """Close what is open of an app, with a last comment; the numbers of the issues.

    :raises GitHubError: it could not be told, or only in part.
    """
    found = await _open(github, key)
    for issue in found:
        await _say(github, issue, attempt, comment)
        await _change(github, issue, {"state": "closed", "state_reason": "completed"})
    return [_number(issue) for issue in found]


async def _open(github: GitHub, key: str) -> list[Item]:
    """The app's open issues, the oldest first."""
    listed = await github.pages("issues", state="open", labels=LABEL, sort="created", direction="asc")
    return sorted((one for one in listed if _is_ours(one, key)), key=_number)


def _is_ours(issue: object, key: str) -> bool:
    """A pull request is an issue, too, to GitHub."""
    if not isinstance(issue, dict) or "pull_request" in issue:
        return False
    marker = _MARKER.match(str(issue.get("body") or ""))
    return marker is not None and marker[1] == key and not _is_strangers(issue)


def _is_strangers(item: Item) -> bool:
    """Anyone may copy a marker; a person who has nothing to do with the repository is not believed."""
    user = item.get("user") or {}
    return user.get("type") != "Bot" and item.get("author_association") in _STRANGERS


async def _filed(github: GitHub, incident: Incident) -> Item:
    """The issue that is filed; another one if a run of the same moment has a lower number."""
    await _make_label(github)
    body = _body(incident, incident.attempt)
    asked = {"title": incident.title[:_LONGEST_TITLE], "body": body, "labels": [LABEL]}

    async def look() -> Item | None:
        return next(iter(await _open(github, incident.key)), None)

    made: Item = await github.once(lambda: github.post("issues", asked), look)
    first = await look() or made
    if _number(first) >= _number(made):
        return made
    await _close_as_duplicate(github, made, first)
    return first


async def _make_label(github: GitHub) -> None:
    """Make the label with its colour. It is there already, or comes with the issue: then without."""
    with contextlib.suppress(Refused, Unreachable):
        await github.post("labels", _ABOUT_LABEL)


async def _update(github: GitHub, issue: Item, incident: Incident) -> None:
    wanted = {
        "title": incident.title[:_LONGEST_TITLE],
        "body": _body(incident, _first_attempt(issue) or incident.attempt),
    }
    await _change(github, issue, {key: value for key, value in wanted.items() if issue.get(key) != value})


async def _close_as_duplicate(github: GitHub, issue: Item, first: Item) -> None:
    await _say(github, issue, "0", f"Filed at the same time as #{_number(first)}, which tells of it.")
    await _change(github, issue, {"state": "closed", "state_reason": "not_planned"})


async def _change(github: GitHub, issue: Item, changes: Item) -> None:
    path = f"issues/{_number(issue)}"

    async def look() -> Item | None:
        now: Item = await github.get(path)
        return now if all(now.get(key) == value for key, value in changes.items()) else None

    if changes:
        await github.once(lambda: github.patch(path, changes), look)


async def _say(github: GitHub, issue: Item, attempt: str, text: str) -> None:
    """Comment on an issue, if that was not said before."""
    path, marker = f"issues/{_number(issue)}/comments", f"<!-- freshboot-attempt: {attempt} -->"

    async def look() -> Item | None:
        said = await github.pages(path)
        return next((one for one in said if _is_said(one, marker)), None)

    if await look() is None:
        body = f"{marker}\n{text[:LONGEST_BODY]}"
        await github.once(lambda: github.post(path, {"body": body}), look)


def _is_said(comment: object, marker: str) -> bool:
    if not isinstance(comment, dict) or _is_strangers(comment):
        return False
    return str(comment.get("body") or "").startswith(marker)


def _body(incident: Incident, first: str) -> str:
    return f"<!-- freshboot-incident: {incident.key} first: {first} -->\n{incident.body[:LONGEST_BODY]}"


def _first_attempt(issue: Item) -> str:
    """The attempt that an issue was filed with: its body told of it, and no comment."""
    marker = _MARKER.match(str(issue.get("body") or ""))
    return marker[2] if marker else ""


def _number(issue: Item) -> int:
    number = issue.get("number") if isinstance(issue, dict) else None
    if not isinstance(number, int):
        raise Unreachable("GitHub's answer is no issue")
    return number
