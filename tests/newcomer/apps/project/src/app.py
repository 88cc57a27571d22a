#!/usr/bin/env python3
"""Next week's demand."""

from __future__ import annotations

import streamlit as st
from forecast import model
from forecast.plot import draw

st.title("Forecast")
days = st.slider("Days", 1, 14, 7)
draw(model.predict(days))
