"""Repositories as values: sound ones of different layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from freshboot.config import CONFIG_FILE, from_mapping
from freshboot.doctor import Snapshot
from freshboot.doctor.answers import HostAnswer
from freshboot.hosts.host import Condition, State, Tracked

Files = Mapping[str, str]
BOOT = "import freshboot; freshboot.boot()\n"


def app(*rows: str) -> str:
    """An entrypoint: ``boot()``, Streamlit, and these lines."""
    return BOOT + "\n".join(("import streamlit as st", *rows)) + "\n"


LISTED = "streamlit==1.50.0\nfreshboot\n"


def _lock(source: str, kind: str, name: str, version: str, needs: tuple[str, ...] = ()) -> str:
    """A package of ``uv.lock``."""
    listed = ", ".join(f'{{ name = "{one}" }}' for one in needs)
    facts = f'name = "{name}"\nversion = "{version}"\nsource = {{ {kind} = {source} }}\n'
    return f"[[package]]\n{facts}dependencies = [{listed}]\n\n"


PROJECT = '[project]\nname = "budget"\nversion = "1.0"\n'
INDEX = '"https://pypi.org/simple"'

SINGLE = {
    "streamlit_app.py": f'"""One file."""\n{BOOT}import streamlit as st\n\nst.title("One")\n',
    "requirements.txt": LISTED,
    "README.md": "An app.\n",
}
PAGES = {
    "streamlit_app.py": app("import helpers", "st.title(helpers.title())"),
    "helpers.py": "def title():\n    return 'Budget'\n",
    "pages/one.py": app("import helpers", "st.write(helpers.title())"),
    "requirements.txt": LISTED,
    ".streamlit/config.toml": '[theme]\nbase = "light"\n',
}
SOURCE_LAYOUT = {
    "streamlit_app.py": app("from budget import totals", "st.write(totals.all())"),
    "src/budget/__init__.py": "",
    "src/budget/totals.py": "from budget.rates import RATE\n\n\ndef all():\n    return RATE\n",
    "src/budget/rates.py": "import pandas\n\nRATE = 2\n",
    "pyproject.toml": PROJECT + 'dependencies = ["streamlit", "pandas", "freshboot"]\n',
    "uv.lock": _lock('"."', "editable", "budget", "1.0", needs=("streamlit", "freshboot"))
    + _lock(INDEX, "registry", "streamlit", "1.50.0")
    + _lock(INDEX, "registry", "freshboot", "9.9"),
    "tests/test_totals.py": "import sys\nsys.path.insert(0, 'src')\nfrom budget import totals\n",
    ".github/freshboot.yml": "marks: [uv.lock, DEPLOYMENT_VERSION]\n",
}
SUB_FOLDER = {
    "apps/report/main.py": app("import tables", "st.table(tables.rows())"),
    "apps/report/tables.py": "import plotly\n\n\ndef rows():\n    return []\n",
    "apps/report/requirements.txt": LISTED + "plotly>=5,<7\n",
    "requirements.txt": "ruff==0.8.0\nplotly==5.0\n",
    ".streamlit/config.toml": "[server]\nenableStaticServing = true\nrunOnSave = true\n",
    CONFIG_FILE: "entrypoint: apps/report/main.py\nmarks: [apps/report/requirements.txt]\n",
    "tools/reload.py": "import importlib, sys\nsys.path.append('/opt/tools')\nimportlib.reload(sys)\n",
}
MONOREPO = {
    **{f"sales/{name}": text for name, text in PAGES.items() if not name.startswith(".")},
    **{f"stock/{name}": text for name, text in SINGLE.items()},
}
SECRETS = {
    **SINGLE,
    "streamlit_app.py": app("st.write(st.secrets['db']['host'], st.secrets.get('x'))"),
    ".streamlit/secrets.example.toml": '[db]\nhost = "…"\n',
    ".gitignore": "secrets.toml\n",
}
CACHED = {
    **PAGES,
    "streamlit_app.py": app(
        "import helpers",
        "",
        "@st.cache_data",
        "def title():",
        "    return helpers.title()",
        "st.title(title())",
    ),
}
WORKFLOW = """\
name: rollout
on:
  push: {branches: [main, "release/*"]}
  workflow_dispatch:
permissions: {}
jobs:
  rollout:
    permissions: {contents: write, issues: write, statuses: write, deployments: write}
    uses: freshboot/freshboot/.github/workflows/rollout.yml@v1
    with: {url: "https://your-app.streamlit.app"}
  confirm:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@v5
        with: {fetch-depth: 0, persist-credentials: false}
      - uses: freshboot/freshboot@v1
        with: {do: confirm}
"""
WITH_WORKFLOW = {**PAGES, ".github/workflows/rollout.yml": WORKFLOW}
NAVIGATION = {
    "streamlit_app.py": app('st.navigation([st.Page("views/a.py")]).run()'),
    "views/a.py": "import streamlit as st\nimport views.b\n\nst.write(views.b.TEXT)\n",
    "views/b.py": "TEXT = 'b'\n",
    "requirements.txt": LISTED,
}
SOUND: Mapping[str, Files] = {
    "single file": SINGLE,
    "pages": PAGES,
    "src with uv.lock": SOURCE_LAYOUT,
    "sub-folder": SUB_FOLDER,
    "monorepo": MONOREPO,
    "secrets": SECRETS,
    "cached, and cleared by boot": CACHED,
    "workflow": WITH_WORKFLOW,
    "navigation": NAVIGATION,
}
"""Repositories that nothing is wrong with."""

TRACKED = Tracked("acme", "budget", "main", "streamlit_app.py")
AWAKE = Condition(State.AWAKE)
FACTS = {
    "branch": "main",
    "repository": "acme/budget",
    "host": HostAnswer(AWAKE, tracked=TRACKED),
    "version": "9.9",
    "pushes": (70.0, 5.0, 90.0),
}


def snapshot_of(files: Files, **facts: Any) -> Snapshot:
    """A repository of these files."""
    data = {path: text.encode() for path, text in files.items()}
    told = yaml.safe_load(files.get(CONFIG_FILE, "")) or {}
    config = from_mapping(told, CONFIG_FILE)
    return Snapshot(frozenset(data), data.get, config, **facts)
