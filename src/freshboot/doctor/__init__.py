"""What will keep a push from showing, found before the push.

Pure: a snapshot of the repository, with what its host and GitHub answered if they were asked, gives findings;
some of them know the edit that mends them. Only :mod:`freshboot.doctor.gather` and
:mod:`freshboot.doctor.asking` look at the world.
"""

from __future__ import annotations

from freshboot.doctor.examine import Examination, examine
from freshboot.doctor.finding import Finding, Rule, Severity
from freshboot.doctor.mending import mended
from freshboot.doctor.snapshot import Snapshot

__all__ = ["Examination", "Finding", "Rule", "Severity", "Snapshot", "examine", "mended"]
