"""An attempt on its way between two jobs arrives as it is, or in part; nothing else is taken for one."""

from __future__ import annotations

import base64
import json
import random
import string
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.ledger.attempt import Attempt
from freshboot.ledger.parcel import MOST, NoParcel, pack, unpack
from tests.ledger.attempts import attempt, result

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
ATTEMPTS = st.builds(
    lambda facts, told: attempt(**facts, result=told),
    st.fixed_dictionaries(
        {
            "stamp": st.text(),
            "branch": st.text(),
            "remedy": st.none() | st.text(),
            "does": st.text(),
            "changed": st.lists(st.text()).map(tuple),
            "pushed": st.none() | st.just("2026-11-21T20:43:00Z"),
            "reason": st.text(),
            "app": st.text(),
        }
    ),
    st.none() | st.dictionaries(st.text(), JSON),
)


def noise(length: int) -> str:
    """Text that no compression makes short, always the same."""
    return "".join(random.Random(0).choices(string.printable, k=length))


def packed(line: bytes) -> str:
    return base64.b64encode(zlib.compress(line)).decode()


@settings(max_examples=60, deadline=None)
@given(ATTEMPTS)
def test_what_is_packed_is_one_word_and_arrives_as_it_is(sent: Attempt) -> None:
    word = pack(sent)
    assert word.isascii()
    assert word.split() == [word]
    assert unpack(word) == sent


def test_lists_that_are_too_long_are_left_out() -> None:
    files = [{"path": noise(100)} for _ in range(3000)]
    told = {**result("stale", "stale-file"), "files": files, "timeline": [noise(200_000)]}
    word = pack(attempt(result=told))
    assert len(word) <= MOST
    assert unpack(word).result == {"schema": "confirm-v1", "verdict": "stale", "cause": "stale-file"}


@pytest.mark.parametrize(
    "long",
    [
        {"changed": (noise(200_000),)},
        {"reason": noise(200_000)},
        {"result": {**result("stale"), "explanation": noise(200_000)}},
        {"result": None, "does": noise(200_000)},
    ],
    ids=lambda facts: "+".join(facts),
)
def test_whatever_is_too_long_the_verdict_arrives(long: dict[str, Any]) -> None:
    sent = attempt(**{"result": result("stale"), **long})
    word = pack(sent)
    assert len(word) <= MOST
    arrived = unpack(word)
    assert (arrived.id, arrived.commit, arrived.verdict) == (sent.id, sent.commit, sent.verdict)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no parcel",
        "nö",
        "\0",
        "AAAA",
        "A" * 5_000_000,
        pack(attempt())[:-8],
        pack(attempt()).replace("A", "B").replace("e", "f"),
        f" {pack(attempt())}",
        base64.b64encode(base64.b64decode(pack(attempt())) + b"more").decode(),
        packed(b""),
        packed(b"\xff\xfe"),
        packed(b"null"),
        packed(b"[]"),
        packed(b"[" * 200_000),
        packed(b'{"schema": "attempt-v1"}'),
        packed(json.dumps({**json.loads(attempt().to_json()), "commit": "--upload-pack=x"}).encode()),
    ],
    ids=str.__len__,
)
def test_anything_else_is_no_parcel(text: str) -> None:
    with pytest.raises(NoParcel) as refused:
        unpack(text)
    assert "output `record`" in refused.value.remedy
    assert refused.value.exit_code == 2


def test_a_bomb_does_not_go_off() -> None:
    """200 MiB of zeros are 200 KiB here."""
    zeros = zlib.compressobj(9)
    bomb = b"".join([*(zeros.compress(bytes(1 << 20)) for _ in range(200)), zeros.flush()])
    tracemalloc.start()
    with pytest.raises(NoParcel):
        unpack(base64.b64encode(bomb).decode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 << 20
