"""From the moment a fresh session would see new code to confirm's detection, against one bare session."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from timing import report

from freshboot.config import Config
from freshboot.hosts.address import Address
from freshboot.hosts.detect import detect
from freshboot.lab import LabProcess, Options
from freshboot.live.http import http_client
from freshboot.live.session import Session
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import Releases, releases
from freshboot.rollout.run import rollout

ROUNDS = 15
MAIN = """\
import freshboot
freshboot.boot()
import streamlit as st
from helpers import VALUE
st.text("main {number}")
st.text(VALUE)
"""


def git(folder: Path, *arguments: str) -> str:
    person = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com")
    done = subprocess.run(
        ["git", *person, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(folder: Path, number: int) -> None:
    (folder / "streamlit_app.py").write_text(MAIN.format(number=number))
    (folder / "helpers.py").write_text(f'VALUE = "module {number}"\n# {"." * number}\n')
    (folder / "requirements.txt").write_text("streamlit\nfreshboot\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", str(number))


def holds(file: Path, text: str) -> bool:
    try:
        return file.read_text() == text
    except FileNotFoundError:  # git replaces it just now
        return False


class Landing(threading.Thread):
    """Notes when the pull is complete on the server's disk: from then on a fresh session sees new code."""

    def __init__(self, checkout: Path, number: int) -> None:
        super().__init__(daemon=True)
        self.files = {
            checkout / "streamlit_app.py": MAIN.format(number=number),
            checkout / "helpers.py": f'VALUE = "module {number}"\n# {"." * number}\n',
        }
        self.at = 0.0

    def run(self) -> None:
        while not all(holds(file, text) for file, text in self.files.items()):
            time.sleep(0.0005)
        self.at = time.monotonic()


async def bare_probe(url: str) -> float:
    """Seconds of one plain session, from dialling to the end of the run."""
    async with http_client() as http:
        host = await detect(http, Address.parse(url))
        began = time.monotonic()
        async with Session.open(host.address.websocket, http=http) as session:
            await session.run()
        return time.monotonic() - began


async def detection(url: str, folder: Path, checkout: Path, number: int) -> float:
    """Seconds from the landing of one push to the first answer that is fresh."""
    write(folder, number)
    repository = Repository.open(folder)
    landing = Landing(checkout, number)
    detected: list[float] = []

    def publish() -> Releases:
        landing.start()
        git(folder, "push", "-q", "origin", "HEAD")
        return releases(repository, repository.head, "main", Config())

    def tell(_at: float, words: str) -> None:
        if "attests the release" in words:
            detected.append(time.monotonic())

    await rollout(Config(url=url, settle=0.2), publish, tell)
    landing.join()
    return detected[0] - landing.at


def main() -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "app"
        folder.mkdir()
        git(folder, "init", "-q", "-b", "main")
        write(folder, 1)
        with LabProcess(Options(folder)) as lab:
            git(folder, "remote", "add", "origin", lab.remote)
            lab.set_faults("lost-webhook:2.5")  # the wait has begun when the pull comes
            checkout = Path(lab.state()["replicas"][0]["checkout"])
            probes, detections = [], []
            for number in range(2, ROUNDS + 3):
                detections.append(asyncio.run(detection(lab.url, folder, checkout, number)))
                probes.append(asyncio.run(bare_probe(lab.url)))
    medians = {
        "one bare probe session": statistics.median(probes[1:]),
        "landing to confirm's detection": statistics.median(detections[1:]),
    }
    return report(
        "Detection of a push", medians, "one bare probe session", {"landing to confirm's detection": 1.5}
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
