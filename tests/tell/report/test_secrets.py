"""No credential and no person's name gets into a report."""

from __future__ import annotations

import pytest

from freshboot.tell.report.addresses import public
from freshboot.tell.report.document import to_document
from freshboot.tell.report.html import to_html
from freshboot.tell.report.markdown import to_markdown
from freshboot.tell.report.secrets import clean, without_secrets
from tests.tell.payloads import PAYLOADS
from tests.tell.report.test_hostile import saying_everywhere

SECRETS = {
    "GitHub's token": ("failed with ghp_1234567890abcdefghijABCDEFGHIJ123456", "ghp_"),
    "fine-grained token": ("github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv", "11ABCDEFG0"),
    "token in an address": ("https://ada:hunter2@github.com/acme/budget.git", "hunter2"),
    "odd password in an address": ("ssh://ada:p!w*d@github.com/acme", "p!w"),
    "query": ("see https://budget.streamlit.app/page?token=abc123&x=1#frag for it", "abc123"),
    "fragment": ("https://budget.streamlit.app/#access=abc123", "abc123"),
    "AWS": ("key AKIAIOSFODNN7EXAMPLE is wrong", "AKIAIOSFODNN7EXAMPLE"),
    "AWS secret": ("wJalrXUtnFEMI7K7MDENGbPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    "Slack": ("xoxb-123456789012-abcdefABCDEF", "123456789012"),
    "OpenAI": ("sk-proj-abcdefghijklmnop1234", "abcdefghijklmnop"),
    "Stripe": ("sk_live_abcdefghij1234", "abcdefghij1234"),
    "JWT": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWI"),
    "bearer": ("Authorization: Bearer abcdef.ghijkl", "ghijkl"),
    "assignment": ('password = "correct horse battery"', "horse"),
    "variable": ("FRESHBOOT_KEY=swordfish", "swordfish"),
    "JSON": ('{"api_key": "swordfish", "x": 1}', "swordfish"),
    "in a dict": ("{'db_password': 'swordfish'}", "swordfish"),
    "connection string": ("postgresql://ada:swordfish@db.example:5432/x", "swordfish"),
    "hexadecimal": ("session 0123456789abcdef0123456789abcdef ended", "0123456789abcdef"),
    "private key": (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----",
        "MIIEow",
    ),
    "cut private key": ("-----BEGIN PRIVATE KEY-----\nMIIEow\nIBAAKC", "IBAAKC"),
    "parted by what nobody sees": ("ghp_12345678\u200b90abcdefghijABCDEFGHIJ123456", "90abcdefghij"),
    "home on Linux": ("/home/ada/work/app.py, line 3", "ada"),
    "home on macOS": ("File /Users/ada.lovelace/budget/app.py", "lovelace"),
    "home on Windows": (r"C:\Users\Ada\budget\app.py", "Ada"),
    "e-mail": ("written by ada@example.org", "ada@example"),
}
HARMLESS = (
    "streamlit_app.py, line 12, in revenue",
    "src/a_folder/with_a_very_long_name/and_another_one/calculations_of_all_territories_2026_final.py",
    "1.0.3+20261121T204300Z.g1a2b3c4.purple",
    "expected £23,399,235 ± 1000, found £17,590,625",
    "KeyError: 'token'",
    "/mount/src/budget/app.py",
    "git has blob 1a2b3c4, commit 91d07be, 2 behind",
    "author: somebody",
)

secret = pytest.mark.parametrize(("text", "part"), SECRETS.values(), ids=SECRETS.keys())


@secret
def test_a_text_loses_its_secret(text: str, part: str) -> None:
    assert part not in clean(text)
    assert part not in clean(f"TypeError: {text} (app.py)")


@secret
def test_no_form_of_a_report_tells_it_wherever_it_stood(text: str, part: str) -> None:
    told = saying_everywhere(text)
    for shown in (to_markdown(told), to_html(told), str(to_document(told))):
        assert part not in shown


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_any_text_is_one_short_line(text: str) -> None:
    assert len(clean(text)) <= 500
    assert "\n" not in clean(text)


def test_a_known_secret_goes_whatever_its_form() -> None:
    assert without_secrets("it is swordfish", ["swordfish"]) == "it is (hidden)"
    assert without_secrets("it is a", ["a"]) == "it is a"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://budget.streamlit.app/?key=1#x", "https://budget.streamlit.app"),
        ("https://ada:pw@budget.example:8443/base/", "https://budget.example:8443/base"),
        ("http://[::1]:8501/", "http://[::1]:8501"),
        ("http://[", ""),
        ("javascript:alert(1)", ""),
        ("https://evil example/", ""),
        ("", ""),
    ],
)
def test_an_address_keeps_only_what_everybody_may_see(address: str, shown: str) -> None:
    assert public(address) == shown
