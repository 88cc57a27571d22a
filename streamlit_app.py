"""The repository's own deployed app: stamped, published and confirmed by its own workflow."""

from __future__ import annotations

import freshboot

freshboot.boot()

from pathlib import Path

import streamlit as st

DEPLOYMENT_VERSION = "0.1.0"

st.set_page_config(page_title="freshboot", page_icon="🥾")
freshboot.badge()
st.markdown((Path(__file__).parent / "README.md").read_text("utf-8"))
