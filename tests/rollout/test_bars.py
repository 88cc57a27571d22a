"""Answers that would be proven but for one bar, held against a real repository's releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from freshboot.config import Config
from freshboot.judge.evidence import Expectation, FileState, Looked, Observation, Reading, RequirementState
from freshboot.judge.verdict import Verdict
from freshboot.live.edge import EdgeLook, Seen
from freshboot.proof import ATTESTED, Attestation, Kind, Layer, blob_id, tag, tagged
from freshboot.repository.repository import Repository
from freshboot.rollout import edge, run
from freshboot.rollout.expectation import Releases, releases
from freshboot.rollout.observe import Observer
from tests.gitrepo import ISOLATION, clone, commit, git, head, make_repository
from tests.judge.processes import NONCE, Process
from tests.rollout.test_confirm import LOOKING, fresh, stale, wait_for

FILES = {"streamlit_app.py": "import calc\n", "calc.py": "RATE = 2\n", "prices.csv": "1\n"}
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "app", FILES)


def releases_of(root: Path, *layers: str, revision: str = "HEAD") -> Releases:
    config = Config(require=layers or ("disk", "memory"))
    return releases(Repository.open(str(root)), head(root, revision), "main", config)


def process(**more: str) -> Process:
    """A server with these files; names are written with ``__`` for a dot, values are contents."""
    disk = {**FILES, **{name.replace("__", "."): text for name, text in more.items()}}
    main = {"streamlit_app.py": disk["streamlit_app.py"]}
    return Process(disk, {"calc.py": disk["calc.py"]}, main, entrypoint="streamlit_app.py")


def held(attestation: Attestation, found: Releases) -> tuple[Reading, str]:
    nobody: Any = SimpleNamespace()
    return Observer(nobody, nobody, found)._read(attestation)


def states(reading: Reading) -> set[tuple[str | None, str, FileState]]:
    return {(one.path, one.layer.value, one.state) for one in reading.findings}


def test_without_any_of_what_follows_it_is_fresh(root: Path) -> None:
    reading, live = held(process().attest(), releases_of(root))
    assert (reading.fresh, live) == (True, head(root))


def test_a_deleted_data_file_that_still_lies_there_is_a_ghost(root: Path) -> None:
    commit(root, {"rates.csv": "9\n"})
    commit(root, {"rates.csv": None})
    reading, _ = held(process(rates__csv="9\n").attest(), releases_of(root))
    assert states(reading) == {("rates.csv", "disk", FileState.GHOST)}


RUNNERS = {
    "exec": "exec(open('job.py').read())\n",
    "runpy": "import runpy\nrunpy.run_path('job.py')\n",
    "a loader": "import importlib.util as u\nu.spec_from_file_location('job', 'job.py')\n",
}


@pytest.mark.parametrize("runner", RUNNERS.values(), ids=RUNNERS)
def test_what_a_release_runs_past_every_hook_is_unrecorded(root: Path, runner: str) -> None:
    more = {"job.py": "1\n", "run.py": runner}
    commit(root, more)
    reading, _ = held(process(job__py="1\n", run__py=runner).attest(), releases_of(root))
    assert states(reading) == {("job.py", "memory", FileState.UNRECORDED)}


@pytest.mark.parametrize(
    ("more", "is_superseded"),
    [({"job.py": "1\n"}, True), ({"job.py": "1\n", "run.py": RUNNERS["runpy"]}, False)],
)
def test_a_later_commit_that_runs_code_past_every_hook_supersedes_nothing(
    root: Path, tmp_path: Path, more: Mapping[str, str], is_superseded: bool
) -> None:
    here = clone(root, tmp_path / "clone")
    commit(root, more)
    served = {name.replace(".", "__"): text for name, text in more.items()}
    reading, live = held(process(**served).attest(), releases_of(here))
    assert reading.fresh is is_superseded
    assert live == head(root if is_superseded else here)


def test_a_pointer_in_place_of_a_large_file_bars(root: Path) -> None:
    commit(root, {"large.bin": POINTER})
    reading, _ = held(process(large__bin=POINTER).attest(), releases_of(root))
    assert states(reading) == {("large.bin", "disk", FileState.POINTER)}


def test_other_line_ends_than_git_would_check_out_bar(root: Path) -> None:
    attributes = {".gitattributes": "*.csv -text\n"}
    commit(root, attributes)
    served = process(prices__csv="1\r\n")
    served.disk.update(attributes)
    assert states(held(served.attest(), releases_of(root))[0]) == {("prices.csv", "disk", FileState.UNKNOWN)}


def test_a_link_that_was_replaced_by_what_it_leads_to_bars(root: Path) -> None:
    (root / "link.py").symlink_to("calc.py")
    git(root, "add", "link.py")
    git(root, "commit", "--quiet", "--message=Link")
    assert held(process(link__py="calc.py").attest(), releases_of(root))[0].fresh  # its text
    reading, _ = held(process(link__py=FILES["calc.py"]).attest(), releases_of(root))
    assert ("link.py", "disk", FileState.UNKNOWN) in states(reading)


@pytest.fixture
def with_submodule(root: Path, tmp_path: Path) -> Path:
    inner = make_repository(tmp_path / "inner", {"lib.py": "1\n"})
    git(root, "submodule", "--quiet", "add", "--", str(inner), "vendor")
    git(root, "commit", "--quiet", "--message=Add")
    return root


def served_with(root: Path, **more: str) -> Process:
    made = process()
    made.disk[".gitmodules"] = (root / ".gitmodules").read_text()
    made.disk.update({f"vendor/{name}.py": text for name, text in more.items()})
    return made


def test_a_submodule_that_is_here_is_expected_file_by_file(with_submodule: Path) -> None:
    found = releases_of(with_submodule)
    assert held(served_with(with_submodule, lib="1\n").attest(), found)[0].fresh
    reading, _ = held(served_with(with_submodule, lib="2\n").attest(), found)
    assert states(reading) == {
        ("vendor/lib.py", "disk", FileState.UNKNOWN),
        (None, "disk", FileState.UNKNOWN),
    }


def test_a_submodule_that_is_not_here_bars(with_submodule: Path, tmp_path: Path) -> None:
    bare = clone(with_submodule, tmp_path / "bare")
    reading, _ = held(served_with(with_submodule, lib="1\n").attest(), releases_of(bare))
    assert ("vendor", "disk", FileState.SKIPPED) in states(reading)


def with_layers(attestation: Attestation, **tags: Mapping[Kind, list[str]]) -> Attestation:
    layers = {layer: tagged(kinds) for layer, kinds in tags.items()}
    return replace(attestation, layers={**attestation.layers, **layers})


def test_the_lines_of_the_dependency_file_that_wins_are_asked_for(root: Path) -> None:
    text = "pandas==2.0\n"
    commit(root, {"requirements.txt": text})
    met = tag(NONCE, Layer.PACKAGES, "requirements.txt", "pandas==2.0")
    found = releases_of(root, "disk", "memory", "packages")
    served = process(requirements__txt=text).attest()
    told = with_layers(served, packages={Kind.SATISFIED: [met]})
    assert held(told, found)[0].fresh
    reading, _ = held(with_layers(served, packages={}), found)
    assert [one.state for one in reading.requirements] == [RequirementState.UNRECORDED]


@pytest.mark.parametrize(
    ("path", "before", "now"),
    [("prices.csv", "0\n", "1\n"), ("about.md", "old\n", "new\n"), ("calc.py", "RATE = 1\n", "RATE = 2\n")],
)
def test_results_that_are_older_than_code_or_data_bar(root: Path, path: str, before: str, now: str) -> None:
    commit(root, {path: before})
    commit(root, {path: now})
    served = process()
    served.disk[path] = now
    since = {
        Kind.STALE: [tag(NONCE, Layer.RESULTS, path, Kind.STALE.value)],
        Kind.DATA: [tag(NONCE, Layer.RESULTS, path, blob_id(before.encode()))],
    }
    told = with_layers(served.attest(), results=since)
    reading, _ = held(told, releases_of(root, "disk", "memory", "results"))
    assert states(reading) == {(path, "results", FileState.STALE)}


def test_results_that_are_older_than_the_readme_are_fresh(root: Path) -> None:
    commit(root, {"README.md": "new\n"})
    since = {Kind.STALE: [tag(NONCE, Layer.RESULTS, "README.md", Kind.STALE.value)]}
    served = process()
    served.disk["README.md"] = "new\n"
    told = with_layers(served.attest(), results=since)
    assert held(told, releases_of(root, "disk", "memory", "results"))[0].fresh


def test_secrets_are_named_and_not_expected(root: Path) -> None:
    commit(root, {".env": "KEY=1\n"})
    expected = releases_of(root).expected
    assert expected.excluded == (".env",)
    assert ".env" not in expected.files


def test_every_layer_is_asked_for_where_nothing_is_said(root: Path) -> None:
    assert releases(Repository.open(str(root)), head(root), "main", Config()).expected.layers == ATTESTED


async def test_after_a_process_turned_old_the_pages_are_looked_at_again() -> None:
    looked: list[float] = []
    told = iter([stale])

    async def look() -> Looked:
        looked.append(1)
        return Looked()

    def says(at: float) -> Observation:
        return next(told, fresh)(at) if looked else fresh(at)

    outcome, _ = await wait_for(says, policy=LOOKING, look=look)
    assert outcome.judgement.verdict is Verdict.PROVEN
    assert (outcome.tally.flaps, len(looked)) == (1, 2)


PAGE = Seen(200, blob="page")
FILE = Seen(200, blob="file")


@pytest.mark.parametrize(
    "look",
    [
        EdgeLook("x", detail="no answer"),
        EdgeLook("x", FILE, None, FILE),
        EdgeLook("x", None, FILE, FILE),
        EdgeLook("x", Seen(403), Seen(403), Seen(403)),
        EdgeLook("x", Seen(200), Seen(200), Seen(200)),
    ],
    ids=["silent", "not as it is", "not with a query", "refused", "packed"],
)
def test_a_file_of_which_the_edge_tells_nothing_is_unrecorded(root: Path, look: EdgeLook) -> None:
    page = EdgeLook("", PAGE, PAGE, PAGE)
    (found,) = edge._of_a_file("prices.csv", look, page, releases_of(root))
    assert (found.path, found.layer, found.state) == ("prices.csv", Layer.EDGE, FileState.UNRECORDED)


@pytest.mark.parametrize(
    "look", [EdgeLook("", detail="no answer"), EdgeLook("", PAGE, Seen(403)), EdgeLook("", Seen(302), PAGE)]
)
def test_a_page_of_which_the_edge_tells_nothing_is_unrecorded(look: EdgeLook) -> None:
    (found,) = edge._of_the_page(look)
    assert (found.path, found.layer, found.state) == (None, Layer.EDGE, FileState.UNRECORDED)


def test_where_the_past_is_not_here_an_unknown_data_file_may_be_a_ghost(root: Path, tmp_path: Path) -> None:
    commit(root, {"calc.py": "RATE = 3\n"})
    commit(root, {"calc.py": FILES["calc.py"]})
    shallow = clone(root, tmp_path / "shallow", "--depth=1")
    git(shallow, "remote", "set-url", "origin", f"file://{tmp_path}/gone")
    assert held(process().attest(), releases_of(shallow))[0].fresh
    reading, _ = held(process(upload__csv="9\n").attest(), releases_of(shallow))
    assert states(reading) == {(None, "disk", FileState.UNRECORDED)}


async def test_what_a_page_showed_before_a_later_commit_landed_says_nothing_of_that() -> None:
    seen: list[str] = []

    def says(at: float) -> Observation:
        return Observation(at, "boot", Reading(), "later", superseding=True) if seen else fresh(at)

    async def look() -> Looked:
        seen.append("later" if seen else "release")
        return Looked()

    outcome, _ = await wait_for(says, policy=LOOKING, look=look)
    assert outcome.judgement.verdict is Verdict.SUPERSEDED
    assert seen == ["release", "later"]


async def test_nor_at_the_end_of_the_time_what_it_showed_before_a_process_turned_old() -> None:
    verdicts = set()
    for timeout in (20 + step / 10 for step in range(60)):
        verdicts |= await _verdict_after_one_look_and_a_flap(timeout)
    assert verdicts == {Verdict.UNPROVEN}


async def _verdict_after_one_look_and_a_flap(timeout: float) -> set[Verdict]:
    """The verdict, where the time was over before there was a second look."""
    looked: list[int] = []
    flapped: list[float] = []

    def says(at: float) -> Observation:
        if looked and not flapped:
            flapped.append(at)
            return stale(at)
        return fresh(at)

    async def look() -> Looked:
        looked.append(1)
        return Looked()

    outcome, _ = await wait_for(says, policy=LOOKING, look=look, timeout=timeout)
    return {outcome.judgement.verdict} if len(looked) == 1 and flapped else set()


@pytest.mark.parametrize("via", ["session", "route", "browser"])
def test_checks_are_looked_at_whatever_the_way(via: str) -> None:
    config = Config(url="http://x", via=via, checks=({"text": "x"},))
    site = SimpleNamespace(host=SimpleNamespace(address=None), http=None, witness=None)
    expected = SimpleNamespace(expected=Expectation("a" * 40, None, {}, "app.py"))
    assert run._wait(site, config, expected, lambda *_: None).policy.looks  # type: ignore[arg-type]
