from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import numpy as np


def draw(values: np.ndarray) -> None:
    st.bar_chart(values)
    st.caption(f"{len(values)} days")
