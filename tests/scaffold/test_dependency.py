from __future__ import annotations

import pytest

from freshboot.dependencies import lines
from freshboot.scaffold.dependency import lists_freshboot, with_freshboot
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.wanted import Wanted
from tests.scaffold.repos import LISTED, repo

GIT = "freshboot @ git+https://github.com/freshboot/freshboot@v1"
NOTE = "  # for the lines in the app (freshboot init)"


def added(file: str, text: bytes | str, wanted: str = "freshboot==0.1.0", **others: str) -> str:
    files = repo({file: text, **{name.replace("_", "."): one for name, one in others.items()}})
    after = with_freshboot(files.get, file, Wanted(wanted, GIT))
    files[file] = after
    assert any("freshboot" in line.text for line in lines(files.get, file))
    return after.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"streamlit\npandas\n", LISTED + b"\nstreamlit\npandas\n"),
        (b"streamlit\r\n", LISTED + b"\r\nstreamlit\r\n"),
        (b"streamlit", LISTED + b"\nstreamlit"),
        (b"\xef\xbb\xbfstreamlit\n", b"\xef\xbb\xbf" + LISTED + b"\nstreamlit\n"),
        (b"# coding: latin-1\n# \xe9\n\nsix\n", b"# coding: latin-1\n# \xe9\n\n" + LISTED + b"\nsix\n"),
        (b"# only a note", b"# only a note\n" + LISTED),
        (b"", LISTED + b"\n"),
        (b"six \\\n  ; python_version > '3'\n", LISTED + b"\nsix \\\n  ; python_version > '3'\n"),
        (b"-r base.txt\n", LISTED + b"\n-r base.txt\n"),
    ],
)
def test_requirements_get_a_line_before_the_first(before: bytes, after: bytes) -> None:
    files = {"requirements.txt": before, "base.txt": b"six\n"}
    assert with_freshboot(files.get, "requirements.txt", Wanted("freshboot==0.1.0")) == after


def test_a_file_with_an_index_of_its_own_asks_git() -> None:
    assert added("requirements.txt", "-i https://pypi.example/simple\nsix\n").startswith(GIT + NOTE)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ('[project]\nname="a"\ndependencies = ["six"]\n', f'["freshboot==0.1.0", "six"]{NOTE}\n'),
        ('[project]\nname="a"\ndependencies = []  # none\n', f'["freshboot==0.1.0"]  # none{NOTE}\n'),
        ('[project]\nname="a"\ndependencies = [\n\t"six",\n]\n', f'[\n\t"freshboot==0.1.0",{NOTE}\n\t"six"'),
        ('[project]\nname="a"\n', '[project]\ndependencies = ["freshboot==0.1.0"]  # a list for'),
        (
            '[tool.poetry]\n[tool.poetry.dependencies]\nsix="*"\n',
            f'dependencies]\nfreshboot = "==0.1.0"{NOTE}\nsix',
        ),
    ],
)
def test_pyproject_gets_an_entry_where_its_dependencies_stand(text: str, entry: str) -> None:
    assert entry in added("pyproject.toml", text)


@pytest.mark.parametrize(
    ("wanted", "entry"),
    [
        ("freshboot==0.1.0", '"==0.1.0"'),
        ("freshboot", '"*"'),
        (GIT, '{git = "https://github.com/freshboot/freshboot", ref = "v1"}'),
    ],
)
def test_a_pipfile_gets_an_entry_in_its_packages(wanted: str, entry: str) -> None:
    text = added("Pipfile", '[[source]]\nurl="x"\n[packages]\nsix = "*"\n', wanted)
    assert f'[packages]\nfreshboot = {entry}{NOTE}\nsix = "*"' in text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "dependencies:\n  - python=3.11\n  - pip:\n      - six\n",
            f"dependencies:\n  - python=3.11\n  - pip:\n      - freshboot==0.1.0{NOTE}\n      - six\n",
        ),
        (
            "name: a\ndependencies:\n- pip\n- six\n",
            f"name: a\ndependencies:\n- pip:{NOTE}\n  - freshboot==0.1.0{NOTE}\n- pip\n- six\n",
        ),
        (
            "dependencies:\n  - six\n",
            f"dependencies:\n  - pip{NOTE}\n  - pip:{NOTE}\n    - freshboot==0.1.0{NOTE}\n  - six\n",
        ),
    ],
)
def test_an_environment_gets_an_entry_for_pip(text: str, after: str) -> None:
    assert added("environment.yml", text) == after


HATCH = '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "a"\ndependencies = ["six"]\n'


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("requirements.txt", "six==1 --hash=sha256:00\n", "hashes"),
        ("requirements.txt", "-r base.txt\n", "hashes"),
        ("requirements.txt", "s\0i\0x\0\n\0", "no plain text"),
        ("pyproject.toml", '[project]\nname="a"\ndynamic = ["dependencies"]\n', "dynamic"),
        ("pyproject.toml", HATCH, "refuses a requirement with a URL"),
        ("pyproject.toml", 'project.name = "a"\nproject.dependencies = ["six"]\n', "no one table"),
        ("pyproject.toml", '[project]\nname="""\n[project]\n"""\ndependencies = ["six"]\n', "no one table"),
        ("pyproject.toml", "[project\n", "not valid TOML"),
        ("Pipfile", "[dev-packages]\n", "no one table"),
        ("environment.yml", "dependencies: [six]\n", "a form that is not known"),
        ("environment.yml", "dependencies:\n  - &a six\n", "something else"),
    ],
)
def test_where_no_line_can_be_added_safely_it_is_refused(file: str, text: str, why: str) -> None:
    with pytest.raises(ScaffoldRefused, match=why) as caught:
        added(file, text, GIT, base_txt="--require-hashes\nsix\n")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.txt", "freshboot\n"),
        ("requirements.txt", "Freshboot[cli]>=0.1 ; python_version > '3'\n".lower()),
        ("requirements.txt", f"{GIT}\n"),
        ("requirements.txt", "git+https://github.com/freshboot/freshboot.git@v1\n"),
        ("requirements.txt", "./wheels/freshboot-0.1.0-py3-none-any.whl\n"),
        ("requirements.txt", "-r base.txt\n"),
        ("requirements.txt", ".\n"),
        ("Pipfile", '[packages]\nfreshboot = "*"\n'),
        ("environment.yml", "dependencies:\n  - pip:\n    - freshboot\n"),
        ("pyproject.toml", '[project]\nname = "freshboot-app"\ndependencies = ["freshboot"]\n'),
    ],
)
def test_it_is_known_where_freshboot_is_listed(file: str, text: str) -> None:
    own = '[project]\nname = "freshboot"\ndependencies = []\n'
    others = {"base.txt": "freshboot\n", "wheels/freshboot-0.1.0-py3-none-any.whl": "", "pyproject.toml": own}
    assert lists_freshboot(repo({**others, file: text}).get, file)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.txt", "freshboot-app\nstreamlit\n# freshboot\n"),
        ("requirements.txt", "-c constraints.txt\n"),
        ("Pipfile", '[packages]\nsix = "*"\n'),
        ("requirements.txt", "https://example.org/notfreshboot\n"),
    ],
)
def test_what_only_looks_like_it_lists_nothing(file: str, text: str) -> None:
    files = repo(
        {file: text, "constraints.txt": "freshboot==1\n", "Pipfile.lock": '{"default": {"freshboot": {}}}'}
    )
    assert not lists_freshboot(files.get, file)


@pytest.mark.parametrize(
    "text", ["freshbot", "freshboot; evil", 'freshboot @ "x"', "freshboot==1 --pre", "six"]
)
def test_what_asks_for_something_else_is_refused(text: str) -> None:
    with pytest.raises(ScaffoldRefused, match="does not ask for freshboot"):
        Wanted(text)


@pytest.mark.parametrize(
    "url", ["https://me:secret@git.example/f", "git+https://secret@git.example/f", "git+ssh://a:secret@b/f"]
)
def test_a_secret_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ScaffoldRefused, match="a user name or a password") as caught:
        Wanted(f"freshboot @ {url}")
    assert "secret" not in str(caught.value)


def test_the_user_of_ssh_is_no_secret() -> None:
    wanted = Wanted("freshboot @ git+ssh://git@git.example/f.git@v1")
    assert wanted.table("rev") == 'freshboot = {git = "ssh://git@git.example/f.git", rev = "v1"}'
