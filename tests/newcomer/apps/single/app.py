# Countries: one file, as many apps begin.
import json
from pathlib import Path

import pandas as pd
import streamlit as st

HERE = Path(__file__).parent


@st.cache_data(ttl=3600)
def countries():
    return pd.DataFrame(json.loads((HERE / "data" / "countries.json").read_text()))


@st.cache_resource
def settings():
    return {"greeting": st.secrets["greeting"]}


st.title("Countries 🌍")
st.html('<img src="app/static/flag.svg" alt="A flag">')
st.write(settings()["greeting"])
search = st.text_input("Search")
found = countries()
if search:
    found = found[found["name"].str.contains(search, case=False)]
st.dataframe(found)
