"""What one repository on GitHub holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.github.description import example

Item = dict[str, Any]

OWNER, BOT, STRANGER = "octocat", "github-actions[bot]", "stranger"
_ASSOCIATIONS = {OWNER: "OWNER", BOT: "NONE", STRANGER: "NONE"}
_EPOCH = datetime(2026, 11, 22, tzinfo=timezone.utc)


@dataclass
class Store:
    """One repository: what was made in it, in the order in which it was made."""

    name: str
    has_issues: bool = True
    issues: list[Item] = field(default_factory=list)
    comments: dict[int, list[Item]] = field(default_factory=dict)
    labels: dict[str, Item] = field(default_factory=dict)
    deployments: list[Item] = field(default_factory=list)
    deployment_statuses: dict[int, list[Item]] = field(default_factory=dict)
    statuses: dict[str, list[Item]] = field(default_factory=dict)
    dispatches: list[Item] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    """What routes of other modules keep."""
    _made: int = 0

    def number(self) -> int:
        """The next number of an issue or a pull request, which share them."""
        return 1 + max((one["number"] for one in self.issues), default=0)

    def serial(self) -> int:
        """An id that nothing else has."""
        self._made += 1
        return self._made

    def add_issue(self, title: str, body: str = "", labels: tuple[str, ...] = (), author: str = BOT) -> Item:
        """File an issue, as somebody does behind the API's back or through it."""
        number = self.number()
        item = example("issue")
        item.update(number=number, id=self.serial(), title=title, body=body, state="open", closed_at=None)
        item.update(labels=[self.label(one) for one in labels], **self.signed(author), **self.times())
        item.pop("pull_request", None)
        item.pop("state_reason", None)  # null, really; the description has not got that among its reasons
        item.update(comments=0, locked=False, assignee=None, assignees=[], milestone=None, closed_by=None)
        item.update(html_url=f"https://github.com/{self.name}/issues/{number}")
        self.issues.append(item)
        return item

    def add_pull(self, title: str, body: str = "", labels: tuple[str, ...] = (), author: str = BOT) -> Item:
        """A pull request as the list of issues shows it."""
        item = self.add_issue(title, body, labels, author)
        url = f"https://github.com/{self.name}/pull/{item['number']}"
        item["pull_request"] = {"url": url, "html_url": url, "diff_url": url, "patch_url": url}
        return item

    def add_comment(self, number: int, body: str, author: str = BOT) -> Item:
        """Say something below an issue."""
        item = example("issue-comment")
        item.update(id=self.serial(), body=body, **self.signed(author), **self.times())
        self.comments.setdefault(number, []).append(item)
        self.issue(number)["comments"] += 1
        return item

    def issue(self, number: int) -> Item:
        """The issue of a number."""
        return next(one for one in self.issues if one["number"] == number)

    def open_issues(self) -> list[Item]:
        """Those that are open, pull requests left out."""
        return [one for one in self.issues if one["state"] == "open" and "pull_request" not in one]

    def said(self, number: int) -> list[str]:
        """The comments below an issue."""
        return [one["body"] for one in self.comments.get(number, [])]

    def label(self, name: str, color: str = "ededed", description: str | None = None) -> Item:
        """A label; made where there is none of this name, as GitHub does for whoever may."""
        if name not in self.labels:
            item = example("label")
            item.update(id=self.serial(), name=name, color=color, description=description, default=False)
            self.labels[name] = item
        return self.labels[name]

    def signed(self, author: str) -> Item:
        """Who made something, and what they are to the repository."""
        user = example("issue")["user"]
        user.update(login=author, type="Bot" if author.endswith("[bot]") else "User")
        return {"user": user, "author_association": _ASSOCIATIONS[author]}

    def times(self) -> Item:
        """When something was made: one second after the thing before it."""
        now = (_EPOCH + timedelta(seconds=self._made)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"created_at": now, "updated_at": now}
