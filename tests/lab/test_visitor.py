"""What the visitor that stays understands of Streamlit's messages."""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from freshboot.lab import visitor


def test_the_message_that_runs_the_script() -> None:
    message = BackMsg()
    message.rerun_script.SetInParent()
    assert message.SerializeToString() == visitor._RERUN


def test_the_fields_of_a_message_are_found_whatever_stands_in_them() -> None:
    message = ForwardMsg()
    message.hash = "x" * 300
    message.metadata.delta_path.extend([0, 1])
    message.delta.new_element.slider.default.extend([1.5, 2.5])
    assert list(visitor.fields(message.SerializeToString())) == [1, 2, 5]
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    assert set(visitor.fields(message.SerializeToString())) == {1, 2, visitor._SCRIPT_FINISHED}
    # Numbers of a fixed width are passed over as well.
    assert list(visitor.fields(bytes([1 << 3 | 1]) + bytes(8) + bytes([2 << 3 | 5]) + bytes(4))) == [1, 2]
