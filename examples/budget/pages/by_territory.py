"""One territory at a time: what it brings in, what it costs, what is left."""

import freshboot

freshboot.boot()

import streamlit as st
from calculations import costs, revenue, share_of, total
from formatting import percent, pounds
from territories import TERRITORIES

st.set_page_config(page_title="By territory", page_icon="🗺️", layout="wide")
st.title("By territory")

income = total(revenue(territory) for territory in TERRITORIES)

for territory in TERRITORIES:
    st.subheader(territory.name)
    brings, takes = revenue(territory), costs(territory)
    left, middle, right = st.columns(3)
    left.metric("Revenue", pounds(brings))
    middle.metric("Costs", pounds(takes))
    right.metric("Surplus", pounds(brings - takes))
    share = share_of(brings, income)
    st.progress(share, text=f"{percent(share)} of all revenue")

freshboot.badge()
