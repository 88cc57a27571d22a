"""The documents' table of keys is that of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.config import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")


def row(name: str) -> str:
    """The key's row, as the page must have it."""
    key = KEYS[name]
    if isinstance(key.default, tuple) and key.default:
        default = ", ".join(f"`{one}`" for one in key.default)
    else:
        default = f"`{key.tell(key.default)}`" if key.default not in (None, ()) else key.unset
    return f"| `{name}` | {key.meaning} | {default} |"


@pytest.mark.parametrize("name", KEYS)
def test_the_page_tells_each_key_as_the_code_has_it(name: str) -> None:
    assert row(name) in PAGE.splitlines()


def test_the_page_has_the_keys_in_their_order() -> None:
    table = PAGE.split("| key | meaning | default |\n|---|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == [row(name) for name in KEYS]
