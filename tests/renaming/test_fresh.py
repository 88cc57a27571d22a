"""A renaming is tried out in a clean checkout by a fresh process before anybody gets it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from freshboot.renaming.commits import plan_rename
from freshboot.renaming.fresh import check
from freshboot.renaming.values import CannotRename, Renaming
from freshboot.repository.repository import Repository
from tests.gitrepo import ISOLATION, make_repository, write

APP = {"app.py": "import calc\n", "calc.py": "import helper\n", "helper.py": "X = 1\n"}


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)


def tried(folder: Path, files: dict[str, str], change: Renaming | None = None, **options: object) -> Renaming:
    repository = Repository.open(make_repository(folder / "app", {**APP, **files}))
    renaming = plan_rename(repository, repository.head, "calc.py", "calc_2", "app.py")
    if change is not None:
        renaming = replace(renaming, files={**renaming.files, **change.files})
    check(repository, repository.head, renaming, "app.py", **options)  # type: ignore[arg-type]
    return renaming


def test_a_good_renaming_passes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    write(tmp_path, {"tmp/x": ""})
    before = set(os.listdir(tmp_path))
    tried(tmp_path, {})
    assert set(os.listdir(tmp_path)) == before | {"app"}
    assert not list((tmp_path / "app").rglob("__pycache__"))


def test_the_module_is_imported_under_its_new_name_in_a_process_of_its_own(tmp_path: Path) -> None:
    told = tmp_path / "told"
    tried(
        tmp_path, {"calc.py": f"import os\nopen({str(told)!r}, 'w').write(f'{{__name__}} {{os.getpid()}}')\n"}
    )
    name, pid = told.read_text().split()
    assert name == "calc_2"
    assert int(pid) != os.getpid()


def test_no_token_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("FRESHBOOT_KEY", "secret")
    tried(tmp_path, {"calc.py": "import os\nassert 'secret' not in os.environ.values()\n"})


def test_a_missing_package_is_told_and_may_be_accepted(tmp_path: Path) -> None:
    files = {"calc.py": "import surely_not_installed.at_all\n"}
    with pytest.raises(
        CannotRename, match="needs surely_not_installed, which is not installed here"
    ) as caught:
        tried(tmp_path / "one", files)
    assert "--unchecked" in caught.value.remedy
    tried(tmp_path / "other", files, unchecked=True)


def test_a_module_that_could_not_be_imported_before_is_told_and_may_be_accepted(tmp_path: Path) -> None:
    files = {"calc.py": "import os\nos.environ['DATABASE_' + 'URL']\n"}
    with pytest.raises(CannotRename, match=r"calc\.py cannot be imported here as it is \(KeyError"):
        tried(tmp_path / "one", files)
    tried(tmp_path / "other", files, unchecked=True)


def test_one_that_only_fails_under_its_new_name_is_never_accepted(tmp_path: Path) -> None:
    files = {"calc.py": "assert __name__ == ''.join(['ca', 'lc'])\n"}
    with pytest.raises(CannotRename, match=r"calc_2\.py could not be imported: AssertionError"):
        tried(tmp_path, files, unchecked=True)


def test_an_import_that_does_not_end_is_ended(tmp_path: Path) -> None:
    files = {"calc.py": "import time\ntime.sleep(600)\n"}
    with pytest.raises(CannotRename, match="took longer than 1 seconds"):
        tried(tmp_path, files, seconds=1.0)


def test_an_import_that_ends_the_process_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRename, match="the process ended before it was done"):
        tried(tmp_path, {"calc.py": "import os\nos._exit(0)\n"})


def test_a_place_that_nobody_can_judge_is_refused_before_anything_runs(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with pytest.raises(CannotRename, match=r"user.py:1: .*imports what no literal names"):
        tried(tmp_path, {"calc.py": f"open({str(told)!r}, 'w')\n", "user.py": "__import__(x)\n"})
    assert not told.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"import calc\n", "app.py:1 would import something else"),
        (b"import helper\n", "app.py:1 would import something else"),
        (b"import calc_2 as\n", "app.py would be no Python"),
    ],
)
def test_a_result_whose_imports_mean_something_else_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    wrong = Renaming("calc.py", "calc_2.py", {"app.py": data})
    with pytest.raises(CannotRename, match=why):
        tried(tmp_path, {}, wrong)


def test_a_page_that_is_run_by_its_path_is_not_imported(tmp_path: Path) -> None:
    tried(tmp_path, {"app.py": "st.Page('calc.py')\n", "calc.py": "import surely_not_installed\n"})
