"""The packages layer: each requirement line of the dependency file that wins is met by what is installed."""

from __future__ import annotations

from freshboot.judge.evidence import Requirement, RequirementState
from freshboot.proof import Kind, Layer, LayerAnswer, tag

_STATES = {
    Kind.SATISFIED: RequirementState.SATISFIED,
    Kind.WRONG: RequirementState.WRONG,
    Kind.MISSING: RequirementState.MISSING,
    Kind.UNRECORDED: RequirementState.UNRECORDED,
}


def unmet(answer: LayerAnswer, nonce: str, lines: tuple[tuple[str, str], ...]) -> tuple[Requirement, ...]:
    """The lines (file, text) that are not satisfied; one that the answer does not speak of is unrecorded.

    A line that is told in two states is as bad as the worse of them.
    """
    told = {one: state for kind, state in _STATES.items() for one in answer.of(kind)}
    found = (
        Requirement(file, text, told.get(tag(nonce, Layer.PACKAGES, file, text), RequirementState.UNRECORDED))
        for file, text in lines
    )
    return tuple(one for one in found if one.state is not RequirementState.SATISFIED)
