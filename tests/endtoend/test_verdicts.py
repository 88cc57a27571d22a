"""Every verdict and cause on the lab, on the newest Streamlit, with the page as the truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.team import HASTE, PATIENT, WITHOUT_AGENT, Team, files_of, freshboot, lab_of, team_of
from tests.gitrepo import head

MODULE = "helpers.py"
SURE = ("--grace", "1s")
"""Of what does not change any more."""


def test_a_push_that_arrives_is_proven(team: Team) -> None:
    team.change()
    told = freshboot(team.folder, "rollout", "--url", team.lab.url, *HASTE, *PATIENT)
    assert told.verdict == (0, "proven", None)
    assert told.facts["live"]["commit"] == told.facts["expected"]["commit"] == team.head
    assert told.facts["live"]["stamp"] == told.facts["expected"]["stamp"]
    assert told.facts["files"] == []
    assert team.displayed() == team.shown


def test_a_file_that_is_held_back_is_stale_and_its_commit_is_named(team: Team) -> None:
    old, before = team.number, team.head
    team.lab.set_faults(f"hold-file:{MODULE}")
    team.deploy()
    told = team.confirm(*SURE)
    assert told.verdict == (1, "stale", "stale-file")
    assert (MODULE, "disk", "stale") in told.files()
    assert {(one["live_commit"], one["behind"]) for one in told.facts["files"]} == {(before, 1)}
    assert before[:7] in told.facts["explanation"]
    assert team.displayed() == [f"main {team.number}", f"module {old}"]


ONLY_LOADED = ("--require", "disk,memory")
"""Without healing, what the caches hold stays as old as the process."""


def test_a_module_that_is_held_in_memory_is_stale_there_and_nowhere_else(team: Team) -> None:
    before = team.settle(boot="heal=False")
    team.lab.set_faults("hold-module")
    team.deploy(boot="heal=False")
    told = team.confirm(*ONLY_LOADED, *SURE)
    assert told.verdict == (1, "stale", "stale-modules")
    assert told.files() == {(MODULE, "memory", "stale")}
    assert told.facts["files"][0]["live_commit"] == before
    assert team.displayed() == [f"main {team.number}", f"module {team.number - 1}"]


def test_without_the_fault_the_same_module_is_proven(team: Team) -> None:
    team.settle(boot="heal=False")
    team.change(boot="heal=False")
    assert team.rollout(*ONLY_LOADED, *PATIENT).verdict == (0, "proven", None)
    assert team.displayed() == team.shown


def test_boot_heals_the_module_that_is_held_in_memory(team: Team) -> None:
    team.lab.set_faults("hold-module")
    team.change()
    assert team.rollout("--no-witness", *PATIENT).verdict == (0, "proven", None)
    assert team.displayed() == team.shown


def test_the_witness_alone_makes_hot_reload_work(team: Team) -> None:
    """No fault at all: nobody is connected but the witness, and boot() does not heal."""
    team.settle(boot="heal=False")
    team.deploy(boot="heal=False")
    assert team.confirm("--no-witness", *SURE).verdict == (1, "stale", "stale-modules")
    assert team.displayed() == [f"main {team.number}", f"module {team.number - 1}"]
    team.settle(boot="heal=False")
    team.change(boot="heal=False")
    assert team.rollout(*ONLY_LOADED, *PATIENT).verdict == (0, "proven", None)


def test_a_push_that_never_arrives_was_not_applied(team: Team) -> None:
    before = team.head
    team.lab.set_faults("lost-webhook")
    team.change()
    told = team.rollout(*SURE)
    assert told.verdict == (1, "stale", "not-applied")
    assert told.facts["live"]["commit"] == before
    assert told.facts["live"]["behind"] == 2
    assert team.displayed() == [f"main {team.number - 1}", f"module {team.number - 1}"]


def test_a_push_that_arrives_late_is_waited_for(team: Team) -> None:
    team.lab.set_faults("lost-webhook:2")
    team.change()
    told = team.rollout(*PATIENT, "--settle", "1.5s")
    assert told.verdict == (0, "proven", None)
    assert told.facts["timing"]["detected_s"] > 1
    assert told.facts["timing"]["settled_s"] >= told.facts["timing"]["detected_s"] + 1.5
    assert team.displayed() == team.shown


def test_a_pull_that_lands_file_by_file_is_proven_only_when_all_of_it_is_there(team: Team) -> None:
    team.lab.set_faults("slow:2")
    team.change()
    told = team.rollout(*PATIENT)
    assert told.verdict == (0, "proven", None)
    assert any("attests otherwise" in one["event"] for one in told.facts["timeline"])


def test_a_sleeping_app_is_unproven_where_it_may_not_be_woken(team: Team) -> None:
    team.lab.sleep()
    told = team.confirm("--no-wake", *SURE)
    assert told.verdict == (3, "unproven", "asleep")
    assert told.facts["live"]["stamp"] is None


def test_an_app_that_falls_asleep_at_the_push_is_woken_and_proven(team: Team) -> None:
    team.lab.set_faults("asleep")
    team.change()
    told = team.rollout(*PATIENT)
    assert told.verdict == (0, "proven", None)
    assert any("woke the app" in one["event"] for one in told.facts["timeline"])
    assert team.displayed() == team.shown


def test_a_later_commit_supersedes_the_one_that_is_confirmed(team: Team) -> None:
    earlier = team.head
    later = team.deploy()
    told = team.confirm("--commit", earlier)
    assert told.verdict == (0, "superseded", None)
    assert told.facts["live"]["commit"] == later
    assert told.facts["expected"]["commit"] == earlier


def test_an_untracked_module_on_the_server_bars_the_proof(team: Team) -> None:
    checkout = Path(team.lab.state()["replicas"][0]["checkout"])
    (checkout / "json.py").write_text("shadow = True\n")
    try:
        assert team.confirm(*SURE).verdict == (3, "unproven", "unknown-code")
    finally:
        (checkout / "json.py").unlink()


def test_a_file_that_is_edited_on_the_server_is_not_proven(team: Team) -> None:
    checkout = Path(team.lab.state()["replicas"][0]["checkout"])
    original = (checkout / MODULE).read_text()
    (checkout / MODULE).write_text(original.replace("module", "edited"))
    try:
        told = team.confirm(*SURE)
        assert told.code == 3
        assert (MODULE, "disk", "unknown") in told.files()
    finally:
        (checkout / MODULE).write_text(original)


def test_where_says_yes_and_no(team: Team) -> None:
    url = ("--url", team.lab.url)
    assert freshboot(team.folder, "where", MODULE, *url).code == 0
    team.lab.set_faults(f"hold-file:{MODULE}")
    team.deploy()
    told = freshboot(team.folder, "where", MODULE, *url)
    assert (told.code, told.facts["deployed"]) == (1, False)
    assert "is from commit" in told.facts["explanation"]
    assert freshboot(team.folder, "where", "streamlit_app.py", *url).code == 0


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """An app without boot() that shows its stamp; without it a stamp in config.toml can hang Streamlit."""
    folder = tmp_path_factory.mktemp("plain")
    files = {
        "streamlit_app.py": WITHOUT_AGENT.format(number=1, more="st.text(DEPLOYMENT_VERSION)"),
        "helpers.py": 'VALUE = "module 1"\n',
        "requirements.txt": "streamlit\n",
        ".github/freshboot.yml": "marks: [requirements.txt, DEPLOYMENT_VERSION]\n",
    }
    with lab_of(folder / "app", files) as lab:
        yield team_of(lab, folder / "clone")


def test_a_page_that_shows_the_stamp_is_seen_and_never_proven(plain: Team) -> None:
    told = plain.rollout()
    assert told.verdict == (3, "seen", "no-agent")
    assert head(plain.folder) == told.facts["expected"]["commit"]
    assert told.facts["expected"]["stamp"] in plain.displayed()
    assert plain.confirm("--require", "stamp").code == 0


def test_an_app_without_boot_that_shows_no_stamp_is_unproven(plain: Team) -> None:
    hidden = {"streamlit_app.py": WITHOUT_AGENT.format(number=2, more="")}
    plain.change(files=hidden)
    assert plain.rollout().verdict == (3, "unproven", "no-agent")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """An app that two processes serve."""
    folder = tmp_path_factory.mktemp("pair")
    with lab_of(folder / "app", files_of(1), replicas=2) as lab:
        yield team_of(lab, folder / "clone")


def test_two_processes_are_proven_where_two_are_expected(pair: Team) -> None:
    told = pair.confirm("--replicas", "2", *PATIENT)
    assert told.verdict == (0, "proven", None)
    assert len(told.facts["live"]["replicas"]) == 2


def test_two_processes_are_unproven_where_one_is_expected(pair: Team) -> None:
    told = freshboot(pair.folder, "confirm", "--url", pair.lab.url, *HASTE, "--timeout", "6s")
    assert told.verdict == (3, "unproven", "mixed-replicas")
