from __future__ import annotations

import re
from dataclasses import replace

import pytest
import yaml

from freshboot.config import from_mapping
from freshboot.scaffold.draft import Plan
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.own_files import CONFIG, SECOND_WORKFLOW, WORKFLOW
from freshboot.scaffold.plan import plan
from freshboot.scaffold.removal import removal
from freshboot.stamp.plan import stamps_in
from freshboot.survey import survey
from tests.scaffold.repos import (
    ANSWERS,
    APP,
    BADGE,
    BOOT,
    CONSTANT,
    LISTED,
    MARK,
    ORIGIN,
    initialised,
    left,
    planned,
    repo,
    undone,
    with_plan,
)
from tests.workflows.project import ten_lines

LISTS = {"requirements.txt": "streamlit\n"}


def test_an_app_gets_its_lines_its_marks_and_two_files() -> None:
    files = repo({"streamlit_app.py": APP, "pages/1_A.py": APP, **LISTS})
    after = initialised(files)
    show = b"st.title('x')\n"
    head = BOOT + b"\nimport streamlit as st\n"
    assert after["streamlit_app.py"] == head + CONSTANT + b"\n" + BADGE + b"\n" + show
    assert after["pages/1_A.py"] == head + show
    assert after["requirements.txt"] == MARK + b"\n" + LISTED + b"\nstreamlit\n"
    assert set(after) - set(files) == {CONFIG, WORKFLOW, ".streamlit/config.toml"}


def test_the_workflow_is_the_readme_s() -> None:
    workflow = initialised(repo({"streamlit_app.py": APP, **LISTS}))[WORKFLOW].decode()
    plain = workflow.replace("  # (made by freshboot init)", "").replace("shop", "your-app")
    assert plain == ten_lines()


def test_without_an_address_the_workflow_takes_the_configuration_s() -> None:
    after = initialised(repo({"streamlit_app.py": APP, **LISTS}), replace(ANSWERS, url=None))
    workflow = yaml.safe_load(after[WORKFLOW])
    assert "with" not in workflow["jobs"]["rollout"]
    assert yaml.safe_load(after[CONFIG]) is None


def test_an_address_that_comes_later_is_added() -> None:
    files = initialised(repo({"streamlit_app.py": APP, **LISTS}), replace(ANSWERS, url=None))
    later = initialised(files, replace(ANSWERS, configured="streamlit_app.py"))
    assert yaml.safe_load(later[CONFIG]) == {"url": ANSWERS.url}
    assert yaml.safe_load(later[WORKFLOW])["jobs"]["rollout"]["with"] == {"url": ANSWERS.url}


def test_what_was_set_in_init_s_own_files_stays() -> None:
    files = initialised(repo({"streamlit_app.py": APP, **LISTS}), replace(ANSWERS, url=None))
    files[WORKFLOW] = files[WORKFLOW].replace(b"[main]", b"[live]")
    files[CONFIG] += b"marks: [requirements.txt]\n"
    answers = replace(ANSWERS, configured="streamlit_app.py", marks=("requirements.txt",))
    again = initialised(files, answers)
    assert yaml.safe_load(again[WORKFLOW])[True]["push"] == {"branches": ["live"]}
    assert yaml.safe_load(again[CONFIG]) == {"url": ANSWERS.url, "marks": ["requirements.txt"]}
    moved = initialised(again, replace(answers, url="https://new.streamlit.app"))
    assert b"shop" not in moved[WORKFLOW] + moved[CONFIG]
    assert moved[WORKFLOW].count(b"new.streamlit.app") == moved[CONFIG].count(b"new.streamlit.app") == 1


@pytest.mark.parametrize("branch", ["main", "on", "feature/x-1", "1.0", "wip, later"])
def test_the_workflow_names_the_branch_whatever_it_is_called(branch: str) -> None:
    after = initialised(repo({"streamlit_app.py": APP, **LISTS}), replace(ANSWERS, branch=branch))
    assert yaml.safe_load(after[WORKFLOW])[True]["push"] == {"branches": [branch]}


@pytest.mark.parametrize("folder", ["", "shop/", "shöp: eins/"])
@pytest.mark.parametrize("file", ["requirements.txt", "environment.yml"])
def test_the_configuration_names_what_is_not_usual_and_its_marks_can_be_stamped(
    folder: str, file: str
) -> None:
    text = "streamlit\n" if file.endswith("txt") else "dependencies:\n  - streamlit\n"
    files = initialised(repo({f"{folder}board.py": APP, f"{folder}{file}": text}))
    config = from_mapping(yaml.safe_load(files[CONFIG]), CONFIG)
    assert (config.url, config.entrypoint) == (ANSWERS.url, f"{folder}board.py")
    found = stamps_in(files.get, config.marks, config.entrypoint)
    assert [(one.path, one.value) for one in found] == [
        (f"{folder}{file}", "0.1.0"),
        (".streamlit/config.toml", "0.1.0"),
        (f"{folder}board.py", "0.1.0"),
    ]


def test_the_marks_begin_with_the_project_s_version() -> None:
    project = '[project]\nname = "a"\nversion = "2.1"\ndependencies = ["streamlit"]\n'
    after = initialised(repo({"streamlit_app.py": APP, "pyproject.toml": project}))
    assert b'DEPLOYMENT_VERSION = "2.1.0"' in after["streamlit_app.py"]
    assert after["pyproject.toml"].startswith(b"# freshboot: 2.1.0 (freshboot init)\n")


def test_without_a_dependency_file_one_is_made_with_streamlit() -> None:
    files = repo({"streamlit_app.py": APP})
    after = initialised(files, replace(ANSWERS, streamlit="streamlit==1.50.0"))
    made = b"# freshboot: 0.1.0 (made by freshboot init)\nstreamlit==1.50.0\n" + LISTED + b"\n"
    assert after["requirements.txt"] == made
    assert undone({**after, "requirements.txt": made + b"pandas\n"})["requirements.txt"] == (
        b"streamlit==1.50.0\npandas\n"
    )


def test_a_pyproject_for_tools_alone_is_no_dependency_file() -> None:
    change = planned(repo({"streamlit_app.py": APP, "pyproject.toml": "[tool.ruff]\nline-length = 99\n"}))
    assert change.file == "requirements.txt"
    assert left(change) == {"pyproject.toml": "requirements.txt wins on Community Cloud"}


LOCKED = {
    "pyproject.toml": '[project]\nname = "a"\ndependencies = ["streamlit"]\n',
    "uv.lock": 'version = 1\n[[package]]\nname = "a"\nsource = {virtual = "."}\n',
}


def test_behind_a_lock_the_file_that_it_is_made_from_is_edited_first() -> None:
    change = planned(repo({"streamlit_app.py": APP, **LOCKED}))
    assert [edit.path for edit in change.first] == ["pyproject.toml"]
    assert [lock.command for lock in change.locks] == [("uv", "lock")]
    assert "uv.lock" in change.changed


def test_a_lock_that_has_freshboot_is_marked_and_not_made_anew() -> None:
    files = with_plan(
        repo({"streamlit_app.py": APP, **LOCKED}), planned(repo({"streamlit_app.py": APP, **LOCKED}))
    )
    files["uv.lock"] += b'[[package]]\nname = "freshboot"\nversion = "0.1.0"\n'
    again = planned(files)
    assert again.locks == ()
    assert [(one.path, one.after.startswith(MARK)) for one in again.edits] == [("uv.lock", True)]


@pytest.mark.parametrize(
    ("file", "text", "lock", "adds", "removes"),
    [
        ("Pipfile", '[packages]\nsix = "*"\n', "Pipfile.lock", "pipenv install", "pipenv uninstall"),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nsix = "*"\n',
            "poetry.lock",
            "poetry add",
            "poetry remove",
        ),
    ],
)
def test_a_lock_whose_tool_would_move_other_versions_is_left_to_a_person(
    file: str, text: str, lock: str, adds: str, removes: str
) -> None:
    files = repo({"streamlit_app.py": APP, file: text, lock: '{"default": {}}' if file == "Pipfile" else ""})
    with pytest.raises(ScaffoldRefused, match=f"{lock} must follow") as caught:
        planned(files)
    assert caught.value.remedy == f"run {adds} 'freshboot==0.1.0', then run this again"
    later = {**initialised(repo({"streamlit_app.py": APP, file: text})), lock: b""}
    change = removal(later, later.get, ORIGIN)
    assert left(change)[file] == f"freshboot stays listed: run {removes} freshboot"
    assert change.locks == ()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"streamlit_app.py": "import streamlit as\n", **LISTS}, "streamlit_app.py:1: not valid Python"),
        ({"streamlit_app.py": APP, "freshboot.py": "", **LISTS}, "would take this file"),
        ({"streamlit_app.py": APP, "requirements.txt": "six==1 --hash=sha256:00\n"}, "nothing is written"),
        ({"streamlit_app.py": APP, "uv.lock": "version = 1\n"}, "no pyproject.toml that it is made from"),
        ({"streamlit_app.py": APP, "pyproject.toml": "[project\n"}, "nothing is written"),
        (
            {"streamlit_app.py": APP, "requirements.txt": "version https://git-lfs.github.com/spec/v1\n"},
            "LFS",
        ),
    ],
)
def test_what_cannot_be_done_safely_stops_all_of_it(files: dict[str, bytes | str], why: str) -> None:
    with pytest.raises(ScaffoldRefused, match=why) as caught:
        planned(repo(files))
    assert caught.value.remedy


def test_it_tells_what_it_does_not_touch_and_why() -> None:
    files = repo(
        {
            "streamlit_app.py": APP + b"st.navigation(['views/one.py'])\nDEPLOYMENT_VERSION = 1\n",
            "views/one.py": APP,
            "pages/1_bad.py": "import streamlit as\n",
            "pages/2_empty.py": "# nothing yet\n",
            "pages/3_large.py": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "other/streamlit_app.py": APP,
            ".streamlit/config.toml": b"\xef\xbb\xbf[server]\n",
            "pyproject.toml": '[project]\nname = "a"\n',
            WORKFLOW: "name: another\non: push\njobs: {}\n",
            **LISTS,
        }
    )
    change = planned(files, entrypoint="streamlit_app.py")
    assert {path: re.split("[:;]", why)[0] for path, why in left(change).items()} == {
        "views/one.py": "the entrypoint runs it, and calls boot() before",
        "pages/1_bad.py": "line 1",
        "pages/2_empty.py": "it is empty",
        "pages/3_large.py": "Git LFS keeps its contents elsewhere (run git lfs pull)",
        "other/streamlit_app.py": "another app",
        ".streamlit/config.toml": "cannot stamp the comment",
        "pyproject.toml": "requirements.txt wins on Community Cloud",
        "streamlit_app.py": "line 4",
        WORKFLOW: "it is something else, so .github/workflows/freshboot.yml is for freshboot",
    }
    after = with_plan(files, change)
    config = from_mapping(yaml.safe_load(after[CONFIG]), CONFIG)
    assert config.marks == ("requirements.txt",)
    assert undone(after) == files


def test_a_configuration_and_a_workflow_that_are_there_stay() -> None:
    own = {CONFIG: "url: https://mine.example\nsettle: 5s\n", WORKFLOW: ten_lines()}
    files = repo({"streamlit_app.py": APP, **LISTS, **own})
    change = planned(files, replace(ANSWERS, marks=("requirements.txt",), configured="streamlit_app.py"))
    assert left(change) == {
        CONFIG: "it is there already; add url: https://shop.streamlit.app",
        WORKFLOW: "it calls freshboot already",
        ".streamlit/config.toml": "the configuration's marks: do not name it",
    }
    assert undone(with_plan(files, change)) == files


OWN = b'import streamlit as st\nDEPLOYMENT_VERSION = "mine 1.0"\n'
STAMPED = OWN.replace(b"mine 1.0", b"1.0.3+20261121T204300Z.g1a2b3c4.purple")


@pytest.mark.parametrize(
    ("app", "marks", "told"),
    [(OWN, None, True), (OWN, ("requirements.txt",), False), (STAMPED, None, False), (APP, None, False)],
    ids=["own", "not-a-mark", "stamped", "none"],
)
def test_that_a_stamp_takes_the_place_of_what_stands_there_is_told(
    app: bytes, marks: tuple[str, ...] | None, told: bool
) -> None:
    why = left(planned(repo({"streamlit_app.py": app, **LISTS}), replace(ANSWERS, marks=marks)))
    words = "line 2: DEPLOYMENT_VERSION is there already, and a stamp will take the place of what it says"
    assert why.get("streamlit_app.py") == (words if told else None)


def test_init_s_own_constant_is_not_told_again() -> None:
    assert "streamlit_app.py" not in left(planned(initialised(repo({"streamlit_app.py": APP, **LISTS}))))


@pytest.mark.parametrize(("app", "told"), [(OWN, True), (STAMPED, True), (APP, False)])
def test_that_a_constant_of_the_user_s_stays_is_told(app: bytes, told: bool) -> None:
    files = initialised(repo({"streamlit_app.py": app, **LISTS}))
    why = left(removal(files, files.get, ORIGIN)).get("streamlit_app.py")
    assert why == ("line 2: DEPLOYMENT_VERSION stays as it is: it is not init's" if told else None)


def test_where_both_names_of_the_workflow_are_taken_none_is_written() -> None:
    taken = dict.fromkeys((WORKFLOW, SECOND_WORKFLOW), "name: another\non: push\njobs: {}\n")
    files = repo({"streamlit_app.py": APP, **LISTS, **taken})
    change = planned(files)
    assert "no workflow is written: add the README's" in left(change)[SECOND_WORKFLOW]
    assert not {WORKFLOW, SECOND_WORKFLOW} & set(change.changed)


def with_ignored(path: str) -> Plan:
    """What init would change where this file is there, and git does not list it."""
    files = repo({"streamlit_app.py": APP, WORKFLOW: "name: another\n", path: "# mine\n"})
    listed = [one for one in files if one != path]
    (app,) = survey(listed, files.get).apps
    return plan(listed, files.get, app, ANSWERS)


@pytest.mark.parametrize("path", [CONFIG, WORKFLOW, SECOND_WORKFLOW])
def test_what_git_does_not_list_is_not_written_over(path: str) -> None:
    assert path not in with_ignored(path).changed


def test_a_dependency_file_that_git_does_not_list_is_not_written_over() -> None:
    with pytest.raises(ScaffoldRefused, match=r"requirements\.txt: it is there, and git ignores it"):
        with_ignored("requirements.txt")


def test_a_second_app_leaves_the_first_one_s_files() -> None:
    files = repo({"a/streamlit_app.py": APP, "b/streamlit_app.py": APP, **LISTS})
    first = initialised(files, entrypoint="a/streamlit_app.py")
    answers = replace(ANSWERS, configured="a/streamlit_app.py", url="https://b.streamlit.app")
    second = planned(first, answers, "b/streamlit_app.py")
    assert [edit.path for edit in second.edits] == ["b/streamlit_app.py"]
    assert {CONFIG, WORKFLOW} <= set(left(second))
    assert undone(with_plan(first, second)) == files


SETS_UP = b"import streamlit as st\nst.set_page_config()\n"


@pytest.mark.parametrize("page", ["views/one.py", "pages/one.py"])
def test_the_badge_does_not_come_before_the_settings_of_a_page_that_the_entrypoint_runs(page: str) -> None:
    entrypoint = b"import pathlib\n" + APP + b"st.navigation(list(pathlib.Path().glob('*/*.py'))).run()\n"
    after = initialised(repo({"streamlit_app.py": entrypoint, page: SETS_UP}))
    assert after["streamlit_app.py"].endswith(b".run()\n" + BADGE + b"\n")


def test_the_badge_does_not_come_before_the_settings_of_a_module() -> None:
    entrypoint = b"import streamlit as st\nfrom ui import layout\nlayout.begin()\n"
    layout = b"import streamlit as st\ndef begin():\n    st.set_page_config()\n"
    after = initialised(repo({"streamlit_app.py": entrypoint, "ui/layout.py": layout}))
    assert after["streamlit_app.py"].endswith(b"layout.begin()\n" + BADGE + b"\n")


def test_a_page_on_its_own_may_have_settings_of_its_own() -> None:
    after = initialised(repo({"streamlit_app.py": APP, "pages/1.py": SETS_UP}))
    assert after["streamlit_app.py"].endswith(BADGE + b"\nst.title('x')\n")


def test_a_file_that_git_would_ignore_is_not_made() -> None:
    ignored = replace(ANSWERS, ignored=frozenset({"requirements.txt"}))
    with pytest.raises(ScaffoldRefused, match=r"requirements\.txt: git ignores it"):
        planned(repo({"streamlit_app.py": APP}), ignored)


def test_a_mark_that_git_ignores_is_none() -> None:
    ignored = replace(ANSWERS, ignored=frozenset({".streamlit/config.toml"}))
    after = initialised(repo({"streamlit_app.py": APP, **LISTS}), ignored)
    assert ".streamlit/config.toml" not in after
    assert yaml.safe_load(after[CONFIG])["marks"] == ["requirements.txt", "DEPLOYMENT_VERSION"]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (CONFIG, b"settle: 5s\n"),
        (WORKFLOW, b"  more: {uses: ./.github/workflows/x.yml}\n"),
    ],
)
def test_a_file_of_init_s_that_was_edited_since_stays(path: str, more: bytes) -> None:
    after = initialised(repo({"streamlit_app.py": APP, **LISTS}))
    edited = {**after, path: after[path] + more}
    assert undone(edited)[path] == edited[path]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_files_of_init_s_are_known_by_whatever_ends_their_lines(ending: bytes) -> None:
    files = repo({"streamlit_app.py": APP, **LISTS})
    after = {path: data.replace(b"\n", ending) for path, data in initialised(files).items()}
    assert set(undone(after)) == set(files)


def test_what_the_user_wrote_since_stays() -> None:
    files = repo({"streamlit_app.py": APP, **LISTS})
    after = initialised(files)
    after["streamlit_app.py"] = after["streamlit_app.py"].replace(b"title('x')", b"title('y')")
    after["requirements.txt"] += b"pandas\n"
    after[".streamlit/config.toml"] += b"[theme]\nbase = 'dark'\n"
    assert undone(after) == {
        "streamlit_app.py": APP.replace(b"'x'", b"'y'"),
        "requirements.txt": b"streamlit\npandas\n",
        ".streamlit/config.toml": b"[theme]\nbase = 'dark'\n",
    }


def test_freshboot_stays_listed_where_the_app_needs_it() -> None:
    files = initialised(repo({"streamlit_app.py": APP, "cache.py": "import freshboot\n", **LISTS}))
    assert undone(files)["requirements.txt"] == LISTED + b"\nstreamlit\n"


def test_an_entry_that_others_were_written_around_is_left_to_the_user() -> None:
    files = repo({"streamlit_app.py": APP, "environment.yml": "dependencies:\n  - six\n"})
    after = initialised(files)
    line = next(line for line in after["environment.yml"].splitlines(True) if b"- freshboot" in line)
    after["environment.yml"] = after["environment.yml"].replace(line, line + b"    - pandas\n")
    assert undone(after)["environment.yml"] == after["environment.yml"]
