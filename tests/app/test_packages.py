"""The packages layer on real environments: what is installed, what runs, and what each line asks for."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from freshboot.app import installed, packages
from freshboot.app.packages import Packages
from freshboot.app.requirement import Judge
from freshboot.dependencies import Line, lines
from freshboot.proof import Kind, Layer, new_nonce, tag
from tests.app.apps import running
from tests.gitrepo import commit, make_repository

FUTURE_NS = 3600 * 10**9
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Environment:
    """A repository, and a folder on ``sys.path`` that distributions are installed in."""

    root: Path
    site: Path
    packages: Packages = field(default_factory=Packages)

    def write(self, path: str, text: str | bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text if isinstance(text, bytes) else text.encode())

    def install(
        self,
        name: str,
        version: str = "1.0",
        *metadata: str,
        site: Path | None = None,
        files: Mapping[str, str] | None = None,
        direct: Mapping[str, object] | None = None,
    ) -> Path:
        """Lay a distribution down as an installer does."""
        site = site or self.site
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = (f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *metadata)
        (info / "METADATA").write_text("\n".join(lines) + "\n\nRequires-Dist: no-header\n")
        (info / "INSTALLER").write_text("pip\n")
        for path, text in (files or {}).items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text)
        recorded = [*(files or {}), f"{info.name}/METADATA", f"{info.name}/RECORD"]
        (info / "RECORD").write_text("".join(f"{path},,\n" for path in recorded))
        if direct is not None:
            (info / "direct_url.json").write_text(json.dumps(direct))
        return info

    def kinds(self, entrypoint: str = "app.py") -> dict[str, Kind]:
        return {line.text: kind for line, kind in self.packages.kinds(str(self.root), entrypoint).items()}

    def kind(self, text: str, **more: str) -> Kind:
        """How the first line of a requirements file stands."""
        for path, content in {"requirements.txt": text, **more}.items():
            self.write(path, content)
        return next(iter(self.kinds().values()))

    def load(self, name: str) -> None:
        importlib.invalidate_caches()
        importlib.import_module(name)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """Everything in it was installed before the process started."""
    root, site = tmp_path / "repository", tmp_path / "site"
    root.mkdir()
    site.mkdir()
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    monkeypatch.setattr(installed, "_STARTED_NS", time.time_ns() + FUTURE_NS)
    before = dict(sys.modules)
    yield Environment(root, site)
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("my-lib", Kind.SATISFIED), ("My.Lib==2.1", Kind.SATISFIED), ("my_lib>=2,<3", Kind.SATISFIED)),
        *(("my-lib==2.0", Kind.WRONG), ("my-lib===2.1", Kind.SATISFIED), ("my-lib~=2.0", Kind.SATISFIED)),
        *(("my-lib==2.*", Kind.SATISFIED), ("my-lib>2.1", Kind.WRONG), ("my-lib (==2.1)", Kind.SATISFIED)),
        *(("absent-lib", Kind.MISSING), ("absent-lib; python_version < '3'", Kind.SATISFIED)),
        *(
            ("my-lib==9; python_version < '3'", Kind.SATISFIED),
            ("my-lib==9; python_version > '3'", Kind.WRONG),
        ),
        *(("my-lib; extra == 'x'", Kind.UNRECORDED), ("my-lib; nonsense == 'x'", Kind.UNRECORDED)),
        *(("my-lib=2.1", Kind.UNRECORDED), ("-r gone.txt", Kind.UNRECORDED), ("${LIB}", Kind.UNRECORDED)),
        *(("--extra-index-url https://x.org", Kind.SATISFIED), ("--no-binary my-lib", Kind.UNRECORDED)),
        ("my-lib==2.1 --hash=sha256:0", Kind.SATISFIED),
    ],
)
def test_answers_a_line(environment: Environment, text: str, kind: Kind) -> None:
    environment.install("My.Lib", "2.1")
    assert environment.kind(text) is kind


@pytest.mark.parametrize(
    ("version", "text"),
    [("2.0b1", "lib>=1"), ("2.0.dev1", "lib"), ("2.0b1", "lib==2.0b1"), ("2.0+cpu", "lib==2.0")],
)
def test_what_an_installer_took_may_be_a_prerelease_or_a_local_version(
    environment: Environment, version: str, text: str
) -> None:
    environment.install("lib", version)
    assert environment.kind(text) is Kind.SATISFIED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lib<2", Kind.WRONG),
        ("lib<4", Kind.SATISFIED),
        ("absent-lib<2", Kind.SATISFIED),
        ("lib[x]", Kind.UNRECORDED),
    ],
)
def test_a_constraint_binds_only_what_is_installed(environment: Environment, text: str, kind: Kind) -> None:
    environment.install("lib", "3")
    assert environment.kind("-c c.txt", **{"c.txt": text}) is kind


EXTRAS = (
    "Provides-Extra: Much_More",
    "Requires-Dist: helper>=2; extra == 'much-more'",
    "Requires-Dist: always",
)


def test_an_extras_own_requirements_are_asked_for(environment: Environment) -> None:
    environment.install("lib", "1", *EXTRAS)
    assert environment.kind("lib") is Kind.SATISFIED
    assert environment.kind("lib[much.more]") is Kind.MISSING
    old = environment.install("helper", "1")
    assert environment.kind("lib[much.more]") is Kind.WRONG
    old.rename(old.with_name("helper-2.dist-info"))
    (old.with_name("helper-2.dist-info") / "METADATA").write_text("Name: helper\nVersion: 2\n")
    assert environment.kind("lib[much.more]") is Kind.SATISFIED


def test_extras_that_ask_for_each_other_end(environment: Environment) -> None:
    environment.install(
        "lib", "1", "Requires-Dist: lib[b]; extra == 'a'", "Requires-Dist: lib[a]; extra == 'b'"
    )
    assert environment.kind("lib[a]") is Kind.SATISFIED


@pytest.mark.parametrize(
    ("revision", "installed_from", "kind"),
    [
        (f"@{COMMIT}", {"commit_id": COMMIT}, Kind.SATISFIED),
        (f"@{COMMIT[:9]}", {"commit_id": COMMIT}, Kind.SATISFIED),
        (f"@{COMMIT}", {"commit_id": COMMIT[::-1], "requested_revision": COMMIT[::-1]}, Kind.WRONG),
        ("@v1.2.3", {"commit_id": COMMIT, "requested_revision": "v1.2.3"}, Kind.SATISFIED),
        ("@v1.2.3", {"commit_id": COMMIT, "requested_revision": "v1.2.2"}, Kind.WRONG),
        ("@v1.2.3", {"commit_id": COMMIT, "requested_revision": COMMIT}, Kind.UNRECORDED),
        ("@main", {"commit_id": COMMIT, "requested_revision": "main"}, Kind.UNRECORDED),
        ("@main", {"commit_id": COMMIT, "requested_revision": "other"}, Kind.WRONG),
        ("", {"commit_id": COMMIT}, Kind.UNRECORDED),
    ],
)
def test_a_line_of_a_repository_is_answered_by_its_commit(
    environment: Environment, revision: str, installed_from: dict[str, str], kind: Kind
) -> None:
    direct = {"url": "https://x.org/me/lib", "vcs_info": {"vcs": "git", **installed_from}}
    environment.install("lib", direct=direct)
    url = f"git+https://me:secret@X.org/me/lib.git{revision}"
    assert environment.kind(f"lib @ {url}") is kind
    assert environment.kind(f"{url}#egg=lib") is kind
    assert environment.kind(f"lib @ {url.replace('/lib', '/fork')}") is Kind.WRONG
    assert environment.kind(f"lib @ {url}#subdirectory=python") is Kind.WRONG


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://x.org/lib-1.0-py3-none-any.whl", Kind.SATISFIED),
        ("https://x.org/lib-1.1-py3-none-any.whl", Kind.WRONG),
        ("https://x.org/latest.zip", Kind.WRONG),
        ("https://x.org/lib-1.0-py3-none-any.whl#sha256=beef", Kind.SATISFIED),
        ("https://x.org/lib-1.0-py3-none-any.whl#sha256=dead", Kind.WRONG),
        ("file:///lib-1.0-py3-none-any.whl", Kind.UNRECORDED),
    ],
)
def test_a_line_of_an_archive_is_answered_by_its_address(
    environment: Environment, url: str, kind: Kind
) -> None:
    direct = {"url": "https://x.org/lib-1.0-py3-none-any.whl", "archive_info": {"hashes": {"sha256": "beef"}}}
    environment.install("lib", direct=direct)
    assert environment.kind(f"lib @ {url}") is kind


def test_what_lies_at_an_address_may_change(environment: Environment) -> None:
    url = "https://x.org/archive/main.zip"
    environment.install("lib", direct={"url": url, "archive_info": {"hash": "sha256=beef"}})
    assert environment.kind(f"lib @ {url}") is Kind.UNRECORDED
    assert environment.kind(f"lib @ {url}#sha256=beef") is Kind.SATISFIED


def test_another_place_is_wrong_only_if_the_installer_would_have_told(environment: Environment) -> None:
    info = environment.install("lib")
    assert environment.kind(f"lib @ git+https://x.org/lib@{COMMIT}") is Kind.WRONG
    (info / "INSTALLER").write_text("conda\n")
    assert environment.kind(f"lib @ git+https://x.org/lib@{COMMIT}") is Kind.UNRECORDED


def test_what_came_from_a_fork_is_not_the_release_of_that_version(environment: Environment) -> None:
    fork = {"url": "https://x.org/lib", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    environment.install("lib", "1.0", direct=fork)
    assert environment.kind("lib==1.0") is Kind.UNRECORDED
    environment.write("requirements.txt", f"lib==1.0\nlib @ git+https://x.org/lib@{COMMIT}\n")
    assert set(environment.kinds().values()) == {Kind.SATISFIED}


def test_freshboot_itself_may_come_from_anywhere(environment: Environment) -> None:
    environment.install(
        "freshboot", "1.0", direct={"url": "file:///somewhere", "dir_info": {"editable": True}}
    )
    assert environment.kind("freshboot==1.0") is Kind.SATISFIED
    assert environment.kind("freshboot==2.0") is Kind.WRONG


def test_an_odd_direct_url_is_unrecorded(environment: Environment) -> None:
    environment.install("lib", direct={"address": "x"})
    assert environment.kind("lib") is Kind.UNRECORDED


@pytest.mark.parametrize(
    "metadata", [None, "Name: other\nVersion: 1.0\n", "Name: lib\n", "Name: lib\nVersion: ?\n"]
)
def test_metadata_that_cannot_be_trusted_is_unrecorded(
    environment: Environment, metadata: str | None
) -> None:
    info = environment.install("lib")
    (info / "METADATA").unlink() if metadata is None else (info / "METADATA").write_text(metadata)
    assert environment.kind("lib>=1") is Kind.UNRECORDED


def test_another_form_of_distribution_is_not_missing(environment: Environment) -> None:
    (environment.site / "lib.egg-info").write_text("Metadata-Version: 1.0\nName: lib\nVersion: 1\n")
    assert environment.kind("lib") is Kind.UNRECORDED


# What runs


def test_what_was_installed_after_it_was_loaded_is_unrecorded(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = environment.install("lib", "1.0", files={"lib_pkg/__init__.py": ""})
    environment.load("lib_pkg")
    assert environment.kind("lib==1.0") is Kind.SATISFIED
    monkeypatch.setattr(installed, "_STARTED_NS", old.stat().st_ctime_ns - 10**9)
    assert environment.kind("lib==1.0") is Kind.UNRECORDED
    assert environment.kind("lib==2.0") is Kind.UNRECORDED
    del sys.modules["lib_pkg"]
    assert environment.kind("lib==1.0") is Kind.SATISFIED


def test_what_was_installed_after_the_app_was_loaded_may_have_been_asked_for_in_vain(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_ns = environment.install("lib", "1.0", files={"lib_pkg.py": ""}).stat().st_ctime_ns
    environment.write("requirements.txt", "lib==1.0")
    monkeypatch.setattr(installed, "_STARTED_NS", 0)
    for loaded_ns, kind in [
        (None, Kind.SATISFIED),
        (installed_ns - 1, Kind.UNRECORDED),
        (installed_ns + 10**10, Kind.SATISFIED),
    ]:
        told = environment.packages.kinds(str(environment.root), "app.py", loaded_ns)
        assert [*told.values()] == [kind]


def test_the_modules_of_what_was_replaced_may_have_had_other_names(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.write("../site/old_name.py", "")
    environment.load("old_name")
    environment.install("lib", "2", files={"new_name.py": ""})
    monkeypatch.setattr(installed, "_STARTED_NS", 0)
    assert environment.kind("lib==2") is Kind.SATISFIED
    (environment.site / "old_name.py").unlink()
    assert environment.kind("lib==2") is Kind.UNRECORDED


def test_what_an_extra_needs_must_be_in_memory_as_well(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.install("lib", "1", "Requires-Dist: helper; extra == 'x'")
    environment.install("helper", files={"helper_pkg.py": ""})
    environment.load("helper_pkg")
    monkeypatch.setattr(installed, "_STARTED_NS", 0)
    assert environment.kind("lib") is Kind.SATISFIED
    assert environment.kind("lib[x]") is Kind.UNRECORDED


@pytest.mark.parametrize("started", [0, None])
def test_files_that_nobody_recorded_may_be_loaded(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, started: int | None
) -> None:
    (environment.install("lib") / "RECORD").unlink()
    assert environment.kind("lib") is Kind.SATISFIED
    monkeypatch.setattr(installed, "_STARTED_NS", started)
    assert environment.kind("lib") is Kind.UNRECORDED


def test_a_module_from_elsewhere_is_not_what_is_installed(environment: Environment) -> None:
    environment.install("lib", files={"lib_pkg/__init__.py": "", "lib_space/inner/__init__.py": ""})
    environment.write("lib_space/inner/__init__.py", "")
    sys.path.insert(0, str(environment.root))
    environment.load("lib_pkg")
    assert environment.kind("lib") is Kind.SATISFIED
    environment.load("lib_space.inner")
    assert environment.kind("lib") is Kind.UNRECORDED


def test_the_one_that_import_would_use_is_judged(environment: Environment, tmp_path: Path) -> None:
    sys.path.insert(0, str(tmp_path / "first"))
    environment.install("lib", "1")
    environment.install("lib", "2", site=tmp_path / "first")
    assert environment.kind("lib==1") is Kind.WRONG
    assert environment.kind("lib==2") is Kind.SATISFIED


def test_two_in_one_folder_are_unrecorded(environment: Environment) -> None:
    environment.install("lib", "1")
    environment.install("lib", "2")
    for version in "12":
        assert environment.kind(f"lib=={version}") is Kind.UNRECORDED


def test_a_process_knows_when_it_started() -> None:
    code = "from freshboot.app import installed; print(installed._STARTED_NS)"
    before = time.time_ns()
    told = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert before - installed._TICKS_NS <= told <= time.time_ns()


# What is installed from the repository itself


SETUP = '[build-system]\nrequires = []\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = (
    SETUP + '[project]\nname = "mylib"\nversion = "1"\n[tool.setuptools.packages.find]\nwhere = ["src"]\n'
)
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
UV = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable)


def install(environment: Environment, installer: tuple[str, ...], what: str) -> None:
    command = (*installer, "--no-deps", "--no-build-isolation", "--target", str(environment.site), what)
    subprocess.run(command, cwd=environment.root, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("installer", [PIP, UV], ids=["pip", "uv"])
def test_a_copy_of_the_repositorys_own_package_is_held_against_it(
    environment: Environment, installer: tuple[str, ...]
) -> None:
    files = {"lib/pyproject.toml": PROJECT, "lib/src/mylib/__init__.py": "VALUE = 1\n"}
    assert environment.kind("./lib", **files) is Kind.UNRECORDED
    install(environment, installer, "./lib")
    assert environment.kind("./lib") is Kind.SATISFIED
    assert environment.kind("mylib==1") is Kind.UNRECORDED
    environment.write("lib/src/mylib/__init__.py", "VALUE = 2\n")
    assert environment.kind("./lib") is Kind.WRONG
    environment.write("lib/src/mylib/__init__.py", "VALUE = 1\n")
    assert environment.kind("./lib") is Kind.SATISFIED
    environment.write("lib/src/mylib/more.py", "")
    assert environment.kind("./lib") is Kind.UNRECORDED


def test_what_was_installed_from_a_commit_is_held_against_it(
    environment: Environment, tmp_path: Path
) -> None:
    other = make_repository(tmp_path / "other")
    first = commit(other, {"pyproject.toml": PROJECT, "src/mylib/__init__.py": ""})
    line = f"mylib @ git+file://{other}@{first}"
    install(environment, UV, line)
    assert environment.kind(line) is Kind.SATISFIED
    assert environment.kind(line.replace(first, COMMIT)) is Kind.WRONG


def copy_of(environment: Environment, **files: str) -> None:
    direct = {"url": environment.root.as_uri(), "dir_info": {}}
    environment.install("mylib", files=files, direct=direct)


def test_what_a_build_put_elsewhere_is_found_by_its_settings(environment: Environment) -> None:
    project = PROJECT + '[tool.hatch.build.targets.wheel.force-include]\n"data" = "mylib/data"\n'
    copy_of(environment, **{"mylib/__init__.py": "", "mylib/data/x.txt": "x"})
    files = {"src/mylib/__init__.py": "", "data/x.txt": "x"}
    assert environment.kind(".", **files, **{"pyproject.toml": PROJECT}) is Kind.UNRECORDED
    assert environment.kind(".", **{"pyproject.toml": project}) is Kind.SATISFIED
    assert environment.kind(".", **{"data/x.txt": "y"}) is Kind.WRONG


def test_a_file_that_a_build_made_is_unrecorded(environment: Environment) -> None:
    copy_of(environment, **{"mylib/__init__.py": "", "mylib/_version.py": ""})
    files = {"pyproject.toml": PROJECT, "mylib/__init__.py": ""}
    assert environment.kind(".", **files) is Kind.UNRECORDED


def test_a_copy_that_another_one_hides_is_unrecorded(environment: Environment, tmp_path: Path) -> None:
    copy_of(environment, **{"mylib/__init__.py": ""})
    assert environment.kind(".", **{"pyproject.toml": PROJECT, "mylib/__init__.py": ""}) is Kind.SATISFIED
    sys.path.insert(0, str(tmp_path / "first"))
    environment.install("mylib", site=tmp_path / "first")
    assert environment.kind(".") is Kind.UNRECORDED


def test_an_editable_project_is_attested_by_its_files(environment: Environment) -> None:
    direct = {"url": environment.root.as_uri(), "dir_info": {"editable": True}}
    environment.install("mylib", files={"_mylib.pth": ""}, direct=direct)
    files = {"pyproject.toml": PROJECT, "src/mylib/__init__.py": ""}
    assert environment.kind("-e .", **files) is Kind.SATISFIED
    (environment.site / "mylib").mkdir()
    (environment.site / "mylib" / "__init__.py").write_text("")
    environment.load("mylib")
    assert environment.kind("-e .") is Kind.UNRECORDED


@pytest.mark.parametrize(("told", "kind"), [("sha256", Kind.SATISFIED), (None, Kind.UNRECORDED)])
def test_an_archive_of_the_repository_is_known_by_its_hash(
    environment: Environment, told: str | None, kind: Kind
) -> None:
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of an x
    wheel = environment.root / "x-1-py3-none-any.whl"
    info = {"hashes": {told: digest}} if told else {}
    environment.install("x", "1", direct={"url": wheel.as_uri(), "archive_info": info})
    assert environment.kind("./x-1-py3-none-any.whl", **{wheel.name: "x"}) is kind
    if told:
        assert environment.kind("./x-1-py3-none-any.whl", **{wheel.name: "y"}) is Kind.WRONG


# conda


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        *(("numpy", Kind.SATISFIED), ("numpy=1.26", Kind.SATISFIED), ("numpy==1.26.4", Kind.SATISFIED)),
        *(("numpy=1.2", Kind.WRONG), ("numpy>=2", Kind.WRONG), ("conda-forge::numpy >=1,<2", Kind.SATISFIED)),
        *(("absent", Kind.MISSING), ("numpy=1.26=py310", Kind.UNRECORDED), ("num-py=x", Kind.MISSING)),
    ],
)
def test_conda_is_asked_for_what_conda_installed(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, item: str, kind: Kind
) -> None:
    environment.write("environment.yml", f"dependencies:\n  - {item}\n")
    assert [*environment.kinds().values()] == [Kind.UNRECORDED]
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta" / "numpy-1.26.4-py311_0.json").write_text("{}")
    assert [*environment.kinds().values()] == [kind]
    if kind is Kind.SATISFIED:
        monkeypatch.setattr(installed, "_STARTED_NS", 0)
        assert [*environment.kinds().values()] == [Kind.UNRECORDED]


# The answer


def test_every_file_that_could_win_is_answered_for(environment: Environment) -> None:
    environment.install("lib", "1")
    environment.write("requirements.txt", "lib==1\nlib==2\nabsent-lib\n")
    environment.write("sub/pyproject.toml", '[project]\ndependencies = ["lib"]\n')
    environment.write("sub/requirements.txt", "-r ../gone.txt")
    nonce = new_nonce()
    answer = packages.answer(str(environment.root), "sub/app.py", nonce)

    def tags(*lines: tuple[str, str]) -> tuple[str, ...]:
        return tuple(sorted(named(nonce, *line) for line in lines))

    assert answer.tags == {
        "satisfied": tags(("requirements.txt", "lib==1"), ("sub/pyproject.toml", "lib")),
        "wrong": tags(("requirements.txt", "lib==2")),
        "missing": tags(("requirements.txt", "absent-lib")),
        "unrecorded": tags(("sub/requirements.txt", "unclear: --requirement ../gone.txt")),
    }
    assert answer.counts == {"satisfied": 2, "wrong": 1, "missing": 1, "unrecorded": 1}


def test_an_app_without_dependency_files_has_an_empty_answer(environment: Environment) -> None:
    answer = packages.answer(str(environment.root), "app.py", new_nonce())
    assert answer.tags == {"satisfied": (), "wrong": (), "missing": (), "unrecorded": ()}


def test_the_verifier_comes_to_the_same_lines(environment: Environment) -> None:
    files = {
        "requirements.txt": "-r more/a.txt\nsix>=1 # x\n.\n",
        "more/a.txt": "attrs\n",
        "pyproject.toml": PROJECT,
    }
    for path, text in files.items():
        environment.write(path, text)
    contents = {path: text.encode() for path, text in files.items()}
    told = environment.packages.kinds(str(environment.root), "app.py")
    assert told.keys() == {*lines(contents.get, "requirements.txt"), *lines(contents.get, "pyproject.toml")}


def test_reads_no_file_outside_of_the_root_and_no_secret(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("absent-lib\n")
    environment.write("secrets.toml", "absent-lib\n")
    environment.write(".env", "absent-lib\n")
    environment.write(".git/more.txt", "absent-lib\n")
    (environment.root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (environment.root / "secret.txt").symlink_to("secrets.toml")
    (environment.root / "git.txt").symlink_to(".git/more.txt")
    (environment.root / "inner.txt").symlink_to("real.txt")
    environment.write("real.txt", "absent-lib\n")
    os.mkfifo(environment.root / "pipe.txt")
    names = ["link.txt", "secrets.toml", ".env", "secret.txt", "git.txt", "pipe.txt", ".git/more.txt"]
    environment.write("requirements.txt", "".join(f"-r {name}\n" for name in names))
    assert set(environment.kinds().values()) == {Kind.UNRECORDED}
    assert environment.kind("-r inner.txt") is Kind.MISSING


def test_a_line_that_two_files_tell_differently_is_told_by_the_worse(environment: Environment) -> None:
    fork = {"url": "https://x.org/lib", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    environment.install("lib", "1.0", direct=fork)
    environment.write("requirements.txt", f"lib @ git+https://x.org/lib@{COMMIT}\n-r both.txt\n")
    environment.write("sub/requirements.txt", "-r ../both.txt")
    environment.write("both.txt", "lib==1.0\n")
    told = environment.packages.kinds(str(environment.root), "sub/app.py")
    assert told[Line("both.txt", "lib==1.0")] is Kind.UNRECORDED


def test_a_server_tells_of_its_packages(tmp_path: Path) -> None:
    main = "import freshboot; freshboot.boot()\n"
    files = {"streamlit_app.py": main, "requirements.txt": "streamlit\nabsent-lib\n"}
    with running(tmp_path / "repository", files) as app:
        attestation = app.challenge()
    answer = attestation.layers[Layer.PACKAGES.value]
    assert answer.of(Kind.SATISFIED) == (named(attestation.nonce, "requirements.txt", "streamlit"),)
    assert answer.of(Kind.MISSING) == (named(attestation.nonce, "requirements.txt", "absent-lib"),)
    assert not attestation.errors


def named(nonce: str, file: str, text: str) -> str:
    return tag(nonce, Layer.PACKAGES, file, text)


@dataclass
class Counted:
    """How often the lines were held against the environment."""

    calls: int = 0


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted, judge = Counted(), Judge.line

    def line(self: Judge, line: Line) -> object:
        counted.calls += 1
        return judge(self, line)

    monkeypatch.setattr(Judge, "line", line)
    return counted


def test_nothing_is_judged_again_while_nothing_changes(environment: Environment, judged: Counted) -> None:
    environment.packages = Packages(clock=lambda: time.time_ns() + FUTURE_NS)
    environment.install("lib", "1")
    for _ in range(3):
        assert environment.kind("lib==1") is Kind.SATISFIED
    assert judged.calls == 1
    assert environment.kind("lib==2") is Kind.WRONG
    environment.install("other", "1")
    assert environment.kind("lib==2") is Kind.WRONG
    assert judged.calls == 3


def test_what_has_just_changed_is_judged_again(environment: Environment, judged: Counted) -> None:
    environment.install("lib", "1")
    for _ in range(3):
        assert environment.kind("lib==1") is Kind.SATISFIED
    assert judged.calls == 3


def test_an_upgrade_is_seen(environment: Environment) -> None:
    environment.packages = Packages(clock=lambda: time.time_ns() + FUTURE_NS)
    info = environment.install("lib", "1")
    assert environment.kind("lib==1") is Kind.SATISFIED
    for file in info.iterdir():
        file.unlink()
    info.rmdir()
    assert environment.kind("lib==1") is Kind.MISSING
    environment.install("lib", "2")
    assert environment.kind("lib==1") is Kind.WRONG


def test_an_included_file_that_changes_is_read_again(environment: Environment) -> None:
    environment.install("lib", "1")
    assert environment.kind("-r a.txt", **{"a.txt": "lib==1"}) is Kind.SATISFIED
    assert environment.kind("-r a.txt", **{"a.txt": "lib==2"}) is Kind.WRONG
    (environment.root / "a.txt").unlink()
    assert environment.kind("-r a.txt") is Kind.UNRECORDED
