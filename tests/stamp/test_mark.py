from __future__ import annotations

from dataclasses import dataclass

import pytest

from freshboot.stamp.mark import MarkRefused, stamped
from freshboot.stamp.stamp import Stamp
from freshboot.stamp.whole_file import WholeFile
from tests.stamp.samples import NEW


@dataclass(frozen=True)
class Forgetful(WholeFile):
    """A mark that writes something else than it is given."""

    def place(self, data: bytes | None, stamp: Stamp) -> bytes:
        return super().place(data, stamp)[:-2]


def test_a_stamp_that_cannot_be_read_back_is_refused() -> None:
    with pytest.raises(MarkRefused, match="the stamp cannot be read back"):
        stamped(Forgetful("DEPLOYMENT_VERSION"), None, NEW)


def test_a_refusal_names_file_line_mark_and_remedy() -> None:
    error = MarkRefused("app.py", "constant V", "it is bound twice", "bind it once", 3)
    assert str(error) == "app.py:3: cannot stamp the constant V: it is bound twice (bind it once)"
    assert error.exit_code == 2
