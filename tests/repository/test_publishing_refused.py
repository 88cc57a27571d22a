from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freshboot.repository import errors
from freshboot.repository.publishing import Kind
from tests.gitrepo import commit, git, head, log
from tests.repository.smart_http import READER, WRITER, served
from tests.repository.stamper import publish_from

REFUSAL = """#!/bin/sh
printf 'error: GH006: Protected branch update failed for refs/heads/main.\\n' >&2
printf 'error: Required status check "\\033[31mci\\033[0m" is expected.\\n' >&2
exit 1
"""


@pytest.fixture
def address(remote: Path) -> Iterator[str]:
    with served(remote.parent) as url:
        yield f"{url}/{remote.name}"


def hook(repository: Path, name: str, script: str) -> None:
    path = repository / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


def refused(folder: Path, kind: type[errors.RemoteError]) -> errors.RemoteError:
    """Publish, be refused, and leave everything as it was."""
    before = head(folder), git(folder, "status", "--porcelain")
    with pytest.raises(kind) as caught:
        publish_from(folder)
    assert type(caught.value) is kind
    assert caught.value.exit_code == 5
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    assert (head(folder), git(folder, "status", "--porcelain")) == before
    return caught.value


def test_by_a_protected_branch(folder: Path, remote: Path) -> None:
    hook(remote, "pre-receive", REFUSAL)
    error = refused(folder, errors.ProtectedBranchError)
    assert error.message == (
        "origin refused the push to main: GH006: Protected branch update failed for refs/heads/main."
        ' Required status check "ci" is expected.'
    )
    assert error.remedy.startswith(
        "set `publish: pull-request` (it needs permissions: contents: write, pull-requests: write), or "
    )
    assert "bypass the rule" in error.remedy
    assert len(log(remote)) == 1


def test_by_a_hook_of_the_remote_without_a_reason(folder: Path, remote: Path) -> None:
    hook(remote, "pre-receive", "#!/bin/sh\nexit 1\n")
    assert "pre-receive hook declined" in refused(folder, errors.ProtectedBranchError).message


def test_by_an_update_hook_in_its_own_words(folder: Path, remote: Path) -> None:
    hook(remote, "update", "#!/bin/sh\nprintf '\\033[1mAsk Bo\\033[0m first.\\n'\nexit 1\n")
    assert refused(folder, errors.ProtectedBranchError).message.endswith(": Ask Bo first.")


def test_by_a_remote_that_is_gone(folder: Path, remote: Path) -> None:
    remote.rename(remote.with_name("moved.git"))
    error = refused(folder, errors.RemoteGoneError)
    assert "does not appear to be a git repository" in error.message
    assert "git remote -v" in error.remedy


def test_by_a_server_that_is_not_there(folder: Path, address: str) -> None:
    nobody = address.replace("127.0.0.1", "nobody.invalid")
    git(folder, "remote", "set-url", "origin", nobody.replace("://", "://ada:secret@"))
    error = refused(folder, errors.RemoteGoneError)
    assert "Could not resolve host" in error.message
    assert "secret" not in str(error)


def test_by_a_checked_out_branch(folder: Path, remote: Path) -> None:
    git(remote, "config", "core.bare", "false")
    assert "checked out" in refused(folder, errors.RejectedError).message


def test_for_want_of_credentials(folder: Path, address: str) -> None:
    git(folder, "remote", "set-url", "origin", address)
    error = refused(folder, errors.NotAuthenticatedError)
    assert "could not read Username" in error.message
    assert "never asks" in error.remedy


def test_for_wrong_credentials(folder: Path, address: str) -> None:
    git(folder, "remote", "set-url", "origin", address.replace("://", "://ada:wrong@"))
    error = refused(folder, errors.NotAuthenticatedError)
    assert "Authentication failed" in error.message
    assert "wrong" not in str(error)


def test_for_want_of_permission(folder: Path, address: str) -> None:
    git(folder, "remote", "set-url", "origin", address.replace("://", f"://{READER}@"))
    error = refused(folder, errors.NoPermissionError)
    assert "403" in error.message
    assert "hunter" not in str(error)
    assert "contents: write" in error.remedy


def test_with_permission_nothing_is_refused(folder: Path, remote: Path, address: str) -> None:
    git(folder, "remote", "set-url", "origin", address.replace("://", f"://{WRITER}@"))
    done = publish_from(folder)
    assert done.kind is Kind.PUBLISHED
    assert head(remote, "main") == done.commit


def test_a_push_that_arrived_before_the_server_hung_up_is_published(folder: Path, remote: Path) -> None:
    with served(remote.parent, silent=True) as url:
        git(folder, "remote", "set-url", "origin", url.replace("://", f"://{WRITER}@") + f"/{remote.name}")
        done = publish_from(folder)
    assert (done.kind, done.attempts) == (Kind.PUBLISHED, 1)
    assert log(remote) == [done.commit, done.base]


def test_credentials_of_the_checkout_are_used(folder: Path, remote: Path, address: str) -> None:
    git(folder, "remote", "set-url", "origin", address)
    git(folder, "config", "credential.helper", "!f() { echo username=writer; echo password=hunter3; }; f")
    assert head(remote, "main") != publish_from(folder).commit is not None
    assert len(log(remote)) == 2


def test_by_ssh_without_a_key(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\necho 'git@example.org: Permission denied (publickey).' >&2\nexit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    git(folder, "remote", "set-url", "origin", "git@example.org:acme/demo.git")
    assert "Permission denied (publickey)" in refused(folder, errors.NoPermissionError).message


def test_by_the_repositorys_own_hook(folder: Path, remote: Path) -> None:
    hook(folder / ".git", "pre-push", "#!/bin/sh\necho 'lint failed' >&2\nexit 1\n")
    error = refused(folder, errors.HookRefusedError)
    assert error.message == "this repository's pre-push hook refused: lint failed"
    assert len(log(remote)) == 1


def test_the_repositorys_own_hook_gets_what_git_gives_it(folder: Path, remote: Path, tmp_path: Path) -> None:
    hook(folder / ".git", "pre-push", f'#!/bin/sh\n{{ echo "$1"; cat; }} > {tmp_path}/seen\n')
    base, done = head(folder), publish_from(folder)
    pushed = f"{done.commit} {done.commit} refs/heads/main {base}"
    assert (tmp_path / "seen").read_text().splitlines() == ["origin", pushed]


def test_by_a_lock_that_stays(folder: Path, remote: Path) -> None:
    (remote / "refs" / "heads" / "main.lock").touch()
    commit(folder, {"app.py": "print(2)\n"})
    assert "10 pushes to main in a row" in refused(folder, errors.LostRaceError).message
