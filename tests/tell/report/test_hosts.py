"""The last way out is told in the words of the host that the app is on."""

from __future__ import annotations

import pytest

from freshboot.commands.hosting import redeploy
from freshboot.config import Config
from freshboot.tell.report.facts import Facts
from tests.tell.report.records import selective, story

FLY = "In a checkout of main: fly deploy --app budget"


def told_at(url: str, config: Config) -> tuple[str, ...]:
    return redeploy(config, Facts(repository="acme/budget", branch="main", entrypoint="app.py", app=url))


@pytest.mark.parametrize(
    ("url", "config", "words"),
    [
        ("https://budget.fly.dev", Config(), (FLY,)),
        ("https://budget.example", Config(host="fly", service="budget"), (FLY,)),
        ("https://budget.streamlit.app", Config(), ()),
        ("https://budget.example", Config(), ()),
        ("https://budget.example", Config(host="fly", service="$(id)"), ()),
        ("", Config(), ()),
        ("no address", Config(host="fly"), ()),
    ],
)
def test_a_host_s_own_words_are_told_where_it_is_known(
    url: str, config: Config, words: tuple[str, ...]
) -> None:
    assert told_at(url, config) == words


def test_they_stand_in_place_of_community_cloud_s() -> None:
    facts = Facts(app="https://budget.fly.dev", branch="main", redeploy=(FLY,))
    told = story(*selective()[:2], facts=facts).next
    assert FLY in told
    assert not any("wait five minutes" in one for one in told)
