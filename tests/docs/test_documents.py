"""README, commands, configuration and proof say what the code does."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import click
import pytest
import yaml

from freshboot.cli import INTERRUPTED, OWN_FAULT, WRONG_CALL, cli
from freshboot.config import Config, parse_duration
from freshboot.judge.checklist import from_mapping
from freshboot.judge.verdict import EXIT_CODES, Verdict
from freshboot.proof import PROTOCOL, Kind, Layer
from tests.docs.pages import DOCS, README
from tests.test_proof import ANSWER

COMMANDS = (DOCS / "commands.md").read_text("utf-8")
CONFIGURATION = (DOCS / "configuration.md").read_text("utf-8")
PROOF = (DOCS / "proof.md").read_text("utf-8")


def commands(group: click.Group = cli, prefix: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in sorted(group.commands.items()):
        nested = isinstance(command, click.Group)
        found += commands(command, f"{prefix}{name} ") if nested else [(prefix + name, command)]
    return found


@pytest.mark.parametrize(("name", "command"), commands())
def test_the_page_of_commands_has_a_row_for_every_command(name: str, command: click.Command) -> None:
    assert re.search(rf"^\| .*`freshboot {name}[` ]", COMMANDS, re.M)


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_help_has_an_example(name: str, command: click.Command) -> None:
    example = re.search(rf"Example: freshboot {name}(\n| .+)?", command.help or "")
    assert example is not None


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_option_has_a_help(name: str, command: click.Command) -> None:
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert all(one.help for one in options)


@pytest.mark.parametrize("verdict", EXIT_CODES)
def test_the_readme_tells_each_verdict_s_exit_code(verdict: Verdict) -> None:
    assert f"| `{verdict.value}` | {EXIT_CODES[verdict]} |" in README


def test_the_readme_tells_the_other_exit_codes() -> None:
    assert f"{WRONG_CALL} is a wrong call, 5 a refused push, {OWN_FAULT} a fault" in README
    assert f"{INTERRUPTED} an interruption" in README


def test_the_proof_s_page_shows_an_answer_with_every_member() -> None:
    shown = PROOF.split("```json\n")[1].split("```")[0]
    assert json.loads(shown).keys() == json.loads(ANSWER.to_json()).keys()
    assert json.loads(shown)["freshboot"] == PROTOCOL


@pytest.mark.parametrize("word", [*Layer, *Kind])
def test_the_proof_s_page_explains_every_word_of_the_wire(word: Layer | Kind) -> None:
    assert f"`{word.value}`" in PROOF or f'"{word.value}"' in PROOF


@pytest.mark.parametrize("key", [one.name for one in fields(Config)])
def test_the_configuration_s_page_names_every_key(key: str) -> None:
    assert f"`{key}`" in CONFIGURATION


def test_the_configuration_s_checks_can_be_read() -> None:
    shown = CONFIGURATION.split("```yaml\n")[1].split("```")[0]
    assert len(from_mapping(yaml.safe_load(shown)["checks"], "docs")) == 8


def test_the_configuration_s_page_tells_the_defaults_of_durations() -> None:
    told = Config()
    for name, words in (("timeout", "10m"), ("grace", "2m"), ("settle", "10s"), ("interval", "2s")):
        assert getattr(told, name) == parse_duration(words)
        assert re.search(rf"`{name}` \|.*\| `{words}` \|", CONFIGURATION)
