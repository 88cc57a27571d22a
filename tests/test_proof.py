"""The words of the proof: ids as git has them, tags, and the wire form of an answer."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.proof import (
    Attestation,
    Kind,
    Layer,
    MalformedAttestation,
    blob_id,
    is_excluded,
    is_importable,
    is_nonce,
    new_nonce,
    parse_attestation,
    tag,
    tagged,
)

NONCE = "0" * 32
ANSWER = Attestation(
    nonce=NONCE,
    boot_id="b",
    started="2026-11-21T20:43:00Z",
    versions={"python": "3.13.0"},
    stamp=None,
    object_format="sha1",
    heals=True,
    healed=0,
    layers={"disk": tagged({Kind.CODE: [tag(NONCE, Layer.DISK, "a.py", "1")]}, excluded=1)},
)


def test_a_blob_id_is_git_s_own() -> None:
    told = subprocess.run(["git", "hash-object", "--stdin"], input=b"x\r\n", capture_output=True, check=True)
    assert blob_id(b"x\r\n") == told.stdout.decode().strip()


def test_nonces_differ_and_have_their_form() -> None:
    assert new_nonce() != new_nonce()
    assert is_nonce(new_nonce())


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n"])
def test_refuses_what_is_no_nonce(text: str) -> None:
    assert not is_nonce(text)


def test_a_tag_depends_on_each_of_its_parts() -> None:
    parts = [
        (NONCE, Layer.DISK, "a", "b"),
        ("1" * 32, Layer.DISK, "a", "b"),
        (NONCE, Layer.MEMORY, "a", "b"),
        (NONCE, Layer.DISK, "b", "b"),
        (NONCE, Layer.DISK, "a", "c"),
    ]
    assert len({tag(*one) for one in parts}) == len(parts)


def test_a_tag_takes_names_that_are_not_utf_8() -> None:
    assert tag(NONCE, Layer.DISK, b"\xff.py".decode("utf-8", "surrogateescape"), "1")


@pytest.mark.parametrize(
    "path", [".streamlit/secrets.toml", ".env", "a/.env.local", "key.pem", "id_rsa", "B.KEY"]
)
def test_secrets_are_excluded(path: str) -> None:
    assert is_excluded(path)


@pytest.mark.parametrize("path", ["secrets.py", "a.toml", "environment.yml", "keys.csv", "envs/.env/x.py"])
def test_what_only_looks_like_a_secret_is_not(path: str) -> None:
    assert not is_excluded(path)


@pytest.mark.parametrize("path", ["a.py", "a.PY", "x/y.so", "m.pyc", "lib.zip"])
def test_importable_by_name(path: str) -> None:
    assert is_importable(path)


def test_an_answer_survives_the_wire() -> None:
    assert parse_attestation(ANSWER.to_json()) == ANSWER


def test_tags_are_sorted_so_that_their_order_tells_nothing() -> None:
    tags = [tag(NONCE, Layer.DISK, name, "1") for name in "abc"]
    assert tagged({Kind.CODE: tags}) == tagged({Kind.CODE: reversed(tags)})


@pytest.mark.parametrize(
    "change",
    [
        {"freshboot": 2},
        {"nonce": 1},
        {"boot_id": "b" * 201},
        {"versions": {"python": 3}},
        {"layers": []},
        {"layers": {"disk": {"tags": {"code": ["x"]}, "counts": {}}}},
        {"layers": {"disk": {"tags": {"code": "x"}, "counts": {}}}},
        {"layers": {"disk": {"tags": {}, "counts": {"code": -1}}}},
        {"layers": {"disk": {"tags": {}, "counts": {"code": True}}}},
        {"layers": {"disk": {"tags": {}, "counts": {"code": 10**12}}}},
        {"layers": {"disk": {"tags": {"code": ["0" * 16] * 200_001}, "counts": {}}}},
        {"errors": "x"},
        {"healed": -1},
        {"object_format": None},
    ],
)
def test_refuses_an_answer_of_the_wrong_form(change: dict[str, Any]) -> None:
    raw = {**json.loads(ANSWER.to_json()), **change}
    with pytest.raises(MalformedAttestation):
        parse_attestation(json.dumps(raw))


def test_refuses_an_answer_that_lacks_a_member() -> None:
    raw = json.loads(replace(ANSWER, stamp="1").to_json())
    for key in raw.keys() - {"stamp", "heals", "errors"}:
        with pytest.raises(MalformedAttestation):
            parse_attestation(json.dumps({name: value for name, value in raw.items() if name != key}))


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    with pytest.raises(MalformedAttestation):
        parse_attestation(text)


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(MalformedAttestation):
        parse_attestation("[" * 100_000)


@pytest.mark.parametrize(
    "change",
    [
        {"errors": ["x"] * 51},
        {"errors": ["x" * 301]},
        {"layers": {f"layer{n}": {"tags": {}, "counts": {}} for n in range(51)}},
        {"layers": {"disk": {"tags": {}, "counts": {"x" * 101: 0}}}},
        {"versions": {f"v{n}": "1" for n in range(51)}},
    ],
)
def test_an_answer_that_would_fill_its_reader_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(MalformedAttestation):
        parse_attestation(json.dumps(json.loads(ANSWER.to_json()) | change))
