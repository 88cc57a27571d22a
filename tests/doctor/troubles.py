"""For every rule a repository that is sound but for one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from freshboot.config import CONFIG_FILE
from freshboot.doctor.answers import GitHubAnswer, HostAnswer
from freshboot.doctor.snapshot import STREAMLIT_CONFIG
from freshboot.hosts.host import Condition, State
from tests.doctor.layouts import (
    AWAKE,
    BOOT,
    CACHED,
    LISTED,
    PAGES,
    PROJECT,
    SINGLE,
    SOURCE_LAYOUT,
    SUB_FOLDER,
    TRACKED,
    WORKFLOW,
    Files,
    app,
)

ROLLOUT = ".github/workflows/rollout.yml"


class Trouble(NamedTuple):
    """One thing that is wrong: what it changes in a sound repository, and where it is found."""

    rule: str
    files: Files
    path: str | None = None
    line: int | None = None
    facts: Mapping[str, Any] = {}


def _main(text: str, base: Files = PAGES) -> Files:
    return {**base, "streamlit_app.py": text}


def _needs(text: str, base: Files = SINGLE) -> Files:
    return {**base, "requirements.txt": text}


def _key(*parts: str) -> str:
    """A made-up secret, put together here: no scanner is to find one in this file."""
    return "".join(parts)


def _told(condition: Condition, trouble: str = "") -> Mapping[str, Any]:
    return {"host": HostAnswer(condition, trouble, TRACKED)}


OUTSIDE = {
    "app/main.py": app("from lib import sums", "st.write(sums.all())"),
    "lib/sums.py": "def all():\n    return 1\n",
    "requirements.txt": LISTED,
}
_STATIC = "st.markdown('<img src=\"/app/static/logo.png\">', unsafe_allow_html=True)"
_SERVED = "[server]\nenableStaticServing = true\n"

TROUBLES = (
    Trouble(
        "no-boot",
        _main("import streamlit as st\nimport helpers\nst.title(helpers.title())\n", PAGES),
        "streamlit_app.py",
    ),
    Trouble(
        "late-boot",
        _main(f"import helpers\n{BOOT}import streamlit as st\nst.title('x')\n"),
        "streamlit_app.py",
        1,
    ),
    Trouble(
        "page-without-boot",
        {**PAGES, "pages/two.py": "import streamlit as st\nst.title('2')\n"},
        "pages/two.py",
    ),
    Trouble(
        "unwatched-module",
        OUTSIDE,
        "app/main.py",
        3,
    ),
    Trouble(
        "sys-path",
        _main(app("import sys", "sys.path.append('/home/ada/lib')", "st.title('x')")),
        "streamlit_app.py",
        4,
    ),
    Trouble(
        "module-reload",
        _main(app("import importlib, helpers", "importlib.reload(helpers)")),
        "streamlit_app.py",
        4,
    ),
    Trouble(
        "unseen-code",
        _main(app("exec(open('helpers.py').read())", "st.title(title())")),
        "streamlit_app.py",
        3,
    ),
    Trouble(
        "watcher-off",
        {**PAGES, STREAMLIT_CONFIG: '[server]\nfileWatcherType = "none"\n'},
        STREAMLIT_CONFIG,
        2,
    ),
    Trouble("too-many-pushes", SINGLE, facts={"pushes": (1.0, 5.0, 10.0, 20.0, 50.0)}),
    Trouble(
        "workflow-never-runs",
        {**PAGES, ROLLOUT: WORKFLOW.replace("main", "master")},
        ROLLOUT,
        3,
    ),
    Trouble(
        "unpushed-module",
        _main(app("import data_loader", "st.title('x')")),
        "streamlit_app.py",
        3,
        {"untracked": {"data_loader.py": ".gitignore:1 ignores it"}.get},
    ),
    Trouble(
        "protected-branch",
        SINGLE,
        facts={"github": GitHubAnswer("main", "it takes pull requests only", is_sure=True)},
    ),
    Trouble("platform-trouble", SINGLE, facts=_told(Condition(State.PLATFORM, "PLATFORM_ERROR"))),
    Trouble("failed-build", SINGLE, facts=_told(AWAKE, "INSTALLER_ERROR")),
    Trouble("asleep", SINGLE, facts=_told(Condition(State.ASLEEP))),
    Trouble("private-app", SINGLE, facts=_told(Condition(State.PRIVATE))),
    Trouble("wrong-target", SINGLE, facts={"branch": "trunk"}),
    Trouble(
        "missing-entrypoint",
        {**SINGLE, CONFIG_FILE: "entrypoint: App.py\n"},
        CONFIG_FILE,
        1,
    ),
    Trouble(
        "cached-imports",
        _main(CACHED["streamlit_app.py"].replace("boot()", "boot(clear=False)")),
        "streamlit_app.py",
        6,
    ),
    Trouble(
        "losing-dependency-file",
        {**SUB_FOLDER, "apps/report/requirements.txt": LISTED},
        "requirements.txt",
        2,
    ),
    Trouble(
        "misplaced-dependency-file",
        {**{k: v for k, v in SINGLE.items() if k != "requirements.txt"}, "config/Requirements.txt": LISTED},
        "config/Requirements.txt",
    ),
    Trouble(
        "idle-mark",
        {
            **SOURCE_LAYOUT,
            "requirements.txt": LISTED,
            CONFIG_FILE: "marks:\n- requirements.txt\n",
        },
        CONFIG_FILE,
        1,
    ),
    Trouble(
        "misplaced-config",
        {**SUB_FOLDER, "apps/report/.streamlit/config.toml": "[theme]\n"},
        "apps/report/.streamlit/config.toml",
    ),
    Trouble(
        "misplaced-packages",
        {**SUB_FOLDER, "apps/report/packages.txt": "libgdal\n"},
        "apps/report/packages.txt",
    ),
    Trouble(
        "forced-setting",
        {**PAGES, STREAMLIT_CONFIG: "[server]\nrunOnSave = false\n"},
        STREAMLIT_CONFIG,
        2,
    ),
    Trouble("freshboot-not-installed", _needs("streamlit==1.50.0\n"), "streamlit_app.py", 2),
    Trouble(
        "static-path",
        {
            **_main(app(_STATIC)),
            STREAMLIT_CONFIG: _SERVED,
            "static/logo.png": "",
        },
        "streamlit_app.py",
        3,
    ),
    Trouble("pip-option", _needs(f"{LISTED}--no-cache-dir\n"), "requirements.txt", 3),
    Trouble("packages-comment", {**SINGLE, "packages.txt": "libgdal\nlibgeos # maps\n"}, "packages.txt", 2),
    Trouble("machine-path", _needs(f"{LISTED}numpy @ file:///croot/numpy_17/work\n"), "requirements.txt", 3),
    Trouble(
        "local-package",
        {
            **{k: v for k, v in SOURCE_LAYOUT.items() if k not in ("uv.lock", CONFIG_FILE)},
            "requirements.txt": f".\n{LISTED}pandas==2.2\n",
            "pyproject.toml": PROJECT,
        },
        "requirements.txt",
        1,
    ),
    Trouble(
        "moving-requirement",
        _needs(f"{LISTED}helpers @ git+https://github.com/acme/helpers@main\n"),
        "requirements.txt",
        3,
    ),
    Trouble(
        "moving-requirement",
        _needs("streamlit==1.50.0\nfreshboot @ git+https://github.com/freshboot/freshboot@v1\n"),
        "requirements.txt",
        2,
    ),
    Trouble("unpinned", _needs("freshboot\nstreamlit>=1.28\n"), "requirements.txt", 2),
    Trouble("old-freshboot", _needs("streamlit==1.50.0\nfreshboot==0.0.1\n"), "requirements.txt", 2),
    Trouble(
        "missing-secret",
        _main(app("st.write(st.secrets['password'])")),
        "streamlit_app.py",
        3,
    ),
    Trouble(
        "committed-secret",
        {
            **SINGLE,
            "notes.txt": "for the deploy:\n" + _key("gh", "p_", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"),
        },
        "notes.txt",
        2,
    ),
    Trouble(
        "lfs-pointer",
        {**SINGLE, ".gitattributes": "*.parquet filter=lfs -text\n", "data/sales.parquet": "PAR1"},
        ".gitattributes",
        1,
    ),
    Trouble(
        "case-mismatch",
        {
            **{k: v for k, v in PAGES.items() if k != "helpers.py"},
            "Helpers.py": PAGES["helpers.py"],
            "pages/one.py": BOOT,
        },
        "streamlit_app.py",
        3,
    ),
    Trouble("unreadable-source", {**PAGES, "helpers.py": "def title()\n    return 1\n"}, "helpers.py", 1),
    Trouble(
        "missing-permission",
        {**PAGES, ROLLOUT: WORKFLOW.replace("contents: write, ", "")},
        ROLLOUT,
        7,
    ),
    Trouble(
        "kept-credentials",
        {**PAGES, ROLLOUT: WORKFLOW.replace(", persist-credentials: false", "")},
        ROLLOUT,
        15,
    ),
    Trouble(
        "ignore-without-reason",
        _needs(f"{LISTED}pandas==2.2  # freshboot: ignore[unpinned]\n"),
        "requirements.txt",
        3,
    ),
    Trouble(
        "unused-ignore",
        _needs(f"{LISTED}pandas==2.2  # freshboot: ignore[unpinned] soon\n"),
        "requirements.txt",
        3,
    ),
)
