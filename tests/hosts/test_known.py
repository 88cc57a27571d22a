"""Which host an address belongs to, and what a person is told to do at each."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from freshboot.commands.recalling import without_secrets
from freshboot.config.words import HOSTS as NAMES
from freshboot.config.words import TOKENS
from freshboot.errors import ConfigurationError
from freshboot.hosts.address import Address, AddressError
from freshboot.hosts.chores import Chore
from freshboot.hosts.community_cloud import CommunityCloud
from freshboot.hosts.containers import CONTAINERS
from freshboot.hosts.detect import detect
from freshboot.hosts.host import HostRefused, State, Tracked
from freshboot.hosts.known import HOSTS, PLATFORMS
from freshboot.hosts.plain import Plain
from freshboot.hosts.platform import Asked, Platform
from tests.hosts.asked import TOKEN
from tests.hosts.servers import host, says, tells

BEANSTALK = json.loads((Path(__file__).parent / "described" / "elasticbeanstalk.json").read_bytes())
DOCS = (Path(__file__).parents[2] / "docs" / "hosts.md").read_text("utf-8")
TRACKED = Tracked("team", "budget", "feature/a b$(id)", "app.py")
NAMED = {
    "huggingface": "ada/budget",
    "render": "srv-c9fnk5e1a2b3",
    "cloud-run": "projects/team/locations/europe-west1/services/budget",
    "heroku": "budget",
    "beanstalk": "budget-env",
    "azure": "budget",
    "railway": f"{'1' * 8}-1111-1111-1111-{'1' * 12}/{'2' * 8}-2222-2222-2222-{'2' * 12}",
    "fly": "budget",
}
PLATFORM = pytest.mark.parametrize("kind", PLATFORMS, ids=lambda kind: kind.name)


def at(
    kind: type[Platform], http: Any = None, url: str = "https://app.example", service: str = ""
) -> Platform:
    return kind(http, Address.parse(url), service, {})


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://ada-budget.hf.space", "huggingface"),
        ("https://huggingface.co/spaces/ada/budget", "huggingface"),
        ("https://budget.onrender.com/Report", "render"),
        ("https://budget-123456789.europe-west1.run.app", "cloud-run"),
        ("https://budget-abcdefghij-ew.a.run.app", "cloud-run"),
        ("https://budget-1a2b3c4d5e6f.herokuapp.com", "heroku"),
        ("https://budget.eba-abcd.eu-west-1.elasticbeanstalk.com", "beanstalk"),
        ("https://budget.azurewebsites.net", "azure"),
        ("https://budget-abc123.westeurope-01.azurewebsites.net", "azure"),
        ("https://budget.up.railway.app", "railway"),
        ("https://budget.fly.dev", "fly"),
        ("https://budget.streamlit.app", "community-cloud"),
    ],
)
async def test_an_address_tells_its_host_without_anything_being_asked(url: str, name: str) -> None:
    assert (await detect(None, url)).name == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["https://hf.space.invalid", "https://notonrender.com.invalid", "https://127.0.0.1:9"]
)
async def test_a_name_that_only_looks_like_one_is_not_believed(url: str, http: aiohttp.ClientSession) -> None:
    assert isinstance(await detect(http, url), Plain)
    assert not isinstance(await detect(http, url), Platform)


async def test_a_person_s_word_comes_before_what_an_address_looks_like(http: aiohttp.ClientSession) -> None:
    status = tells({"status": 5, "viewerAuthEnabled": False})
    async with host({"/api/v2/app/status": status}) as address:
        assert isinstance(await detect(http, address), CommunityCloud)
        assert (await detect(http, address, "render", "srv-1")).service == "srv-1"
        assert type(await detect(http, address, "plain")) is Plain


async def test_a_host_that_there_is_not_is_an_error(http: aiohttp.ClientSession) -> None:
    with pytest.raises(ConfigurationError, match="no host 'vercel'"):
        await detect(http, "https://app.example", "vercel")


@pytest.mark.parametrize(
    "url",
    [
        "https://dashboard.render.com/web/srv-1",
        "https://railway.com/project/x",
        "https://portal.azure.com",
        "https://fly.io/apps/budget",
    ],
)
async def test_a_host_s_own_pages_are_no_app(url: str, http: aiohttp.ClientSession) -> None:
    with pytest.raises(AddressError, match="is not the address of an app"):
        await detect(http, url)


def test_the_configuration_names_the_hosts_that_there_are() -> None:
    assert tuple(HOSTS) == NAMES


@PLATFORM
def test_a_report_never_shows_what_a_host_is_asked_with(
    kind: type[Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = getattr(kind, "token", None)
    assert (variable in TOKENS) is issubclass(kind, Asked)
    if variable is not None:
        monkeypatch.setenv(variable, TOKEN)
        assert without_secrets(f"it says {TOKEN}") == "it says (hidden)"


def test_an_app_moves_to_a_host_by_the_name_that_it_is_known_by() -> None:
    assert set(CONTAINERS) <= set(HOSTS)


@pytest.mark.parametrize("name", HOSTS)
def test_the_documents_have_a_row_for_each_host(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|.*$", DOCS.partition("## ")[0], re.M)
    assert row.count("|") == 9
    is_tried = name == "plain"
    assert ("untested live" in row) is not is_tried


@PLATFORM
@pytest.mark.parametrize("chore", Chore)
def test_every_chore_has_words_in_which_nothing_is_left_open(kind: type[Platform], chore: Chore) -> None:
    for service in ("", NAMED[kind.name]):
        told = at(kind, service=service).instruction(chore, TRACKED)
        assert told.steps
        assert told.link.startswith("https://")
        for line in told.lines:
            assert not re.search(r"[{}\n]", line)


@PLATFORM
def test_the_app_s_own_name_stands_in_the_commands_where_it_is_known(kind: type[Platform]) -> None:
    told = at(kind, service=NAMED[kind.name]).instruction(Chore.REBOOT, TRACKED)
    name = (
        NAMED[kind.name].rpartition("services/")[2].split("/")[0]
        if kind.name != "huggingface"
        else "ada/budget"
    )
    assert kind.name == "render" or any(name in line for line in told.lines)


@PLATFORM
def test_a_branch_with_a_command_in_its_name_is_quoted(kind: type[Platform]) -> None:
    for chore in Chore:
        for line in at(kind, service=NAMED[kind.name]).instruction(chore, TRACKED).steps:
            assert "$(id)" not in line or shlex.quote(TRACKED.branch) in line


@PLATFORM
@pytest.mark.parametrize("service", ["a b", "a;id", "$(id)", "../x", "a" * 300, "-x", "app\n"])
def test_a_service_that_is_none_is_refused(kind: type[Platform], service: str) -> None:
    with pytest.raises(ConfigurationError, match=f"is no service of {kind.name}"):
        at(kind, service=service)


@PLATFORM
async def test_a_visit_wakes_an_app(kind: type[Platform], http: aiohttp.ClientSession) -> None:
    async with host({"/": says("<html>")}) as address:
        assert await at(kind, http, address.url).wake() is kind.wakes_by_visit
    assert await at(kind, http, address.url).wake() is False


@PLATFORM
async def test_without_a_token_an_app_is_asked_as_any_other(
    kind: type[Platform], http: aiohttp.ClientSession
) -> None:
    async with host({"/_stcore/health": says("ok")}) as address:
        there = at(kind, http, address.url)
        assert (await there.condition()).state is State.AWAKE
        assert await there.commit() == ""
        assert there.rebuilding.does == ""
        with pytest.raises(HostRefused):
            await there.rebuild("a" * 40)


def commands(kind: type[Platform], program: str) -> Iterator[list[str]]:
    for chore in Chore:
        for step in at(kind, service=NAMED[kind.name]).instruction(chore, TRACKED).steps:
            if step.startswith(f"{program} "):
                yield shlex.split(step)


def test_the_commands_of_beanstalk_have_the_options_that_the_service_describes() -> None:
    told = list(commands(HOSTS["beanstalk"], "aws"))  # type: ignore[arg-type]
    assert len(told) >= 6
    for _aws, _service, operation, *options in told:
        described = BEANSTALK[operation_of(operation)]
        given = {one[2:] for one in options if one.startswith("--")} - {"region"}
        assert given <= {kebab(member) for member in described["members"]}
        assert {kebab(one) for one in described["required"]} <= given
        if "--info-type" in options:
            assert options[options.index("--info-type") + 1] in BEANSTALK["EnvironmentInfoType"]


def kebab(member: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", member).lower()


def operation_of(command: str) -> str:
    names: dict[str, str] = {kebab(name).replace("-c-n-a-m-es", "-cnames"): name for name in BEANSTALK}
    return names[command]
