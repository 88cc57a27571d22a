"""No credential and no person's name gets into a report."""

from __future__ import annotations

import time

import pytest

from freshboot.tell.report import files
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
NEVER = {
    "password with an at sign": ("postgres://u:p@ss@host/db", "ss@"),
    "with two": ("postgres://u:p@s@w@host/db", "w@"),
    "with a slash": ("postgres://u:p/w0rd@host/db", "w0rd"),
    "with a slash and an at sign": ("mysql://root:p@ss/S3cr@host/db", "S3cr"),
    "of digits and a slash": ("mysql://root:1234/S3cr@host", "1234"),
    "of digits and a slash, on the web": ("https://ada:1234/S3cr@host", "S3cr"),
    "with a slash in the middle": ("mysql://root:S3cr/et@db.example:3306/x", "et@"),
    "user with an at sign": ("postgres://ada@corp:p/w0rd@host/db", "w0rd"),
    "with a quote": ("postgres://u:p'w0rd@host/db", "w0rd"),
    "in quotes": ("url='redis://:S3cr/et@cache:6379'", "S3cr"),
    "cut before the host": ("no route to postgres://ada:swordf…", "swordf"),
    "AWS secret with slashes": ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "K7MDENG"),
    "AWS secret with plus": ("is Zq3+kP9s/TtL0aVbN4xYwR7u/Ce2JmHgFd5SiQoE", "TtL0"),
    "base64": ("UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==", "K1SZ"),
    "base64 for addresses": ("Drmhze6EPcv0fN_81Bj-nA7Wq9Zx_rT4kLmP0sUvY2c", "81Bj"),
    "Slack webhook": ("POST https://hooks.slack.com/services/T01/B02/abcdefghijkl", "abcdefghijkl"),
    "Slack workflow": ("hooks.slack.com/workflows/T01/B02/9/abcdefgh", "abcdefgh"),
    "Discord webhook": ("https://discord.com/api/webhooks/123/abcdefgh", "abcdefgh"),
    "Telegram": ("https://api.telegram.org/bot123:abcdefgh/getMe", "abcdefgh"),
    "Azure storage": ("AccountName=acme;AccountKey=swordfish==;Suffix=x", "swordfish"),
    "Azure bus": ("Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=swordfish=", "swordfish"),
    "Azure signature": ("SharedAccessSignature=swordfish", "swordfish"),
    "user option": ("curl -u ada:hunter2 x", "hunter2"),
    "user option in quotes": ('curl --user "ada:hunter 2" x', "hunter"),
    "user option with equals": ("curl --user=ada:hunter2", "hunter2"),
    "user option in a list": ("['curl', '-u', 'ada:hunter2']", "hunter2"),
    "proxy user": ("--proxy-user ada:hunter2", "hunter2"),
    "Fly": ("FlyV1 fm2_abc,fm2_def", "abc"),
    "second of Fly": ("FlyV1 fm2_abc,fm2_qzx", "qzx"),
    "Fly in a header": ("Authorization: FlyV1 fm2_abc", "abc"),
    "Fly alone": ("fm2_lJPECAAAAAA", "lJPEC"),
    "basic": ("Basic YWRhOmh1bnRlcjI= failed", "YWRh"),
    "another scheme": ("Authorization: token swordfish", "swordfish"),
}
SECRETS |= NEVER
HARMLESS = (
    "streamlit_app.py, line 12, in revenue",
    "src/a_folder/with_a_very_long_name/and_another_one/calculations_of_all_territories_2026_final.py",
    "1.0.3+20261121T204300Z.g1a2b3c4.purple",
    "expected £23,399,235 ± 1000, found £17,590,625",
    "KeyError: 'token'",
    "/mount/src/budget/app.py",
    "git has blob 1a2b3c4, commit 91d07be, 2 behind",
    "author: somebody",
    "lib @ git+https://github.com/acme/lib.git@v1.2",
    "git+https://github.com/acme/lib.git@91d07be",
    "https://medium.example/@ada/post",
    "http://localhost:8501/page/@x",
    "https://app.example:8501/page/@x",
    "no route to http://localhost:8501: refused",
    "http://[::1]:8501/page",
    "src/Pages/Sales2026/territories/overview.py",
    "src/MyApp/V2Api/DoIt/RunAll2/ToDo",
    "logs/2026/01/17/Run1/part/0001/x",
    "tests/Unit2/test_revenue.py::TestRevenue::test_of_all_14_territories",
    "calculateRevenueForTerritory2",
    "1.0.0-gamma12+20261121T204300Z.g1a2b3c4.purple",
    "git push -u origin HEAD:main",
    "docker run -u 1000:1000 app",
    "python -u app.py",
    "AccountName=acme",
    "fm2_radio",
    "basic authentication failed",
    "hooks.slack.com/services",
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


def test_only_the_user_goes_from_an_address() -> None:
    assert clean("postgres://u:p@ss@db.example:5432/x") == "postgres://db.example:5432/x"
    assert clean("postgres://u:p/w@db.example/x and more") == "postgres://(hidden)@db.example/x and more"
    assert clean("https://token@github.com/acme/lib@v1") == "https://github.com/acme/lib@v1"


def test_long_lines_are_looked_through_in_a_moment() -> None:
    hostile = ("a://b:" * 9_000, "token" * 10_000, "-u " * 20_000, "aB1/" * 15_000, "http://a:1/" * 5_000)
    began = time.process_time()
    for text in hostile:
        clean(text)
        files.code_line(f"+{text}")
    assert time.process_time() - began < 2


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
