"""A stamped dependency file is as valid for its own tool as before, and asks it for the same."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from freshboot.dependencies import lines
from freshboot.stamp.plan import plan
from freshboot.stamp.toml_values import parse_toml
from tests.lab.wheels import make_wheel
from tests.stamp.samples import AT, OLD, SOURCE

UV = (sys.executable, "-m", "uv")
PROJECT = """\
[project]
name = "app"
version = "1.0.2"
requires-python = ">=3.10"
dependencies = ["demo-package==1.0"]

[tool.uv]
find-links = ["wheels"]
no-index = true
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        make_wheel(folder, version)
    return folder


def stamp(folder: Path, name: str, source: str = SOURCE) -> str:
    """Stamp a file where it lies, as a remedy does; the file's text."""
    file = folder / name
    planned = plan({name: file.read_bytes()}.get, [name], None, at=AT, source=source)
    for edit in planned.edits:
        file.write_bytes(edit.after)
    assert file.read_bytes().count(str(planned.stamp).encode()) == 1
    return file.read_bytes().decode()


def uv(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    environment |= {"UV_OFFLINE": "1", "UV_PYTHON": sys.executable, "UV_CACHE_DIR": str(folder / "cache")}
    return subprocess.run([*UV, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def locked(tmp_path: Path, wheels: Path) -> Path:
    """A project with a lock of uv's."""
    (tmp_path / "wheels").symlink_to(wheels)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    ran = uv(tmp_path, "lock")
    assert ran.returncode == 0, ran.stderr
    return tmp_path


def test_uv_takes_a_stamped_lock_and_leaves_it_as_it_is(locked: Path) -> None:
    first = stamp(locked, "uv.lock")
    assert uv(locked, "lock", "--check").returncode == 0
    installed = uv(locked, "sync", "--locked")
    assert installed.returncode == 0, installed.stderr
    assert "demo-package==1.0" in installed.stderr
    assert (locked / "uv.lock").read_text() == first
    again = stamp(locked, "uv.lock", source="89abcde")
    assert len(again.splitlines()) == len(first.splitlines())
    assert uv(locked, "sync", "--locked").returncode == 0


def test_what_uv_drops_when_it_locks_anew_is_made_again(locked: Path) -> None:
    stamp(locked, "uv.lock")
    stamp(locked, "pyproject.toml")
    assert uv(locked, "lock", "--check").returncode == 0
    changed = (locked / "pyproject.toml").read_text().replace("==1.0", "==2.0")
    (locked / "pyproject.toml").write_text(changed)
    assert uv(locked, "lock").returncode == 0
    assert "# freshboot:" not in (locked / "uv.lock").read_text()
    assert "# freshboot:" in (locked / "pyproject.toml").read_text()
    assert stamp(locked, "uv.lock").startswith("# freshboot:")
    assert uv(locked, "lock", "--check").returncode == 0


def test_a_lock_that_does_not_fit_is_still_refused_with_a_stamp(locked: Path) -> None:
    stamp(locked, "uv.lock")
    changed = (locked / "pyproject.toml").read_text().replace("==1.0", "==2.0")
    (locked / "pyproject.toml").write_text(changed)
    assert uv(locked, "lock", "--check").returncode == 1


REQUIREMENTS = {
    "plain": b"demo-package==1.0\n",
    "windows": b"--no-index\r\ndemo-package==1.0\r\n# the end\r\n",
    "bom": b"\xef\xbb\xbfdemo-package==1.0\n",
    "continued": b"demo-package==1.0 \\\n  --hash=sha256:%s \\\n  --hash=sha256:%s" % (b"0" * 64, b"1" * 64),
    "no final newline": b"demo-package==1.0",
    "a comment first": b"# what it needs\n\n  demo-package==1.0  # pinned\n",
    "coding": b"# -*- coding: utf-8 -*-\ndemo-package==1.0\n",
    "stamped before": f"demo-package==1.0\n# freshboot: {OLD}\n".encode(),
    "options": b"--no-index\ndemo-package==1.0\n",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what pip brings along
@pytest.mark.parametrize("data", REQUIREMENTS.values(), ids=list(REQUIREMENTS))
def test_pip_and_uv_read_the_same_in_a_stamped_file(data: bytes, tmp_path: Path, wheels: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_bytes(data)
    before = asked_by_pip(file), asked_by_uv(tmp_path, wheels)
    assert "==1.0" in before[0][0]
    assert before[1] == ["demo-package==1.0"]
    stamp(tmp_path, "requirements.txt")
    assert (asked_by_pip(file), asked_by_uv(tmp_path, wheels)) == before


def asked_by_pip(file: Path) -> list[str]:
    req_file = pytest.importorskip("pip._internal.req.req_file")
    return [one.requirement for one in req_file.parse_requirements(str(file), req_file.PipSession())]


def asked_by_uv(folder: Path, wheels: Path) -> list[str]:
    asked = ("pip", "compile", "--quiet", "--no-header", "--no-annotate", "requirements.txt")
    ran = uv(folder, *asked, "--find-links", str(wheels), "--no-index")
    assert ran.returncode == 0, ran.stderr
    return [line for line in ran.stdout.splitlines() if not line.startswith("-")]


@pytest.mark.parametrize("right", [True, False])
def test_hashes_are_checked_as_before(right: bool, tmp_path: Path, wheels: Path) -> None:
    wheel = wheels / "demo_package-1.0-py3-none-any.whl"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest() if right else "0" * 64
    file = tmp_path / "requirements.txt"
    file.write_text(f"demo-package==1.0 \\\n    --hash=sha256:{digest}\n")
    stamp(tmp_path, "requirements.txt")
    install = ("pip", "install", "--require-hashes", "--no-index", "--find-links", str(wheels))
    ran = uv(tmp_path, *install, "--target", "there", "-r", "requirements.txt")
    assert (ran.returncode == 0) is right
    assert right or "Hash mismatch" in ran.stderr


def test_what_is_built_from_a_stamped_project_file_is_the_same(tmp_path: Path) -> None:
    wheel = tmp_path / "dist" / "app-1.0.2-py3-none-any.whl"
    build = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n'
    (tmp_path / "pyproject.toml").write_text(PROJECT.partition("[tool")[0] + build)
    (tmp_path / "src" / "app").mkdir(parents=True)
    (tmp_path / "src" / "app" / "__init__.py").touch()
    built = [_built(tmp_path, wheel), stamp(tmp_path, "pyproject.toml") and _built(tmp_path, wheel)]
    assert built[0] == built[1]


def _built(folder: Path, wheel: Path) -> bytes:
    ran = uv(folder, "build", "--wheel", "--quiet")
    assert ran.returncode == 0, ran.stderr
    with zipfile.ZipFile(wheel) as archive:
        return archive.read("app-1.0.2.dist-info/METADATA")


# Made by pipenv 2026.10.3 (`pipenv lock`), with the digest that it wrote into Pipfile.lock.
PIPFILE = """\
[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]

[requires]
python_version = "3.11"
"""
PIPENV_DIGEST = "ed6d5d614626ae28e274e453164affb26694755170ccab3aa5866f093d51d3e4"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_pipenv_finds_its_lock_up_to_date_after_a_stamp(ending: str, tmp_path: Path) -> None:
    (tmp_path / "Pipfile").write_bytes(PIPFILE.replace("\n", ending).encode())
    assert pipenv_digest(stamp(tmp_path, "Pipfile")) == PIPENV_DIGEST
    (tmp_path / "Pipfile").write_bytes(PIPFILE.replace("3.11", "3.12").encode())
    assert pipenv_digest(stamp(tmp_path, "Pipfile")) != PIPENV_DIGEST


def pipenv_digest(text: str) -> str:
    """As pipenv makes it (plette's `Pipfile.get_hash`): of what is parsed, so no comment counts."""
    parsed = parse_toml(text.encode())
    data = {
        "_meta": {"sources": parsed["source"], "requires": parsed.get("requires", {})},
        "default": parsed.get("packages", {}),
        "develop": parsed.get("dev-packages", {}),
    }
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


ENVIRONMENT = (
    "name: app\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - pip:\n      - streamlit\n"
)


@pytest.mark.parametrize(
    "text",
    [ENVIRONMENT, ENVIRONMENT.replace("\n", "\r\n"), f"---\n{ENVIRONMENT}", f"%YAML 1.1\n---\n{ENVIRONMENT}"],
    ids=["plain", "windows", "document", "directive"],
)
def test_a_stamped_environment_is_the_same_for_a_reader_of_yaml(text: str, tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_bytes(text.encode())
    stamped = stamp(tmp_path, "environment.yml")
    assert yaml.safe_load(stamped) == yaml.safe_load(ENVIRONMENT)
    assert [line.text for line in lines({"environment.yml": stamped.encode()}.get, "environment.yml")] == [
        line.text for line in lines({"environment.yml": text.encode()}.get, "environment.yml")
    ]


@pytest.mark.parametrize(
    "name", ["uv.lock", "Pipfile", "environment.yml", "requirements.txt", "pyproject.toml"]
)
@pytest.mark.parametrize("folder", ["", "apps/"])
def test_every_file_that_can_win_bears_a_stamp_that_is_replaced(
    name: str, folder: str, tmp_path: Path
) -> None:
    texts = {"environment.yml": ENVIRONMENT, "requirements.txt": "six\n"}
    file = tmp_path / folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(texts.get(name, '[project]\nname = "app"\n'))
    first = stamp(tmp_path, folder + name)
    assert stamp(tmp_path, folder + name) == first
    second = stamp(tmp_path, folder + name, source="89abcde")
    assert second != first
    assert second.count("# freshboot: ") == 1
