"""What a widget holds after a run: as the app has set it, else as it was sent, else by default.

The server's own conversions are not there to be asked, and Streamlit's change from version to version. So the
fields of the wire are read here, which are the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1)  # sliders count in microseconds, whatever the time zone


class Shown(str):
    """An option as the page shows it.

    It equals any object whose text it is: from outside, the option 2026 and the option "2026" are one. An
    option that the app shows by another text (``format_func``) is known by that text only.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other if isinstance(other, str) or other is None else str(other)) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def held(kind: str, proto: Any, sent: Any) -> Any:
    """What a widget holds.

    :param kind: the element's type, as AppTest names it
    :param proto: the widget as the server has sent it in the last run
    :param sent: the ``WidgetState`` that was sent for that run, or None
    :raises KeyError: widgets of that kind hold nothing, or nothing that is known here.
    """
    return _READERS[kind](proto, _raw(proto, sent))


def options_of(proto: Any) -> tuple[str, ...]:
    """The options as the page shows them."""
    return tuple(one if isinstance(one, str) else one.content or one.content_icon for one in proto.options)


def _raw(proto: Any, sent: Any) -> Any:
    if getattr(proto, "set_value", False):  # the app's own code has set it
        return _field(proto, "raw_values", "raw_value", "value")
    kind = sent.WhichOneof("value") if sent is not None else None
    if kind is None:
        return _field(proto, "default")
    value = getattr(sent, kind)
    return list(value.data) if hasattr(value, "data") else value


def _field(proto: Any, *names: str) -> Any:
    """The first of these fields that there is: a list, a value, or None where it is left out."""
    field = next(filter(None, map(proto.DESCRIPTOR.fields_by_name.get, names)))
    value = getattr(proto, field.name)
    if not isinstance(value, (str, bytes, int, float)):
        return list(value)
    return value if not field.has_presence or proto.HasField(field.name) else None


def _option(proto: Any, raw: Any) -> Shown | None:
    """By its place or, in later versions, by its text."""
    if isinstance(raw, str):
        return Shown(raw)
    options = options_of(proto)
    return Shown(options[int(raw)]) if raw is not None and 0 <= raw < len(options) else None


def _options(proto: Any, raw: Sequence[Any]) -> list[Shown]:
    read = (_option(proto, one) for one in raw)
    return [one for one in read if one is not None]


def _group(proto: Any, raw: Sequence[Any]) -> Shown | list[Shown] | None:
    """One option or many; versions without ``required`` read one as a list of one."""
    read = _options(proto, raw)
    single = proto.click_mode == proto.SINGLE_SELECT and "raw_values" in proto.DESCRIPTOR.fields_by_name
    if not single:
        return read
    return read[0] if read else None


def _range(values: Sequence[Any]) -> Any:
    return tuple(values) if len(values) > 1 else values[0] if values else None


def _number(proto: Any, raw: float | None) -> int | float | None:
    return int(raw) if raw is not None and proto.data_type == proto.INT else raw


def _slider(proto: Any, raw: Sequence[float]) -> Any:
    return _range([_slid(proto, one) for one in raw])


def _slid(proto: Any, raw: float) -> Any:
    if proto.data_type == proto.INT:
        return int(raw)
    if proto.data_type == proto.FLOAT:
        return raw
    moment = _EPOCH + timedelta(microseconds=int(raw))
    if proto.data_type == proto.DATE:
        return moment.date()
    return moment.time() if proto.data_type == proto.TIME else moment


def _date(proto: Any, raw: Sequence[str]) -> Any:
    dates = [date.fromisoformat(one.replace("/", "-")) for one in raw]
    return tuple(dates) if proto.is_range else dates[0] if dates else None


def _datetime(_proto: Any, raw: Sequence[str]) -> Any:
    return _range([datetime.fromisoformat(one.replace("/", "-").replace(", ", "T")) for one in raw])


def _time(_proto: Any, raw: str | None) -> time | None:
    return time.fromisoformat(raw) if raw else None


def _as_is(_proto: Any, raw: Any) -> Any:
    return raw


def _score(_proto: Any, raw: Any) -> int | None:
    return int(raw) if raw not in (None, "") else None


_READERS: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("checkbox", "toggle", "text_input", "text_area", "color_picker", "pagination"), _as_is),
    **dict.fromkeys(("selectbox", "radio"), _option),
    "multiselect": _options,
    "button_group": _group,
    "select_slider": lambda proto, raw: _range(_options(proto, raw)),
    "number_input": _number,
    "slider": _slider,
    "date_input": _date,
    "date_time_input": _datetime,
    "time_input": _time,
    "feedback": _score,
}
