"""With a key: who may ask, and whose answer is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.proof import new_nonce
from freshboot.seal import VALID_SECONDS, challenge, is_sealed, nonce_of, seal

KEY, HOST, NOW = "correct horse battery staple", "budget.streamlit.app", 1_780_000_000.0
NONCE = "00112233445566778899aabbccddeeff"
BODY = '{"freshboot":1,"nonce":"00112233445566778899aabbccddeeff"}'


def test_without_a_key_a_challenge_is_its_nonce() -> None:
    assert challenge(NONCE, None, HOST, NOW) == NONCE
    assert nonce_of(NONCE, None, None, NOW) == NONCE
    assert nonce_of("x", None, None, NOW) is None


@pytest.mark.parametrize("host", [HOST, HOST.upper(), None])
def test_a_signed_challenge_is_answered(host: str | None) -> None:
    assert nonce_of(challenge(NONCE, KEY, HOST, NOW), KEY, host, NOW + 5) == NONCE


def test_a_key_wants_signed_challenges() -> None:
    assert nonce_of(NONCE, KEY, None, NOW) is None


def test_a_challenge_signed_with_another_key_is_not_answered() -> None:
    assert nonce_of(challenge(NONCE, "another", HOST, NOW), KEY, None, NOW) is None


@pytest.mark.parametrize("seconds", [-VALID_SECONDS - 1, VALID_SECONDS + 1])
def test_a_challenge_of_another_time_is_not_answered(seconds: float) -> None:
    assert nonce_of(challenge(NONCE, KEY, HOST, NOW + seconds), KEY, None, NOW) is None


def test_a_challenge_that_was_sent_to_another_address_is_not_answered() -> None:
    """Somebody between passes it on to the real app, to give out its answer as their own."""
    assert nonce_of(challenge(NONCE, KEY, "evil.example", NOW), KEY, HOST, NOW) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_challenge_is_not_answered(place: int, character: str) -> None:
    signed = challenge(NONCE, KEY, HOST, NOW)
    changed = signed[: place % len(signed)] + character + signed[place % len(signed) + 1 :]
    assert changed == signed or nonce_of(changed, KEY, None, NOW) is None


def test_a_sealed_answer_is_taken() -> None:
    assert is_sealed(seal(BODY, KEY), KEY)
    assert seal(BODY, None) == BODY


@pytest.mark.parametrize("text", [BODY, seal(BODY, "another"), seal(BODY, KEY)[:-1], ""])
def test_a_forged_answer_is_not_taken(text: str) -> None:
    assert not is_sealed(text, KEY)


def test_an_answer_cannot_be_given_to_another_challenge() -> None:
    other = seal(BODY, KEY).replace(NONCE, new_nonce())
    assert not is_sealed(other, KEY)


def test_a_challenge_s_signature_is_no_answer_s() -> None:
    mac = challenge(NONCE, KEY, HOST, NOW).rpartition(".")[2]
    assert not is_sealed(f'{BODY[:-1]},"mac":"{mac}"}}', KEY)
