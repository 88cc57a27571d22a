"""What the documents show to be copied is right: configurations, workflows, Python, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import toml
import yaml

from freshboot.config import from_mapping
from freshboot.judge.checklist import from_mapping as checks_from_mapping
from tests.docs.pages import PAGES, SHELL, Block, all_blocks, blocks
from tests.workflows.checkers import actionlint

LANGUAGES = {*SHELL, "text", "yaml", "python", "json", "toml"}
AROUND_STEPS = "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps: []\n"


def named(block: Block) -> str:
    return f"{block.page}:{block.line}"


def kind(loaded: Any) -> str:
    """What a block of YAML is: by what only such a file has at its head."""
    if isinstance(loaded, list):
        return "steps"
    if "jobs" in loaded:
        return "workflow"
    return "hooks" if "repos" in loaded else "configuration"


def yaml_blocks(*kinds: str) -> list[Block]:
    return [block for block in all_blocks("yaml") if kind(yaml.safe_load(block.text)) in kinds]


def workflow(block: Block) -> str:
    """A workflow as it stands, or one around the steps that stand there."""
    loaded = yaml.safe_load(block.text)
    if kind(loaded) == "workflow":
        return block.text
    around = yaml.safe_load(AROUND_STEPS)
    around["jobs"]["one"]["steps"] = loaded
    around["on"] = around.pop(True)
    return str(yaml.safe_dump(around, sort_keys=False))


def test_every_block_is_of_a_language_that_is_known_here() -> None:
    """One that is not would be checked by no test."""
    every = [block for page in PAGES for block in blocks(page)]
    assert [named(block) for block in every if block.language not in LANGUAGES] == []


@pytest.mark.parametrize("block", all_blocks("python"), ids=named)
def test_python_compiles(block: Block) -> None:
    compile(block.text, named(block), "exec")


@pytest.mark.parametrize("block", all_blocks("json"), ids=named)
def test_json_is_json(block: Block) -> None:
    json.loads(block.text)


def test_toml_is_toml() -> None:
    for block in all_blocks("toml"):
        toml.loads(block.text)


@pytest.mark.parametrize("block", yaml_blocks("configuration"), ids=named)
def test_a_configuration_can_be_read(block: Block) -> None:
    loaded = yaml.safe_load(block.text)
    from_mapping(loaded, named(block))
    if "checks" in loaded:
        assert len(checks_from_mapping(loaded["checks"], named(block))) == len(loaded["checks"])


def test_no_checker_finds_anything_in_a_workflow(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    shown = yaml_blocks("workflow", "steps")
    for number, block in enumerate(shown):
        (folder / f"{number}.yml").write_text(f"# {named(block)}\n{workflow(block)}", "utf-8")
    assert shown
    assert actionlint(tmp_path) == ""
