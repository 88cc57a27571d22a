from __future__ import annotations

import pytest

from freshboot.errors import FreshbootError
from freshboot.repository import errors
from freshboot.repository.refusals import is_cut_off, is_lost_race, meaning, refusal

DECLINED = "! [remote rejected] main -> main"
NO_ACCESS = "fatal: unable to access 'https://github.com/acme/demo/':"
NO_READ = "fatal: Could not read from remote repository."

PROTECTED = [
    f"remote: error: GH006: Protected branch update failed for refs/heads/main.\n{DECLINED} (hook declined)",
    f"remote: error: GH013: Repository rule violations found for main.\n{DECLINED} (push declined)",
    f"remote: GitLab: You are not allowed to push code to protected branches.\n{DECLINED} (hook declined)",
    f"remote: Permission denied to update branch main.\n{DECLINED} (pre-receive hook declined)",
    f"remote: Gitea: Not allowed to push to protected branch main\n{DECLINED} (pre-receive hook declined)",
    f"{DECLINED} (TF402455: Pushes to this branch are not permitted; you must use a pull request)",
    f"{DECLINED} (protected branch hook declined)",
]
FORBIDDEN = [
    f"remote: Permission to acme/demo.git denied to bot.\n{NO_ACCESS} The requested URL returned error: 403",
    f"remote: Write access to repository not granted.\n{NO_ACCESS} The requested URL returned error: 403",
    f"git@github.com: Permission denied (publickey).\n{NO_READ}",
    "ERROR: The key you are authenticating with has been marked as read only.",
    "remote: You are not allowed to push code to this project.",
    "error: insufficient permission for adding an object to repository database ./objects",
]
UNKNOWN = [
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    "fatal: could not read Password for 'https://ada@github.com': No such device or address",
    "remote: Invalid username or password.\nfatal: Authentication failed for 'https://github.com/acme/demo/'",
    "remote: HTTP Basic: Access denied.",
    f"Host key verification failed.\n{NO_READ}",
]
GONE = [
    "remote: Repository not found.\nfatal: repository 'https://github.com/acme/gone/' not found",
    f"fatal: '/srv/gone.git' does not appear to be a git repository\n{NO_READ}",
    f"{NO_ACCESS} Could not resolve host: github.com",
    "ssh: Could not resolve hostname nowhere.example: Name or service not known",
    f"{NO_ACCESS} Failed to connect to 127.0.0.1 port 1: Connection refused",
    f"{NO_ACCESS} SSL certificate problem: self-signed certificate",
]
OTHER = [
    f"remote: error: GH001: Large files detected.\n{DECLINED} (pre-receive hook declined)",
    "remote: error: GH013: Repository rule violations found\nremote: - Push cannot contain secrets",
    f"{DECLINED} (branch is currently checked out)",
]
RACES = [
    "!\tabc:refs/heads/main\t[rejected] (fetch first)",
    "!\tabc:refs/heads/main\t[rejected] (non-fast-forward)",
    "!\tabc:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)",
    "!\tabc:refs/heads/main\t[remote rejected] (failed to update ref)",
    "!\tabc:refs/heads/main\t[remote rejected] (failed to lock)",
    "!\tabc:refs/heads/main\t[remote rejected] (reference already exists)",
    "!\tabc:refs/heads/main\t[remote rejected] (incorrect old value provided)",
    "!\tabc:refs/heads/freshboot/stamp\t[rejected] (stale info)",
]
CUT_OFF = [
    "fatal: the remote end hung up unexpectedly",
    "error: RPC failed; curl 92 HTTP/2 stream 0 was not closed cleanly\nfatal: expected flush",
    "fatal: unable to access 'https://github.com/acme/demo/': The requested URL returned error: 503",
    "Connection to github.com closed by remote host.\nfatal: early EOF",
]


@pytest.mark.parametrize(
    ("kind", "messages"),
    [(errors.ProtectedBranchError, text) for text in PROTECTED]
    + [(errors.NoPermissionError, text) for text in FORBIDDEN]
    + [(errors.NotAuthenticatedError, text) for text in UNKNOWN]
    + [(errors.RemoteGoneError, text) for text in GONE]
    + [(errors.RejectedError, text) for text in OTHER],
)
def test_understands_what_hosts_say(kind: type[FreshbootError], messages: str) -> None:
    error = refusal("origin refused the push to main", messages)
    assert type(error) is kind
    assert error.exit_code == 5
    assert error.remedy
    assert error.message.startswith("origin refused the push to main: ")
    assert not is_lost_race(messages)
    assert not is_cut_off(messages)


@pytest.mark.parametrize("reasons", RACES)
def test_a_lost_race_is_no_refusal(reasons: str) -> None:
    assert is_lost_race(reasons)


@pytest.mark.parametrize("messages", CUT_OFF)
def test_a_cut_connection_tells_nothing(messages: str) -> None:
    assert is_cut_off(messages)


def test_a_cut_connection_after_a_refusal_is_the_refusal() -> None:
    text = "git@github.com: Permission denied (publickey).\nfatal: the remote end hung up unexpectedly"
    assert not is_cut_off(text)
    assert meaning(text) is errors.NoPermissionError


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (PROTECTED[0], "GH006: Protected branch update failed for refs/heads/main."),
        (FORBIDDEN[0], "Permission to acme/demo.git denied to bot."),
        (GONE[2], f"{NO_ACCESS} Could not resolve host: github.com"),
        (
            "remote: Ask Bo first.\n! refs/heads/main [remote rejected] (pre-receive hook declined)",
            "Ask Bo first.",
        ),
        ("", "it gave no reason"),
    ],
)
def test_quotes_the_line_that_says_most(messages: str, said: str) -> None:
    assert refusal("refused", messages).message == f"refused: {said}"


def test_a_remotes_words_are_one_bounded_plain_line() -> None:
    message = refusal("refused", "remote: \x1b[31mGH006\x1b[0m \x07\u202e::error::x" + "y" * 5000).message
    assert message.startswith("refused: GH006 ::error::xyy")
    assert len(message) < 400
    assert message.isprintable()
