"""Why freshboot cannot be set up in a repository."""

from __future__ import annotations

from freshboot.errors import FreshbootError


class ScaffoldRefused(FreshbootError):
    """Something must be mended, or said, before freshboot can be set up; then nothing is written."""
