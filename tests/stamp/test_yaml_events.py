from __future__ import annotations

import pytest

from freshboot.stamp.yaml_events import yaml_events


def test_comments_and_places_do_not_count() -> None:
    assert yaml_events(b"a: [1, x]\n") == yaml_events(b"\xef\xbb\xbf# note\r\na: [1, x] # why\r\n")


@pytest.mark.parametrize("other", [b"a: '1'\n", b"a: !n 1\n", b"a: &b 1\n", b"a: 1\n---\n", b"a: |\n  1\n"])
def test_everything_else_counts(other: bytes) -> None:
    assert yaml_events(b"a: 1\n") != yaml_events(other)


def test_unknown_tags_are_no_trouble() -> None:
    assert yaml_events(b"a: !Ref b\n")


@pytest.mark.parametrize("data", [b"a: [\n", b"a: \xe9\n", b"[" * 1200])
def test_refuses_invalid_yaml(data: bytes) -> None:
    with pytest.raises(ValueError, match="not valid YAML"):
        yaml_events(data)
