import streamlit as st
from charts.traffic import traffic

st.title("Operations")
tab1, tab2 = st.tabs(["Traffic", "Raw"])
with tab1:
    st.area_chart(traffic())
with tab2:
    st.write(traffic())
