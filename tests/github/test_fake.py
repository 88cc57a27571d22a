"""The GitHub of the tests: no milder than GitHub's own description."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.github.description import wrong_answer
from tests.github.fake import TOKEN, Fake, served

ROOT = Path(__file__).parent.parent.parent
ISSUES = "/repos/acme/demo/issues"


def ask(url: str, method: str = "GET", body: object = None, token: str = TOKEN) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_nobody_gets_in_without_the_token(fake: Fake) -> None:
    assert ask(fake.url + ISSUES, token="other")[0] == 401
    assert ask(fake.url + ISSUES, "POST", {"title": "a"}, token="")[0] == 401
    assert fake.store().issues == []


def test_no_call_log_holds_a_token(fake: Fake) -> None:
    ask(fake.url + ISSUES)
    assert TOKEN not in json.dumps(ask(fake.url + "/_calls")[1])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{ISSUES}?labls=x", None),
        ("POST", ISSUES, {"title": "a", "lables": []}),
        ("POST", ISSUES, {"body": "a"}),
        ("POST", ISSUES, {"title": ["a"]}),
        ("PATCH", f"{ISSUES}/1", {"state": "shut"}),
        ("POST", "/repos/acme/demo/deployments", {"ref": "a", "auto_merge": "no"}),
        ("PUT", ISSUES, {}),
        ("GET", "/repos/acme/demo/nothing", None),
    ],
)
def test_what_github_would_not_take_is_refused(method: str, path: str, body: object) -> None:
    with served(strict=False) as fake:
        fake.store().add_issue("one")
        assert ask(fake.url + path, method, body)[0] in (404, 422)
        assert len(fake.mistakes) == 1


def test_an_answer_that_github_would_not_give_is_found(fake: Fake) -> None:
    issue = fake.store().add_issue("one")
    assert wrong_answer("GET", f"{ISSUES}/1", {}, b"", 200, issue) == ""
    assert "title" in wrong_answer("GET", f"{ISSUES}/1", {}, b"", 200, {**issue, "title": 5})


def test_a_mistake_is_an_error_at_the_end() -> None:
    def mistaken() -> None:
        with served() as fake:
            ask(fake.url + ISSUES, "POST", {"title": "a", "titel": "a"})

    with pytest.raises(AssertionError, match="titel"):
        mistaken()


def test_a_route_that_fails_is_a_mistake() -> None:
    with served(strict=False) as fake:
        fake.store().issues = [{}]
        assert ask(f"{fake.url}{ISSUES}/1")[0] == 500
        assert "KeyError" in fake.mistakes[0]


def test_runs_as_a_process_that_can_be_made_to_fail(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "tests.github.fake", "--log", str(log), "--remote", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        url = told["api"]
        assert ask(f"{url}/_faults", "POST", [{"path": "issues$", "status": 503, "after": 1}])[0] == 200
        assert [ask(url + ISSUES, token=told["token"])[0] for _ in range(3)] == [200, 503, 200]
        assert ask(url + ISSUES, "POST", {"title": "a"}, told["token"])[0] == 201
        assert [one["status"] for one in ask(f"{url}/_calls")[1]] == [200, 503, 200, 201]
        assert ask(url + "/repos/acme/demo/pulls", token=told["token"]) == (200, [])
        assert len(ask(f"{url}/_store?repository=acme/demo")[1]["issues"]) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert len(log.read_text().splitlines()) == 5
