"""Every command of the documents does what it is there for: a reader can type it as it stands.

It is run in a clone of a repository that was rolled out to a lab. What takes minutes, or needs something done
before, is held to the options that there are, and the test that runs it is named.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

import click
import pytest

import freshboot.demo as demo
from freshboot.cli import cli, main
from tests.docs.conftest import LOG, URL, Place
from tests.docs.pages import FORMS, PAGES, PROGRAMS, ROOT, Command, all_blocks, commands
from tests.gitrepo import git

HASTE = {"SETTLE": "0.5s", "GRACE": "3s", "INTERVAL": "0.5s", "TIMEOUT": "30s", "REPLICAS": "1"}
ELSEWHERE = {
    ("board",): ("tests/board/test_browser.py", '"-m", "freshboot", "board"'),
    ("demo",): ("tests/docs/test_commands.py", 'main(["demo"])'),
    ("lab",): ("tests/docs/test_commands.py", '"freshboot", "lab", "up"'),
    ("record",): ("tests/ledger/test_record_command.py", 'main(["record"'),
    ("rehearse",): ("tests/newcomer/test_newcomer.py", 'types("freshboot", "rehearse")'),
    ("remedy", "rename", "--undo"): ("tests/remedies/test_rename_live.py", 'rename(team, "--undo"'),
}
"""What is not run with the others, by how it begins: the test that runs it, and the words there that do."""
QUICK = ("rehearse", "--install-hook")
"""What ends at once all the same."""
ADDED = {"remedy": "--dry-run", "init": "--yes"}
"""Remedies are held to what they would do, since their evidence is not there; and a question is answered."""
PLACEHOLDERS = {
    "FILE": "calculations.py",
    "NAME": "nudge",
    "HOST": "render",
    "SHELL": "bash",
    "FAULT": "asleep",
}
INTO_A_FILE = re.compile(r" >>? \S+\Z")
OURS = re.compile(r"freshboot(\[(?P<extras>[a-z,-]+)\])?\Z")
ANOTHER_TEST = ("scripts/", ".venv/bin/mkdocs")
"""What is itself a test, or is run by one of its own."""


def written() -> list[Command]:
    """Each command of the documents once, whatever the number of pages that have it."""
    every = sorted((one for page in (*PAGES, *FORMS) for one in commands(page)), key=lambda one: one.typed)
    return list({one.words: one for one in every}.values())


def of(program: str) -> list[Command]:
    return [one for one in written() if one.words.startswith(program)]


def named(command: Command) -> str:
    return command.words


def arguments(command: Command, url: str = URL) -> list[str]:
    """What is given to the program, with something in place of each word that stands for something."""
    shown = INTO_A_FILE.sub("", command.words).replace("--log FILE", f"--log {LOG}")
    words = [word for word in shlex.split(shown)[1:] if word not in ("…", "...")]
    return [PLACEHOLDERS.get(word, word).replace(URL, url) for word in words]


def found(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that is meant, and what it is given."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        flags = {flag for option in command.params for flag in option.opts}
        if words[0] not in flags | command.commands.keys():
            break
        command, words = command.commands.get(words[0], command), words[1:]
    return command, words


def begins(words: list[str], with_what: tuple[str, ...]) -> bool:
    return tuple(words[:1]) == with_what[:1] and set(with_what) <= set(words)


def is_run(command: Command) -> bool:
    """Whether a command is run with the others: more than a name in a sentence, and done within seconds."""
    words = arguments(command)
    if any(begins(words, one) for one in ELSEWHERE) and not begins(words, QUICK):
        return False
    return command.typed or bool(found(words)[1])


def pages_with(program: str) -> dict[str, list[Command]]:
    """The commands of each page in their order."""
    told = {page.name: [one for one in commands(page) if one.words.startswith(program)] for page in PAGES}
    return {page: those for page, those in told.items() if those}


@pytest.fixture
def in_a_clone(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A person in a clone, who has told freshboot not to take its time."""
    monkeypatch.chdir(place.clone(tmp_path))
    for name, value in {**HASTE, "URL": place.lab.url}.items():
        monkeypatch.setenv(f"FRESHBOOT_{name}", value)
    return place


@pytest.mark.parametrize("command", of("freshboot "), ids=named)
def test_a_command_has_the_options_that_it_is_shown_with(command: Command) -> None:
    meant, words = found(arguments(command))
    if isinstance(meant, click.Group):
        assert not words or words == ["--help"], f"{meant.name} has no {words[0]}"
    elif words:
        meant.make_context(meant.name, list(words)).close()


@pytest.mark.parametrize("command", [one for one in of("freshboot ") if is_run(one)], ids=named)
def test_a_command_runs(command: Command, in_a_clone: Place) -> None:
    words = arguments(command, in_a_clone.lab.url)
    added = [ADDED[words[0]]] if words[0] in ADDED else []
    assert main([*words, *added]) == 0


@pytest.mark.parametrize("begin", ELSEWHERE, ids=" ".join)
def test_what_is_not_run_with_the_others_is_run_by_the_test_that_is_named(begin: tuple[str, ...]) -> None:
    file, words = ELSEWHERE[begin]
    assert words in (ROOT / file).read_text("utf-8").partition("\ndef ")[2]


def test_the_lab_serves_until_it_is_stopped(in_a_clone: Place) -> None:
    with subprocess.Popen([sys.executable, "-m", "freshboot", "lab", "up"], stdout=subprocess.PIPE) as lab:
        assert lab.stdout is not None
        told = [lab.stdout.readline().split()[0] for _ in range(3)]
        running = lab.poll() is None
        lab.send_signal(signal.SIGINT)
        lab.wait(timeout=60)
    assert (told, running) == ([b"url", b"remote", b"control"], True)


def test_the_demo_shows_its_first_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is proven and one that is stale; the others are of the same making."""
    monkeypatch.setattr(demo, "SCENES", demo.SCENES[:2])
    assert main(["demo"]) == 0


@pytest.mark.parametrize("page", pages_with("git "))
def test_a_page_s_commands_of_git_run_one_after_another(page: str, place: Place, tmp_path: Path) -> None:
    folder = place.apart(tmp_path)
    (folder / "calculations.py").write_text("REVISION = 1\n")
    for command in pages_with("git ")[page]:
        git(folder, *arguments(command))


@pytest.mark.parametrize("command", of("pip "), ids=named)
def test_what_is_to_be_installed_is_there(command: Command) -> None:
    extras = metadata("freshboot").get_all("Provides-Extra") or []
    ours = [match for word in arguments(command) if (match := OURS.match(word))]
    asked = {extra for match in ours for extra in (match["extras"] or "").split(",") if extra}
    assert ours
    assert asked <= set(extras)


@pytest.mark.parametrize("command", of("pipx run "), ids=named)
def test_what_runs_in_an_environment_of_its_own_is_a_command_of_the_command_line(command: Command) -> None:
    words = arguments(command)
    asked = OURS.match(words[words.index("--spec") + 1].partition(" @ ")[0])
    meant, rest = found(words[words.index("freshboot") + 1 :])
    assert asked
    assert asked["extras"] == "cli"
    meant.make_context(meant.name, rest).close()


@pytest.mark.parametrize("command", of("pytest "), ids=named)
def test_pytest_takes_it_with_the_plugin(command: Command, in_a_clone: Place) -> None:
    asked = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider"]
    ran = subprocess.run([*asked, *arguments(command)], capture_output=True, text=True, timeout=120)
    assert "1 test collected" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize("command", of(ANOTHER_TEST[0]), ids=named)
def test_a_script_is_there_and_can_be_started(command: Command) -> None:
    assert os.access(ROOT / shlex.split(command.words)[0], os.X_OK)


def test_no_command_is_left_out() -> None:
    """A program that no test here knows is run by none."""
    known = ("freshboot ", "git ", "pip ", "pipx run ", "pytest ", *ANOTHER_TEST)
    assert [one for one in written() if not one.words.startswith(known)] == []


def test_a_block_of_commands_holds_nothing_else() -> None:
    """Else a command that is not recognised as one would be run by no test."""
    odd = [
        line
        for block in all_blocks("sh", "bash", "shell")
        for line in block.text.replace("\\\n", " ").splitlines()
        if line.strip() and not line.strip().startswith((*PROGRAMS, "#"))
    ]
    assert odd == []
