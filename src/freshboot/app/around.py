"""What the app's modules may have looked at besides files: which commit it is, and what is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from freshboot.app.head import Head, head
from freshboot.app.installed import Folder, listing


class Around(NamedTuple):
    """``installed`` are the distributions of each folder that an import would come by."""

    head: Head
    installed: Mapping[str, tuple[Folder, ...]]

    def is_other_than(self, before: Around) -> bool:
        """Whether anything changed; folders that only one of the two knows come with ``sys.path``."""
        known = self.installed.keys() & before.installed.keys()
        installed = any(self.installed[one] != before.installed[one] for one in known)
        return installed or self.head.is_other_than(before.head)


def look(root: str) -> Around:
    """How it is now."""
    bases = {os.path.realpath(one or os.curdir) for one in sys.path if isinstance(one, str)}
    return Around(head(root), {base: listing([base]) for base in bases})
