from __future__ import annotations

import pytest

from freshboot.stamp.entrypoint import EntrypointError, find_entrypoint
from freshboot.stamp.files import PathRefused


def find(*files: str, given: str | None = None) -> str:
    return find_entrypoint(dict.fromkeys(files, b"").get, given)


def test_the_one_given_wins() -> None:
    assert find("streamlit_app.py", "src/board.py", given="src/board.py") == "src/board.py"


def test_the_one_given_is_named_as_git_names_it() -> None:
    assert find("src/board.py", given="./src//board.py") == "src/board.py"


def test_the_one_given_lies_below_the_root() -> None:
    with pytest.raises(PathRefused):
        find("../board.py", given="../board.py")


def test_the_one_given_must_exist() -> None:
    with pytest.raises(EntrypointError, match=r"there is no entrypoint src/board\.py"):
        find("streamlit_app.py", given="src/board.py")


def test_streamlits_own_default_comes_first() -> None:
    assert find("app.py", "main.py", "streamlit_app.py") == "streamlit_app.py"


@pytest.mark.parametrize("name", ["app.py", "main.py", "Home.py"])
def test_a_single_usual_name_is_taken(name: str) -> None:
    assert find(name, "helpers.py") == name


def test_several_usual_names_are_named() -> None:
    with pytest.raises(EntrypointError, match=r"may be app\.py or Home\.py") as caught:
        find("Home.py", "app.py")
    assert "--entrypoint" in caught.value.remedy


def test_none_is_an_error() -> None:
    with pytest.raises(EntrypointError, match=r"there is no streamlit_app\.py"):
        find("helpers.py")
