"""What a widget holds, by the fields that one version or another sends."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from streamlit.proto.DateInput_pb2 import DateInput
from streamlit.proto.DateTimeInput_pb2 import DateTimeInput
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Radio_pb2 import Radio
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.TextInput_pb2 import TextInput
from streamlit.proto.TimeInput_pb2 import TimeInput
from streamlit.proto.WidgetStates_pb2 import WidgetState

from freshboot.live.testing.values import Shown, held

DAY = datetime.date(2026, 1, 2)


def state(**values: Any) -> WidgetState:
    sent = WidgetState(id="w")
    for name, value in values.items():
        if isinstance(value, list):
            getattr(sent, name).data[:] = value
        else:
            setattr(sent, name, value)
    return sent


@pytest.mark.parametrize(
    ("kind", "proto", "sent", "expected"),
    [
        ("selectbox", Selectbox(options=["a", "b"], default=1), None, "b"),
        ("selectbox", Selectbox(options=["a", "b"]), None, None),
        ("selectbox", Selectbox(options=["a", "b"], default=1), state(string_value="a"), "a"),
        ("selectbox", Selectbox(options=["a", "b"], default=1), state(int_value=0), "a"),  # to 1.44
        ("radio", Radio(options=["a"], default=7), None, None),
        ("radio", Radio(options=["a", "b"], set_value=True, raw_value="b"), state(string_value="a"), "b"),
        ("radio", Radio(options=["a", "b"], default=1, set_value=True), state(string_value="a"), None),
        ("text_input", TextInput(default=""), None, ""),
        ("text_input", TextInput(), None, None),
        ("text_input", TextInput(default="a"), state(), "a"),
        ("number_input", NumberInput(default=3, data_type=NumberInput.INT), None, 3),
        ("number_input", NumberInput(default=3, data_type=NumberInput.FLOAT), state(double_value=2.5), 2.5),
        ("slider", Slider(default=[1.0], data_type=Slider.INT), None, 1),
        (
            "slider",
            Slider(default=[1.0], data_type=Slider.FLOAT),
            state(double_array_value=[1, 2.5]),
            (1, 2.5),
        ),
        ("slider", Slider(default=[1767312000e6], data_type=Slider.DATE), None, DAY),
        ("slider", Slider(default=[5.4e9], data_type=Slider.TIME), None, datetime.time(1, 30)),
        ("select_slider", Slider(default=[0, 1], options=["a", "b"]), None, ("a", "b")),
        ("select_slider", Slider(default=[0], options=["a", "b"]), state(double_array_value=[1]), "b"),
        ("date_input", DateInput(default=["2026/01/02"]), None, DAY),  # to 1.50
        ("date_input", DateInput(default=["2026-01-02"]), None, DAY),
        ("date_input", DateInput(default=["2026-01-02"], is_range=True), None, (DAY,)),
        ("date_input", DateInput(), None, None),
        ("time_input", TimeInput(default="08:45"), None, datetime.time(8, 45)),
        (
            "date_time_input",
            DateTimeInput(default=["2026/01/02, 08:45"]),
            None,
            datetime.datetime(2026, 1, 2, 8, 45),
        ),
    ],
)
def test_a_widget_holds(kind: str, proto: Any, sent: WidgetState | None, expected: object) -> None:
    found = held(kind, proto, sent)
    assert found == expected
    assert type(found) in (type(expected), Shown)


def test_a_widget_of_no_known_kind_holds_nothing_known() -> None:
    with pytest.raises(KeyError):
        held("data_editor", TextInput(), None)


def test_an_option_equals_whatever_has_its_text() -> None:
    assert Shown("2026") == 2026
    assert Shown("2026") == "2026"
    assert Shown("2026") in [2025, 2026]
    assert [Shown("2026")] == [2026]
    assert Shown("2026") != 2025
    assert Shown("None") != None  # noqa: E711
    assert {Shown("a"): 1}["a"] == 1
