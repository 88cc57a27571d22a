import streamlit as st


def remember(note):
    st.session_state.setdefault("notes", []).append(note)


def remembered():
    return st.session_state.get("notes", [])
