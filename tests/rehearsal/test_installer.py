"""Which command installs which dependency file, and of what an environment is the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from freshboot.rehearsal.environment import Python, place_of
from freshboot.rehearsal.errors import CannotRehearse
from freshboot.rehearsal.installer import Find, Source, installer_for, source_of
from freshboot.repository.tree import SUBMODULE, Entry

VENV = Path("/cache/key/venv")
PYTHON = "/cache/key/venv/bin/python"
PIP = f"{PYTHON} -I -m pip install --disable-pip-version-check --no-input"
LOCK = '[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\n'


def has(*tools: str) -> Find:
    return lambda tool: f"/bin/{tool}" if tool in tools else None


def source(files: Mapping[str, str], file: str | None = None) -> Source:
    tree = {path: Entry("100644", text) for path, text in files.items()}
    read = {path: text.encode() for path, text in files.items()}.get
    return source_of(read, file or next(iter(files)), tree)


def command(files: Mapping[str, str], find: Find) -> str:
    return " ".join(installer_for(source(files), VENV, find).command)


REQUIREMENTS = {"app/requirements.txt": "streamlit\n"}
PROJECT = {"pyproject.toml": '[project]\nname = "app"\ndependencies = ["streamlit"]\n'}


@pytest.mark.parametrize(
    ("files", "tools", "expected"),
    [
        (REQUIREMENTS, ("uv",), f"/bin/uv pip install --python {PYTHON} --requirement app/requirements.txt"),
        (
            REQUIREMENTS,
            (),
            f"{PIP} --requirement app/requirements.txt",
        ),
        (
            {"app/uv.lock": LOCK},
            ("uv",),
            f"/bin/uv sync --python {PYTHON} --project app",
        ),
        ({"Pipfile": "", "Pipfile.lock": "{}"}, ("pipenv",), "/bin/pipenv install --deploy"),
        ({"Pipfile": ""}, ("pipenv",), "/bin/pipenv install --skip-lock"),
        (
            PROJECT,
            ("poetry", "uv"),
            "/bin/poetry install --no-interaction",
        ),
        (
            {"environment.yml": "dependencies:\n- streamlit\n"},
            ("conda",),
            "/bin/conda env create --yes --prefix /cache/key/venv --file environment.yml",
        ),
        (
            {"environment.yml": "dependencies:\n- streamlit\n"},
            ("micromamba",),
            "/bin/micromamba create --yes --prefix /cache/key/venv --file environment.yml",
        ),
    ],
)
def test_a_dependency_file_is_installed_by_its_own_tool(
    files: Mapping[str, str], tools: tuple[str, ...], expected: str
) -> None:
    assert command(files, has(*tools)) == expected


@pytest.mark.parametrize(
    ("files", "tool"),
    [
        ({"uv.lock": LOCK}, "uv"),
        ({"Pipfile": ""}, "pipenv"),
        (PROJECT, "poetry"),
        ({"environment.yml": "dependencies:\n- streamlit\n"}, "conda"),
    ],
)
def test_a_tool_that_is_missing_is_said_by_name(files: Mapping[str, str], tool: str) -> None:
    with pytest.raises(CannotRehearse, match=rf"not rehearsed: .* is installed by {tool}"):
        installer_for(source(files), VENV, has())


def test_pipenv_and_poetry_run_in_the_folder_of_their_file() -> None:
    assert installer_for(source({"app/Pipfile": ""}), VENV, has("pipenv")).folder == "app"


def test_without_a_dependency_file_only_streamlit_is_installed() -> None:
    installer = installer_for(source_of(lambda path: None, None, {}), VENV, has("uv"))
    assert not installer.command
    assert installer.streamlit[-1] == "streamlit"


@pytest.mark.parametrize(
    ("files", "tied"),
    [
        (REQUIREMENTS, False),
        ({"requirements.txt": "-e .\n", "pyproject.toml": PROJECT["pyproject.toml"]}, True),
        ({"uv.lock": LOCK}, True),
    ],
)
def test_what_may_install_the_repository_s_own_project_belongs_to_one_clone(
    files: Mapping[str, str], tied: bool
) -> None:
    assert source(files).is_tied is tied


def test_an_environment_of_conda_with_a_project_of_the_repository_s_own_is_not_rehearsed() -> None:
    files = {"environment.yml": "dependencies:\n- pip:\n  - -e .\n", **PROJECT}
    with pytest.raises(CannotRehearse, match="a project of the repository's own"):
        installer_for(source(files), VENV, has("conda"))


def key(files: Mapping[str, str], python: str = "3.11.7", tool: str = "uv") -> str:
    return place_of(Path("/cache"), source(files), Python("/bin/python", python, "/usr"), tool).key


ASKED = {"requirements.txt": "-r more.txt\n", "more.txt": "streamlit\n"}


@pytest.mark.parametrize(
    "other",
    [
        {**ASKED, "requirements.txt": "-r more.txt\npandas\n"},
        {**ASKED, "more.txt": "pandas\n"},
        {"requirements.txt": "-r more.txt\n"},
    ],
    ids=["the file", "an included file", "a file that is gone"],
)
def test_other_content_is_another_environment(other: Mapping[str, str]) -> None:
    assert key(other) != key(ASKED)


def test_another_python_or_tool_is_another_environment() -> None:
    assert len({key(ASKED), key(ASKED, python="3.12.1"), key(ASKED, tool="pip")}) == 3


@pytest.mark.parametrize("requirements", ["streamlit\n-f wheels\n", "streamlit\n-e .\n"])
def test_code_that_changed_is_the_same_environment(requirements: str) -> None:
    files = {"requirements.txt": requirements, **PROJECT}
    assert key({**files, "streamlit_app.py": "1"}) == key({**files, "streamlit_app.py": "2"})


@pytest.mark.parametrize(
    ("requirements", "path"),
    [
        ("demo\n--find-links wheels\n", "wheels/demo-1-py3-none-any.whl"),
        ("demo\n--find-links wheels\n", "wheels/deeper/index.html"),
        ("demo\n-f ../wheels\n", "wheels/index.html"),
        ("demo\n--extra-index-url ./index\n", "index/demo/index.html"),
        ("demo\n--find-links .\n", "links.html"),
        ("demo\n", "anywhere/demo-1.tar.gz"),
        ("./demo-1-py3-none-any.whl\n", "demo-1-py3-none-any.whl"),
        ("demo\n-c fixed.txt\n", "fixed.txt"),
        ("demo\n", "uv.toml"),
        ("demo\n", "app/pyproject.toml"),
        ("demo\n", "pyproject.toml"),
        ("-e lib\n", "lib/deps.txt"),
        ("demo --config-settings=a=b -c fixed.txt\n", "fixed.txt"),
    ],
)
def test_whatever_decides_what_is_installed_makes_another_environment(requirements: str, path: str) -> None:
    files = {"app/requirements.txt": requirements, "lib/setup.py": "", "streamlit_app.py": ""}
    one, other, none = ({**files, path: "1"}, {**files, path: "2"}, files)
    assert len({key(one), key(other), key(none)}) == 3


def test_the_commit_of_a_submodule_decides_and_settings_do_so_without_a_dependency_file() -> None:
    tree = {"lib": Entry(SUBMODULE, "1"), "uv.toml": Entry("100644", "2"), "app.py": Entry("100644", "3")}
    assert source_of(lambda _path: None, None, tree).deciding == {"lib": "1", "uv.toml": "2"}
