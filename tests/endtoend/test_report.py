"""The founding incident's report, written by itself: all that the hand-written one held, and the truth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple

import pytest

from freshboot.ledger.attempt import written
from tests.endtoend.incident import RIGHT, WRONG, release, team_before
from tests.endtoend.team import PATIENT, Team, freshboot
from tests.gitrepo import commit, git


class Report(NamedTuple):
    """One report in its three forms."""

    markdown: str
    html: str
    facts: dict[str, Any]


def report(team: Team, *options: str) -> Report:
    """What the command writes, from the record."""
    folder = team.folder.parent
    files = [folder / f"report.{form}" for form in ("md", "html", "json")]
    written = (word for file in files for word in ("--output", str(file)))
    told = freshboot(team.folder, "report", *written, *options)
    assert told.code == 0, told.prose
    markdown, html, document = (file.read_text("utf-8") for file in files)
    return Report(markdown, html, json.loads(document))


def sections(markdown: str) -> dict[str, str]:
    """The text under each heading."""
    parts = re.split(r"^## (.+)\n", markdown, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with team_before(tmp_path_factory.mktemp("reported")) as team:
        yield team


def change(team: Team, version: str, message: str, *, whole_mapping: bool = False, boot: str = "") -> str:
    """Somebody commits one of the team's attempts."""
    files = release(version, all_territories=True, whole_mapping=whole_mapping, boot=boot)
    return commit(team.folder, files, message)


@pytest.fixture(scope="module")
def founding(team: Team) -> Report:
    """The incident again: two pushes and a forced rebuild, since the number stays wrong."""
    change(team, "1.0.2", "Expand the territories from 4 to 8")
    assert team.rollout(*PATIENT).verdict == (4, "code", "check-failed")
    change(team, "1.0.3", "Add a version badge")
    assert team.rollout(*PATIENT).verdict == (4, "code", "check-failed")
    remedy = ("remedy", "rebuild", "--url", team.lab.url, "--settle", "0.5s", "--replicas", "1", *PATIENT)
    assert freshboot(team.folder, *remedy).verdict == (4, "code", "check-failed")
    return report(team)


def test_it_ends_with_the_right_conclusion_and_quotes_the_failing_check(founding: Report, team: Team) -> None:
    release_id = git(team.folder, "rev-parse", "origin/main")
    assert (founding.facts["verdict"], founding.facts["cause"]) == ("code", "check-failed")
    assert founding.facts["commit"] == release_id
    right = f"The live app runs exactly commit {release_id[:7]}; no cache is to blame"
    for told in founding[:2]:
        assert "no cache is to blame" in told
        assert right in told
        assert f"found {WRONG}" in told
        assert RIGHT in told


def test_it_holds_all_that_the_hand_written_one_held(founding: Report) -> None:
    """Section by section; the words in brackets are the headings of the hand-written report."""
    told = sections(founding.markdown)
    head = founding.markdown.partition("## What is known")[0]
    # [Date, Severity, Impact, Status] wrong revenue, from git's side and the server's
    assert re.search(r"\| Date \| 20\d\d-\d\d-\d\d", head)
    assert "| Status | open |" in head
    assert f"| What people see | {WRONG} in place of {RIGHT} ± 1000: short by 5,808,610 |" in head
    # [Executive Summary]
    assert "The release was live, and its code is wrong: no cache was to blame." in head
    # [Timeline of Deployment Attempts] commit, change, result, evidence of each
    timeline = told["Timeline of attempts"]
    assert re.findall(r"^### Attempt (\d): ([\w ]+),", timeline, re.M) == [
        ("1", "push"),
        ("2", "push"),
        ("3", "remedy rebuild"),
    ]
    for fact in ("**When**", "**Commit**", "**Change**", "**Files**", "**Result**", "**Evidence**"):
        assert timeline.count(fact) == 3
    assert "Expand the territories from 4 to 8" in timeline
    assert "badge" in timeline
    # [Proof #1: Git Has Correct Code], [Proof #2: Server Has Wrong Code]
    pairs = told["Git has, live has"]
    assert re.search(r"git show [0-9a-f]{7}:\S+", pairs)
    assert re.search(r"\| calculations.py \| `([0-9a-f]{10})` \| `\1` .* ✅ the same", pairs)
    assert re.search(rf"\| {RIGHT} ± 1000 \| {WRONG} \| ❌ \|", pairs)
    # [Proof #3: Selective Deployment] commit × file
    table = told["What was deployed, commit by commit"]
    assert re.search(r"\| calculations.py \| ✅ deployed \| ✔ live, unchanged \| ✔ live, unchanged \|", table)
    assert len(re.findall(r"\d: `[0-9a-f]{7}`", table)) == 3
    # [Proof #4: Module Reload Failed], [Bug Characteristics], [Likely Root Cause]: each is ruled out
    ruled = told["What is ruled out"].partition("**Ruled out**")[2].partition("**Not ruled out**")[0]
    for cause in ("stale-bytecode", "stale-file", "stale-modules", "not-applied", "stale-results"):
        assert f"**{cause}**" in ruled
    known = told["What is known"]
    assert "no file is old" in known
    assert "It was the same in the last 3 attempts." in known
    assert "Tried without success: rebuild." in known
    # [Verification Steps] badge colour, diagnostic, revenue, with "if you see … then …"
    steps = told["Verification steps"]
    badge = re.search(r"\| Badge to expect \| \*\*(\w+)\*\*", head)
    assert badge is not None
    assert f"**Expected**: a {badge[1]} badge" in steps
    assert steps.count("| if you see | then |") == 3
    assert "freshboot confirm --url" in steps
    # [If Nuclear Fix Fails] is answered by what need not be tried; [Contact Support] by a text to send
    useless = told["Next steps"].partition("What need not be tried")[2]
    for vain in ("Reboot", "Clear cache", "renamed file", "deploying again", "another host"):
        assert vain in useless
    request = told["Support request"]
    assert "Not for the host" in request
    assert request.count("push of commit") == 2
    # [Lessons Learned]
    assert (
        "The first verdict “code” was the answer: 2 later attempts changed nothing" in told["For next time"]
    )
    # [Success Criteria] as a checklist with its state
    criteria = told["Success criteria"]
    assert re.search(rf"- \[x\] The badge is {badge[1]} and shows", criteria)
    assert re.search(rf"- \[ \] ❌ metric Revenue .* found {WRONG}", criteria)
    # [Impact Analysis] attempts, commits, for how long
    impact = told["Impact"]
    assert "3 attempts, 3 releases, 1 remedy." in impact
    assert "short by 5,808,610" in impact
    assert "at least" in impact


def test_it_says_that_the_module_s_own_version_told_nothing(founding: Report) -> None:
    (claim,) = founding.facts["claims"]
    assert (claim["path"], claim["name"], claim["value"]) == ("calculations.py", "__version__", "1.0.1")
    assert len(claim["changes"]) == 1


def test_it_takes_a_picture_of_the_live_app(founding: Report, team: Team) -> None:
    assert "data:image/png" not in founding.html
    told = report(team, "--picture", "--url", team.lab.url)
    assert "data:image/png;base64," in told.html
    assert [one["type"] for one in told.facts["screenshots"]] == ["image/png"]


def test_a_module_that_is_really_old_is_named_and_so_is_its_cure(team: Team) -> None:
    change(team, "1.0.4", "Mend the mapping", whole_mapping=True, boot="heal=False")
    deployed = team.push()
    team.lab.reboot()
    team.lab.wait_deployed(deployed)
    team.displayed()
    team.lab.set_faults("hold-module")
    began = written(datetime.now(timezone.utc))
    change(team, "1.0.5", "Take the mapping back", boot="heal=False")
    stale = team.rollout("--no-witness", "--grace", "1s")
    assert stale.verdict == (1, "stale", "stale-modules")
    told = report(team, "--since", began)
    assert told.facts["conclusion"] == "What was live was not the release."
    old = [one for one in told.facts["files"] if one["state"] == "different"]
    assert [one["path"] for one in old] == ["calculations.py"]
    assert any(line.startswith("-TERRITORY_OF") for line in old[0]["lines"])
    assert [(one["what"], one["is_over"]) for one in told.facts["impact"]["spans"]] == [
        ("calculations.py", False)
    ]
    assert told.facts["support"]["to_host"]
    row = next(one for one in told.facts["grid"]["rows"] if one["path"] == "calculations.py")
    assert [cell["state"] for cell in row["cells"]] == ["not deployed"]
    assert "calculations.py after push 1: not deployed" in told.html
