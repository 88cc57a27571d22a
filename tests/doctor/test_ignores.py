from __future__ import annotations

import pytest

from freshboot.doctor import Snapshot, examine
from tests.doctor.layouts import LISTED, SINGLE, app, snapshot_of

UNPINNED = "freshboot\nstreamlit{}\n"


def examined(comment: str) -> tuple[list[str], list[str | None]]:
    found = examine(snapshot_of({**SINGLE, "requirements.txt": UNPINNED.format(comment)}))
    return [one.rule.name for one in found.findings], [one.ignored for one in found.ignored]


def test_a_comment_with_a_reason_ignores_the_finding_of_its_line() -> None:
    assert examined("  # freshboot: ignore[unpinned] it is locked elsewhere") == (
        [],
        ["it is locked elsewhere"],
    )


def test_a_comment_without_a_reason_is_a_finding_and_ignores_nothing() -> None:
    assert examined("  # freshboot: ignore[unpinned]") == (["ignore-without-reason", "unpinned"], [])


def test_a_comment_for_another_rule_ignores_nothing() -> None:
    assert examined("  # freshboot: ignore[pip-option] why") == (["unpinned", "unused-ignore"], [])


def test_a_comment_may_name_several_rules() -> None:
    assert examined("  # freshboot: ignore[pip-option, unpinned] why") == (["unused-ignore"], ["why"])


def test_a_comment_alone_in_its_line_is_for_the_next_one() -> None:
    above = "# freshboot: ignore[unpinned] why\nstreamlit\nfreshboot\n"
    assert examine(snapshot_of({**SINGLE, "requirements.txt": above})).findings == ()
    behind = "freshboot  # freshboot: ignore[unpinned] why\nstreamlit\n"
    found = examine(snapshot_of({**SINGLE, "requirements.txt": behind})).findings
    assert {one.rule.name for one in found} == {"unpinned", "unused-ignore"}


def test_a_comment_anywhere_in_a_file_is_for_a_finding_of_the_whole_file() -> None:
    silent = "import streamlit as st\n# freshboot: ignore[no-boot] it is embedded in another\nst.title('x')\n"
    assert examine(snapshot_of({**SINGLE, "streamlit_app.py": silent})).findings == ()


def test_a_text_that_shows_a_comment_is_none() -> None:
    shown = app("st.code('# freshboot: ignore[unpinned] why')", 'st.text("""\n# freshboot: ignore[x]\n""")')
    assert examine(snapshot_of({**SINGLE, "streamlit_app.py": shown})).findings == ()


def ignoring(**ignored: str) -> Snapshot:
    names = {name.replace("_", "-"): why for name, why in ignored.items()}
    return snapshot_of({**SINGLE, "requirements.txt": "streamlit\nfreshboot\npandas\n"}, ignored=names)


def test_the_configuration_ignores_a_rule_altogether() -> None:
    found = examine(ignoring(unpinned="locked elsewhere"))
    assert found.findings == ()
    assert [one.found.line for one in found.ignored] == [1, 3]


def test_a_name_in_the_configuration_that_no_rule_has_is_a_note() -> None:
    found = examine(ignoring(unpinned="why", unpined="why"))
    assert [(one.rule.name, one.found.words) for one in found.findings] == [
        ("unused-ignore", "no rule is called unpined")
    ]


@pytest.mark.parametrize("text", [LISTED, ""])
def test_what_is_ignored_does_not_make_it_unsound(text: str) -> None:
    files = {
        **SINGLE,
        "requirements.txt": f"{text}freshboot\n--user  # freshboot: ignore[pip-option] a test\n",
    }
    assert examine(snapshot_of(files)).is_sound
