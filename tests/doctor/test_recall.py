"""Forms of a trouble that people write beside the plainest one, each next to a sound one."""

from __future__ import annotations

import pytest

from freshboot.doctor import examine
from tests.doctor.layouts import LISTED, PROJECT, SINGLE, Files, app, snapshot_of


def rules(files: Files) -> list[str]:
    return [one.rule.name for one in examine(snapshot_of(files, branch="main", version="9.9")).findings]


def found(files: Files, rule: str) -> list[tuple[str | None, int | None]]:
    """Where the rule finds something."""
    findings = examine(snapshot_of(files, branch="main", version="9.9")).findings
    return [(one.found.path, one.found.line) for one in findings if one.rule.name == rule]


def made(*parts: str) -> str:
    """A made-up secret, put together here: no scanner is to find one in this file."""
    return "".join(parts)


BODY = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hJ3kL5mN7pQ9rS1tU3v"
SECRETS = {
    "a service account": (
        "account.json",
        '{"private_key": "'
        + made("-----BEGIN ", "PRIVATE KEY-----")
        + f'\\n{BODY}\\n{BODY}\\n", "type": "service_account"}}',
    ),
    "a key in one line of a text": (
        "x.py",
        f"K = '{made('-----BEGIN RSA ', 'PRIVATE KEY-----')}\\n{BODY}\\n{BODY}\\n'",
    ),
    "a table of one long text": (".streamlit/secrets.toml", 'key = """\nline\n"""\n'),
    "the app's key": ("deploy.py", f'{made("FRESHBOOT", "_KEY")} = "a3f9c2e8b7d64150aa"\n'),
    "the app's key in a workflow": (
        ".github/workflows/x.yml",
        f"env:\n  {made('FRESHBOOT', '_KEY')}: a3f9c2e8b7d64150aa\n",
    ),
    "a database": ("db.py", f"URL = '{made('postgresql', '://')}budget:h7Kq2mZ9x@db.acme.io:5432/x'\n"),
    "a cluster": ("db.py", f"URL = '{made('mongodb+srv', '://')}budget:h7Kq2mZ9x@c0.ab1.mongodb.net/x'\n"),
    "OpenAI": ("x.py", f"K = '{made('sk', '-proj-')}{BODY[:30]}-{BODY[5:40]}_end'\n"),
    "OpenRouter": ("x.py", f"K = '{made('sk', '-or-v1-')}{'a3f9c2e8b7d64150' * 4}'\n"),
}
NO_SECRETS = {
    "a class": ("x.css", ".sk-folding-cube-animation-with-many-words-in-it-and-more {}\n"),
    "a class in capitals and with a digit": (
        "x.css",
        ".sk-Folding-Cube-2-Animation-with-many-words-in-it-X {}\n",
    ),
    "an address": ("x.md", "https://x.org/sk-how-to-make-a-page-of-many-words-in-2024-With-care\n"),
    "a table of nothing": (".streamlit/secrets.toml", 'key = ""\nother = """\n"""\n'),
    "a key that is read": (
        "x.py",
        "KEY = os.environ['FRESHBOOT_KEY']\nFRESHBOOT_KEY = settings['key_number_12345']\n",
    ),
    "a key of the workflow": ("x.yml", "FRESHBOOT_KEY: ${{ secrets.FRESHBOOT_KEY_2 }}\n"),
    "a placeholder": ("x.md", 'FRESHBOOT_KEY="your-key-here-0000"\n'),
    "a database here": ("x.py", "URL = 'postgresql://budget:h7Kq2mZ9x@localhost:5432/x'\n"),
    "a database of the compose file": ("x.yml", "URL: postgresql://budget:h7Kq2mZ9x@db:5432/x\n"),
    "a database of nobody": ("x.py", "URL = 'postgresql://user:Password1@host.example.com/x'\n"),
    "a database by a variable": ("x.py", "URL = f'postgresql://budget:{password1}@db.acme.io/x'\n"),
    "a key without one": ("x.json", '{"private_key": "-----BEGIN PRIVATE KEY-----\\nYOURS\\n"}\n'),
}


@pytest.mark.parametrize(("path", "text"), SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_found_in_the_form_that_it_is_committed_in(path: str, text: str) -> None:
    assert rules({**SINGLE, path: text}) == ["committed-secret"]


@pytest.mark.parametrize(("path", "text"), NO_SECRETS.values(), ids=NO_SECRETS.keys())
def test_what_only_looks_like_a_secret_is_none(path: str, text: str) -> None:
    assert rules({**SINGLE, path: text}) == []


def test_a_file_full_of_beginnings_of_secrets_is_looked_through_at_once() -> None:
    starts = [
        made("sk", "-"),
        made("FRESHBOOT", "_KEY="),
        made("postgresql", "://"),
        made("postgres", "://a:"),
    ]
    starts += [
        made("-----BEGIN ", "PRIVATE KEY-----"),
        made("-----BEGIN ", "PRIVATE KEY-----\\n\\"),
        "k = '''",
    ]
    text = "".join(start * (100_000 // len(start)) + "\n" for start in starts)
    assert rules({**SINGLE, "x.txt": text}) == []


IN_A_FUNCTION = "import streamlit as st, freshboot\ndef start():\n    freshboot.boot()\n"
RUNS = "import os, freshboot, streamlit\n"
BOOTS = {
    "a function that is called": f"{IN_A_FUNCTION}if __name__ == '__main__':\n    start()\n",
    "a method": f"{RUNS}class App:\n    def run(self):\n        freshboot.boot()\nApp().run()\n",
    "a condition of nobody's": f"{RUNS}if os.environ.get('X'):\n    freshboot.boot()\n",
    "an attempt": f"{RUNS}try:\n    freshboot.boot()\nexcept ImportError:\n    pass\n",
}
NO_BOOTS = {
    "a function that nothing calls": (IN_A_FUNCTION, 3),
    "below a button": ("import freshboot, streamlit as st\nif st.button('x'):\n    freshboot.boot()\n", 3),
    "below a button with a name": (
        "import freshboot, streamlit as st\nx = st.button('x')\nif x:\n    freshboot.boot()\n",
        4,
    ),
    "through a function below a button": (f"{IN_A_FUNCTION}if st.button('x'):\n    start()\n", 3),
}


@pytest.mark.parametrize("text", BOOTS.values(), ids=BOOTS.keys())
def test_a_boot_counts_that_a_run_comes_to(text: str) -> None:
    assert found({**SINGLE, "streamlit_app.py": text}, "no-boot") == []


@pytest.mark.parametrize(("text", "line"), NO_BOOTS.values(), ids=NO_BOOTS.keys())
def test_a_boot_that_not_every_run_comes_to_is_none(text: str, line: int) -> None:
    assert found({**SINGLE, "streamlit_app.py": text}, "no-boot") == [("streamlit_app.py", line)]


BUDGET = {
    "streamlit_app.py": app("import foo", "st.write(foo.all())"),
    "libs/foo/pyproject.toml": PROJECT.replace("budget", "foo") + "dependencies = []\n",
    "libs/foo/src/foo/__init__.py": "def all():\n    return 1\n",
}


@pytest.mark.parametrize(
    "line",
    [
        "./libs/foo",
        "libs/foo",
        "./libs/foo/",
        "./libs/foo[x]",
        "foo @ file:./libs/foo",
        "foo @ file:libs/foo",
    ],
)
def test_a_copy_of_a_folder_below_is_found_however_it_is_asked_for(line: str) -> None:
    files = {**BUDGET, "requirements.txt": f"{LISTED}{line}\n"}
    assert found(files, "local-package") == [("requirements.txt", 3)]


def test_a_copy_of_a_folder_without_src_is_found() -> None:
    files = {**BUDGET, "libs/foo/foo.py": "", "requirements.txt": f"{LISTED}./libs/foo\n"}
    del files["libs/foo/src/foo/__init__.py"]
    assert found(files, "local-package") == [("requirements.txt", 3)]


def test_a_folder_below_in_place_is_no_copy_and_one_that_the_app_puts_on_the_path_is_never_run_as_one() -> (
    None
):
    assert rules({**BUDGET, "requirements.txt": f"{LISTED}-e ./libs/foo\n"}) == []
    lines = ("import sys", "sys.path.insert(0, 'libs/foo/src')", "import foo", "foo.all()")
    files = {**BUDGET, "streamlit_app.py": app(*lines), "requirements.txt": f"{LISTED}./libs/foo\n"}
    assert rules(files) == []
