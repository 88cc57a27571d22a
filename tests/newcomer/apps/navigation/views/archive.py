import streamlit as st
from core.state import remembered

st.header("Archive")
for note in remembered():
    st.write(note)
