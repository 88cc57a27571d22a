"""What an environment.yml asks for: as YAML reads it, or nothing for sure."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dependencies.texts import texts


def test_reads_an_environment() -> None:
    data = """\
name: app
channels:
  - conda-forge
dependencies:
  - python=3.11   # why
  - "pandas >=2"
  - pip
  - pip:
    - six==1.16
    - "attrs; python_version<'3'"
    - -r more.txt
  - numpy
"""
    assert texts("environment.yml", data, **{"more.txt": "idna"}) == [
        *("conda: python=3.11", "conda: pandas >=2", "conda: pip", "six==1.16"),
        *("attrs; python_version<'3'", "idna", "conda: numpy"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "channels:\n  - a\n - b\ndependencies:\n  - six\n",
        "channels:\n  - a\n  b: c\ndependencies:\n  - six\n",
        "dependencies: [six]\n",
        "dependencies:\n  - six\n  - {a: b}\n",
        "dependencies:\n  - six\n    - attrs\n",
        "dependencies:\n  - pip:\n   - six\n",
        "dependencies:\n  - six\ndependencies:\n  - attrs\n",
        "name: app\n  - six\ndependencies:\n  - six\n",
        "name: app\n",
    ],
)
def test_any_other_form_of_yaml_is_unclear(data: str) -> None:
    assert texts("environment.yml", data) == ["unclear: the whole file"]


yaml_pieces = st.sampled_from(
    [
        *(
            "name: x\n",
            "dependencies:\n",
            "channels:\n",
            "  - numpy\n",
            "- numpy=1.2\n",
            "  - pip:\n",
            "    - six\n",
        ),
        *("    - 'attrs'\n", '  - "idna>=1"\n', "  - a: b\n", "  - [a, b]\n", "  - {a: b}\n", "  - &x six\n"),
        *(
            "dependencies: [six]\n",
            "  - |\n",
            "    text\n",
            "---\n",
            "# note\n",
            "  - six # note\n",
            "\n",
            "...\n",
        ),
        *(
            "variables:\n",
            "  A: b\n",
            "   - odd\n",
            "name: 'a\n",
            "  b'\n",
            "  - !!str x\n",
            "\t- six\n",
            "- pip:\n",
        ),
        *(
            "  - >-\n",
            "  - 'it''s'\n",
            "  - -r x.txt\n",
            "prefix: /x\n",
            "name: >\n",
            "  - ? a\n",
            "  - *x\n",
        ),
    ]
)


@settings(deadline=None)
@given(st.lists(yaml_pieces, max_size=10).map("".join))
def test_reads_an_environment_as_yaml_does_or_not_at_all(text: str) -> None:
    found = texts("environment.yml", text)
    if found == ["unclear: the whole file"]:
        return
    document = yaml.safe_load(text)  # what is clear to us is no error there
    items = (document or {}).get("dependencies") or []
    conda = {f"conda: {one}" for one in items if isinstance(one, str)}
    pip = {one for part in items if isinstance(part, dict) for one in part["pip"] or []}
    pip = {"unclear: --requirement x.txt" if one == "-r x.txt" else one for one in pip}
    assert set(found) == conda | pip
