from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.version import Version

from freshboot.stamp.version import VersionError, bump, greatest, project_version, read_version

# https://semver.org, the pattern that it suggests itself
SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?"
)

numbers = st.integers(0, 10**6)
versions = st.builds(
    lambda release, pre, post, dev: ".".join(map(str, release)) + pre + post + dev,
    st.lists(numbers, min_size=1, max_size=3),
    st.sampled_from(["", "a1", "b0", "rc12", "-alpha.3", "-RC.1", "c4", ".pre5"]),
    st.sampled_from(["", ".post2", "-1", ".rev3"]),
    st.sampled_from(["", ".dev0", "-dev.7"]),
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("1", "1.0.0"),
        ("1.0", "1.0.0"),
        ("v1.2.3", "1.2.3"),
        (" 1.2.3\n", "1.2.3"),
        ("2026.01.05", "2026.1.5"),
        ("1.2.3.0", "1.2.3"),
        ("1.0rc1", "1.0.0-rc.1"),
        ("1.0-alpha.2", "1.0.0-alpha.2"),
        ("1.0b", "1.0.0-beta.0"),
        ("1.0.dev3", "1.0.0-dev.3"),
        ("1.0.post4", "1.0.0-post.4"),
        ("1.0rc1.post2.dev3", "1.0.0-rc.1.post.2.dev.3"),
        ("1.0.3+20261121T204300Z.g1a2b3c4.purple", "1.0.3"),
    ],
)
def test_normalises(text: str, normal: str) -> None:
    assert read_version(text) == normal


@pytest.mark.parametrize("text", ["", "purple", "1.0-x.7", "1..2", "1.2.3 beta two", "1.\u0663", "\ud800"])
def test_refuses_what_is_no_version(text: str) -> None:
    with pytest.raises(VersionError, match="is not a version"):
        read_version(text)


@pytest.mark.parametrize(("text", "what"), [("1!2.0", "epoch"), ("1.2.3.4", "more than three numbers")])
def test_refuses_what_semver_has_no_place_for(text: str, what: str) -> None:
    with pytest.raises(VersionError, match=what) as caught:
        read_version(text)
    assert caught.value.remedy


@given(versions)
def test_a_read_version_is_the_same_version_in_both_forms(text: str) -> None:
    normal = read_version(text)
    assert Version(normal) == Version(text)
    assert SEMVER.fullmatch(normal)
    assert read_version(normal) == normal


@pytest.mark.parametrize(
    ("version", "part", "raised"),
    [
        ("1.2.3", "none", "1.2.3"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3-rc.1", "patch", "1.2.3"),
        ("1.2.3-rc.1", "minor", "1.3.0"),
        ("1.3.0-rc.1", "minor", "1.3.0"),
        ("2.0.0-dev.1", "major", "2.0.0"),
        ("1.2.3-post.1", "patch", "1.2.4"),
        ("0.9", "patch", "0.9.1"),
    ],
)
def test_bumps_to_the_next_release_of_that_kind(version: str, part: str, raised: str) -> None:
    assert bump(version, part) == raised  # type: ignore[arg-type]


@given(versions, st.sampled_from(["major", "minor", "patch"]))
def test_a_bump_always_raises(text: str, part: str) -> None:
    assert Version(bump(text, part)) > Version(text)  # type: ignore[arg-type]


def test_refuses_an_unknown_part() -> None:
    with pytest.raises(VersionError, match="'micro' is no part of a version"):
        bump("1.0.0", "micro")  # type: ignore[arg-type]


@given(versions, versions)
def test_the_greatest_is_greatest_by_pep_440(one: str, other: str) -> None:
    assume(Version(one) < Version(other))
    assert greatest([read_version(other), read_version(one)]) == read_version(other)


def test_nothing_has_no_greatest() -> None:
    assert greatest([]) is None


@pytest.mark.parametrize(
    ("pyproject", "version"),
    [
        (b'[project]\nversion = "1.2"\n', "1.2"),
        (b'[tool.poetry]\nversion = "3.4"\n', "3.4"),
        (b'[project]\nname = "a"\n[tool.poetry]\nversion = "3.4"\n', "3.4"),
        (b'[project]\ndynamic = ["version"]\n', None),
        (b"", None),
        (b"project = 1\ntool = 2\n", None),
    ],
)
def test_reads_the_projects_version(pyproject: bytes, version: str | None) -> None:
    assert project_version(pyproject) == version


@pytest.mark.parametrize(
    "pyproject", [b"[project\n", b'[project]\nversion = "\xff"\n', b"[project]\nversion = 1.2\n"]
)
def test_refuses_a_pyproject_that_cannot_be_read(pyproject: bytes) -> None:
    with pytest.raises(VersionError, match=r"pyproject\.toml"):
        project_version(pyproject)
