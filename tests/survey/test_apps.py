from __future__ import annotations

import pytest

from freshboot.stamp.entrypoint import EntrypointError
from freshboot.survey import App, survey

APP = "import streamlit as st\nst.title('x')\n"


def apps(files: dict[str, str], entrypoint: str | None = None) -> tuple[App, ...]:
    data = {path: text.encode() for path, text in files.items()}
    return survey(data, data.get, entrypoint).apps


def entrypoints(files: dict[str, str]) -> list[str]:
    return [app.entrypoint for app in apps(files)]


def test_streamlit_app_at_the_root_is_the_app() -> None:
    assert entrypoints({"streamlit_app.py": "", "app.py": APP, "tool.py": APP}) == ["streamlit_app.py"]


def test_a_usual_name_is_the_app_where_it_uses_streamlit() -> None:
    assert entrypoints({"main.py": "import fastapi", "home.py": APP, "tool.py": APP}) == ["home.py"]


def test_a_usual_name_may_use_streamlit_through_a_module_of_its_own() -> None:
    files = {"app.py": "from ui import run\nrun()", "ui.py": "import streamlit as st\ndef run(): st.write(1)"}
    assert entrypoints(files) == ["app.py"]


@pytest.mark.parametrize(
    "source",
    [
        APP,
        "import streamlit as st\ndef main():\n    st.title('x')\nif __name__ == '__main__':\n    main()\n",
        "from streamlit import title\ntitle('x')\n",
        "import streamlit as st\nst.title('x'\n",  # not Python, and still the app
    ],
    ids=["calls", "main", "from", "syntax-error"],
)
def test_any_file_that_shows_something_by_itself_is_the_app(source: str) -> None:
    assert entrypoints({"budget.py": source, "helper.py": "import os"}) == ["budget.py"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("shapes.py", "import streamlit as st\ndef draw():\n    st.title('x')\n"),
        ("cached.py", "import streamlit as st\n@st.cache_data()\ndef load(): ...\n"),
        ("tests/test_app.py", APP),
        ("pages/1_Report.py", APP),
        (".venv/lib/thing.py", APP),
        ("site-packages/thing.py", APP),
    ],
)
def test_what_shows_nothing_by_itself_or_is_not_the_repositorys_own_is_no_app(path: str, source: str) -> None:
    assert entrypoints({path: source}) == []


def test_a_file_that_another_imports_is_no_app() -> None:
    assert entrypoints({"start.py": f"{APP}import parts.head\n", "parts/head.py": APP}) == ["start.py"]


def test_a_file_that_st_page_names_is_no_app() -> None:
    files = {"start.py": f"{APP}st.navigation([st.Page('views/one.py')]).run()", "views/one.py": APP}
    assert entrypoints(files) == ["start.py"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Procfile", "web: streamlit run --server.port $PORT board.py\n"),
        ("Dockerfile", 'CMD ["streamlit", "run", "/app/board.py", "--server.port=8501"]\n'),
        ("run.sh", "python -m streamlit run \\\n  board.py\n"),
        ("README.md", "Start it:\n\n    streamlit run board.py\n"),
        ("README.md", "---\nsdk: streamlit\napp_file: board.py\n---\n"),
        ("README.md", "[deploy](https://share.streamlit.io/deploy?repository=a/b&mainModule=board.py)"),
    ],
)
def test_what_the_repository_says_to_run_counts_more_than_a_usual_name(path: str, text: str) -> None:
    assert entrypoints({path: text, "board.py": APP, "app.py": APP}) == ["board.py"]


def test_a_command_names_a_file_from_its_own_folder() -> None:
    files = {"shop/README.md": "streamlit run start.py", "shop/start.py": APP, "other.py": APP}
    assert entrypoints(files) == ["shop/start.py"]


def test_a_command_that_names_no_file_of_the_repository_says_nothing() -> None:
    assert entrypoints({"README.md": "streamlit run your_app.py", "board.py": APP}) == ["board.py"]


def test_equal_ones_in_several_folders_are_several_apps() -> None:
    files = {"a/streamlit_app.py": APP, "b/streamlit_app.py": APP, "b/tool.py": APP, "c/tool.py": APP}
    assert entrypoints(files) == ["a/streamlit_app.py", "b/streamlit_app.py"]


def test_an_example_is_an_app_only_where_there_is_no_other() -> None:
    assert entrypoints({"examples/streamlit_app.py": APP, "board.py": APP}) == ["board.py"]
    assert entrypoints({"examples/streamlit_app.py": APP}) == ["examples/streamlit_app.py"]


def test_a_repository_without_streamlit_has_no_app() -> None:
    assert entrypoints({"notebook.ipynb": "{}", "main.py": "print(1)"}) == []


def test_the_one_given_is_the_app() -> None:
    assert [app.entrypoint for app in apps({"streamlit_app.py": APP, "a/b.py": ""}, "./a/b.py")] == ["a/b.py"]


def test_the_one_given_must_be_there() -> None:
    with pytest.raises(EntrypointError, match=r"there is no entrypoint b\.py"):
        apps({"a.py": APP}, "b.py")


def test_pages_are_the_files_of_pages_beside_the_entrypoint() -> None:
    names = ["pages/1_A.py", "pages/__init__.py", "pages/.b.py", "pages/c.txt", "pages/in/d.py"]
    files = {"app/start.py": APP, "pages/e.py": "", **dict.fromkeys([f"app/{name}" for name in names], "")}
    (app,) = apps(files, "app/start.py")
    assert app.pages == ("app/pages/1_A.py",)
    assert app.folder == "app"


@pytest.mark.parametrize(
    "call",
    [
        "st.navigation([st.Page('views/one.py'), st.Page(show)])",
        "st.navigation(['views/one.py'])",
        "import pathlib\nst.Page(pathlib.Path(__file__).parent / 'views' / 'one.py')",
        "[st.Page(name) for name in ('views/one.py',)]",
    ],
)
def test_pages_are_those_that_literals_name(call: str) -> None:
    (app,) = apps({"a/start.py": APP + call, "a/views/one.py": "", "views/one.py": ""}, "a/start.py")
    assert app.pages == ("a/views/one.py",)


def test_a_page_may_lie_anywhere_in_the_repository_and_must_be_there() -> None:
    call = "st.navigation([st.Page('../shared/two.py'), st.Page('missing.py'), st.Page('../../out.py')])"
    (app,) = apps({"a/start.py": APP + call, "shared/two.py": "", "out.py": ""}, "a/start.py")
    assert app.pages == ("shared/two.py",)


def test_pages_may_be_named_in_a_module_of_the_apps() -> None:
    menu = "import streamlit as st\nPAGES = [st.Page('views/one.py')]\n"
    files = {"app.py": "from ui.menu import PAGES\n", "ui/menu.py": menu, "views/one.py": APP}
    (app,) = apps(files)
    assert (app.entrypoint, app.pages) == ("app.py", ("views/one.py",))


def test_the_dependency_file_is_the_one_that_wins_for_each_app() -> None:
    files = {"a/streamlit_app.py": "", "a/requirements.txt": "", "b/streamlit_app.py": "", "Pipfile": ""}
    assert [app.dependency_file for app in apps({**files, "requirements.txt": ""})] == [
        "a/requirements.txt",
        "Pipfile",
    ]


def test_an_app_may_have_no_dependency_file() -> None:
    assert apps({"streamlit_app.py": ""})[0].dependency_file is None
