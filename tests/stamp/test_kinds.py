from __future__ import annotations

import pytest

from freshboot.errors import FreshbootError
from freshboot.stamp.comment import Comment, unread
from freshboot.stamp.constant import Constant
from freshboot.stamp.entrypoint import EntrypointError
from freshboot.stamp.files import PathRefused
from freshboot.stamp.kinds import MarkUnknown, choose_marks, possible_marks
from freshboot.stamp.mark import MarkRefused
from freshboot.stamp.requirements import requirement_lines
from freshboot.stamp.toml_values import document_values, streamlit_values
from freshboot.stamp.whole_file import WholeFile
from freshboot.stamp.yaml_events import yaml_events

BOUND = b"DEPLOYMENT_VERSION = '1.0'\n"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("requirements.txt", requirement_lines),
        ("requirements/prod.in", requirement_lines),
        ("pyproject.toml", document_values),
        ("uv.lock", document_values),
        ("sub/Pipfile", document_values),
        ("environment.yml", yaml_events),
        ("settings.yaml", yaml_events),
        ("setup.cfg", unread),
        ("tox.ini", unread),
        (".env", unread),
        (".env.production", unread),
    ],
)
def test_a_text_file_bears_a_comment(name: str, meaning: object) -> None:
    assert possible_marks(name, None) == (Comment(name, meaning),)  # type: ignore[arg-type]


def test_only_streamlits_own_configuration_may_be_made() -> None:
    assert possible_marks("./.streamlit//config.toml", None) == (
        Comment(".streamlit/config.toml", streamlit_values, creates=True),
    )
    assert possible_marks("sub/.streamlit/config.toml", None) == (
        Comment("sub/.streamlit/config.toml", document_values),
    )


def test_a_python_file_with_a_name_bears_a_constant() -> None:
    assert possible_marks("src/app/about.py:VERSION", None) == (Constant("src/app/about.py", "VERSION"),)


@pytest.mark.parametrize(
    "name", ["app.py", "app.py:", "app.py:1x", "app.py:a.b", "Dockerfile", "data.csv", "packages.txt", "sub/"]
)
def test_another_file_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(MarkUnknown, match="cannot be a mark") as caught:
        possible_marks(name, None)
    assert "FILE.py:NAME" in caught.value.remedy


@pytest.mark.parametrize(
    "name",
    [
        "/etc/x.txt",
        "../x.txt",
        "a/../../x.txt",
        ".git/x.txt",
        "",
        " ",
        ".",
        "a\\x.txt",
        "x\n.txt",
        "../x.py:A",
    ],
)
def test_a_path_out_of_the_root_is_refused(name: str) -> None:
    with pytest.raises(FreshbootError) as caught:
        possible_marks(name, None)
    assert isinstance(caught.value, PathRefused)


def test_the_constant_in_the_entrypoint_is_preferred() -> None:
    files = {"app.py": BOUND, "DEPLOYMENT_VERSION": b"1.0\n"}
    assert choose_marks(files.get, ["DEPLOYMENT_VERSION"], None) == (
        Constant("app.py", "DEPLOYMENT_VERSION"),
    )


@pytest.mark.parametrize("entrypoint", [None, "app.py"])
def test_without_the_constant_it_is_the_file(entrypoint: str | None) -> None:
    files = {"app.py": b"# DEPLOYMENT_VERSION\n"}
    assert choose_marks(files.get, ["DEPLOYMENT_VERSION"], entrypoint) == (WholeFile("DEPLOYMENT_VERSION"),)


def test_a_constant_that_is_wrongly_bound_is_no_reason_to_take_the_file() -> None:
    files = {"app.py": b"if 1:\n  DEPLOYMENT_VERSION = '1.0'\n"}
    with pytest.raises(MarkRefused, match=r"app\.py:2"):
        choose_marks(files.get, ["DEPLOYMENT_VERSION"], None)


def test_the_entrypoint_is_looked_for_only_where_it_is_needed() -> None:
    assert len(choose_marks({}.get, ["requirements.txt", "app.py:V"], None)) == 2
    with pytest.raises(EntrypointError):
        choose_marks({}.get, ["DEPLOYMENT_VERSION"], None)


def test_a_mark_named_twice_counts_once() -> None:
    names = ["requirements.txt", "./requirements.txt", "DEPLOYMENT_VERSION", "app.py:DEPLOYMENT_VERSION"]
    assert len(choose_marks({"app.py": BOUND}.get, names, "./app.py")) == 2
