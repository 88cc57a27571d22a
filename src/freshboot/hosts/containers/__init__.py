"""Other hosts, for an app that moves: each runs a container, and a deploy is a new process.

So old modules cannot occur there. What remains is the wrong commit, traffic on an old revision, a build
cache, cached results and an edge cache; freshboot proves what is built here in the same layers as before. A
new host is one new entry in ``clouds`` or ``platforms``.
"""

from __future__ import annotations

from collections.abc import Mapping

from freshboot.hosts.containers.clouds import CLOUDS
from freshboot.hosts.containers.container import MADE_BY, Container, is_ours
from freshboot.hosts.containers.dockerfile import dockerfile, dockerignore
from freshboot.hosts.containers.platforms import PLATFORMS
from freshboot.hosts.containers.project import Project, ProjectRefused, project_of
from freshboot.hosts.containers.workflow import workflow

__all__ = [
    "CONTAINERS",
    "MADE_BY",
    "Container",
    "Project",
    "ProjectRefused",
    "files",
    "is_ours",
    "project_of",
    "steps",
]

CONTAINERS: Mapping[str, Container] = {one.name: one for one in (*CLOUDS, *PLATFORMS)}
"""By the name that a person gives, as in ``--to cloud-run``."""

_SECRETS = (
    "The app's own secrets: give the host the text of secrets.toml as the file "
    "/home/app/.streamlit/secrets.toml, or give it environment variables."
)


def files(host: Container, project: Project) -> dict[str, str]:
    """All files that the host needs, by their paths from the root."""
    return {
        "Dockerfile": dockerfile(host, project),
        ".dockerignore": dockerignore(host),
        f".github/workflows/deploy-{host.name}.yml": workflow(host, project),
        **{path: host.headed(text) for path, text in host.more.items()},
    }


def steps(host: Container) -> tuple[str, ...]:
    """What a person does, in order; no secret stands in any file."""
    return (
        *host.before,
        _settings("variables", (*host.variables, "FRESHBOOT_URL (the app's new address)")),
        "Write that address as url into .github/freshboot.yml, in place of the old one.",
        *([_settings("secrets", host.secrets)] if host.secrets else []),
        _SECRETS,
        "Take out the workflow that stamps for the old host, or every push is stamped twice.",
        "Look through the files, commit and push them: that push is stamped, deployed and proven.",
        f"A rebuild without cache: {host.rebuild}.",
        f"Which commit runs: {host.commit}. The proof asks for none: it compares every file's content.",
    )


def _settings(kind: str, names: tuple[str, ...]) -> str:
    return f"Settings of the repository, Secrets and variables, Actions: the {kind} {', '.join(names)}."
