import streamlit as st
from core.state import remember

st.set_page_config(page_title="Notes")


def home():
    st.title("Notes")
    remember("home")


pages = {
    "": [st.Page(home, title="Home", icon=":material/home:", default=True)],
    "Write": [
        st.Page("views/new.py", title="New note"),
        st.Page("views/archive.py", title="Archive", url_path="old"),
    ],
}
st.navigation(pages, position="top").run()
