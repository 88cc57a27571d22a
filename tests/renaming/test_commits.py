"""Renamings planned in real commits, published as releases, and found again in the history."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.errors import ConfigurationError
from freshboot.renaming.commits import plan_rename
from freshboot.renaming.history import retired
from freshboot.renaming.values import CannotRename
from freshboot.repository.errors import DivergedError
from freshboot.repository.publishing import Kind, Outcome
from freshboot.repository.repository import Repository
from freshboot.repository.worktree import Local
from freshboot.rollout import rename as publishing
from freshboot.rollout.publish import Request
from freshboot.rollout.rename import Wish, publish_rename, show_rename, tried_out, undoing
from tests.gitrepo import ISOLATION, clone, commit, git, head, log, make_remote, write

FILES: dict[str, str | bytes] = {
    "app.py": 'import calc\n\nDEPLOYMENT_VERSION = "1.0.0"\nprint(calc.f())\n',
    "calc.py": "def f():\n    return 1\n",
    "requirements.txt": "streamlit\n",
    "README.md": "See calc.py.\n",
}
CONFIG = Config(entrypoint="app.py", marks=("requirements.txt", "DEPLOYMENT_VERSION"))
REQUEST = Request(lambda: datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc), force=True)
WISH = Wish("calc.py", "calc_2")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path / "remote.git", FILES)


@pytest.fixture
def folder(remote: Path, tmp_path: Path) -> Path:
    return clone(remote, tmp_path / "clone")


def publish(folder: Path, wish: Wish = WISH, config: Config = CONFIG) -> Outcome:
    repository = Repository.open(folder)
    first = tried_out(repository, config, wish, repository.head)
    return publish_rename(repository, config, REQUEST, first, wish)


def undo(folder: Path, path: str = "calc.py") -> Outcome:
    return publish(folder, undoing(Repository.open(folder), CONFIG, Wish(path)))


def push(folder: Path, files: dict[str, str | bytes | None], text: str = "Change") -> str:
    made = commit(folder, files, text)
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    return made


def names(folder: Path, revision: str = "main") -> set[str]:
    return set(git(folder, "ls-tree", "-r", "--name-only", revision).splitlines())


def test_the_new_name_is_the_old_one_with_the_blob_s_id(folder: Path) -> None:
    repository = Repository.open(folder)
    renaming = plan_rename(repository, repository.head, "calc.py", None, "app.py")
    blob = git(folder, "rev-parse", "HEAD:calc.py")
    assert renaming.new == f"calc_{blob[:7]}.py"


def test_only_the_commit_is_read_and_nothing_of_the_work_tree(folder: Path) -> None:
    write(folder, {"app.py": "getattr(\n", "new.py": "import calc\n"})
    repository = Repository.open(folder)
    renaming = plan_rename(repository, repository.head, "calc.py", "calc_2", "app.py")
    assert renaming.files.keys() == {"app.py", "calc_2.py"}


def test_a_link_to_the_file_bars_the_renaming(folder: Path) -> None:
    (folder / "link.py").symlink_to("calc.py")
    git(folder, "add", "link.py")
    git(folder, "commit", "--quiet", "--message=Link")
    repository = Repository.open(folder)
    renaming = plan_rename(repository, repository.head, "calc.py", "calc_2", "app.py")
    assert [str(one) for one in renaming.unresolved] == ["link.py:1: leads to calc.py"]


def test_the_renaming_is_a_release_in_one_commit(folder: Path, remote: Path) -> None:
    git(folder, "update-index", "--chmod=+x", "calc.py")
    git(folder, "commit", "--quiet", "--message=Mode")
    (folder / "calc.py").chmod(0o755)
    base = head(folder)
    done = publish(folder)
    assert (done.kind, done.base, done.local) == (Kind.PUBLISHED, base, Local.FOLLOWED)
    assert git(remote, "diff", "--name-status", "--no-renames", f"{base}..main").split() == [
        *("M", "app.py", "D", "calc.py", "A", "calc_2.py", "M", "requirements.txt"),
    ]
    assert git(remote, "ls-tree", "main", "calc_2.py").startswith("100755")
    text = git(remote, "log", "-1", "--format=%B", "main").splitlines()
    assert text[0] == "Rename calc.py to calc_2.py"
    assert text[-2:] == ["Freshboot-Rename: calc.py -> calc_2.py", f"Freshboot-Stamp: {text[-1].split()[1]}"]
    assert text[-1].split()[1] in git(remote, "show", "main:app.py")
    assert "import calc_2 as calc" in git(remote, "show", "main:app.py")


def test_the_clone_follows_and_its_app_runs(folder: Path) -> None:
    publish(folder)
    assert git(folder, "status", "--porcelain") == ""
    assert not (folder / "calc.py").exists()
    ran = subprocess.run([sys.executable, "app.py"], cwd=folder, capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


def test_what_lies_in_the_work_tree_besides_is_left_there(folder: Path) -> None:
    write(folder, {"calc.py": "mine\n"})
    done = publish(folder)
    assert (done.kind, done.local) == (Kind.PUBLISHED, Local.BEHIND)
    assert (folder / "calc.py").read_text() == "mine\n"
    assert "calc_2.py" in names(folder, "origin/main")


def beaten(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Somebody else pushes after the renaming is made, once."""
    rounds = iter([meanwhile])
    message = publishing.message

    def late(*words: str) -> str:
        for one in rounds:
            one()
        return message(*words)

    monkeypatch.setattr(publishing, "message", late)


def test_a_use_that_is_pushed_meanwhile_follows_as_well(
    folder: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = clone(remote, tmp_path / "rival")
    beaten(monkeypatch, lambda: push(rival, {"late.py": "from calc import f\n"}))
    done = publish(folder)
    assert (done.kind, done.attempts) == (Kind.PUBLISHED, 2)
    assert git(remote, "show", "main:late.py") == "from calc_2 import f"
    assert len(log(remote)) == 3


def test_a_use_that_nobody_can_judge_pushed_meanwhile_stops_it(
    folder: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = clone(remote, tmp_path / "rival")
    beaten(monkeypatch, lambda: push(rival, {"late.py": "import importlib\nimportlib.import_module(x)\n"}))
    with pytest.raises(CannotRename, match=r"late\.py:2"):
        publish(folder)
    assert "calc.py" in names(remote)


def test_where_stamps_go_another_way_nothing_is_pushed(folder: Path, remote: Path) -> None:
    with pytest.raises(ConfigurationError, match="not published by pull-request"):
        publish(folder, config=Config(entrypoint="app.py", publish="pull-request"))
    assert len(log(remote)) == 1


def test_a_branch_that_went_another_way_is_told(folder: Path, remote: Path, tmp_path: Path) -> None:
    push(clone(remote, tmp_path / "rival"), {"x.py": ""})
    commit(folder, {"y.py": ""})
    with pytest.raises(DivergedError):
        publish(folder)


def test_the_diff_is_what_is_pushed(folder: Path) -> None:
    repository = Repository.open(folder)
    renaming = tried_out(repository, CONFIG, WISH, repository.head)
    shown = show_rename(repository, CONFIG, REQUEST, renaming)
    assert "rename from calc.py\nrename to calc_2.py\n" in shown
    assert "-import calc\n+import calc_2 as calc\n" in shown
    assert "+++ b/requirements.txt" in shown


def test_undoing_gives_the_old_bytes_back(folder: Path, remote: Path) -> None:
    publish(folder)
    push(folder, {"more.py": "import calc_2\nfrom calc_2 import f\n"})
    done = undo(folder)
    assert done.kind is Kind.PUBLISHED
    assert git(remote, "show", "main:calc.py") == str(FILES["calc.py"]).strip()
    assert git(remote, "show", "main:app.py").startswith("import calc\n")
    assert git(remote, "show", "main:more.py") == "import calc as calc_2\nfrom calc import f"
    assert git(
        remote, "log", "-1", "--format=%(trailers:key=Freshboot-Rename,valueonly)", "main"
    ).strip() == ("calc_2.py -> calc.py")


def test_what_was_undone_or_never_renamed_cannot_be_undone(folder: Path) -> None:
    with pytest.raises(CannotRename, match=r"no renaming of calc\.py"):
        undo(folder)
    publish(folder)
    undo(folder, "calc_2.py")
    with pytest.raises(CannotRename, match=r"no renaming of calc\.py"):
        undo(folder)


def test_a_file_that_was_renamed_twice_goes_back_one_name_at_a_time(folder: Path, remote: Path) -> None:
    publish(folder)
    publish(folder, Wish("calc_2.py", "calc_3"))
    undo(folder, "calc_3.py")
    assert "calc_2.py" in names(remote)
    undo(folder, "calc_2.py")
    assert "calc.py" in names(remote)


def test_a_shallow_clone_finds_the_renaming_too(folder: Path, remote: Path, tmp_path: Path) -> None:
    publish(folder)
    push(folder, {"x.py": ""})
    shallow = clone(remote, tmp_path / "shallow", "--depth=1")
    undo(shallow)
    assert "calc.py" in names(remote)


def retired_in(folder: Path) -> set[str]:
    repository = Repository.open(folder)
    return set(retired(repository, repository.head))


def test_an_old_path_is_retired_while_nothing_can_use_it(folder: Path) -> None:
    assert retired_in(folder) == set()
    publish(folder)
    assert retired_in(folder) == {"calc.py"}
    undo(folder)
    assert retired_in(folder) == set()


@pytest.mark.parametrize(
    "source",
    [
        "def g():\n    import calc\n",
        "from .calc import f\n",
        "from pkg import calc\n",
        "import_module('pkg.calc')\n",
        "import_module(name)\n",
        "exec(open('calc.py').read())\n",
        "exec(read(name))\n",
        "from importlib import import_module as load\nload(n)\n",
        "[*map(importlib.import_module, names)]\n",
        "getattr(importlib, 'import_' + 'module')(n)\n",
        "getattr(builtins, 'ex' + 'ec')(text)\n",
        "g = runpy.run_path\ng(n)\n",
        "subprocess.run([sys.executable, '-m', name])\n",
        "os.system('sh run.sh')\n",
        "names = ['calc', 'other']\n",
        "for one in Path('.').glob('*'):\n    run(one)\n",
        "os.listdir('.')\n",
        "os.system('python calc.py --all')\n",
        "broken(\n",
    ],
)
def test_an_old_path_that_something_may_use_is_not(folder: Path, source: str) -> None:
    publish(folder)
    commit(folder, {"user.py": source})
    assert retired_in(folder) == set()


def test_a_page_is_never_retired_since_streamlit_shows_whatever_lies_there(folder: Path) -> None:
    push(folder, {"pages/report.py": 'print("report")\n'})
    publish(folder, Wish("pages/report.py", "report_2"))
    assert {"pages/report_2.py"} <= names(folder, "HEAD")
    assert retired_in(folder) == set()


def test_an_old_path_whose_name_another_file_has_is_not_retired(folder: Path) -> None:
    publish(folder)
    commit(folder, {"pages.toml": 'modules = ["calc"]\n'})
    assert retired_in(folder) == set()
