"""What is no finding, or a smaller one: near to what a rule looks for, and sound."""

from __future__ import annotations

from typing import Any

import pytest

from freshboot.doctor import Severity, examine
from freshboot.doctor.answers import GitHubAnswer, HostAnswer
from freshboot.doctor.snapshot import STREAMLIT_CONFIG
from freshboot.hosts.host import Condition, State, Tracked
from tests.doctor.layouts import (
    BOOT,
    LISTED,
    PAGES,
    PROJECT,
    SINGLE,
    SOURCE_LAYOUT,
    WORKFLOW,
    Files,
    app,
    snapshot_of,
)
from tests.doctor.troubles import OUTSIDE, ROLLOUT


def names(files: Files, **facts: Any) -> list[str]:
    return [
        one.rule.name for one in examine(snapshot_of(files, branch="main", version="9.9", **facts)).findings
    ]


def main(*rows: str, base: Files = PAGES) -> Files:
    return {**base, "streamlit_app.py": app(*rows)}


SOUND = {
    "boot() through another name": {
        **SINGLE,
        "streamlit_app.py": "from freshboot import boot\nboot()\nimport streamlit\n",
    },
    "a library before boot()": {
        **SINGLE,
        "streamlit_app.py": f"import os\nimport streamlit as st\n{BOOT}st.title('x')\n",
    },
    "a page beside a navigation that leaves it out": {
        **main("st.navigation([st.Page('helpers.py')]).run()"),
        "pages/two.py": "import streamlit as st\nst.title('2')\n",
    },
    "a workflow with aliases, which nobody here reads": {
        **PAGES,
        ROLLOUT: WORKFLOW.replace("permissions: {}", "permissions: &none {}\nx: *none").replace(
            "write", "read"
        ),
    },
    "a module imported in a function": main("def later():", "    import helpers", "    return helpers"),
    "an optional import of nothing": main(
        "try:", "    import helper", "except ImportError:", "    helper = None"
    ),
    "an import for types alone": main(
        "from typing import TYPE_CHECKING", "if TYPE_CHECKING:", "    from Helpers import x"
    ),
    "a folder below the entrypoint's on sys.path": {
        **main("import sys", "sys.path.insert(0, 'parts')", "import wheel_sizes"),
        "parts/wheel_sizes.py": "",
    },
    "what nobody can read off": main("import sys, os", "sys.path.insert(0, os.environ['X'])"),
    "a library that is reloaded": main("import importlib, json", "importlib.reload(json)"),
    "text that is run": main("exec('x = 1')"),
    "a watcher that polls": {**PAGES, STREAMLIT_CONFIG: '[server]\nfileWatcherType = "poll"\n'},
    "a branch that a pattern names": {**PAGES, ROLLOUT: WORKFLOW.replace("main, ", '"m*", ')},
    "a workflow of somebody else's": {
        **PAGES,
        ".github/workflows/ci.yml": "on: push\njobs: {a: {steps: []}}\n",
    },
    "a static file beside the entrypoint": {
        **main("st.image('app/static/logo.png')"),
        STREAMLIT_CONFIG: "[server]\nenableStaticServing = true\n",
        "static/logo.png": "",
    },
    "a path in a docstring": {
        **SINGLE,
        "streamlit_app.py": f'"""See /app/static/x.png."""\n{BOOT}import streamlit\n',
    },
    "an index, a hash and an included file": {
        **SINGLE,
        "requirements.txt": f"--extra-index-url https://pypi.org/simple\n-r more.txt\n{LISTED}",
        "more.txt": "six==1.16.0 --hash=sha256:" + "0" * 64 + "\n",
    },
    "a constraint that holds": {
        **SINGLE,
        "requirements.txt": "-c limits.txt\nstreamlit\nfreshboot\n",
        "limits.txt": "streamlit==1.50.0\n",
    },
    "bounds in any order": {**SINGLE, "requirements.txt": "streamlit<2,>=1.28\nfreshboot\nsix~=1.16\n"},
    "bounds of conda's": {
        **{path: text for path, text in SINGLE.items() if path != "requirements.txt"},
        "environment.yml": "dependencies:\n- python\n- streamlit=1.50\n- pip:\n  - freshboot\n",
        ".github/freshboot.yml": "marks: [environment.yml]\n",
    },
    "a secret within a try": main(
        "try:", "    st.secrets['key']; st.secrets.other", "except KeyError:", "    pass"
    ),
    "a library beside a module in one import": {
        **PAGES,
        "streamlit_app.py": app(
            *("import helpers, json", "@st.cache_data", "def title():", "    return json.dumps(1)", "title()")
        ).replace("boot()", "boot(clear=False)"),
    },
    "a commit and a tag from git": {
        **SINGLE,
        "requirements.txt": f"{LISTED}a @ git+https://x.org/a@1a2b3c4d\nb @ git+https://x.org/b@v1.2.0\n",
    },
    "freshboot's own commit from git": {
        **SINGLE,
        "requirements.txt": "streamlit==1.50.0\n"
        f"freshboot @ git+https://github.com/freshboot/freshboot@{'3f2a9c1' * 5}00000\n",
    },
    "a package in place": {
        **{
            path: text
            for path, text in SOURCE_LAYOUT.items()
            if path not in ("uv.lock", ".github/freshboot.yml")
        },
        "requirements.txt": f"-e .\n{LISTED}pandas==2.2\n",
        "pyproject.toml": PROJECT + "dependencies = []\n",
    },
    "a copy that uv is told to renew": {
        **{
            path: text
            for path, text in SOURCE_LAYOUT.items()
            if path not in ("uv.lock", ".github/freshboot.yml")
        },
        "requirements.txt": f".\n{LISTED}pandas==2.2\n",
        "pyproject.toml": PROJECT + 'dependencies = []\n[tool.uv]\ncache-keys = [{ file = "src/**/*.py" }]\n',
    },
    "a header that looks for keys": {**SINGLE, "scan.py": "HEAD = '-----BEGIN RSA PRIVATE KEY-----'\n"},
    "a made-up token": {**SINGLE, "README.md": "AKIAIOSFODNN7EXAMPLE and ghp_" + "x" * 36 + "\n"},
    "an example of an environment": {**SINGLE, ".env.example": "TOKEN=…\n"},
    "a secret that is asked for first": main("if 'key' in st.secrets:", "    st.write(st.secrets['key'])"),
    "lists of packages": {**SINGLE, "packages.txt": "libgdal\nlibgeos\n"},
    "large files that no attribute holds": {**SINGLE, ".gitattributes": "*.csv filter=lfs\n*.py text\n"},
    "a cached function with a key": {
        **PAGES,
        "streamlit_app.py": app(
            *("import helpers", "@st.cache_data", "def title(key):", "    return helpers.title()"),
            "st.title(title(freshboot.cache_key()))",
        ).replace("boot()", "boot(clear=False)"),
    },
    "a cached function that expires": {
        **PAGES,
        "streamlit_app.py": app(
            *(
                "import helpers",
                "@st.cache_data(ttl=60)",
                "def title():",
                "    return helpers.title()",
                "title()",
            )
        ).replace("boot()", "boot(clear=False)"),
    },
}


@pytest.mark.parametrize("files", SOUND.values(), ids=SOUND.keys())
def test_this_is_no_finding(files: Files) -> None:
    assert names(files) == []


def test_a_module_outside_is_a_warning_where_nothing_drops_it_and_a_note_where_boot_does() -> None:
    without = {
        **OUTSIDE,
        "app/main.py": OUTSIDE["app/main.py"].replace("freshboot.boot()", "freshboot.boot(heal=False)"),
    }
    for files, severity in ((OUTSIDE, Severity.NOTE), (without, Severity.WARNING)):
        (found,) = examine(snapshot_of(files)).findings
        assert (found.rule.name, found.severity) == ("unwatched-module", severity)


@pytest.mark.parametrize(
    ("tracked", "words"),
    [
        (Tracked("acme", "old-name", "main", "streamlit_app.py"), "acme/old-name"),
        (Tracked("acme", "budget", "master", "streamlit_app.py"), "the branch master"),
        (Tracked("acme", "budget", "main", "app.py"), "the host runs app.py"),
    ],
)
def test_what_the_host_deploys_is_held_against_what_is_pushed(tracked: Tracked, words: str) -> None:
    host = HostAnswer(Condition(State.AWAKE), tracked=tracked)
    (found,) = examine(snapshot_of(SINGLE, branch="main", repository="Acme/Budget", host=host)).findings
    assert found.rule.name == "wrong-target"
    assert words in found.found.words


def test_a_deploy_branch_is_what_the_host_is_to_deploy() -> None:
    files = {**SINGLE, ".github/freshboot.yml": "publish: deploy-branch\n"}
    tracked = Tracked("acme", "budget", "freshboot-live", "streamlit_app.py")
    assert names(files, host=HostAnswer(Condition(State.AWAKE), tracked=tracked)) == []


def test_a_protection_that_may_let_pushes_pass_is_a_note() -> None:
    answer = GitHubAnswer("main", "GitHub does not tell this token")
    (found,) = examine(snapshot_of(SINGLE, github=answer)).findings
    assert (found.rule.name, found.severity) == ("protected-branch", Severity.NOTE)
    other = {**SINGLE, ".github/freshboot.yml": "publish: pull-request\n"}
    assert names(other, github=answer) == []


@pytest.mark.parametrize(
    "permissions", ["write-all", "{contents: write, issues: write, statuses: write, deployments: write}"]
)
def test_permissions_of_the_whole_workflow_count_for_its_jobs(permissions: str) -> None:
    jobs = "jobs:\n  a:\n    uses: freshboot/freshboot/.github/workflows/rollout.yml@v1\n"
    assert names({**PAGES, ROLLOUT: f"on: push\npermissions: {permissions}\n{jobs}"}) == []


def test_a_job_that_says_nothing_of_permissions_is_a_warning() -> None:
    jobs = "jobs:\n  a:\n    uses: freshboot/freshboot/.github/workflows/rollout.yml@v1\n"
    (found,) = examine(snapshot_of({**PAGES, ROLLOUT: f"on: push\n{jobs}"})).findings
    assert (found.rule.name, found.severity) == ("missing-permission", Severity.WARNING)


def test_the_secret_itself_is_in_no_finding() -> None:
    secret = "glp" + "at-aB3dE5fG7hJ9kL1mN3pQ"
    (found,) = examine(snapshot_of({**SINGLE, "deploy.sh": f"TOKEN={secret}\n"})).findings
    assert found.rule.name == "committed-secret"
    assert secret not in repr(found)


@pytest.mark.parametrize("path", [".streamlit/secrets.toml", ".env", "config/.env.production"])
def test_a_file_of_secrets_with_a_value_in_it_is_found_by_its_name(path: str) -> None:
    assert names({**SINGLE, path: 'password = "correct horse"\n'}) == ["committed-secret"]
    assert names({**SINGLE, path: "# nothing yet\n"}) == []


def test_a_private_key_is_found_by_its_lines() -> None:
    rows = "\n".join("aB3d" * 16 for _ in range(3))
    key = "-----BEGIN OPENSSH " + f"PRIVATE KEY-----\n{rows}\n"
    assert names({**SINGLE, "deploy_key": key}) == ["committed-secret"]


def test_a_pointer_of_git_lfs_in_the_place_of_a_file_is_found() -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 5\n"
    assert names({**SINGLE, "data.csv": pointer}) == ["lfs-pointer"]


def test_what_conda_is_to_install_without_a_bound_is_found() -> None:
    files = {path: text for path, text in SINGLE.items() if path != "requirements.txt"}
    listed = "dependencies:\n- streamlit>=1.50\n- pandas\n- pip:\n  - freshboot\n"
    marks = {".github/freshboot.yml": "marks: [environment.yml]\n"}
    found = examine(snapshot_of({**files, **marks, "environment.yml": listed})).findings
    assert [(one.rule.name, one.found.line) for one in found] == [("unpinned", 2), ("unpinned", 3)]


def test_a_module_outside_is_found_by_whatever_of_the_app_imports_it() -> None:
    files = {**OUTSIDE, "app/main.py": app("import inner"), "app/inner.py": "from lib import sums\n"}
    (found,) = examine(snapshot_of(files)).findings
    assert (found.rule.name, found.found.path) == ("unwatched-module", "app/inner.py")


@pytest.mark.parametrize(
    "line", ["import helpers as h", "from helpers import title as h", "import helpers as h, json"]
)
def test_a_cached_function_is_found_by_whatever_name_it_calls_the_module(line: str) -> None:
    text = app(line, "@st.cache_resource", "def title():", "    return h", "title()")
    files = {**PAGES, "streamlit_app.py": text.replace("boot()", "boot(clear=False)")}
    assert names(files) == ["cached-imports"]


def test_a_rollout_that_runs_for_tags_alone_never_runs_for_the_branch() -> None:
    workflow = WORKFLOW.replace('{branches: [main, "release/*"]}', "{tags: [v*]}")
    assert names({**PAGES, ROLLOUT: workflow}) == ["workflow-never-runs"]


def test_an_older_freshboot_in_the_live_app_is_found() -> None:
    host = HostAnswer(Condition(State.AWAKE), agent="0.0.1")
    assert names(SINGLE, host=host) == ["old-freshboot"]
    assert names(SINGLE, host=HostAnswer(Condition(State.AWAKE), agent="9.9")) == []


def test_a_python_that_may_be_too_old_to_read_a_source_says_less(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**PAGES, "helpers.py": "def title()\n"}
    for version, severity in (((3, 11), Severity.NOTE), ((3, 12), Severity.ERROR)):
        monkeypatch.setattr("sys.version_info", version)
        (found,) = examine(snapshot_of(files)).findings
        assert (found.rule.name, found.severity) == ("unreadable-source", severity)


def test_a_module_is_found_by_way_of_a_folder_that_the_app_puts_on_the_path() -> None:
    files = main("import sys", "sys.path.insert(0, 'parts')", "import wheels")
    assert names({**files, "parts/wheels.py": "def ("}) == ["unreadable-source"]


def test_boot_clears_no_results_where_it_does_not_heal() -> None:
    text = app("import helpers", "@st.cache_data", "def title():", "    return helpers.title()", "title()")
    assert names({**PAGES, "streamlit_app.py": text.replace("boot()", "boot(heal=False)")}) == [
        "cached-imports"
    ]


def test_a_star_matches_no_slash() -> None:
    workflow = WORKFLOW.replace('[main, "release/*"]', '["*"]')
    (found,) = examine(snapshot_of({**PAGES, ROLLOUT: workflow}, branch="release/1")).findings
    assert found.rule.name == "workflow-never-runs"
    assert names({**PAGES, ROLLOUT: workflow}) == []


def test_a_byte_order_mark_is_no_part_of_a_text() -> None:
    assert snapshot_of({"a.txt": "\ufeffcafé\r\nb"}).rows("a.txt") == ["café", "b"]


def test_what_a_package_in_place_requires_needs_the_file_that_installs_it_among_the_marks() -> None:
    files = {
        **{path: text for path, text in SOURCE_LAYOUT.items() if path != "uv.lock"},
        "requirements.txt": f"{LISTED}-e .\n",
        "pyproject.toml": PROJECT + 'dependencies = ["pandas<3"]\n',
    }
    marks = "marks: [requirements.txt]\n"
    assert names({**files, ".github/freshboot.yml": marks}) == []
    found = examine(snapshot_of({**files, ".github/freshboot.yml": "marks: [DEPLOYMENT_VERSION]\n"})).findings
    assert [(one.rule.name, one.found.line) for one in found] == [("local-package", 3)]
