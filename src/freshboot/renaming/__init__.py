"""One module under a new name, with every use of it in the repository.

Pure: files by path go in, changed files come out (:func:`freshboot.renaming.plan.rename`). LibCST finds the
uses: it keeps every byte of a source that it does not change, knows in which scope a name was bound, and
works on texts, where rope needs a folder of files. What reads a commit, or starts a process, stands in
``commits`` and ``fresh``.
"""

from __future__ import annotations
