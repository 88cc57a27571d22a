"""Twenty tests of the app, written for AppTest, and one for whatever AppTest can upload files."""

from __future__ import annotations

import datetime
from typing import Any

import pytest


@pytest.fixture
def at(live_app: Any) -> Any:
    return live_app.run()


def texts(at: Any) -> list[str]:
    return [one.value for one in at.text]


def test_headings(at: Any) -> None:
    assert not at.exception
    assert [at.title[0].value, at.header[0].value, at.subheader[0].value] == ["Budget", "Plan", "By region"]
    assert at.caption[0].value == "all figures in thousands"


def test_metrics(at: Any) -> None:
    assert [(one.label, one.value) for one in at.metric] == [("Revenue", "200"), ("Year", "2026")]
    assert at.metric[0].delta == "+5%"


def test_dataframe_and_table(at: Any) -> None:
    assert list(at.dataframe[0].value["revenue"]) == [120, 80]
    assert list(at.table[0].value["region"]) == ["North", "South"]


def test_containers(at: Any) -> None:
    assert [tab.label for tab in at.tabs] == ["Table", "Raw"]
    assert at.tabs[1].json[0].value.count("pounds") == 1
    assert len(at.columns) == 2
    assert at.columns[1].metric[0].label == "Year"
    assert at.expander[0].label == "Method"
    assert at.expander[0].markdown[0].value == "Sum of **all** regions."
    assert at.expander[0].code[0].value == "sum(revenue)"
    assert "a + b" in at.latex[0].value
    assert len(at.sidebar.slider) == 2
    assert len(at.main.slider) == 0


def test_alerts_toast_and_status(at: Any) -> None:
    assert at.error[0].value == "nothing is wrong"
    assert at.toast[0].value == "saved"
    assert at.status[0].label == "Done"
    assert at.status[0].state == "complete"
    assert "last write" in texts(at)
    assert "first write" not in texts(at)


def test_text_input_and_area(at: Any) -> None:
    assert at.text_input(key="name").value == "Ada"
    at.text_input(key="name").input("Grace")
    at.text_area(key="note").input("two\nlines").run()
    assert texts(at)[0].startswith(r"Grace 'two\nlines' 3")
    assert at.text_area[0].value == "two\nlines"


def test_number_input(at: Any) -> None:
    assert at.number_input(key="number").value == 3
    at.number_input(key="number").increment()
    at.number_input(key="share").set_value(0.25).run()
    assert at.number_input(key="number").value == 4
    assert at.number_input(key="share").value == 0.25
    assert " 4 0.25 " in texts(at)[0]


def test_checkbox_and_toggle(at: Any) -> None:
    assert (at.checkbox[0].value, at.toggle[0].value) == (False, True)
    at.checkbox[0].check()
    at.toggle[0].set_value(False).run()
    assert texts(at)[0].endswith("True False")
    assert at.checkbox[0].uncheck().run().checkbox[0].value is False


def test_selectbox(at: Any) -> None:
    assert at.selectbox[0].value == 2026
    assert at.selectbox[0].index == 1
    assert at.selectbox[0].select(2027).run().metric[1].value == "2027"
    assert at.selectbox(key="year").select_index(0).run().selectbox[0].value == 2025


def test_multiselect(at: Any) -> None:
    assert at.multiselect[0].value == ["North", "South"]
    at.multiselect[0].unselect("South").select("West").run()
    assert at.multiselect[0].value == ["North", "West"]
    assert at.metric[0].value == "160"


def test_radio(at: Any) -> None:
    assert at.radio[0].value == "pounds"
    at.radio[0].set_value("euros").run()
    assert at.radio[0].index == 1
    assert "euros" in at.json[0].value


def test_sliders(at: Any) -> None:
    assert at.slider(key="span").value == (0.25, 0.75)
    at.slider(key="factor").set_value(2)
    at.slider(key="span").set_range(0.5, 1.0).run()
    assert at.slider(key="factor").value == 2
    assert at.slider(key="span").value == (0.5, 1.0)
    assert at.metric[0].value == "400"
    assert at.select_slider[0].value == "medium"
    assert at.select_slider[0].set_value("large").run().select_slider[0].value == "large"
    assert "large" in at.json[0].value


def test_dates_and_times(at: Any) -> None:
    assert at.date_input(key="day").value == datetime.date(2026, 1, 2)
    assert at.date_input(key="period").value == (datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))
    assert at.time_input[0].value == datetime.time(8, 45)
    at.date_input(key="day").set_value(datetime.date(2026, 3, 4))
    at.date_input(key="period").set_value((datetime.date(2026, 1, 1), datetime.date(2026, 1, 8)))
    at.time_input[0].increment().run()
    assert "2026-03-04 2026-01-08 09:00" in texts(at)[0]
    assert at.date_input(key="day").value == datetime.date(2026, 3, 4)
    assert at.time_input[0].value == datetime.time(9, 0)


def test_color(at: Any) -> None:
    assert at.color_picker[0].value == "#112233"
    assert "#abcdef" in texts(at.color_picker[0].pick("#abcdef").run())[0]


def test_buttons_are_pressed_for_one_run(at: Any) -> None:
    assert at.button(key="greet").value is False
    at.button(key="greet").click().run()
    assert at.success[0].value == "Hello Ada"
    assert at.button(key="greet").value is True
    at.run()
    assert not at.success
    assert at.button(key="greet").value is False
    assert "visit 3" in texts(at)


def test_rerun_and_session_state_of_the_app(at: Any) -> None:
    at.run().run()
    assert "visit 3" in texts(at)
    at.button(key="reset").click().run()
    assert "visit 1" in texts(at)
    assert at.button(key="reset").value is False
    assert texts(at).count("view none") == 1


def test_exception(at: Any) -> None:
    at.button(key="fail").click().run()
    assert at.exception[0].value == "no such budget"
    assert at.exception[0].proto.type == "ValueError"
    assert not at.run().exception


def test_form_dialog_and_fragment(at: Any) -> None:
    at.text_input(key="item").input("tea")
    at.number_input(key="amount").set_value(2)
    next(one for one in at.button if one.label == "Order").click().run()
    assert at.info[0].value == "ordered 2 tea"
    at.button(key="ask").click().run()
    assert "This cannot be undone." in [one.value for one in at.markdown]
    at.button(key="count").click().run()
    assert "counted 1" in texts(at)


def test_query_parameters(live_app: Any) -> None:
    live_app.query_params["view"] = "wide"
    at = live_app.run()
    assert "view wide" in texts(at)
    at.button(key="remember").click().run()
    assert at.query_params["view"] in ("kept", ["kept"])
    assert "view kept" in texts(at.run())


def test_pages_and_chat(at: Any) -> None:
    at.chat_input[0].set_value("good morning").run()
    assert at.chat_input[0].value == "good morning"
    assert at.chat_message[0].markdown[0].value == "good morning"
    at.switch_page("pages/1_Report.py").run()
    assert at.title[0].value == "Report"
    assert texts(at.slider(key="depth").set_value(4).run()) == ["depth 4"]
    at.switch_page("streamlit_app.py").run()
    assert at.title[0].value == "Budget"


def test_upload(at: Any) -> None:
    if not hasattr(at, "file_uploader"):
        pytest.skip("this AppTest uploads no files")
    at.file_uploader[0].upload("bilan été.csv", b"a;b\n1;2", "text/csv").run()
    assert 'bilan été.csv text/csv 7 "a;b\\n1;2"' in texts(at)
    assert at.file_uploader[0].value.getvalue() == b"a;b\n1;2"
    assert 'bilan été.csv text/csv 7 "a;b\\n1;2"' in texts(at.run())
    assert at.file_uploader[0].clear().run().file_uploader[0].value is None
