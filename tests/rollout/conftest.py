"""A remote with clones of it, and a GitHub on loopback that hosts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.fake import DEMO, TOKEN, Fake, served
from tests.github.git_side import Hosted, hosts
from tests.gitrepo import ISOLATION, clone, make_remote
from tests.rollout.publishing import FILES


@pytest.fixture
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", FILES)


@pytest.fixture
def folder(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "clone")


@pytest.fixture
def rival(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "rival")


@pytest.fixture
def fake() -> Iterator[Fake]:
    with served() as github:
        yield github


@pytest.fixture
def hosted(fake: Fake, remote: Path) -> Hosted:
    return hosts(fake.store(), remote)


@pytest.fixture
def environment(fake: Fake, hosted: Hosted) -> dict[str, str]:
    return {"GITHUB_API_URL": fake.url, "GITHUB_REPOSITORY": DEMO, "GITHUB_TOKEN": TOKEN}
