"""The ledger: the record of rollouts, kept with the commits as git notes.

``attempt.py`` is one entry, ``fold.py`` reads many of them, ``figures.py`` counts; all three are functions of
values. ``journal.py`` writes. How the notes travel stands in :mod:`freshboot.repository.notes`.
"""
