"""The root of freshboot's own errors: what a person can mend, with the way to mend it."""

from __future__ import annotations


class FreshbootError(Exception):
    """Something that the caller can mend.

    ``message`` is one line that says what is wrong; ``remedy`` one line that says what to do. ``exit_code``
    belongs to the class: 2 where the call or the configuration is wrong, 5 where publishing was refused.
    ``others`` are what else is wrong and told with it.
    """

    exit_code = 2

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.others: tuple[FreshbootError, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})" if self.remedy else self.message


class ConfigurationError(FreshbootError):
    """The configuration file, an option or an environment variable is wrong.

    ``file`` and ``line`` (from 1) are where, as far as that is known.
    """

    file: str | None = None
    line: int | None = None

    @classmethod
    def in_file(cls, file: str, line: int | None, message: str, remedy: str) -> ConfigurationError:
        """An error in a file; its message begins with the place."""
        error = cls(f"{file}:{line}: {message}" if line else f"{file}: {message}", remedy)
        error.file, error.line = file, line
        return error
