import streamlit as st

st.title("Report")
st.slider("Depth", 1, 5, 2, key="depth")
st.text(f"depth {st.session_state.depth}")
