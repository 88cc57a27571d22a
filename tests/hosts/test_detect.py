from __future__ import annotations

from dataclasses import replace

import aiohttp
import pytest

from freshboot.hosts.address import AddressError
from freshboot.hosts.community_cloud import CommunityCloud
from freshboot.hosts.detect import detect
from freshboot.hosts.plain import Plain
from tests.hosts.servers import Answer, host, says, tells

STATUS = "/api/v2/app/status"
RUNNING = {"status": 5, "platformStatus": 0, "viewerAuthEnabled": False}


async def test_an_address_of_community_cloud_is_known_without_asking(http: aiohttp.ClientSession) -> None:
    found = await detect(http, "https://budget.streamlit.app/Report")
    assert isinstance(found, CommunityCloud)
    assert found.address.url == "https://budget.streamlit.app/~/+"


async def test_a_name_that_only_looks_like_it_is_not_believed(http: aiohttp.ClientSession) -> None:
    assert isinstance(await detect(http, "https://streamlit.app.invalid"), Plain)
    assert isinstance(await detect(http, "https://mystreamlit.app.invalid"), Plain)


async def test_what_answers_like_community_cloud_is_taken_for_it(http: aiohttp.ClientSession) -> None:
    async with host({STATUS: tells(RUNNING)}) as address:
        found = await detect(http, address)
    assert isinstance(found, CommunityCloud)
    assert found.address == replace(address, base="/~/+", sleeps=True)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says("<!doctype html>", kind="text/html"), id="html with 200, as Streamlit answers"),
        pytest.param(says(status=404), id="404"),
        pytest.param(tells({"status": 200}), id="another API's status"),
        pytest.param(tells({"status": "ok", "viewerAuthEnabled": False}), id="a word"),
        pytest.param(tells({"status": 5}), id="the number alone"),
        pytest.param(tells(["status"]), id="a list"),
        pytest.param(tells(RUNNING, status=500), id="with an error"),
        pytest.param(says('{"status": 5, "viewerAuthEnabled": false}'), id="as plain text"),
    ],
)
async def test_anything_else_is_plain(answer: Answer, http: aiohttp.ClientSession) -> None:
    async with host({STATUS: answer}) as address:
        found = await detect(http, address)
    assert isinstance(found, Plain)
    assert found.address == address


async def test_what_cannot_be_reached_is_plain(http: aiohttp.ClientSession) -> None:
    async with host({}) as address:
        pass
    assert isinstance(await detect(http, address.url), Plain)


@pytest.mark.parametrize("url", ["https://share.streamlit.io/ada/budget", "https://streamlit.app"])
async def test_the_hosts_own_pages_are_no_app(url: str, http: aiohttp.ClientSession) -> None:
    with pytest.raises(AddressError) as caught:
        await detect(http, url)
    assert "https://your-app.streamlit.app" in caught.value.remedy


async def test_a_wrong_address_is_an_error(http: aiohttp.ClientSession) -> None:
    with pytest.raises(AddressError):
        await detect(http, "budget.streamlit.app")
