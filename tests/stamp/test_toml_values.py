from __future__ import annotations

from typing import Any

import pytest
import toml

from freshboot.stamp.toml_values import document_values, parse_toml, streamlit_values


def streamlit_reads(data: bytes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the installed Streamlit takes anything from the file."""
    from streamlit import config

    (tmp_path / "config.toml").write_bytes(data)
    seen = []
    monkeypatch.setattr(config, "get_config_files", lambda _name: [str(tmp_path / "config.toml")])
    monkeypatch.setattr(config, "_set_option", lambda name, *_: seen.append(name))
    config.get_config_options(force_reparse=True)
    return "server.port" in seen


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"[server]\nport = 8502\n", True),
        (b"[server]\r\nport = 8502\r\n", True),
        (b"# old Mac\r[server]\rport = 8502\r", True),
        (b"\xef\xbb\xbf[server]\nport = 8502\n", False),
        (b"\xef\xbb\xbf# note\n[server]\nport = 8502\n", False),
        (b"[server\nport = 8502\n", False),
    ],
)
def test_reads_a_file_if_and_only_if_streamlit_does(
    data: bytes, read: bool, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert streamlit_reads(data, tmp_path, monkeypatch) is read
    try:
        streamlit_values(data)
    except ValueError:
        assert not read
    else:
        assert read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"a = 1\n", b"a = 1.0\n"),
        (b"a = 1\n", b"a = true\n"),
        (b'a = "1979-05-27"\n', b"a = 1979-05-27\n"),
        (b"a = 1\n", b"b = 1\n"),
        (b"# old Mac\ra = 1\r", b"# old Mac\ra = 2\r"),
        (b"a = [1]\n", b"a = [[1]]\n"),
        (b'a = """\n# freshboot: 1\n"""\n', b'a = """\n# freshboot: 2\n"""\n'),
    ],
)
@pytest.mark.parametrize("values", [document_values, streamlit_values])
def test_tells_values_apart(one: bytes, other: bytes, values: Any) -> None:
    assert values(one) != values(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"a = nan\nb = [nan, -inf]\n", b"# note\na = nan\nb = [nan, -inf]\n"),
        (b"a = 1979-05-27T07:32:00Z\n", b"a = 1979-05-27T07:32:00Z # note\n"),
        (b"[s]\na = 1\n", b"# note\r\n[s]\r\na = 1\r\n"),
        (b"", b"# note\n"),
    ],
)
@pytest.mark.parametrize("values", [document_values, streamlit_values])
def test_the_same_values_are_equal(one: bytes, other: bytes, values: Any) -> None:
    assert values(one) == values(other)


def test_where_only_one_parser_fails_the_other_still_counts() -> None:
    heterogeneous = b"a = [1, 'x']\n"  # TOML 1.0, which `toml` does not know
    with pytest.raises(ValueError, match="Not a homogeneous array"):
        toml.loads(heterogeneous.decode())
    assert streamlit_values(heterogeneous) == streamlit_values(b"\n# moved\n" + heterogeneous)
    assert streamlit_values(heterogeneous) != streamlit_values(b"a = [2, 'x']\n")


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"a = 1\n[b\n", "line 2"),
        (b"a = 1\nb = '\xe9'\n", "not UTF-8, and so not valid TOML .line 2"),
        (b"\xef\xbb\xbfa = 1\n", "byte order mark"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "deep"),
    ],
)
@pytest.mark.parametrize("values", [parse_toml, streamlit_values])
def test_says_where_invalid_toml_is_invalid(data: bytes, where: str, values: Any) -> None:
    with pytest.raises(ValueError, match=where):
        values(data)
