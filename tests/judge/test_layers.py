"""The layers beside disk and memory: what each says, and what it takes to bar a proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from freshboot.judge.evidence import FileFinding, FileState, Origin, Reading, RequirementState
from freshboot.judge.read import read
from freshboot.proof import Attestation, Kind, Layer, LayerAnswer, blob_id, tag, tagged
from tests.judge.processes import EARLIER, FILES, NONCE, OLD_CALC, PAST, blobs, expected, fresh_process

ALL = (Layer.DISK, Layer.BYTECODE, Layer.MEMORY, Layer.PACKAGES, Layer.RESULTS)
LINE = ("requirements.txt", "pandas==2.0")
EMPTY: dict[Layer, tuple[Kind, ...]] = {
    Layer.BYTECODE: (Kind.STALE, Kind.SKIPPED),
    Layer.PACKAGES: (Kind.SATISFIED, Kind.WRONG, Kind.MISSING, Kind.UNRECORDED),
    Layer.RESULTS: (Kind.STALE, Kind.DATA, Kind.UNRECORDED),
}


def answer(layer: Layer, tags: Mapping[Kind, list[str]] | None = None, **counts: int) -> LayerAnswer:
    return tagged({**{kind: [] for kind in EMPTY[layer]}, **(tags or {})}, **counts)


def attested(**layers: LayerAnswer) -> Attestation:
    """A fresh process's answer in all layers, but for these."""
    attestation = fresh_process().attest()
    satisfied = {Kind.SATISFIED: [tag(NONCE, Layer.PACKAGES, *LINE)]}
    blank = {
        "bytecode": answer(Layer.BYTECODE),
        "packages": answer(Layer.PACKAGES, satisfied),
        "results": answer(Layer.RESULTS),
    }
    return replace(attestation, layers={**attestation.layers, **blank, **layers})


def reading_of(attestation: Attestation, **changes: object) -> Reading:
    values: dict[str, object] = {"layers": ALL, "requirements": (LINE,), **changes}
    return read(attestation, expected(**values), PAST)


def word(layer: Layer, path: str, kind: Kind) -> dict[Kind, list[str]]:
    return {kind: [tag(NONCE, layer, path, kind.value)]}


def test_a_process_that_is_fresh_in_every_layer_is_fresh() -> None:
    assert reading_of(attested()).fresh


@pytest.mark.parametrize("layer", ALL)
def test_a_layer_that_is_not_answered_bars_a_proof_and_tells_an_old_agent(layer: Layer) -> None:
    attestation = attested()
    layers = {name: one for name, one in attestation.layers.items() if name != layer.value}
    found = reading_of(replace(attestation, layers=layers))
    assert found.barriers
    assert found.too_old


def test_a_layer_that_failed_is_no_sign_of_an_old_agent() -> None:
    attestation = attested()
    layers = {name: one for name, one in attestation.layers.items() if name != "results"}
    found = reading_of(replace(attestation, layers=layers, errors=("results: OSError",)))
    assert found.barriers
    assert not found.too_old


@pytest.mark.parametrize(
    ("kind", "state"), [(Kind.STALE, FileState.STALE), (Kind.SKIPPED, FileState.SKIPPED)]
)
def test_bytecode_of_another_source_bars_a_proof(kind: Kind, state: FileState) -> None:
    found = reading_of(attested(bytecode=answer(Layer.BYTECODE, word(Layer.BYTECODE, "calc.py", kind))))
    assert found.findings == (FileFinding("calc.py", Layer.BYTECODE, state),)


def test_bytecode_of_a_file_that_nobody_knows_bars_a_proof() -> None:
    found = reading_of(attested(bytecode=answer(Layer.BYTECODE, {Kind.STALE: ["1" * 16]})))
    assert found.findings == (FileFinding(None, Layer.BYTECODE, FileState.STALE),)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.WRONG, RequirementState.WRONG),
        (Kind.MISSING, RequirementState.MISSING),
        (Kind.UNRECORDED, RequirementState.UNRECORDED),
    ],
)
def test_a_requirement_that_is_not_met_bars_a_proof(kind: Kind, state: RequirementState) -> None:
    tags = {kind: [tag(NONCE, Layer.PACKAGES, *LINE)]}
    found = reading_of(attested(packages=answer(Layer.PACKAGES, tags)))
    assert [(one.line, one.state) for one in found.requirements] == [("pandas==2.0", state)]
    assert not found.fresh
    assert found.is_certain == (state is not RequirementState.UNRECORDED)


def test_a_requirement_that_is_not_spoken_of_bars_a_proof() -> None:
    found = reading_of(attested(packages=answer(Layer.PACKAGES)))
    assert [one.state for one in found.requirements] == [RequirementState.UNRECORDED]


def test_a_requirement_told_as_met_and_as_wrong_is_not_met() -> None:
    both = [tag(NONCE, Layer.PACKAGES, *LINE)]
    found = reading_of(attested(packages=answer(Layer.PACKAGES, {Kind.SATISFIED: both, Kind.WRONG: both})))
    assert [one.state for one in found.requirements] == [RequirementState.WRONG]


def test_the_same_line_of_a_file_that_does_not_win_bars_nothing_and_is_told() -> None:
    idle = ("Pipfile", "numpy==1.0")
    tags = {
        Kind.SATISFIED: [tag(NONCE, Layer.PACKAGES, *LINE)],
        Kind.MISSING: [tag(NONCE, Layer.PACKAGES, *idle)],
    }
    found = reading_of(attested(packages=answer(Layer.PACKAGES, tags)), idle_requirements=(idle,))
    assert found.fresh
    assert [(one.line, one.state) for one in found.idle] == [("numpy==1.0", RequirementState.MISSING)]


def changed_since(path: str, before: str | None) -> LayerAnswer:
    """Results that are older than this file, which held something else then, or was not there."""
    tags = word(Layer.RESULTS, path, Kind.STALE)
    if before is not None:
        tags[Kind.DATA] = [tag(NONCE, Layer.RESULTS, path, blob_id(before.encode()))]
    return answer(Layer.RESULTS, tags)


def test_results_of_older_code_bar_a_proof_and_name_the_commit() -> None:
    found = reading_of(attested(results=changed_since("calc.py", OLD_CALC)))
    assert found.findings == (FileFinding("calc.py", Layer.RESULTS, FileState.STALE, Origin(EARLIER, 2)),)


def test_results_of_bytes_that_no_commit_holds_bar_a_proof() -> None:
    found = reading_of(attested(results=changed_since("prices.csv", "edited by hand\n")))
    assert found.findings == (FileFinding("prices.csv", Layer.RESULTS, FileState.STALE),)


def test_results_from_before_a_file_came_bar_a_proof() -> None:
    found = reading_of(attested(results=changed_since("prices.csv", None)))
    assert found.findings == (FileFinding("prices.csv", Layer.RESULTS, FileState.STALE),)


def test_results_that_are_older_than_a_mark_or_the_documentation_are_fresh() -> None:
    found = reading_of(
        attested(results=changed_since("prices.csv", "1\n")), neutral=frozenset({"prices.csv"})
    )
    assert found.fresh


def test_results_that_are_older_than_an_untracked_file_are_fresh() -> None:
    assert reading_of(attested(results=changed_since("upload.csv", "1\n"))).fresh


def test_results_of_which_nothing_is_known_bar_a_proof() -> None:
    found = reading_of(attested(results=answer(Layer.RESULTS, word(Layer.RESULTS, ".", Kind.UNRECORDED))))
    assert [one.state for one in found.findings] == [FileState.UNRECORDED]
    assert not found.is_certain


@pytest.mark.parametrize(("layer", "kind"), [(Layer.RESULTS, Kind.STALE), (Layer.PACKAGES, Kind.WRONG)])
def test_a_tag_that_was_lost_on_the_way_bars_a_proof(layer: Layer, kind: Kind) -> None:
    attestation = attested()
    counted = replace(
        attestation.layers[layer.value], counts={**attestation.layers[layer.value].counts, kind.value: 1}
    )
    assert not reading_of(replace(attestation, layers={**attestation.layers, layer.value: counted})).fresh


def test_a_file_in_another_form_of_git_s_own_is_fresh_on_disk_and_in_memory() -> None:
    crlf = FILES["calc.py"].replace("\n", "\r\n")
    process = fresh_process()
    process.disk["calc.py"] = process.modules["calc.py"] = crlf
    assert not read(process.attest(), expected(), {}).fresh
    assert read(process.attest(), expected(forms={"calc.py": (blob_id(crlf.encode()),)}), {}).fresh


def test_a_pointer_that_lies_where_a_large_file_should_bars_a_proof() -> None:
    found = read(fresh_process().attest(), expected(pointers=frozenset({"prices.csv"})), {})
    assert found.findings == (FileFinding("prices.csv", Layer.DISK, FileState.POINTER),)
    assert not found.is_certain


def test_the_content_that_a_pointer_stands_for_is_fresh() -> None:
    process = fresh_process()
    process.disk["prices.csv"] = "large"
    content = {"prices.csv": (blob_id(b"large"),)}
    assert read(process.attest(), expected(pointers=frozenset({"prices.csv"}), forms=content), {}).fresh


def test_a_file_that_is_run_past_every_hook_bars_a_proof() -> None:
    found = read(fresh_process().attest(), expected(hidden=frozenset({"job.py"})), {})
    assert found.findings == (FileFinding("job.py", Layer.MEMORY, FileState.UNRECORDED),)


def test_the_blobs_of_a_release_stay_what_they_are_whatever_the_layer() -> None:
    """A tag of one layer must say nothing in another."""
    disk = blobs(FILES)["calc.py"]
    assert len({tag(NONCE, layer, "calc.py", disk) for layer in Layer}) == len(Layer)
