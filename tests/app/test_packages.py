"""The packages layer on real environments: how each line stands against what is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from freshboot.app import installed
from freshboot.proof import Kind
from tests.app.installing import COMMIT, Environment


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
