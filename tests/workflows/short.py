"""In place of a long file of the suite, where a run of it stands within another: whose code is tested?"""

from __future__ import annotations

import os
from pathlib import Path

import freshboot
from freshboot.cli import main


def test_the_command_runs() -> None:
    assert main(["--help"]) == 0
    with Path(os.environ["SHORT_TESTED"]).open("a", encoding="utf-8") as file:
        file.write(f"{freshboot.__file__}\n")
