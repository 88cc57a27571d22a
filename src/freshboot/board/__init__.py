"""The board: what the ledger says of an app, as a Streamlit app.

``source.py`` reads. ``endings.py``, ``now.py``, ``rollouts.py``, ``figures.py`` and ``board.py`` make
values of what was read; they know neither Streamlit nor a clock. ``parts.py``, ``hero.py`` and ``tables.py``
make HTML of them, ``charts.py`` charts. ``pages.py`` shows them, and ``app.py`` is the whole.
``script.py`` is what ``freshboot board`` runs.

Reading the ledger takes git and the standard library: beside Streamlit, nothing need be installed.
"""
