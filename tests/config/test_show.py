"""What holds and where it comes from, as the command tells it; and variables that nothing reads."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from freshboot.cli import cli, main
from freshboot.cli.environment import warnings
from freshboot.config import KEYS
from tests.gitrepo import make_repository

ROOT = Path(__file__).parents[2]
FILE = """\
# yaml-language-server: $schema=freshboot.schema.json
url: https://x.streamlit.app/?token=abc

settle: 5s
remote: https://x-access-token:ghs_123@github.com/a/b
checks:
  - text: Budget
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [one for one in os.environ if one.startswith(("FRESHBOOT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    root = make_repository(tmp_path / "app", {".github/freshboot.yml": FILE})
    monkeypatch.chdir(root)
    return root


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["config", "show", "--json", *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "config-v1"
    return {one["name"]: one for one in told["keys"]}


def test_every_key_is_told(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys).keys() == KEYS.keys()


def test_a_default_is_told_as_one(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys)["timeout"] == {
        "name": "timeout",
        "value": 600.0,
        "from": {"kind": "default", "name": None, "line": None},
    }


def test_a_value_of_the_file_is_told_with_its_line(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(capsys)["settle"]
    assert told["value"] == 5.0
    assert told["from"] == {"kind": "file", "name": ".github/freshboot.yml", "line": 4}


def test_a_variable_comes_before_the_file(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRESHBOOT_SETTLE", "7s")
    told = shown(capsys)["settle"]
    assert (told["value"], told["from"]["name"]) == (7.0, "FRESHBOOT_SETTLE")


def test_a_flag_comes_before_the_variable(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRESHBOOT_WAKE", "1")
    told = shown(capsys, "--no-wake")["wake"]
    assert (told["value"], told["from"]["kind"], told["from"]["name"]) == (False, "flag", "--no-wake")


def test_no_secret_is_told(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["config", "show"])
    main(["config", "show", "--json"])
    told = "".join(capsys.readouterr())
    assert "x.streamlit.app" in told
    assert not [one for one in ("abc", "ghs_123") if one in told]


def test_the_table_fits_a_narrow_terminal(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["config", "show"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert ["settle", "5s", ".github/freshboot.yml:4"] in [line.split() for line in lines]


def test_every_fault_of_the_file_is_an_annotation_on_its_line(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (app / ".github" / "freshboot.yml").write_text("urll: x\nvia: sesion\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["config", "show"]) == 2
    notes = [one for one in capsys.readouterr().err.splitlines() if one.startswith("::error")]
    assert [one.partition(",title")[0] for one in notes] == [
        "::error file=.github/freshboot.yml,line=1",
        "::error file=.github/freshboot.yml,line=2",
    ]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"].keys() == KEYS.keys()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FRESHBOOT_SETLE", "did you mean FRESHBOOT_SETTLE?"),
        ("FRESHBOOT_MARKS", "marks stands in the configuration file"),
    ],
)
def test_a_variable_that_nothing_reads_is_told(
    name: str, words: str, app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "5s")
    main(["config", "show"])
    assert f"warning: {name} is read by nothing: {words}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["FRESHBOOT_URL", "FRESHBOOT_KEY", "FRESHBOOT_QUIET", "FRESHBOOT_XQZ_W", "OTHER_SETLE"]
)
def test_other_variables_are_not(name: str) -> None:
    assert not list(warnings([name], cli))


def test_what_the_action_and_the_workflows_set_is_read() -> None:
    files = [ROOT / "action.yml", *(ROOT / ".github" / "workflows").glob("*.yml")]
    names = {name for file in files for name in re.findall(r"\bFRESHBOOT_[A-Z_]+", file.read_text("utf-8"))}
    assert len(names) > 10
    assert not list(warnings(names, cli))


@pytest.mark.parametrize(
    "name", ["timeout", "settle", "grace", "interval", "via", "publish", "remedy_timeout"]
)
def test_the_help_of_an_option_tells_the_key_s_default(name: str) -> None:
    (option,) = [one for one in cli.commands["rollout"].params if one.name == name]
    assert f"[default: {KEYS[name].tell(KEYS[name].default)}]" in str(getattr(option, "help", ""))
