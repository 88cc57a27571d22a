"""One attestation held against one expectation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.judge.disk import held
from freshboot.judge.evidence import FileFinding, FileState, Origin, Reading
from freshboot.judge.read import leaves_open, read
from freshboot.proof import Attestation, Kind, Layer, LayerAnswer, blob_id
from tests.judge.processes import (
    ANSWERED,
    EARLIER,
    FILES,
    OLD_CALC,
    PAST,
    Process,
    blobs,
    expected,
    fresh_process,
)


def reading_of(process: Process) -> Reading:
    return read(process.attest(), expected(), PAST)


def states(process: Process) -> set[tuple[str | None, str, str]]:
    return {(one.path, one.layer.value, one.state.value) for one in reading_of(process).findings}


def test_a_process_that_holds_and_runs_the_release_is_fresh() -> None:
    assert reading_of(fresh_process()).fresh


def test_a_module_that_was_not_imported_yet_is_no_reason_for_doubt() -> None:
    process = fresh_process()
    process.modules.clear()
    assert reading_of(process).fresh


def test_an_untracked_data_file_is_no_reason_for_doubt() -> None:
    process = fresh_process()
    process.disk["upload.csv"] = "9\n"
    assert reading_of(process).fresh


def test_names_the_commit_that_a_stale_file_on_disk_comes_from() -> None:
    process = fresh_process()
    process.disk["calc.py"] = OLD_CALC
    finding = FileFinding("calc.py", Layer.DISK, FileState.STALE, Origin(EARLIER, 2))
    assert finding in reading_of(process).stale


def test_names_the_commit_that_a_stale_module_comes_from() -> None:
    process = fresh_process()
    process.modules["calc.py"] = OLD_CALC
    assert reading_of(process).stale == (
        FileFinding("calc.py", Layer.MEMORY, FileState.STALE, Origin(EARLIER, 2)),
    )


def test_an_old_module_is_stale_beside_a_new_one_of_the_same_file() -> None:
    """Two module objects of one file: the fresh tag must not cover for the old one."""
    attestation = fresh_process().attest()
    old = Process({}, modules={"calc.py": OLD_CALC}).attest().layers["memory"].of(Kind.MODULES)
    memory = attestation.layers["memory"]
    both = replace(
        memory,
        tags={**memory.tags, "modules": memory.of(Kind.MODULES) + old},
        counts={**memory.counts, "modules": 2},
    )
    layers = {**attestation.layers, "memory": both}
    found = read(replace(attestation, layers=layers), expected(), PAST)
    assert [(one.path, one.state) for one in found.stale] == [("calc.py", FileState.STALE)]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda p: p.disk.pop("prices.csv"), ("prices.csv", "disk", "missing")),
        (lambda p: p.disk.pop("calc.py"), ("calc.py", "disk", "missing")),
        (lambda p: p.disk.update({"calc.py": "edited\n"}), ("calc.py", "disk", "unknown")),
        (lambda p: p.disk.update({"prices.csv": "edited\n"}), ("prices.csv", "disk", "unknown")),
        (lambda p: p.disk.update({"shadow.py": "1\n"}), (None, "disk", "unknown")),
        (lambda p: p.disk.update({"gone.py": "GONE = 1\n"}), ("gone.py", "disk", "ghost")),
        (lambda p: p.modules.update({"gone.py": "GONE = 1\n"}), ("gone.py", "memory", "ghost")),
        (lambda p: p.modules.update({"calc.py": "edited\n"}), (None, "memory", "unknown")),
        (lambda p: p.modules.update({"shadow.py": "1\n"}), (None, "memory", "unknown")),
        (lambda p: p.scripts.pop("app.py"), ("app.py", "memory", "missing")),
        (lambda p: p.kept.update({"calc.py": OLD_CALC}), ("calc.py", "memory", "kept")),
        (lambda p: p.kept.update({"calc.py": "edited\n"}), (None, "memory", "kept")),
        (lambda p: p.unrecorded.append("calc.py"), ("calc.py", "memory", "unrecorded")),
        (lambda p: p.unrecorded.append("elsewhere.py"), (None, "memory", "unrecorded")),
    ],
)
def test_bars_a_proof(change: object, finding: tuple[str | None, str, str]) -> None:
    process = fresh_process()
    assert reading_of(process).fresh
    change(process)  # type: ignore[operator]  # a lambda over the process
    assert finding in states(process)


@given(st.binary(min_size=16, max_size=16))
def test_what_is_read_does_not_depend_on_the_nonce(nonce: bytes) -> None:
    process = fresh_process()
    process.disk.update(
        {"calc.py": OLD_CALC, "gone.py": "GONE = 1\n", "shadow.py": "1\n", "app.py": "edited\n"}
    )
    process.modules.update({"gone.py": "GONE = 1\n", "calc.py": OLD_CALC})
    process.unrecorded += ["calc.py", "elsewhere.py"]
    assert read(process.attest(nonce.hex()), expected(), PAST) == reading_of(process)


def test_a_tracked_file_that_was_not_hashed_is_skipped_and_not_missing() -> None:
    process = fresh_process()
    del process.disk["prices.csv"]
    process.skipped.append("prices.csv")
    assert states(process) == {("prices.csv", "disk", "skipped")}


def test_the_entrypoint_among_the_modules_does_not_count_as_running() -> None:
    process = fresh_process()
    process.modules["app.py"] = process.scripts.pop("app.py")
    assert ("app.py", "memory", "missing") in states(process)


def test_a_page_that_the_entrypoint_runs_is_not_the_entrypoint() -> None:
    """Another script was given to the server, and navigates to the one that is expected."""
    process = fresh_process()
    process.entrypoint = "dev_app.py"
    assert states(process) == {("app.py", "memory", "missing")}


@pytest.mark.parametrize("layer", ANSWERED)
def test_an_absent_layer_bars_a_proof(layer: Layer) -> None:
    attestation = fresh_process().attest()
    layers = {name: answer for name, answer in attestation.layers.items() if name != layer.value}
    assert read(replace(attestation, layers=layers), expected(), PAST).barriers


def test_a_layer_that_is_not_asked_for_is_not_judged() -> None:
    process = fresh_process()
    process.modules["calc.py"] = OLD_CALC
    assert read(process.attest(), expected(layers=(Layer.DISK,)), PAST).fresh


def test_an_agent_that_failed_bars_a_proof() -> None:
    process = fresh_process()
    process.errors = ("scripts: AttributeError",)
    assert not reading_of(process).fresh


def test_another_object_format_bars_a_proof() -> None:
    process = fresh_process()
    process.object_format = "sha256"
    assert not reading_of(process).fresh


def test_a_submodule_bars_a_proof() -> None:
    found = read(fresh_process().attest(), expected(skipped=("vendor",)), PAST)
    assert [(one.path, one.state) for one in found.findings] == [("vendor", FileState.SKIPPED)]


def without_a_tag(attestation: Attestation, kind: Kind, layer: Layer) -> Attestation:
    """The same answer after one tag was lost on the way, its counts as they were."""
    answer = attestation.layers[layer.value]
    shorter = LayerAnswer({**answer.tags, kind.value: answer.of(kind)[1:]}, answer.counts)
    return replace(attestation, layers={**attestation.layers, layer.value: shorter})


@pytest.mark.parametrize(
    ("kind", "layer"), [(Kind.MODULES, Layer.MEMORY), (Kind.CODE, Layer.DISK), (Kind.DATA, Layer.DISK)]
)
def test_a_tag_that_was_lost_on_the_way_bars_a_proof(kind: Kind, layer: Layer) -> None:
    attestation = without_a_tag(fresh_process().attest(), kind, layer)
    assert read(attestation, expected(), PAST).barriers


def test_a_lost_tag_of_kept_code_still_bars_a_proof() -> None:
    process = fresh_process()
    process.kept["calc.py"] = OLD_CALC
    attestation = without_a_tag(process.attest(), Kind.KEPT, Layer.MEMORY)
    assert [one.state for one in read(attestation, expected(), PAST).findings] == [FileState.KEPT]


def test_tells_which_of_all_known_blobs_lie_on_the_disk() -> None:
    process = fresh_process()
    process.disk.update({"calc.py": OLD_CALC, "gone.py": "GONE = 1\n", "upload.csv": "9\n"})
    del process.disk["prices.csv"]
    found = held(process.attest(), expected(), PAST)
    assert found == blobs({"app.py": FILES["app.py"], "calc.py": OLD_CALC, "gone.py": "GONE = 1\n"})


def with_layer(attestation: Attestation, layer: Layer, **changes: object) -> Attestation:
    answer = replace(attestation.layers[layer.value], **changes)  # type: ignore[arg-type]  # values by name
    return replace(attestation, layers={**attestation.layers, layer.value: answer})


@pytest.mark.parametrize("layer", ANSWERED)
def test_tags_of_an_unknown_kind_bar_a_proof(layer: Layer) -> None:
    attestation = fresh_process().attest()
    answer = attestation.layers[layer.value]
    newer = with_layer(
        attestation,
        layer,
        tags={**answer.tags, "threads": ("9" * 16,)},
        counts={**answer.counts, "threads": 1},
    )
    assert read(newer, expected(), PAST).barriers


@pytest.mark.parametrize(
    ("layer", "state"), [(Layer.MEMORY, "skipped"), (Layer.DISK, "unrecorded"), (Layer.DISK, "kept")]
)
def test_a_state_that_a_layer_cannot_have_bars_a_proof(layer: Layer, state: str) -> None:
    attestation = fresh_process().attest()
    counts = {**attestation.layers[layer.value].counts, state: 1}
    assert read(with_layer(attestation, layer, counts=counts), expected(), PAST).barriers


def test_modules_from_elsewhere_bar_a_proof() -> None:
    """They have no path in the repository, so they have no tag; PYTHONPATH can bring in an older clone."""
    attestation = fresh_process().attest()
    counts = {**attestation.layers["memory"].counts, "untagged": 1}
    found = read(with_layer(attestation, Layer.MEMORY, counts=counts), expected(), PAST)
    assert [(one.path, one.state) for one in found.findings] == [(None, FileState.UNRECORDED)]


def test_a_huge_count_costs_nothing() -> None:
    attestation = fresh_process().attest()
    counts = {**attestation.layers["disk"].counts, "skipped": 10**12}
    found = read(with_layer(attestation, Layer.DISK, counts=counts), expected(), PAST)
    assert 0 < len(found.findings) < 100


def test_an_answer_that_cannot_be_relied_on_shows_no_file_to_be_missing() -> None:
    attestation = fresh_process().attest()
    emptied = with_layer(attestation, Layer.DISK, tags={})
    found = read(emptied, expected(), PAST)
    assert found.barriers
    assert not found.stale


def test_a_data_file_that_only_the_past_explains_leaves_the_question_open() -> None:
    process = fresh_process()
    assert not leaves_open(process.attest(), expected(), {})
    process.disk["old.csv"] = "1\n"
    assert leaves_open(process.attest(), expected(), {})
    past = {("old.csv", blob_id(b"1\n")): Origin(EARLIER, 2)}
    assert not leaves_open(process.attest(), expected(), past)
    assert [one.state for one in read(process.attest(), expected(), past).findings] == [FileState.GHOST]
