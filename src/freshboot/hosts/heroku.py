"""Heroku, asked by its Platform API: the commit of the slug that the current release runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from freshboot.hosts.host import State
from freshboot.hosts.http import Unreachable, fetch
from freshboot.hosts.platform import Asked, Told, commit_in, instructions

if TYPE_CHECKING:
    from freshboot.hosts.address import Address

_ACCEPT = "application/vnd.heroku+json; version=3"
_NEWEST = "version ..; order=desc, max=10"
_ID = re.compile(r"[0-9a-f-]{36}\Z")
_HASHED = re.compile(r"-[0-9a-f]{12}\Z")


class Heroku(Asked):
    """An app at Heroku."""

    name = "heroku"
    domains = (".herokuapp.com",)
    consoles = ("dashboard.heroku.com",)
    token = "HEROKU_API_KEY"  # noqa: S105  # the variable's name
    service_form = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]\Z")
    api = "https://api.heroku.com"
    # The commands: https://devcenter.heroku.com/articles/heroku-cli-commands; the cache's is the official
    # plugin's, https://github.com/heroku/heroku-builds ("Purge build cache").
    chores = instructions(
        reboot=(
            "heroku plugins:install @heroku-cli/heroku-builds (once)",
            "heroku builds:cache:purge -a {service}",
            "Then a build: git push heroku {branch}:main",
            "Where that has nothing to push: in the app's page, Deploy, Manual deploy, Deploy Branch.",
            "A restart alone, without a build: heroku ps:restart -a {service}",
        ),
        redeploy=("git push --force heroku {branch}:main",),
        rename=("heroku apps:rename NEWNAME -a {service}",),
        wake=("Open the app: a visit wakes an Eco dyno. Scaled to none: heroku ps:scale web=1 -a {service}",),
        public=("heroku access -a {service} says who deploys; let the app itself ask for no sign-in.",),
        log=("heroku logs --tail -a {service}; of builds: heroku builds:output -a {service}",),
        status="https://status.heroku.com",
        console="https://dashboard.heroku.com/apps/{service}",
    )

    @classmethod
    def service_of(cls, address: Address) -> str:
        """Newer addresses have twelve hexadecimal digits behind the app's name."""
        if not cls.claims(address):
            return ""
        name = _HASHED.sub("", address.host.partition(".")[0])
        return name if cls.service_form.match(name) else ""

    async def _ask(self) -> Told:
        releases = await self._get(f"/apps/{self.service}/releases", Range=_NEWEST)
        current = next((one for one in _objects(releases) if one.get("current") is True), {})
        newest = next(iter(_objects(releases)), {})
        commit = await self._commit_of(current.get("slug"))
        if newest.get("status") == "pending":
            return Told(State.STARTING, "a release is under way", commit)
        return Told(commit=commit)

    async def _commit_of(self, slug: Any) -> str:
        """The commit that a slug was built from; a container's release has no slug."""
        slug_id = slug.get("id") if isinstance(slug, dict) else None
        if not isinstance(slug_id, str) or not _ID.match(slug_id):
            return ""
        told = await self._get(f"/apps/{self.service}/slugs/{slug_id}")
        return commit_in(told.get("commit")) if isinstance(told, dict) else ""

    async def _get(self, path: str, **headers: str) -> Any:
        sent = {"Accept": _ACCEPT, "Authorization": f"Bearer {self.secret}", **headers}
        answer = await fetch(self.http, f"{self.api}{path}", headers=sent)
        if answer.status not in (200, 206):
            raise Unreachable(f"Heroku answers HTTP {answer.status}")
        return answer.value()


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
