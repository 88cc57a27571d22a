"""freshboot asked for by what may be something else tomorrow: told, and replaced once the commit is known."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from freshboot.app.requirement import parsed
from freshboot.cli import main
from freshboot.commands import answering
from freshboot.commands import origin as asked
from freshboot.dependencies.fixed import is_fixed
from freshboot.scaffold.moving import moving_lines, with_commit
from freshboot.scaffold.own_files import Origin
from tests.gitrepo import ISOLATION, head, make_repository
from tests.scaffold.repos import APP

HOME = "https://github.com/freshboot/freshboot"
COMMIT = "3f2a9c1" + "0" * 33
NOTE = "  # for the lines in the app (freshboot init)\n"
SILENT = "http://127.0.0.1:9/home"


@pytest.mark.parametrize(
    "url",
    [
        f"git+{HOME}@{COMMIT}",
        f"git+{HOME}.git@{COMMIT[:7]}#subdirectory=py",
        f"git+ssh://git@github.com/freshboot/freshboot@{COMMIT}",
        f"git+{HOME}@v1.0.0",
        "https://a.example/freshboot-1.0-py3-none-any.whl",
        "https://a.example/latest.whl#sha256=" + "0" * 64,
    ],
)
def test_a_commit_a_release_and_its_archive_can_be_proven(url: str) -> None:
    assert is_fixed(url)
    assert moving_lines({"requirements.txt": f"freshboot @ {url}\n".encode()}.get, "requirements.txt") == ()


@pytest.mark.parametrize(
    "url",
    [
        f"git+{HOME}",
        "git+ssh://git@github.com/freshboot/freshboot",
        *(f"git+{HOME}@{revision}" for revision in ("v1", "v1.2", "main", "latest")),
        "https://a.example/latest.whl",
        "file:///tmp/freshboot-1.0-py3-none-any.whl",
    ],
)
def test_what_may_lead_elsewhere_tomorrow_cannot(url: str) -> None:
    (line,) = moving_lines({"requirements.txt": f"six\nfreshboot @ {url}\n".encode()}.get, "requirements.txt")
    assert parsed(line.asked).name == "freshboot"


@pytest.mark.parametrize("text", ["freshboot\n", "freshboot[cli]>=1\n", "other @ git+https://x.org/y@main\n"])
def test_a_name_on_an_index_and_what_is_not_freshboot_are_none(text: str) -> None:
    assert moving_lines({"requirements.txt": text.encode()}.get, "requirements.txt") == ()


@pytest.mark.parametrize(
    "form",
    [
        f"freshboot @ git+{HOME}@REVISION{NOTE}",
        f"\ufeffsix\r\nfreshboot @ git+{HOME}@REVISION{NOTE}",
        f'dependencies = ["freshboot @ git+{HOME}@REVISION", "six"]{NOTE}',
        f'freshboot = {{git = "{HOME}", ref = "REVISION"}}{NOTE}',
    ],
)
def test_a_commit_takes_the_place_of_the_release_in_init_s_own_line(form: str) -> None:
    before, after = (form.replace("REVISION", one).encode() for one in ("v1", COMMIT))
    assert with_commit(before, HOME, COMMIT) == after
    assert with_commit(after, HOME, "0" * 40) == after


@pytest.mark.parametrize(
    "line",
    [
        f"freshboot @ git+{HOME}@v1\n",
        f"freshboot @ git+https://git.example/mine@v1{NOTE}",
        f"freshboot @ git+{HOME}@main{NOTE}",
        f"freshboot @ git+{HOME}@v1.0.0{NOTE}",
    ],
)
def test_a_line_of_somebody_else_s_or_of_another_revision_stays(line: str) -> None:
    assert with_commit(line.encode(), HOME, COMMIT) == line.encode()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository without freshboot, whose own does not answer; nobody is there to be asked."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(asked, "_direct_url", lambda: {"dir_info": {}})
    at(SILENT, monkeypatch)
    return make_repository(tmp_path / "shop", {"streamlit_app.py": APP, "requirements.txt": "streamlit\n"})


def at(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """freshboot's repository is there."""
    for module in (asked, answering):
        monkeypatch.setattr(module, "origin", lambda: Origin(home, "v1"))


def asks(shop: Path) -> str:
    text = (shop / "requirements.txt").read_text()
    return next(one for one in text.splitlines() if one.startswith("freshboot")).partition("  #")[0]


def init(shop: Path, *options: str) -> int:
    return main(["init", "--repo", str(shop), "--yes", *options])


def test_where_git_gave_no_answer_a_later_run_puts_the_commit_there(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(shop) == 0
    assert "must be replaced by a commit before anything can be proven" in capsys.readouterr().err
    written = (shop / "requirements.txt").read_bytes()
    assert asks(shop) == f"freshboot @ git+{SILENT}@v1"

    assert init(shop) == 0
    assert "no verdict can be proven with freshboot @ git+" in capsys.readouterr().err
    assert (shop / "requirements.txt").read_bytes() == written

    home = make_repository(tmp_path / "home", {"a": "b"}, "--initial-branch=v1")
    (shop / "requirements.txt").write_bytes(written.replace(SILENT.encode(), f"file://{home}".encode()))
    at(f"file://{home}", monkeypatch)
    assert init(shop) == 0
    assert asks(shop) == f"freshboot @ git+file://{home}@{head(home)}"
    told = capsys.readouterr()
    assert "no verdict" not in told.err
    assert init(shop) == 0
    assert "nothing to change" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "warned"), [("freshboot==0.1.0", False), (f"git+{HOME}@main", True), ("wheel", True)]
)
def test_what_is_given_and_cannot_be_proven_is_told(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, warned: bool
) -> None:
    (tmp_path / "wheel").touch()
    given = str(tmp_path / source) if source == "wheel" else source
    assert init(shop, "--dry-run", "--from", given) == 0
    assert ("no verdict can be proven" in capsys.readouterr().err) is warned
