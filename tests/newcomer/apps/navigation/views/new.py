import streamlit as st
from core.state import remember

st.header("New note")
with st.form("note"):
    text = st.text_area("Text")
    if st.form_submit_button("Keep"):
        remember(text)
