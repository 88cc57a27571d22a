"""Our part of Streamlit's protocol against the installed Streamlit's, and the generated code against ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from grpc_tools import protoc
from streamlit.proto import BackMsg_pb2, ForwardMsg_pb2

from freshboot.live import wire_pb2 as wire

SOURCE = Path(wire.__file__).parent.parent.parent
PROTO = "freshboot/live/wire.proto"

# Fields that older Streamlit versions have, and the newest has no more.
GONE = {"ForwardMsg.pages_changed"}

ROOTS = [
    (wire.ForwardMsg.DESCRIPTOR, ForwardMsg_pb2.ForwardMsg.DESCRIPTOR),
    (wire.BackMsg.DESCRIPTOR, BackMsg_pb2.BackMsg.DESCRIPTOR),
]


def pairs() -> Iterator[tuple[FieldDescriptor, Descriptor]]:
    """Every field of ours with Streamlit's message that it lies in, by walking both from the roots."""
    waiting, seen = list(ROOTS), set()
    while waiting:
        ours, theirs = waiting.pop()
        if (ours.full_name, theirs.full_name) in seen:
            continue
        seen.add((ours.full_name, theirs.full_name))
        for field in ours.fields:
            yield field, theirs
            counterpart = theirs.fields_by_name.get(field.name)
            if field.message_type is not None and counterpart is not None:
                waiting.append((field.message_type, counterpart.message_type))


def name(field: FieldDescriptor) -> str:
    return f"{field.containing_type.name}.{field.name}"


@pytest.mark.parametrize(
    ("field", "theirs"), [pytest.param(*pair, id=f"{pair[1].name}.{pair[0].name}") for pair in pairs()]
)
def test_field_is_the_same_as_streamlits(field: FieldDescriptor, theirs: Descriptor) -> None:
    counterpart = theirs.fields_by_name.get(field.name)
    if name(field) in GONE:
        assert counterpart is None
        assert field.number not in theirs.fields_by_number
        return
    assert counterpart is not None
    assert on_the_wire(field) == on_the_wire(counterpart)


def on_the_wire(field: FieldDescriptor) -> tuple[int, int, bool, bool]:
    """Number, type, whether it is repeated, and whether empty is told from absent: nothing is to get lost."""
    message = DescriptorProto()
    field.containing_type.CopyToProto(message)
    (described,) = [one for one in message.field if one.name == field.name]
    repeated = described.label == FieldDescriptorProto.LABEL_REPEATED
    return described.number, described.type, repeated, field.has_presence


def test_every_message_of_ours_was_compared() -> None:
    compared = {field.containing_type.full_name for field, _ in pairs()}
    declared = {message.full_name for message in messages(wire.DESCRIPTOR.message_types_by_name.values())}
    assert declared - compared == {"freshboot.wire.PagesChanged"}  # gone, as its field is


def messages(some: object) -> Iterator[Descriptor]:
    for message in some:  # type: ignore[attr-defined]
        yield message
        yield from messages(message.nested_types)


def test_ends_of_runs_have_streamlits_numbers() -> None:
    theirs = ForwardMsg_pb2.ForwardMsg.ScriptFinishedStatus.items()
    assert wire.ForwardMsg.ScriptFinishedStatus.items() == theirs


def test_kinds_of_messages_are_alternatives_as_streamlits_are() -> None:
    for message in (wire.ForwardMsg, wire.BackMsg, wire.Delta, wire.Element, wire.Block, wire.SessionEvent):
        ours = [field.name for field in message.DESCRIPTOR.oneofs_by_name["type"].fields]
        beside = {"hash", "metadata"}
        assert set(ours) == {field.name for field in message.DESCRIPTOR.fields} - beside


def test_generated_code_is_what_the_proto_file_gives(tmp_path: Path) -> None:
    target = tmp_path / "wire.descriptors"
    assert protoc.main(["protoc", f"--proto_path={SOURCE}", f"--descriptor_set_out={target}", PROTO]) == 0
    (expected,) = FileDescriptorSet.FromString(target.read_bytes()).file
    for described in messages_of(expected):
        for field in described.field:
            field.ClearField("json_name")  # the set has it, the generated code leaves it to the runtime
    assert FileDescriptorProto.FromString(wire.DESCRIPTOR.serialized_pb) == expected


def messages_of(described: object) -> Iterator[object]:
    for message in getattr(described, "message_type", None) or getattr(described, "nested_type", ()):
        yield message
        yield from messages_of(message)


def test_generated_code_runs_with_older_and_newer_runtimes() -> None:
    # From protoc 5.26 on the generated code refuses every runtime that is older than itself.
    assert "runtime_version" not in Path(wire.__file__).read_text(encoding="utf-8")


def test_has_no_word_for_clearing_everybodys_caches() -> None:
    assert 5 not in wire.BackMsg.DESCRIPTOR.fields_by_number
