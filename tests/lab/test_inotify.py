"""Whether Streamlit watches the app's files, as the kernel tells it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.lab import LabProcess
from freshboot.lab.inotify import watches
from tests.lab.eyes import visiting
from tests.lab.processes import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


async def test_streamlit_watches_as_long_as_somebody_is_connected(lab: LabProcess) -> None:
    replica = lab.state()["replicas"][0]
    pid, folder = replica["pid"], Path(replica["checkout"])
    wait_until(lambda: not watches(pid, folder))
    async with visiting(lab.url) as visit:
        await visit.look()
        assert watches(pid, folder)
        assert not watches(pid, folder.parent)
    wait_until(lambda: not watches(pid, folder))


def test_a_process_that_has_ended_watches_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert not watches(process.pid, tmp_path)
