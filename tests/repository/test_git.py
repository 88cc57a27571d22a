from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.repository.git import (
    Git,
    GitError,
    GitMissingError,
    GitTimeoutError,
    UnsafeFolderError,
    environment,
    printable,
    redact,
)
from freshboot.repository.repository import Repository
from tests.gitrepo import git, head, make_repository
from tests.lab.processes import wait_until


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", {"app.py": "print(1)\n"})


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "elsewhere", {"other.py": "print(2)\n"})


def alias(script: str) -> tuple[str, ...]:
    """Git itself starting a program of ours, as it starts ssh and hooks."""
    return "-c", f"alias.it=!{script}", "it"


def test_answers_code_output_and_messages(repository: Path) -> None:
    result = Git(str(repository)).run("rev-parse", "HEAD", "nowhere", check=False)
    assert result.code == 128
    assert result.text.startswith(head(repository))
    assert "unknown revision" in result.err


def test_input_reaches_the_command(repository: Path) -> None:
    assert Git(str(repository)).run("hash-object", "--stdin", input=b"").text.startswith("e69de29b")


def test_without_input_the_command_reads_nothing(repository: Path) -> None:
    assert Git(str(repository)).run(*alias("cat")).out == b""


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"])
def test_is_not_led_to_another_repository(
    repository: Path, elsewhere: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(elsewhere if variable == "GIT_WORK_TREE" else elsewhere / ".git"))
    assert Git(str(repository)).run("ls-files").text == "app.py"
    assert Git(str(repository)).run("rev-parse", "HEAD").text == head(repository)


def test_is_not_led_to_another_index(
    repository: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", str(elsewhere / ".git" / "index"))
    assert Git(str(repository)).run("ls-files").text == "app.py"


@pytest.mark.parametrize("name", ["GIT_TRACE", "GIT_CONFIG_PARAMETERS", "GIT_NAMESPACE", "GIT_CURL_VERBOSE"])
def test_environment_leaves_out_what_git_would_obey(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert name not in environment()


@pytest.mark.parametrize(
    "name",
    ["GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_CONFIG_VALUE_7", "HTTPS_PROXY"],
)
def test_environment_keeps_what_reaches_the_remote(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "kept")
    assert environment()[name] == "kept"


def test_no_program_is_asked_for_a_password(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    program = tmp_path / "askpass"
    program.write_text(f"#!/bin/sh\ntouch {asked}\necho secret\n")
    program.chmod(0o755)
    monkeypatch.setenv("SSH_ASKPASS", str(program))
    monkeypatch.setenv("GIT_ASKPASS", str(program))
    wanted = b"protocol=https\nhost=example.org\n\n"
    result = Git(str(repository)).run(
        "-c", f"core.askPass={program}", "credential", "fill", input=wanted, check=False
    )
    assert "terminal prompts disabled" in result.err
    assert not asked.exists()


def test_nothing_that_git_starts_has_a_terminal_to_ask_on(repository: Path) -> None:
    script = (
        "import sys; from freshboot.repository.git import Git;"
        "ask = 'alias.it=!(: </dev/tty) 2>/dev/null && echo asked';"
        "ran = Git(sys.argv[1]).run('-c', ask, 'it', check=False);"
        "print('answer', ran.text or 'none')"
    )
    on_a_terminal = "import pty, sys; pty.spawn(sys.argv[1:])"
    ran = subprocess.run(
        [sys.executable, "-c", on_a_terminal, sys.executable, "-c", script, str(repository)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert ran.stdout.split() == [b"answer", b"none"]


def is_running(number: str) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", number], capture_output=True, text=True)
    return shown.stdout.strip() not in ("", "Z")


def test_a_command_that_hangs_is_ended_with_all_it_started(repository: Path, tmp_path: Path) -> None:
    child = tmp_path / "child"
    begun = time.monotonic()
    with pytest.raises(GitTimeoutError, match=r"did not end within 0\.5 s"):
        Git(str(repository)).run(*alias(f"sleep 60 & echo $! > {child}; wait"), timeout=0.5)
    assert time.monotonic() - begun < 10
    wait_until(lambda: not is_running(child.read_text().strip()))


def test_an_interrupt_ends_what_was_started(repository: Path, tmp_path: Path) -> None:
    child = tmp_path / "child"
    script = (
        "import signal, sys; from freshboot.repository.git import Git;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # a job in the background has it ignored
        "it = f'alias.it=!read it; echo $$ > {sys.argv[2]}; exec sleep 60'  # once it is listened to\n"
        "Git(sys.argv[1]).run('-c', it, 'it', input=b'go\\n')"
    )
    command = [sys.executable, "-c", script, str(repository), str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as run:
        while not (child.exists() and child.read_text().strip()):
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in run.communicate(timeout=60)[1]
    wait_until(lambda: not is_running(child.read_text().strip()))  # killed, it ends when its turn comes


def test_a_stream_that_hangs_is_ended(repository: Path) -> None:
    with pytest.raises(GitTimeoutError):
        list(Git(str(repository)).stream(*alias("printf 'one\\0'; sleep 60"), timeout=0.5))


def test_streams_records_as_they_come(repository: Path) -> None:
    records = Git(str(repository)).stream(*alias("printf 'one\\0two\\0'; sleep 60"))
    assert [next(records), next(records)] == [b"one", b"two"]
    records.close()  # type: ignore[attr-defined]


def test_a_stream_that_fails_says_why(repository: Path) -> None:
    with pytest.raises(GitError, match="bad revision 'nowhere'"):
        list(Git(str(repository)).stream("log", "-z", "nowhere", "--"))


def test_git_missing_is_one_clear_line(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissingError, match="git is not installed") as caught:
        Git(str(repository)).run("version")
    assert "install git" in caught.value.remedy


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_that_is_none_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GitError, match=f"{name}"):
        Git(str(tmp_path / name)).run("version")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_is_refused_with_the_remedy(repository: Path) -> None:
    for folder in (repository, repository / ".git"):
        os.chown(folder, 12345, 12345)
    with pytest.raises(UnsafeFolderError, match="belongs to another user") as caught:
        Repository.open(repository)
    assert f"safe.directory {repository}" in caught.value.remedy


def test_a_failure_names_the_command_and_gits_own_line(repository: Path) -> None:
    with pytest.raises(GitError, match=r"^git ls-tree failed: fatal: .* nowhere"):
        Git(str(repository)).run("--literal-pathspecs", "-c", "a.b=c", "ls-tree", "nowhere")


def test_secrets_in_addresses_never_show(repository: Path) -> None:
    address = "https://ada:hunter2@localhost:1/x.git?private_token=abc123"
    with pytest.raises(GitError) as caught:
        Git(str(repository)).run("ls-remote", address)
    assert "localhost:1" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("hunter2", "abc123", "ada"))


@pytest.mark.parametrize("secret", ["token", "user:to@ken", "x-access-token:ghs_abc"])
def test_redacts_every_form_of_credentials(secret: str) -> None:
    assert redact(f"fatal: unable to access 'https://{secret}@host/o/r.git/': 403") == (
        "fatal: unable to access 'https://***@host/o/r.git/': 403"
    )


def test_redacts_nothing_else() -> None:
    text = "git@github.com:o/r.git, https://github.com/@scope/x and a@b"
    assert redact(text) == text


@given(st.text())
def test_printable_text_is_one_bounded_line(text: str) -> None:
    line = printable(text, 20)
    assert line.isprintable()
    assert len(line) <= 20


def test_printable_text_has_no_terminal_sequences() -> None:
    assert printable("\x1b[31mred\x1b[0m \x1b]0;title\x07\u202eevil\r\nnext") == "red evil next"


def test_does_not_import_gitpython() -> None:
    code = (
        "import sys, freshboot.repository.git, freshboot.repository.repository; print('git' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_the_reading_of_a_status_writes_nothing(repository: Path) -> None:
    (repository / "app.py").touch()
    before = (repository / ".git" / "index").stat().st_mtime_ns
    Git(str(repository)).run("status")
    assert (repository / ".git" / "index").stat().st_mtime_ns == before
    assert git(repository, "status", "--porcelain") == ""
