"""Each fault shows on the page, and without it the opposite does: the twin of each test says so."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from freshboot.lab import FAULTS, LabProcess, UnknownFault, parse_fault
from tests.lab.developer import Developer, Release
from tests.lab.eyes import displayed, settled, until_displayed, visiting

SLOWLY_S = 1.5
WITHOUT_ARGUMENT = (
    *("hold-module", "asleep", "bytecode", "results", "edge-cache"),
    *("build-error", "replica", "private"),
)


async def watched_release(lab: LabProcess, developer: Developer) -> Release:
    """A release that lands while somebody has the page open, which is what makes hot reload work."""
    async with visiting(lab.url) as visit:
        before = developer.latest
        assert await visit.look() == [before.main, before.module]
        release = developer.release()
        lab.wait_deployed(release.commit)
        await settled(lab.url)
    return release


def on_disk(lab: LabProcess, path: str, text: str) -> bool:
    """Whether the file shows the text, as the server's disk has it."""
    try:
        return f'"{text}"' in (Path(lab.state()["replicas"][0]["checkout"]) / path).read_text()
    except FileNotFoundError:
        # git removes a file before it writes the new one.
        return False


async def test_without_a_fault_everything_is_new(lab: LabProcess, developer: Developer) -> None:
    release = await watched_release(lab, developer)
    await until_displayed(lab.url, [release.main, release.module])
    await until_displayed(lab.url, [release.page, release.module], page="detail")


async def test_hold_file_keeps_the_file_old_and_everything_else_is_new(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("hold-file:helpers.py")
    old, release = developer.latest, await watched_release(lab, developer)
    assert await settled(lab.url) == [release.main, old.module]
    assert await settled(lab.url, page="detail") == [release.page, old.module]
    assert on_disk(lab, "helpers.py", old.module)


async def test_hold_file_holds_the_entrypoint(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("hold-file:streamlit_app.py")
    old, release = developer.latest, await watched_release(lab, developer)
    assert await settled(lab.url) == [old.main, release.module]


async def test_hold_file_holds_through_several_pulls_and_lets_go_when_it_is_lifted(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("hold-file:helpers.py")
    old = developer.latest
    await watched_release_of_old_module(lab, developer, old)
    await watched_release_of_old_module(lab, developer, old)
    lab.set_faults()
    # The commit changes another file only: the next pull still makes the held one good.
    lab.wait_deployed(developer.push({"notes.txt": "nothing of note\n"}))
    assert on_disk(lab, "helpers.py", developer.latest.module)


async def watched_release_of_old_module(lab: LabProcess, developer: Developer, old: Release) -> None:
    async with visiting(lab.url) as visit:
        await visit.look()
        release = developer.release()
        lab.wait_deployed(release.commit)
        await until_displayed(lab.url, [release.main, old.module])


async def test_hold_module_keeps_the_module_in_memory_while_the_disk_is_new(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("hold-module")
    pid = lab.state()["replicas"][0]["pid"]
    old, release = developer.latest, await watched_release(lab, developer)
    assert await settled(lab.url) == [release.main, old.module]
    assert await settled(lab.url, page="detail") == [release.page, old.module]
    assert on_disk(lab, "helpers.py", release.module)
    assert lab.state()["replicas"][0]["pid"] == pid


async def test_hold_module_ends_the_sessions_that_are_open(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("hold-module")
    async with visiting(lab.url) as visit:
        await visit.look()
        lab.wait_deployed(developer.release().commit)
        assert await visit.ended() == 1012


async def test_without_hold_module_open_sessions_stay(lab: LabProcess, developer: Developer) -> None:
    async with visiting(lab.url) as visit:
        await visit.look()
        release = developer.release()
        lab.wait_deployed(release.commit)
        await until_displayed(lab.url, [release.main, release.module])
        assert await visit.look() == [release.main, release.module]


async def test_lost_webhook_leaves_everything_old(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("lost-webhook")
    old = developer.latest
    release = developer.release()
    assert await settled(lab.url) == [old.main, old.module]
    state = lab.state()
    assert (state["tip"], state["replicas"][0]["commit"]) == (release.commit, old.commit)


async def test_a_later_push_brings_along_the_one_whose_webhook_was_lost(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("lost-webhook")
    lost = developer.release()
    await settled(lab.url)
    assert not on_disk(lab, "helpers.py", lost.module)
    lab.set_faults()
    lab.wait_deployed(developer.push({"notes.txt": "more\n"}))
    assert on_disk(lab, "helpers.py", lost.module)


@pytest.mark.parametrize(
    ("fault", "at_least", "below"), [(f"lost-webhook:{SLOWLY_S}", SLOWLY_S, 20), (None, 0, 1)]
)
def test_lost_webhook_with_seconds_comes_late(
    lab: LabProcess, developer: Developer, fault: str | None, at_least: float, below: float
) -> None:
    lab.set_faults(*filter(None, [fault]))
    release = developer.release()
    pushed = time.monotonic()
    lab.wait_deployed(release.commit)
    assert at_least - 0.1 <= time.monotonic() - pushed < below


async def test_asleep_ends_the_process_and_a_fresh_clone_awakes(
    lab: LabProcess, developer: Developer
) -> None:
    lab.set_faults("asleep")
    pid = lab.state()["replicas"][0]["pid"]
    async with visiting(lab.url) as visit:
        await visit.look()
        release = developer.release()
        await visit.ended()
    assert lab.state()["phase"] == "is_shutdown"
    lab.reboot()
    assert await displayed(lab.url) == [release.main, release.module]
    assert lab.state()["replicas"][0]["pid"] != pid


def test_without_asleep_the_process_stays(lab: LabProcess, developer: Developer) -> None:
    pid = lab.state()["replicas"][0]["pid"]
    lab.wait_deployed(developer.release().commit)
    assert (lab.state()["phase"], lab.state()["replicas"][0]["pid"]) == ("running", pid)


@pytest.mark.parametrize(("fault", "at_least", "below"), [(f"slow:{SLOWLY_S}", SLOWLY_S, 20), (None, 0, 1)])
def test_slow_spreads_the_pull_over_the_seconds(
    lab: LabProcess, developer: Developer, fault: str | None, at_least: float, below: float
) -> None:
    lab.set_faults(*filter(None, [fault]))
    release = developer.release()
    pushed = time.monotonic()
    lab.wait_deployed(release.commit)
    assert at_least <= time.monotonic() - pushed < below
    assert on_disk(lab, "helpers.py", release.module)


def test_slow_lets_the_files_land_one_after_the_other(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults(f"slow:{SLOWLY_S}")
    old, release = developer.latest, developer.release()
    texts = {
        "helpers.py": release.module,
        "pages/detail.py": release.page,
        "streamlit_app.py": release.main,
    }
    counts = set()
    while lab.state()["replicas"][0]["commit"] == old.commit:
        counts.add(sum(on_disk(lab, path, text) for path, text in texts.items()))
    assert {1, 2} <= counts


async def test_faults_combine(lab: LabProcess, developer: Developer) -> None:
    lab.set_faults("slow:0.5", "hold-module", "hold-file:streamlit_app.py", "lost-webhook:0.5")
    old = developer.latest
    assert await displayed(lab.url) == [old.main, old.module]
    release = developer.release()
    pushed = time.monotonic()
    lab.wait_deployed(release.commit)
    assert time.monotonic() - pushed >= 0.9
    assert await settled(lab.url) == [old.main, old.module]
    assert on_disk(lab, "helpers.py", release.module)
    assert on_disk(lab, "streamlit_app.py", old.main)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hold-fil:a.py", "there is no fault 'hold-fil'"),
        ("", "there is no fault ''"),
        ("asleep:3", "asleep takes no argument"),
        ("hold-module:", "hold-module takes no argument"),
        ("hold-file", "hold-file needs a path"),
        ("hold-file:/etc/passwd", "hold-file needs a path"),
        ("hold-file:../x", "hold-file needs a path"),
        ("slow", "slow needs a number of seconds"),
        ("slow:fast", "slow needs a number of seconds"),
        ("slow:-1", "slow needs a number of seconds"),
        ("slow:nan", "slow needs a number of seconds"),
        ("lost-webhook:inf", "lost-webhook needs a number of seconds"),
        ("flap:soon", "flap needs a number of seconds"),
        ("crash-loop:-1", "crash-loop needs a number of seconds"),
        ("ghost", "ghost needs a path"),
        ("ghost:../x", "ghost needs a path"),
        ("wrong-entrypoint:", "wrong-entrypoint needs a path"),
        ("wrong-branch:", "wrong-branch needs a branch's name"),
        ("unwatched:some", "unwatched takes all, not 'some'"),
        ("network:5", "network takes reset or delay or 5xx or 429, not '5'"),
        ("platform-outage:", "platform-outage takes status, not ''"),
        ("no-rebuild:x", "no-rebuild takes once, not 'x'"),
        *[(f"{name}:x", f"{name} takes no argument") for name in WITHOUT_ARGUMENT],
    ],
)
def test_a_fault_that_is_not_understood_is_told_in_words(text: str, words: str) -> None:
    with pytest.raises(UnknownFault, match=words):
        parse_fault(text)


def test_an_unknown_fault_names_the_known_ones() -> None:
    with pytest.raises(UnknownFault) as caught:
        parse_fault("gremlins")
    for fault in FAULTS:
        assert fault.usage in caught.value.remedy
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 20


@pytest.mark.parametrize(
    "text",
    [
        *WITHOUT_ARGUMENT,
        *("hold-file:a/b c.py", "ghost:é", "wrong-entrypoint", "wrong-entrypoint:b.py", "wrong-branch:a/b:c"),
        *("lost-webhook", "lost-webhook:2", "slow:0.5", "flap", "flap:1", "crash-loop", "crash-loop:0"),
        *(
            "unwatched",
            "unwatched:all",
            "network",
            "network:5xx",
            "platform-outage",
            "platform-outage:status",
        ),
    ],
)
def test_a_fault_reads_back_as_it_was_written(text: str) -> None:
    assert parse_fault(text).text == text
