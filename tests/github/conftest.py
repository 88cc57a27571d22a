from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from freshboot.github.client import GitHub, http_client
from tests.github.fake import DEMO, TOKEN, Fake, served


@pytest.fixture
def fake() -> Iterator[Fake]:
    with served() as github:
        yield github


@pytest.fixture
async def github(fake: Fake) -> AsyncIterator[GitHub]:
    async with http_client() as http:
        yield GitHub(http, fake.url, DEMO, TOKEN, sleep=Naps().sleep)


class Naps(list[float]):
    """Sleeps that take no time."""

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)
