"""An app with one of everything that the twenty tests touch."""

import datetime
import json

import pandas as pd
import streamlit as st

ROWS = pd.DataFrame({"region": ["North", "South", "West"], "revenue": [120, 80, 40]})


@st.fragment
def counter() -> None:
    if st.button("Count", key="count"):
        st.session_state.counted = st.session_state.get("counted", 0) + 1
    st.text(f"counted {st.session_state.get('counted', 0)}")


@st.dialog("Are you sure?")
def confirm() -> None:
    st.write("This cannot be undone.")
    if st.button("Delete", key="delete"):
        st.session_state.deleted = True
        st.rerun()


st.title("Budget")
st.header("Plan")
st.subheader("By region")
st.caption("all figures in thousands")

regions = st.sidebar.multiselect("Regions", list(ROWS.region), default=["North", "South"], key="regions")
year = st.sidebar.selectbox("Year", [2025, 2026, 2027], index=1, key="year")
unit = st.sidebar.radio("Unit", ["pounds", "euros"], key="unit")
factor = st.sidebar.slider("Factor", 0, 10, 1, key="factor")
span = st.sidebar.slider("Span", 0.0, 1.0, (0.25, 0.75), key="span")
size = st.sidebar.select_slider("Size", ["small", "medium", "large"], value="medium", key="size")

chosen = ROWS[ROWS.region.isin(regions)]
left, right = st.columns(2)
left.metric("Revenue", f"{chosen.revenue.sum() * factor:,}", "+5%")
right.metric("Year", year)
table, raw = st.tabs(["Table", "Raw"])
table.dataframe(chosen)
raw.json({"unit": unit, "span": span, "size": size})
raw.table(chosen)
with st.expander("Method"):
    st.markdown("Sum of **all** regions.")
    st.code("sum(revenue)", language="python")
    st.latex("a + b")

name = st.text_input("Name", "Ada", key="name")
note = st.text_area("Note", key="note")
count = st.number_input("Count", 0, 100, 3, key="number")
share = st.number_input("Share", value=0.5, key="share")
day = st.date_input("Day", datetime.date(2026, 1, 2), key="day")
period = st.date_input("Period", (datetime.date(2026, 1, 1), datetime.date(2026, 1, 31)), key="period")
hour = st.time_input("Hour", datetime.time(8, 45), key="hour")
color = st.color_picker("Color", "#112233", key="color")
agreed = st.checkbox("Agree", key="agree")
dark = st.toggle("Dark", True, key="dark")
st.text(f"{name} {note!r} {count} {share} {day} {period[-1]} {hour:%H:%M} {color} {agreed} {dark}")

if st.button("Greet", key="greet"):
    st.success(f"Hello {name}")
if st.button("Fail", key="fail"):
    raise ValueError("no such budget")
if st.button("Reset", key="reset"):
    st.session_state.visits = 0
    st.rerun()
if st.button("Ask", key="ask"):
    confirm()
if st.session_state.pop("deleted", False):
    st.warning("deleted")
st.session_state.visits = st.session_state.get("visits", 0) + 1
st.text(f"visit {st.session_state.visits}")

with st.form("order"):
    item = st.text_input("Item", key="item")
    amount = st.number_input("Amount", 1, 9, key="amount")
    if st.form_submit_button("Order"):
        st.info(f"ordered {amount} {item}")

counter()

st.text(f"view {st.query_params.get('view', 'none')}")
if st.button("Remember", key="remember"):
    st.query_params["view"] = "kept"

file = st.file_uploader("File", key="file")
if file is not None:
    st.text(f"{file.name} {file.type} {len(file.getvalue())} {json.dumps(file.getvalue().decode())}")

place = st.empty()
place.text("first write")
place.text("last write")
with st.status("Working", expanded=True) as status:
    st.write("almost")
    status.update(label="Done", state="complete")
st.toast("saved")
st.error("nothing is wrong")
if words := st.chat_input("Say something", key="say"):
    with st.chat_message("user"):
        st.write(words)
