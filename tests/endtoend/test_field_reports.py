"""The eleven classes of public reports that a push does not show, each brought about on the lab.

Every test ends with the step that ``next`` names, and with the verdict that stands then: without its fault
none of them says what it said with it. What the page shows comes from code that knows nothing of freshboot.
"""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest

from tests.endtoend.field_reports import (
    BRIEF,
    CACHED,
    PATIENT,
    QUICK,
    RELOAD_GUARD,
    advice,
    deploy,
    home_of,
    outage_at_the_next_push,
    push,
    reboot,
    rename_back,
    rename_repository,
    until_the_installer_fails,
    visitors,
    with_more,
    without_boot,
)
from tests.endtoend.team import Team, files_of, freshboot
from tests.gitrepo import ISOLATION

MODULE = "helpers.py"
PROVEN = (0, "proven", None)
ONLY_LOADED = ("--require", "disk,memory")
"""Without healing, what the caches hold stays as old as the process."""


@pytest.fixture
def team(everybody: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The team with a release of theirs live and no fault; boot() makes it so without a reboot."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    everybody.lab.set_faults()
    deploy(everybody, files_of(everybody.number + 1))
    assert everybody.displayed() == shown(everybody)
    return everybody


def shown(team: Team) -> list[str]:
    """What the sample app shows where all of the latest release is live."""
    return [f"main {team.number}", f"module {team.number}"]


# Stale modules in the process


def test_stale_modules_are_named_and_a_reboot_makes_them_fresh(team: Team) -> None:
    before = team.settle(boot="heal=False")
    team.lab.set_faults("hold-module")
    deploy(team, files_of(team.number + 1, "heal=False"))
    assert team.displayed() == [f"main {team.number}", f"module {team.number - 1}"]
    told = team.confirm(*QUICK, *ONLY_LOADED)
    assert told.verdict == (1, "stale", "stale-modules")
    assert told.facts["causes"] == ["stale-modules"]
    assert told.files() == {(MODULE, "memory", "stale")}
    assert told.facts["files"][0]["live_commit"] == before
    assert "the process still runs old code" in told.facts["explanation"]
    assert "freshboot.boot()" in advice(told)
    assert "Reboot" in advice(told)
    reboot(team)
    assert team.displayed() == shown(team)
    assert team.confirm(*QUICK, *ONLY_LOADED).verdict == PROVEN


def test_stale_modules_of_an_app_without_boot_are_seen_and_never_proven(team: Team, tmp_path: Path) -> None:
    marks = tmp_path / "freshboot.yml"
    marks.write_text("marks: [DEPLOYMENT_VERSION]\n")
    deploy(team, without_boot(team.number + 1))
    team.lab.reboot()
    assert team.displayed()[:2] == shown(team)
    team.lab.set_faults("hold-module")
    team.change(files=without_boot(team.number + 1))
    told = team.rollout(*PATIENT, "--no-witness", "--config", str(marks))
    main, module, stamp = team.displayed()
    assert (main, module) == (f"main {team.number}", f"module {team.number - 1}")
    assert stamp == told.facts["expected"]["stamp"]
    assert told.verdict == (3, "seen", "no-agent")
    assert told.facts["files"] == []
    assert "what else runs is not known" in told.facts["explanation"]
    assert "freshboot.boot()" in advice(told)
    deploy(team, files_of(team.number + 1))
    assert team.confirm(*QUICK).verdict == PROVEN
    assert team.displayed() == shown(team)


@pytest.fixture
def halves(team: Team) -> Team:
    """A new entrypoint without boot() asks an old module for a name that it does not have yet."""
    deploy(team, without_boot(team.number + 1))
    team.lab.reboot()
    assert team.displayed()[:2] == shown(team)
    team.lab.set_faults("hold-module")
    deploy(team, without_boot(team.number + 1, name="RENAMED"))
    assert "ImportError: cannot import name 'RENAMED'" in team.displayed()[0]
    return team


def test_a_new_name_that_a_stale_module_lacks_is_quoted_and_a_reboot_cures_it(halves: Team) -> None:
    told = halves.confirm(*QUICK)
    assert (told.code, told.facts["verdict"]) == (3, "unproven")
    assert "cannot import name 'RENAMED' from 'helpers'" in told.facts["explanation"]
    assert told.facts["raised"][0]["frame"] == {"path": "streamlit_app.py", "line": 3}
    assert "freshboot.boot()" in advice(told)
    reboot(halves)
    assert halves.displayed()[:2] == shown(halves)
    assert halves.confirm(*QUICK).verdict == (3, "unproven", "no-agent")


def test_a_new_name_that_a_stale_module_lacks_is_no_race(halves: Team) -> None:
    told = halves.confirm(*QUICK)
    assert told.facts["cause"] == "app-raises"
    assert "goes away by itself" not in advice(told)
    assert "a reboot, a rename or a version bump changes nothing" not in advice(told)
    assert "Reboot" in advice(told)


# Push not applied, or late


def test_a_push_that_is_not_applied_is_told_and_a_reboot_brings_it(team: Team) -> None:
    before = team.head
    team.lab.set_faults("lost-webhook")
    push(team, files_of(team.number + 1))
    told = team.confirm(*QUICK)
    assert told.verdict == (1, "stale", "not-applied")
    assert told.facts["causes"] == ["not-applied"]
    assert (told.facts["live"]["commit"], told.facts["live"]["behind"]) == (before, 1)
    assert "The push never arrived" in told.facts["explanation"]
    assert "webhook" in advice(told)
    assert "Reboot" in advice(told)
    assert team.displayed() == [f"main {team.number - 1}", f"module {team.number - 1}"]
    reboot(team)
    assert team.confirm(*QUICK).verdict == PROVEN
    assert team.displayed() == shown(team)


def test_a_push_that_is_late_is_waited_for(team: Team) -> None:
    team.lab.set_faults("lost-webhook:2")
    team.change()
    told = team.rollout(*PATIENT)
    assert told.verdict == PROVEN
    assert any("attests otherwise" in one["event"] for one in told.facts["timeline"])
    assert told.facts["timing"]["detected_s"] > 1
    assert team.displayed() == shown(team)


# Platform outage


def test_an_outage_that_the_platform_owns_up_to_is_no_push_s_business(team: Team) -> None:
    team.lab.set_faults("platform-outage:status")
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        team.displayed()
    told = team.confirm(*BRIEF)
    assert told.verdict == (3, "unproven", "platform-outage")
    assert "The host itself is out of order" in told.facts["explanation"]
    assert "no push and no setting cures this" in advice(told)
    assert "status page" in advice(told)
    team.lab.set_faults()
    assert team.confirm(*QUICK).verdict == PROVEN


def test_an_outage_of_everything_is_the_platform_s_as_well(team: Team) -> None:
    with outage_at_the_next_push(team):
        team.change()
        told = team.rollout(*BRIEF, "--timeout", "4s")
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        team.displayed()
    assert told.verdict == (3, "unproven", "platform-outage")
    assert "no push and no setting cures this" in advice(told)
    team.lab.set_faults()
    assert team.confirm(*PATIENT).verdict == PROVEN
    assert team.displayed() == shown(team)


# Streamlit's caches


def test_what_the_caches_hold_is_told_and_clearing_them_cures_it(team: Team) -> None:
    deploy(team, with_more(team.number + 1, CACHED, boot="clear=False"))
    team.lab.reboot()
    assert team.displayed() == shown(team)
    team.lab.set_faults("results")
    deploy(team, with_more(team.number + 1, CACHED, boot="clear=False"))
    assert team.displayed() == [f"main {team.number}", f"module {team.number - 1}"]
    told = team.confirm(*QUICK)
    assert told.verdict == (1, "stale", "stale-results")
    assert told.facts["causes"] == ["stale-results"]
    assert (MODULE, "results", "stale") in told.files()
    assert {layer for _, layer, _ in told.files()} == {"results"}
    assert "clear=True" in advice(told)
    assert "Clear cache" in advice(told)
    deploy(team, with_more(team.number + 1, CACHED))
    assert team.displayed() == shown(team)
    assert team.confirm(*QUICK).verdict == PROVEN


# Wrong branch, entrypoint or renamed repository


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("wrong-branch:another", "branch another, streamlit_app.py"),
        ("wrong-entrypoint:pages/detail.py", "branch main, pages/detail.py"),
    ],
)
def test_a_host_that_deploys_something_else_is_told_and_what_it_deploys(
    team: Team, fault: str, named: str
) -> None:
    team.lab.set_faults(fault)
    push(team, files_of(team.number + 1))
    if fault.startswith("wrong-entrypoint"):
        team.lab.wait_deployed(team.head)
    assert shown(team)[0] not in team.displayed()
    told = team.confirm(*QUICK)
    assert (told.code != 0, told.facts["cause"]) == (True, "wrong-target")
    assert f"the host deploys lab/app, {named}" in told.facts["explanation"]
    assert "Compare url, branch and entrypoint" in advice(told)
    assert "delete the app and deploy it again" in advice(told)
    team.lab.set_faults()
    assert team.confirm(*PATIENT).verdict == PROVEN
    assert team.displayed() == shown(team)


def test_a_repository_that_was_renamed_under_the_host_is_a_wrong_target(team: Team, tmp_path: Path) -> None:
    rename_repository(team, tmp_path, "new-name")
    try:
        assert team.confirm(*QUICK).verdict == PROVEN  # the name alone is no fault
        team.lab.set_faults("lost-webhook")
        push(team, files_of(team.number + 1))
        told = team.confirm(*QUICK)
        assert told.verdict == (1, "stale", "wrong-target")
        assert "the host deploys lab/app, branch main" in told.facts["explanation"]
        rename_repository(team, tmp_path, "app")
        assert team.confirm(*QUICK).verdict == (1, "stale", "not-applied")
    finally:
        rename_back(team)
    reboot(team)
    assert team.confirm(*QUICK).verdict == PROVEN


# Build error, the old version kept


def test_a_build_error_that_keeps_the_old_version_is_told_with_the_log_s_words(
    team: Team, tmp_path: Path
) -> None:
    log = tmp_path / "host.log"
    team.lab.set_faults("build-error")
    push(team, files_of(team.number + 1))
    until_the_installer_fails(team)
    log.write_text(team.lab.log())
    assert team.displayed() == [f"main {team.number - 1}", f"module {team.number - 1}"]
    told = team.confirm(*QUICK)
    assert told.verdict == (1, "stale", "build-failed")
    assert "runs what it had: it says INSTALLER_ERROR" in told.facts["explanation"]
    assert "Read the host's log" in advice(told)
    with_log = team.confirm(*QUICK, "--log", str(log))
    assert with_log.verdict == told.verdict
    assert "freshboot-lab-has-no-such-package" in with_log.facts["explanation"]
    said = freshboot(team.folder, "report", "--log", str(log))
    assert (said.code, said.facts["build_failed"], said.facts["cause"]) == (0, True, "build-failed")
    assert any("No matching distribution" in line for line in said.facts["failing_lines"])
    team.lab.set_faults()
    deploy(team, files_of(team.number + 1))
    assert team.confirm(*QUICK).verdict == PROVEN
    log.write_text(team.lab.log())
    mended = freshboot(team.folder, "report", "--log", str(log))
    assert (mended.facts["build_failed"], mended.facts["cause"]) == (False, None)


# Hot-reload race


def test_a_race_is_told_while_it_goes_on_and_is_gone_with_the_other_sessions(team: Team) -> None:
    deploy(team, without_boot(team.number + 1, guard=RELOAD_GUARD, slow=True))
    with visitors(team) as seen:
        told = team.confirm(*QUICK)
    assert ["KeyError: 'helpers'"] in seen
    assert told.verdict == (3, "unproven", "hot-reload-race")
    assert "KeyError: 'helpers'" in told.facts["explanation"]
    assert "goes away by itself" in advice(told)
    assert "freshboot.boot()" in advice(told)
    assert team.displayed()[:2] == shown(team)
    assert team.confirm(*QUICK).verdict == (3, "unproven", "no-agent")


# Private app, missing secret, or the data and the code itself


def test_a_private_app_is_no_push_s_business(team: Team) -> None:
    team.lab.set_faults("private")
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        team.displayed()
    told = team.confirm(*QUICK)
    assert told.verdict == (3, "unproven", "private")
    assert "only to those who are signed in" in told.facts["explanation"]
    assert "No push cures this: make the app public" in advice(told)
    assert "Reboot" not in advice(told)
    team.lab.set_faults()
    assert team.confirm(*QUICK).verdict == PROVEN


SECRETS = 'st.text(st.secrets["api_key"])\n'


def test_a_missing_secret_is_the_app_s_own_exception_and_no_cache_s_fault(team: Team) -> None:
    deploy(team, with_more(team.number + 1, SECRETS))
    told = team.confirm(*QUICK)
    assert told.verdict == (4, "code", "app-raises")
    assert "No cache is to blame" in told.facts["explanation"]
    assert "StreamlitSecretNotFoundError: No secrets found" in told.facts["explanation"]
    assert told.facts["raised"][0]["frame"] == {"path": "streamlit_app.py", "line": 14}
    assert "Enter the secret in the host's settings" in advice(told)
    assert team.displayed()[0] == f"main {team.number}"
    settings = home_of(team) / ".streamlit" / "secrets.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('api_key = "entered"\n')
    assert team.displayed() == [f"main {team.number}", "entered"]
    assert team.confirm(*QUICK).verdict == PROVEN
    settings.unlink()


@pytest.mark.parametrize("lookup", ['os.environ["API_KEY"]', '{"amount": "100"}["revenue"]'])
def test_a_key_that_the_secrets_or_the_data_lack_is_no_race(team: Team, lookup: str) -> None:
    deploy(team, with_more(team.number + 1, f"st.text({lookup})\n"))
    assert team.displayed()[1].startswith("KeyError: '")
    told = team.confirm(*QUICK)
    assert told.verdict == (4, "code", "app-raises")
    assert told.facts["causes"] == ["app-raises"]
    assert "goes away by itself" not in advice(told)


@pytest.fixture
def expecting(tmp_path: Path) -> tuple[str, str]:
    """Options for an expected sum on the page."""
    file = tmp_path / "checks.yml"
    file.write_text(json.dumps({"checks": [{"metric": "Revenue", "equals": "£300", "within": 1}]}))
    return "--config", str(file)


SUM = """\
rows = [line.split(",") for line in open(os.path.join(os.path.dirname(__file__), "orders.csv"))]
st.metric("Revenue", f"£{sum(int(amount) for country, amount in rows if country in KNOWN)}")
"""


@pytest.mark.parametrize(
    ("known", "orders"),
    [(("ES",), "ES,100\nRO,200\n"), (("ES", "RO"), "ES,100\n")],
    ids=["the code", "the data"],
)
def test_wrong_code_and_wrong_data_are_quoted_and_no_cache_s_fault(
    team: Team, expecting: tuple[str, str], known: tuple[str, ...], orders: str
) -> None:
    wrong = with_more(team.number + 1, f"KNOWN = {known!r}\n{SUM}")
    deploy(team, {**wrong, "orders.csv": orders})
    told = team.confirm(*QUICK, *expecting)
    assert told.verdict == (4, "code", "check-failed")
    assert "no cache is to blame" in told.facts["explanation"]
    assert "expected £300 ± 1, found £100" in told.facts["explanation"]
    assert "a reboot, a rename or a version bump changes nothing" in advice(told)
    assert team.displayed() == [f"main {team.number}", "Revenue: £100"]
    right = with_more(team.number + 1, f"KNOWN = {('ES', 'RO')!r}\n{SUM}")
    deploy(team, {**right, "orders.csv": "ES,100\nRO,200\n"})
    assert team.confirm(*QUICK, *expecting).verdict == PROVEN
    assert team.displayed() == [f"main {team.number}", "Revenue: £300"]
