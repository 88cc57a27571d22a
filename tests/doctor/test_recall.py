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


CALC = {**SINGLE, "calc.py": "RATE = 2\n\ndef y():\n    return RATE\n\nclass Table: ...\n"}
KEPT = "@st.cache_data\ndef f"
CACHED = {
    "through a function of the same file": (
        f"from calc import y\n\ndef g():\n    return y()\n\n{KEPT}():\n    return g()\n",
        8,
    ),
    "by a call": ("import calc\nf = st.cache_data(calc.y)\n", 3),
    "by a call with settings": ("import calc\nf = st.cache_data(show_spinner=False)(calc.y)\n", 3),
    "a function of its own, by a call": (
        "import calc\ndef g():\n    return calc.y()\nf = st.cache_data(g)\n",
        5,
    ),
    "by a star": (f"from calc import *\n{KEPT}():\n    return y()\n", 4),
}
NOT_CACHED = {
    "a parameter of that name": f"from calc import y\n{KEPT}(y):\n    return y\n",
    "a name of its own": f"from calc import y\n{KEPT}():\n    y = 1\n    return y\n",
    "a constant": f"import calc\nfrom calc import RATE\n{KEPT}():\n    return RATE + calc.RATE\n",
    "a type": f"from calc import Table\n{KEPT}(x: Table) -> Table:\n    z: Table = x\n    return z\n",
    "what expires": "import calc\nf = st.cache_data(calc.y, ttl=5)\ng = st.cache_data(ttl=5)(calc.y)\n",
    "a function that hides the star's": f"from calc import *\ndef y(): ...\n{KEPT}():\n    return y()\n",
}


@pytest.mark.parametrize(("text", "line"), CACHED.values(), ids=CACHED.keys())
def test_a_result_of_a_module_is_cached_by_whatever_way_the_function_comes_to_it(
    text: str, line: int
) -> None:
    files = {**CALC, "streamlit_app.py": f"import streamlit as st\n{text}"}
    assert found(files, "cached-imports") == [("streamlit_app.py", line)]


@pytest.mark.parametrize("text", NOT_CACHED.values(), ids=NOT_CACHED.keys())
def test_a_cached_function_that_comes_to_no_code_of_a_module_is_sound(text: str) -> None:
    assert found({**CALC, "streamlit_app.py": f"import streamlit as st\n{text}"}, "cached-imports") == []


def test_a_module_is_reloaded_also_out_of_the_table_of_modules() -> None:
    text = app("import importlib, sys, calc", "importlib.reload(sys.modules['calc'])")
    assert found({**CALC, "streamlit_app.py": text}, "module-reload") == [("streamlit_app.py", 4)]
    assert rules({**CALC, "streamlit_app.py": text.replace("['calc']", "['json']")}) == []


@pytest.mark.parametrize("end", ["archive/refs/heads/main.zip", "archive/main.tar.gz", "zipball/main"])
def test_an_archive_of_a_branch_moves(end: str) -> None:
    files = {**SINGLE, "requirements.txt": f"{LISTED}x @ https://github.com/a/b/{end}\n"}
    assert found(files, "moving-requirement") == [("requirements.txt", 3)]


def test_an_archive_of_a_release_does_not() -> None:
    ends = ("refs/tags/v1.2.3.zip", f"{'1a2b3c4d' * 5}.zip")
    asked = "".join(f"x{number} @ https://github.com/a/b/archive/{end}\n" for number, end in enumerate(ends))
    assert found({**SINGLE, "requirements.txt": LISTED + asked}, "moving-requirement") == []


@pytest.mark.parametrize("row", ["return", "await x", "def f():\n    nonlocal x", "break"])
def test_what_can_be_parsed_and_not_compiled_is_no_python(row: str) -> None:
    files = {**SINGLE, "streamlit_app.py": app("x = 1", row)}
    assert [name for name in rules(files) if name == "unreadable-source"] == ["unreadable-source"]


@pytest.mark.parametrize(
    ("listed", "module"),
    [("scikit-learn", "sklearn"), ("PyYAML", "yaml"), ("opencv-python", "cv2"), ("beautifulsoup4", "bs4")],
)
def test_a_package_is_missed_by_the_name_that_it_is_imported_by(listed: str, module: str) -> None:
    files = {
        "app/main.py": app(f"import {module}"),
        "app/requirements.txt": LISTED,
        "requirements.txt": f"{listed}==1.0\n",
        ".github/freshboot.yml": "entrypoint: app/main.py\nmarks: [app/requirements.txt]\n",
    }
    assert found(files, "losing-dependency-file") == [("requirements.txt", 1)]


def test_another_distribution_of_the_same_module_is_enough() -> None:
    files = {
        "app/main.py": app("import cv2"),
        "app/requirements.txt": f"{LISTED}opencv-python-headless==4.1\n",
        "requirements.txt": "opencv-python==4.1\n",
        ".github/freshboot.yml": "entrypoint: app/main.py\nmarks: [app/requirements.txt]\n",
    }
    assert found(files, "losing-dependency-file") == []


NEEDS = "requirements.txt"
ROWS = {
    "pip install plotly": "pip-option",
    "$ pip install x": "pip-option",
    "python -m pip install x": "pip-option",
    "-r /home/ada/r.txt": "machine-path",
    "--find-links /home/ada/wheels": "machine-path",
    "-f ~/wheels": "machine-path",
    "freshboot<0.1": "old-freshboot",
    "freshboot~=0.1.2": "old-freshboot",
}
SOUND_ROWS = (
    "pip==24.0",
    "pipenv==2024.1",
    "uv==0.5",
    "freshboot<10",
    "freshboot>=0.1",
    "--find-links wheels",
)


@pytest.mark.parametrize(("row", "rule"), ROWS.items(), ids=ROWS.keys())
def test_a_row_that_newcomers_write_is_found(row: str, rule: str) -> None:
    assert found({**SINGLE, NEEDS: f"streamlit==1.50.0\n{row}\n"}, rule) == [(NEEDS, 2)]


@pytest.mark.parametrize("row", SOUND_ROWS)
def test_a_row_like_it_is_sound(row: str) -> None:
    assert not {"pip-option", "machine-path", "old-freshboot"} & set(
        rules({**SINGLE, NEEDS: f"streamlit==1.50.0\n{row}\n"})
    )


@pytest.mark.parametrize("path", ["environment.yaml", "requirements/prod.txt", "config/environment.yml"])
def test_a_dependency_file_of_another_name_is_found(path: str) -> None:
    files = {"streamlit_app.py": SINGLE["streamlit_app.py"], path: LISTED}
    assert rules(files) == ["misplaced-dependency-file"]


def test_a_list_of_packages_in_capitals_is_found() -> None:
    assert rules({**SINGLE, "Packages.txt": "libgdal\n"}) == ["misplaced-packages"]


SHOWN = {**SINGLE, "static/a.png": "", "data/a.csv": ""}
LINES = {
    "HTML": ("static-path", "st.markdown('<img src=\"/static/a.png\">')"),
    "an image": ("static-path", "st.image('/static/a.png')"),
    "Windows": ("machine-path", "import pandas as pd; pd.read_csv(r'C:\\Users\\ada\\a.csv')"),
    "Linux": ("machine-path", "P = '/home/ada/a.csv'; open(P)"),
    "macOS": ("machine-path", "from pathlib import Path; Path('/Users/ada/a.csv').read_text()"),
    "a file in capitals": ("case-mismatch", "open('Data/a.csv')"),
    "a file beside": (
        "case-mismatch",
        "from pathlib import Path; open(Path(__file__).parent / 'data' / 'A.csv')",
    ),
}
SOUND_LINES = {
    "a path that is put together": "import os; st.image(os.getcwd() + '/static/a.png')",
    "another site's": "X = 'https://x.org'; st.markdown(f'<img src=\"{X}/static/a.png\">')",
    "a file that the web has": "st.markdown('<a href=\"/static/b.png\">')",
    "a look first": "import os\nP = '/home/ada/a.csv'\nif os.path.exists(P):\n    open(P)",
    "an attempt": "try:\n    open('/home/ada/a.csv')\nexcept OSError:\n    pass",
    "the host's own folder": "open('/home/adminuser/x')",
    "a file that is there": "open('data/a.csv')",
    "a file that is written": "open('Data/a.csv', 'w')",
}


@pytest.mark.parametrize(("rule", "line"), LINES.values(), ids=LINES.keys())
def test_a_path_that_the_host_does_not_have_is_found(rule: str, line: str) -> None:
    assert found({**SHOWN, "streamlit_app.py": app(line)}, rule) == [("streamlit_app.py", 3)]
    assert rules({**SHOWN, "streamlit_app.py": app(line)}) == [rule]


@pytest.mark.parametrize("line", SOUND_LINES.values(), ids=SOUND_LINES.keys())
def test_a_path_that_the_host_may_have_is_sound(line: str) -> None:
    assert rules({**SHOWN, "streamlit_app.py": app(line)}) == []


@pytest.mark.parametrize(
    "line", ["sys.path += ['lib']", "sys.path[:0] = ['lib']", "sys.path.append(os.getcwd())"]
)
def test_a_folder_is_put_on_the_path_by_whatever_statement(line: str) -> None:
    entrypoint = {".github/freshboot.yml": "entrypoint: app/main.py\n"}
    files = {**entrypoint, "app/main.py": app("import sys, os", line), "requirements.txt": LISTED}
    assert found(files, "sys-path") == [("app/main.py", 4)]
