"""Streamlit's own AppTest, driven against the deployed app.

What needs Streamlit here (:mod:`freshboot.live.testing.livetest` and what it imports) is imported by
:func:`freshboot.live.connect` only.
"""
