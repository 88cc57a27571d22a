"""Next year's revenue, under a price rise of one's choice."""

import freshboot

freshboot.boot()

import streamlit as st
from calculations import forecast, revenue, total
from formatting import percent, pounds, table
from territories import TERRITORIES

st.set_page_config(page_title="Next year", page_icon="📈", layout="wide")
st.title("Next year")

price_rise = st.slider("Price rise, per cent", min_value=0.0, max_value=10.0, value=2.5, step=0.5) / 100

this_year = total(revenue(territory) for territory in TERRITORIES)
next_year = total(forecast(territory, price_rise) for territory in TERRITORIES)
st.metric("Revenue next year", pounds(next_year), percent(next_year / this_year - 1))

st.markdown(
    table(
        ("Territory", "Growth", "This year", "Next year"),
        (
            (one.name, percent(one.growth), pounds(revenue(one)), pounds(forecast(one, price_rise)))
            for one in TERRITORIES
        ),
    )
)

freshboot.badge()
