"""Budget planner: revenue by territory, this year and next."""

import freshboot

freshboot.boot()

import streamlit as st
from calculations import costs, revenue, share_of, total
from formatting import percent, pounds, table
from territories import TERRITORIES

DEPLOYMENT_VERSION = "0.1.0"

st.set_page_config(page_title="Budget planner", page_icon="📊", layout="wide")
st.title("Budget planner")

income = total(revenue(territory) for territory in TERRITORIES)
spending = total(costs(territory) for territory in TERRITORIES)

left, middle, right = st.columns(3)
left.metric("Revenue", pounds(income))
middle.metric("Costs", pounds(spending))
right.metric("Surplus", pounds(income - spending), f"{percent((income - spending) / income)} margin")

st.subheader("Where it comes from")
st.markdown(
    table(
        ("Territory", "Customers", "Revenue", "Share"),
        (
            (one.name, f"{one.customers:,}", pounds(revenue(one)), percent(share_of(revenue(one), income)))
            for one in sorted(TERRITORIES, key=revenue, reverse=True)
        ),
    )
)

st.divider()
st.caption("Figures are for one financial year, net of VAT.")
freshboot.badge()
