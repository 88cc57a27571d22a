"""Programs of the machine that some tests drive. Tests that miss one are skipped, and say so in one line."""

import os
import shutil
import subprocess

import environment

# Debian's packages, and the programs of which one is enough.
_PACKAGES = (
    (("chromium", "fonts-liberation"), ("chromium", "chromium-browser", "google-chrome")),
    (("nginx-light",), ("nginx",)),
)
_PATH = os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/sbin"


def equip():
    """Install what is missing, where that needs no questions: on Debian and its kin, as root."""
    missing = [name for packages, programs in _PACKAGES if not _is_there(programs) for name in packages]
    if os.environ.get("FRESHBOOT_CHROMIUM"):
        missing = [name for name in missing if name not in _PACKAGES[0][0]]
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment.say("installing {} (half a minute or so)".format(", ".join(missing)))
    for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", "-qq", *command], env=_quiet(), capture_output=True, text=True)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["no reason"]
            environment.say("warning: they cannot be installed; apt-get says: " + last[0])
            return


def _is_there(programs):
    return any(shutil.which(name, path=_PATH) for name in programs)


def _quiet():
    return dict(os.environ, DEBIAN_FRONTEND="noninteractive")
