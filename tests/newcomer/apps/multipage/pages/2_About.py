"""What this is."""

from __future__ import annotations

import streamlit as st

st.header("About")
st.markdown("Made by the shop's two owners.")
