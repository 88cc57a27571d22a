from __future__ import annotations

import contextlib

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from freshboot.live import wire_pb2 as wire
from freshboot.live.errors import SessionError
from freshboot.live.run import MAX_DEPTH, AppException, AppPage, Fold, Metric, Run, Status
from tests.live.servers import block, element, finished, new_session, text


def folded(*messages: wire.ForwardMsg) -> Run:
    fold = Fold()
    for message in messages:
        fold.add(message)
    return fold.result()


def page(*messages: wire.ForwardMsg) -> Run:
    return folded(new_session(), *messages, finished())


def test_texts_stand_in_page_order_and_not_in_the_order_of_arrival() -> None:
    run = page(text("sidebar", 1, 0), text("second", 0, 10), text("first", 0, 9))
    assert run.texts() == ("first", "second", "sidebar")


def test_the_last_write_to_a_place_wins() -> None:
    assert page(text("old", 0, 0), text("new", 0, 0)).texts() == ("new",)


def test_an_element_takes_the_place_of_a_container_and_all_that_is_in_it() -> None:
    run = page(block(0, 0), text("inside", 0, 0, 0), text("instead", 0, 0))
    assert run.texts() == ("instead",)


def test_a_container_of_another_kind_starts_empty() -> None:
    expander = wire.Block.Expandable(label="Details")
    run = page(block(0, 0), text("inside", 0, 0, 0), block(0, 0, expandable=expander))
    assert run.texts() == ("Details",)


def test_a_container_of_the_same_kind_keeps_what_is_in_it() -> None:
    assert page(block(0, 0), text("inside", 0, 0, 0), block(0, 0)).texts() == ("inside",)


def test_a_container_may_come_after_what_is_in_it() -> None:
    assert page(text("inside", 0, 0, 0), block(0, 0)).texts() == ("inside",)


def test_labels_of_closed_containers_are_texts() -> None:
    run = page(
        block(0, 0, expandable=wire.Block.Expandable(label="expander")),
        block(0, 1, tab=wire.Block.Tab(label="tab")),
        block(0, 2, popover=wire.Block.Popover(label="popover")),
        block(0, 3, dialog=wire.Block.Dialog(title="dialog")),
    )
    assert run.texts() == ("expander", "tab", "popover", "dialog")


def test_every_field_of_an_element_but_its_id_is_text() -> None:
    run = page(
        element(0, 0, selectbox=wire.Choice(id="secret-id", label="Year", options=["2025", "2026"])),
        element(0, 1, text_input=wire.Input(id="secret-id", label="Name", default="Ada")),
        element(0, 2, slider=wire.Slider(id="secret-id", label="Slider")),
    )
    assert run.texts() == ("Year", "2025", "2026", "Name", "Ada", "Slider")


def test_elements_of_unknown_kinds_have_no_text() -> None:
    run = page(element(0, 0))
    assert list(run.elements) == [(0, 0)]
    assert run.texts() == ()


def test_metrics_tell_label_value_and_delta() -> None:
    run = page(element(0, 0, metric=wire.Metric(label="Revenue", body="1,234", delta="+5%")))
    assert run.metrics() == (Metric("Revenue", "1,234", "+5%"),)


def test_a_new_session_starts_anew() -> None:
    run = folded(new_session(), text("old"), text("older", 0, 1), new_session(), text("new"), finished())
    assert run.texts() == ("new",)
    assert run.first_text == "new"


def test_the_first_text_is_the_one_that_arrives_first() -> None:
    heading = element(0, 0, heading=wire.Heading(body="Title"))
    run = page(heading, text("first to arrive", 0, 2), text("first on the page", 0, 1))
    assert run.first_text == "first to arrive"


def test_the_first_text_stays_when_its_place_is_written_again() -> None:
    assert page(text("first", 0, 0), text("second", 0, 0)).first_text == "first"


def test_what_comes_before_the_run_belongs_to_an_earlier_one() -> None:
    fold = Fold()
    for message in (text("left over"), finished()):
        fold.add(message)
    assert not fold.complete
    assert fold.result() == Run()


def test_a_run_that_ends_early_for_another_is_not_complete() -> None:
    fold = Fold()
    for message in (new_session(), finished(wire.ForwardMsg.FINISHED_EARLY_FOR_RERUN)):
        fold.add(message)
    assert not fold.complete
    assert fold.result().status is Status.RUNNING


def test_a_compile_error_is_complete_with_its_reason_only() -> None:
    fold = Fold()
    fold.add(new_session())
    fold.add(finished(wire.ForwardMsg.FINISHED_WITH_COMPILE_ERROR))
    assert not fold.complete
    reason = wire.AppException(type="SyntaxError", message="invalid syntax")
    fold.add(wire.ForwardMsg(session_event=wire.SessionEvent(script_compilation_exception=reason)))
    assert fold.complete
    assert fold.result().status is Status.COMPILE_ERROR
    assert fold.result().exception == AppException("SyntaxError", "invalid syntax", ())


def test_shows_the_first_exception_of_the_page() -> None:
    shown = wire.AppException(type="ValueError", message="no budget", stack_trace=["line 1", "line 2"])
    run = page(text("fine"), element(0, 1, exception=shown))
    assert run.exception == AppException("ValueError", "no budget", ("line 1", "line 2"))
    assert run.status is Status.FINISHED


def test_pages_come_from_the_latest_word_about_them() -> None:
    def pages(*names: str) -> list[wire.AppPage]:
        return [wire.AppPage(page_name=name, url_pathname=name.lower()) for name in names]

    first = wire.ForwardMsg(new_session=wire.NewSession(app_pages=pages("Main")))
    later = wire.ForwardMsg(navigation=wire.Navigation(app_pages=pages("Main", "Report")))
    older = wire.ForwardMsg(pages_changed=wire.PagesChanged(app_pages=pages("Old")))
    assert [page.name for page in folded(first).pages] == ["Main"]
    assert folded(first, later).pages == (AppPage("Main", "main"), AppPage("Report", "report"))
    assert [page.name for page in folded(first, later, older).pages] == ["Old"]


def test_the_url_path_of_the_default_page_is_empty() -> None:
    default = wire.AppPage(page_name="Main", url_pathname="Main", is_default=True)
    run = folded(wire.ForwardMsg(new_session=wire.NewSession(app_pages=[default])))
    assert run.pages == (AppPage("Main", ""),)


def test_without_a_url_path_the_name_is_the_path() -> None:
    old = wire.ForwardMsg(new_session=wire.NewSession(app_pages=[wire.AppPage(page_name="Report")]))
    assert folded(old).pages == (AppPage("Report", "Report"),)


def test_tells_a_missing_page_also_when_streamlit_does_not_name_it() -> None:
    run = page(wire.ForwardMsg(page_not_found=wire.PageNotFound()))
    assert run.page_not_found == ""
    assert page().page_not_found is None


def test_tells_version_and_session() -> None:
    run = folded(new_session("1.67.0"))
    assert (run.streamlit_version, run.session_id) == ("1.67.0", "session")


def test_refuses_what_is_nested_deeper_than_any_page() -> None:
    assert page(text("deep", *[0] * MAX_DEPTH)).texts() == ("deep",)
    with pytest.raises(SessionError, match="nested 33 deep"):
        page(text("deeper", *[0] * (MAX_DEPTH + 1)))


paths = st.lists(st.integers(0, 3), max_size=4)
bodies = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
contents = st.one_of(
    st.builds(lambda path, body: text(body, *path) if path else block(), paths, bodies),
    st.builds(lambda path: block(*path), paths),
    st.builds(lambda path, body: block(*path, tab=wire.Block.Tab(label=body)), paths, bodies),
    st.just(new_session()),
)


@given(st.lists(contents, max_size=30))
def test_whatever_is_written_an_element_never_has_anything_inside(messages: list[wire.ForwardMsg]) -> None:
    elements = folded(new_session(), *messages).elements
    assert list(elements) == sorted(elements)
    for path, content in elements.items():
        if isinstance(content, wire.Element):
            written_after = [p for p in elements if p != path and p[: len(path)] == path]
            assert all(is_later(messages, inner, path) for inner in written_after)


def is_later(messages: list[wire.ForwardMsg], inner: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    order = [tuple(message.metadata.delta_path) for message in messages]
    return last(order, inner) > last(order, outer)


def last(order: list[tuple[int, ...]], path: tuple[int, ...]) -> int:
    return max(at for at, one in enumerate(order) if one == path)


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_bytes_that_happen_to_be_messages_never_break_it(data: list[bytes]) -> None:
    fold = Fold()
    for one in data:
        with contextlib.suppress(DecodeError, SessionError):
            fold.add(wire.ForwardMsg.FromString(one))
    fold.result().texts()
