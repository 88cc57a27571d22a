from pathlib import Path

import pandas as pd
import streamlit as st

SALES = Path(__file__).parent.parent / "data" / "sales.csv"


@st.cache_data
def load_sales() -> pd.DataFrame:
    return pd.read_csv(SALES)
