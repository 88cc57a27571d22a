import streamlit as st
from utils.data import load_sales

st.header("By region")
region = st.selectbox("Region", ["all", "north", "south"])
sales = load_sales()
if region != "all":
    sales = sales[sales["region"] == region]
st.dataframe(sales)
