"""The configuration file, its defaults, and what is said of a wrong one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from freshboot.config import Config, from_mapping, load, parse_duration, parse_require
from freshboot.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("1.5h", 5400), ("250ms", 0.25), ("7", 7), (7, 7), ("0", 0)],
)
def test_reads_durations(text: object, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "1d", "1 2", True, None, "1s;"])
def test_refuses_what_is_no_duration(text: object) -> None:
    with pytest.raises(ConfigurationError):
        parse_duration(text)


def test_reads_layers_from_words_with_commas() -> None:
    assert parse_require("memory, disk") == ("memory", "disk")


@pytest.mark.parametrize("words", ["", "ram", "disk,stamp", 3, []])
def test_refuses_wrong_layers(words: object) -> None:
    with pytest.raises(ConfigurationError):
        parse_require(words)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()


def test_reads_the_repository_s_file(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    text = "url: https://x.streamlit.app\nsettle: 5s\nreplicas: 2\n"
    (tmp_path / ".github" / "freshboot.yml").write_text(text)
    assert load(tmp_path) == Config(url="https://x.streamlit.app", settle=5, replicas=2)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "freshboot.yml"
    file.write_text("")
    assert load(tmp_path, file) == Config()


def test_a_named_file_that_is_absent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no configuration file"):
        load(tmp_path, tmp_path / "absent.yml")


def test_broken_yaml_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "freshboot.yml"
    file.write_text("url: [")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, file)
    assert "\n" not in caught.value.message


def test_names_the_nearest_key() -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_mapping({"entry-point": "app.py"}, "freshboot.yml")
    assert "entrypoint" in caught.value.remedy


@pytest.mark.parametrize(
    "raw",
    [
        {"url": 3},
        {"marks": "one"},
        {"marks": []},
        {"replicas": 0},
        {"replicas": True},
        {"wake": "yes"},
        {"settle": "x"},
        [],
    ],
)
def test_refuses_wrong_values(raw: object) -> None:
    with pytest.raises(ConfigurationError):
        from_mapping(raw, "freshboot.yml")


@pytest.mark.parametrize(
    "text", ["url: 0x_", "url: 2026-99-99", "[" * 600, "url: \udcff", "url: !!python/name:x"]
)
def test_what_no_yaml_reader_can_read_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "freshboot.yml"
    file.write_text(text, "utf-8", "surrogatepass")
    with pytest.raises(ConfigurationError) as error:
        load(tmp_path, file)
    assert "freshboot.yml" in error.value.message
    assert len(error.value.message) < 500


def test_reads_how_to_publish_and_what_to_tell() -> None:
    told = from_mapping({"publish": "api", "github": ["status", "status"]}, "here")
    assert (told.publish, told.github) == ("api", ("status",))
    assert from_mapping({"github": []}, "here").github == ()


@pytest.mark.parametrize("raw", [{"publish": "force"}, {"github": ["tweet"]}, {"github": "issue"}])
def test_refuses_other_words(raw: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=r"issue|same-branch"):
        from_mapping(raw, "here")


def errors_of(tmp_path: Path, text: str) -> list[tuple[int | None, str, str]]:
    """Line, message without the place, and remedy of every error in a file."""
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "freshboot.yml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    errors = [one for one in (caught.value, *caught.value.others) if isinstance(one, ConfigurationError)]
    assert all(one.message.startswith(f".github/freshboot.yml:{one.line}: ") for one in errors)
    return [(one.line, one.message.split(": ", 1)[1], one.remedy) for one in errors]


def test_every_error_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = "# first\nsettle: soon\n\nentry-point: app.py\nvia: sesion\nmarks:\n  - one\n  - 3\n"
    assert errors_of(tmp_path, text) == [
        (2, "settle: 'soon' is not a duration", "write it as 90s, 10m or 1h"),
        (4, "there is no key 'entry-point'", "did you mean entrypoint?"),
        (5, "via: 'sesion' is not among auto, session, route, browser", "did you mean session?"),
        (6, "marks: ['one', 3] is not a list of texts", "write [one, two]"),
    ]


def test_the_errors_of_the_checks_are_told_where_they_stand(tmp_path: Path) -> None:
    text = (
        "checks:\n  - text: Budget\n  - page: Report\n    txt: Budget\n"
        "  - metric: Total\n    equals: 5\n    within: near\n    decimal: x\n"
        "  - {metric: A, agrees_with: {pag: B, metric: A}}\n  - soon\n"
    )
    found = errors_of(tmp_path, text)
    assert [line for line, _, _ in found] == [4, 7, 8, 9, 10]
    assert found[0][1:] == ("checks: check 2: there is no key 'txt'", "did you mean text?")
    assert found[3][1:] == ("checks: check 4: agrees_with: there is no key 'pag'", "did you mean page?")


def test_a_key_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    assert errors_of(tmp_path, "via: auto\nsettle: 1s\nvia: route\n") == [
        (3, "'via' stands here twice, first in line 1", "leave one of them out")
    ]


def test_an_alias_is_refused_where_it_stands(tmp_path: Path) -> None:
    assert errors_of(tmp_path, "url: &a x\n\nbranch: *a\n")[0][0] == 3


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    assert errors_of(tmp_path, "url: x\nmarks: [\n")[0][0] == 3


def test_a_value_that_no_yaml_reader_can_read_is_told_with_its_line(tmp_path: Path) -> None:
    assert errors_of(tmp_path, "via: auto\nurl: 2026-99-99\n")[0][0] == 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("via: auto\nurl: not a url\n", 2, "url: the address"),
        ("url: https://ada:S3CRET@x.example\n", 1, "url: the address has a user name or a password in it"),
        ("via: auto\nsettle: 20m\n", 2, "settle (1200 s) is not shorter than timeout (600 s)"),
        ("via: auto\n\nbranch: a..b\n", 3, "branch: 'a..b' is no name of a branch"),
        ("deploy_branch: -x\n", 1, "deploy_branch: '-x' is no name of a branch"),
        ("marks:\n  - requirements.txt\n  - foo.bin\n", 3, "marks: foo.bin cannot be a mark"),
        ("marks: [../../etc/passwd]\n", 1, "marks: '../../etc/passwd': is not a file below the root"),
        ("via: auto\ntimeout: 0\n", 2, "timeout: 0 is no time to wait"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_where_it_stands(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    ((told, message, remedy),) = errors_of(tmp_path, text)
    assert (told, message[: len(words)]) == (line, words)
    assert remedy
    assert "S3CRET" not in message + remedy


@pytest.mark.parametrize(
    "name",
    [
        *("main", "a/b", "v1.0", "a@b", "@", "ä", "a.b/c", "a-", "a..b", ".a", "a/.b", "a.lock", "a.lock/b"),
        *("a.", "a/", "/a", "a//b", "a b", "a~b", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a@{b", "-a"),
    ],
)
def test_a_branch_is_what_git_takes_for_one(name: str) -> None:
    git = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
    try:
        taken = from_mapping({"branch": name}, "here").branch == name
    except ConfigurationError:
        taken = False
    assert taken == (git.returncode == 0)
