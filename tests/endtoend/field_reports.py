"""What the tests of the field reports share: a team's moves, the apps, and a shop that installs packages."""

from __future__ import annotations

import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.endtoend.team import Team, Told
from tests.gitrepo import commit, git
from tests.lab.processes import wait_until
from tests.lab.wheels import make_wheel

QUICK = ("--replicas", "1", "--settle", "0.5s", "--grace", "1s", "--interval", "0.5s", "--timeout", "60s")
"""Of what does not change any more; the timeout is for a machine that is busy."""
BRIEF = (*QUICK, "--timeout", "3s")
"""Of what may pass: there all of the time is waited."""
PATIENT = (*QUICK, "--grace", "60s")
"""Of what is still on its way."""
ARRIVAL_LIMIT_S = 60.0

WITHOUT_BOOT = """\
import streamlit as st
{guard}
from helpers import {name}

DEPLOYMENT_VERSION = "1.0.0"

st.text("main {number}")
st.text({name})
st.text(DEPLOYMENT_VERSION)
"""
RELOAD_GUARD = 'import sys\nsys.modules.pop("helpers", None)\n'
"""What people write against stale modules. It does as hot reload: one session drops what another imports."""
SLOW_MODULE = 'import time\n\ntime.sleep(0.8)\n{name} = "module {number}"\n# {padding}\n'
MODULE = '{name} = "module {number}"\n# {padding}\n'
WITH_MORE = """\
import freshboot

freshboot.boot({boot})

import os

import streamlit as st

import helpers

DEPLOYMENT_VERSION = "1.0.0"

st.text("main {number}")
{more}
"""
CACHED = """\
@st.cache_data
def cached():
    return helpers.VALUE


st.text(cached())
"""
SHOP = """\
import freshboot

freshboot.boot()

import streamlit as st

import {module}

st.text("main {number}")
st.text({module}.VERSION)
"""
_OUTAGE = """\
#!{python}
import urllib.request

urllib.request.urlopen("{control}/faults", data=b'["platform-outage"]').read()
"""
SHOP_CONFIG = "entrypoint: app/main.py\nmarks: [app/requirements.txt]\n"


def without_boot(number: int, *, name: str = "VALUE", guard: str = "", slow: bool = False) -> dict[str, str]:
    """A release of an app that has no freshboot in it, and shows its stamp."""
    module = SLOW_MODULE if slow else MODULE
    return {
        "streamlit_app.py": WITHOUT_BOOT.format(number=number, name=name, guard=guard),
        "helpers.py": module.format(number=number, name=name, padding="." * number),
    }


def with_more(number: int, more: str, boot: str = "") -> dict[str, str]:
    """A release that shows something else than its module."""
    return {
        "streamlit_app.py": WITH_MORE.format(number=number, more=more, boot=boot),
        "helpers.py": MODULE.format(number=number, name="VALUE", padding="." * number),
    }


def shop(number: int, *requirements: str, module: str = "demo_package") -> dict[str, str]:
    """A release of an app in a sub-folder that shows a package's version.

    Its dependency file has these lines, and freshboot's.
    """
    return {
        "app/main.py": SHOP.format(number=number, module=module),
        "app/requirements.txt": "".join(f"{line}\n" for line in ("freshboot", *requirements)),
        ".github/freshboot.yml": SHOP_CONFIG,
    }


def push(team: Team, files: Mapping[str, str | None]) -> str:
    """Push the next release of these files as a person does; its commit."""
    team.number += 1
    commit(team.folder, files, f"Release {team.number}")
    return team.push()


def deploy(team: Team, files: Mapping[str, str | None]) -> str:
    """Push, and wait until the host has it on its disk."""
    pushed = push(team, files)
    team.lab.wait_deployed(pushed, ARRIVAL_LIMIT_S)
    return pushed


def reboot(team: Team) -> None:
    """Lift the faults, and press the button."""
    team.lab.set_faults()
    team.lab.reboot()


def until_the_installer_fails(team: Team, because: str = "") -> None:
    """Wait until the host says that it could not build the release, and its log why."""

    def failed() -> bool:
        words = team.lab.log().rpartition("Pulling code changes from Github")[2]
        return because in words and "installer returned a non-zero exit code" in words

    wait_until(failed, ARRIVAL_LIMIT_S)


def home_of(team: Team) -> Path:
    """The home folder of the app's container, which no push reaches."""
    return Path(team.lab.state()["replicas"][0]["checkout"]).parents[2] / "home"


def advice(told: Told) -> str:
    """What the command tells the person to do."""
    return " ".join(told.facts["next"])


def breaking_wheel(folder: Path, version: str) -> Path:
    """A version of the demo package that calls its constant otherwise."""
    wheel = make_wheel(folder, version)
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name).replace(b"VERSION =", b"RENAMED =") for name in archive.namelist()}
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return wheel


@contextmanager
def outage_at_the_next_push(team: Team) -> Iterator[None]:
    """Have the platform go down as soon as the remote has the next push; it stays down."""
    hook = Path(team.lab.remote) / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_OUTAGE.format(python=sys.executable, control=team.lab.control))
    hook.chmod(0o755)
    try:
        yield
    finally:
        hook.unlink()


@contextmanager
def visitors(team: Team, number: int = 2) -> Iterator[list[list[str]]]:
    """People who open the page again and again; what they have seen."""
    seen: list[list[str]] = []
    gone = threading.Event()

    def come_again() -> None:
        while not gone.is_set():
            seen.append(team.displayed())

    threads = [threading.Thread(target=come_again) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        gone.set()
        for thread in threads:
            thread.join()


def rename_repository(team: Team, folder: Path, name: str) -> None:
    """Have the remote be ``lab/NAME`` on GitHub, with the lab in GitHub's place."""
    transport = folder / "ssh"
    transport.write_text(f'#!/bin/sh\nexec git-upload-pack "{team.lab.remote}"\n')
    transport.chmod(0o755)
    git(team.folder, "config", "core.sshCommand", str(transport))
    git(team.folder, "remote", "set-url", "origin", f"git@github.com:lab/{name}.git")
    git(team.folder, "remote", "set-url", "--push", "origin", f"file://{team.lab.remote}")


def rename_back(team: Team) -> None:
    """Have the remote be the lab's again."""
    git(team.folder, "config", "--unset", "core.sshCommand")
    git(team.folder, "config", "--unset-all", "remote.origin.pushurl")
    git(team.folder, "remote", "set-url", "origin", f"file://{team.lab.remote}")
