"""Git: what a commit holds, where each file's earlier bytes come from, and publishing a stamp.

``git.py`` is the one door to the command; ``repository.py`` the repository as the rest of freshboot sees it.
"""
