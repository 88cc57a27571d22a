"""Makes the checkout's virtual environment ready. Runs on any Python 3 that a machine may have."""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 10)


def ready(extra):
    """The environment's interpreter, with freshboot and the dependencies of ``extra`` installed.

    Ends the program with one clear line where something that is needed is missing.
    """
    if sys.version_info < OLDEST:
        sys.exit("error: Python {}.{} is too old: use 3.10 or later".format(*sys.version_info[:2]))
    if shutil.which("git") is None:
        sys.exit("error: git is not installed: install it (Debian: apt-get install git)")
    wanted = fingerprint(extra)
    note = os.path.join(VENV, "freshboot-" + extra)
    if not _holds(note, wanted):
        _make()
        _install(extra)
        with open(note, "w") as file:
            file.write(wanted)
    return PYTHON


def run(*command):
    """Replace this program by ``command``, in the checkout."""
    os.chdir(ROOT)
    os.execv(command[0], command)


def fingerprint(extra):
    """What an environment that is ready was made for: this Python, and what the project asks for."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return hashlib.sha256(file.read() + extra.encode() + sys.version.encode()).hexdigest()


def _holds(note, wanted):
    try:
        with open(note) as file:
            return file.read() == wanted and os.access(PYTHON, os.X_OK)
    except OSError:
        return False


def _make():
    if os.access(PYTHON, os.X_OK):
        return
    say("making .venv")
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        sys.exit(
            "error: Python's venv module does not work: install it (Debian: apt-get install python3-venv)"
        )


def _install(extra):
    say("installing freshboot[{}] into .venv (a minute or so)".format(extra))
    wanted = ["-e", ".[{}]".format(extra)]
    # uv takes a fraction of pip's time, but knows nothing of a registry that only pip's own settings name.
    if _pip("uv").returncode == 0 and _uv(*wanted).returncode == 0:
        return
    done = _pip(*wanted)
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.startswith("ERROR")][-1:] or ["no reason"]
        sys.exit(
            "error: the packages cannot be installed; is the package registry reachable? pip says: " + last[0]
        )


def _pip(*wanted):
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "2"]
    return subprocess.run([*command, *wanted], cwd=ROOT, capture_output=True, text=True)


def _uv(*wanted):
    command = [PYTHON, "-m", "uv", "pip", "install", "-q", "--compile-bytecode", "--python", PYTHON]
    return subprocess.run([*command, *wanted], cwd=ROOT, capture_output=True, text=True)


def say(words):
    """One line of progress."""
    print(words, file=sys.stderr, flush=True)
