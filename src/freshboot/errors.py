"""The root of freshboot's own errors: what a person can mend, with the way to mend it."""

from __future__ import annotations


class FreshbootError(Exception):
    """Something that the caller can mend.

    ``message`` is one line that says what is wrong; ``remedy`` one line that says what to do. ``exit_code``
    belongs to the class: 2 where the call or the configuration is wrong, 5 where publishing was refused.
    """

    exit_code = 2

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})" if self.remedy else self.message


class ConfigurationError(FreshbootError):
    """The configuration file, an option or an environment variable is wrong."""
