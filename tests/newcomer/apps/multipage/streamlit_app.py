"""Sales of a small shop."""
import streamlit as st
from utils.data import load_sales
from utils.text import money

st.set_page_config(page_title="Sales", page_icon="🛒", layout="wide")
st.title("Sales")

sales = load_sales()
left, right = st.columns(2)
left.metric("Revenue", money(sales["revenue"].sum()))
right.metric("Orders", int(sales["orders"].sum()))
st.line_chart(sales, x="month", y="revenue")
