"""The board as Streamlit runs it, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from freshboot.board import app, source
from freshboot.repository.repository import Repository
from tests.board.ledgers import ledger, months, record
from tests.gitrepo import ISOLATION, clone, make_remote
from tests.tell.report.records import attempt, odd, selective

PAGES = ("Live", "Rollouts", "Files", "Figures", "Report")
SCRIPT = "from freshboot.board.app import show\nshow({!r})\n"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(tmp_path_factory.mktemp("some") / "app", months(60))


def opened(folder: Path) -> AppTest:
    shown = AppTest.from_string(SCRIPT.format(str(folder)), default_timeout=60).run()
    _is_whole(shown)
    return shown


def _is_whole(shown: AppTest) -> None:
    assert not shown.exception
    assert "cannot be shown" not in text(shown)


def text(shown: AppTest) -> str:
    """All HTML of the page but the style sheet."""
    return " ".join(one.proto.body for one in shown.get("html") if "<style>" not in one.proto.body)


def on(shown: AppTest, page: str) -> AppTest:
    """The same session on another page."""
    found = next(one for one in shown.get("page_link") if one.proto.label == page)
    shown._page_hash = found.proto.page_script_hash
    shown.run()
    _is_whole(shown)
    return shown


def test_of_an_empty_ledger_every_page_says_that_nothing_is_recorded(tmp_path: Path) -> None:
    shown = opened(ledger(tmp_path / "app", []))
    for page in PAGES:
        assert "nothing recorded" in text(on(shown, page)), page


def test_of_one_rollout_every_page_tells_it(tmp_path: Path) -> None:
    (one,) = months(1)
    shown = opened(ledger(tmp_path / "app", [one]))
    for page in ("Live", "Rollouts", "Files", "Report"):
        assert one.commit[:7] in text(on(shown, page)), page


def test_a_rollout_leads_to_its_report(some: Path) -> None:
    shown = opened(some)
    shown.button(key="live 2").click().run()
    third = sorted(months(60), key=lambda one: one.began)[-1].rollout.split("-")[1]
    assert shown.query_params["rollout"] == f"rollout-{int(third) - 2}"
    assert shown.get("iframe")[0].proto.srcdoc.startswith("<!doctype html>")


def test_a_report_that_is_not_on_record_is_said_to_be_none(some: Path) -> None:
    shown = opened(some)
    shown.query_params["rollout"] = "<b>none</b>"
    assert "No such rollout is on record" in text(on(shown, "Report"))
    assert "<b>" not in text(shown)


def test_rollouts_are_shown_a_page_at_a_time(some: Path) -> None:
    shown = on(opened(some), "Rollouts")
    first = text(shown)
    assert first.count("fb-row ") == 20
    shown.button(key="older All").click().run()
    assert text(shown).count("fb-row ") == 20
    assert "21–40 of 60" in text(shown)
    assert text(shown) != first


def test_rollouts_are_picked_by_their_verdict(some: Path) -> None:
    shown = on(opened(some), "Rollouts")
    shown.segmented_control[0].set_value("Stale").run()
    assert "fb-ok" not in text(shown)


def test_an_app_is_chosen_where_the_ledger_tells_of_several(tmp_path: Path) -> None:
    other = attempt(90, None, app="https://other.streamlit.app")
    shown = opened(ledger(tmp_path / "app", [*months(2), other]))
    assert "other.streamlit.app" in text(shown)
    shown.selectbox[0].select_index(1).run()
    assert "other.streamlit.app" not in text(shown)
    assert "budget.streamlit.app" in text(shown)


def test_what_others_record_appears_within_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = make_remote(tmp_path / "remote", {"streamlit_app.py": ""})
    folder = clone(remote, tmp_path / "clone")
    shown = opened(folder)
    assert "nothing recorded" in text(shown)
    record(remote, [one.to_json() for one in months(2)])
    assert "nothing recorded" in text(shown.run())  # the remote was asked just now
    app._refreshed.clear()  # as a minute later
    assert "nothing recorded" not in text(shown.run())
    asked: list[Repository] = []
    monkeypatch.setattr(source, "refresh", asked.append)
    shown.run()
    assert not asked


def test_a_fresh_clone_is_fetched_before_anything_is_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = make_remote(tmp_path / "remote", {"streamlit_app.py": ""})
    record(remote, [one.to_json() for one in months(2)])
    monkeypatch.setattr(st, "rerun", lambda: pytest.fail("shown before it was fetched"))
    assert "nothing recorded" not in text(opened(clone(remote, tmp_path / "clone")))


def test_what_is_here_is_shown_at_once_and_again_with_what_was_fetched(tmp_path: Path) -> None:
    remote = make_remote(tmp_path / "remote", {"streamlit_app.py": ""})
    record(remote, [one.to_json() for one in months(5)])
    folder = clone(remote, tmp_path / "clone")
    record(folder, [months(1)[0].to_json()])
    assert f"Told from {len(months(5))} recorded attempts" in text(opened(folder))


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    assert "there is no git repository" in text(opened(tmp_path))


def test_what_goes_wrong_with_a_page_is_one_line_without_a_path(
    some: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise UnicodeEncodeError("utf-8", str(some), 0, 1, "surrogates not allowed")

    monkeypatch.setattr("freshboot.board.pages.live", broken)
    shown = AppTest.from_string(SCRIPT.format(str(some)), default_timeout=60).run()
    assert not shown.exception
    assert "The board cannot be shown" in text(shown)
    assert str(some) not in text(shown)
    assert "surrogates not allowed" in caplog.text


@pytest.mark.parametrize("key", ["app", "branch", "rollout"])
def test_a_line_that_cannot_be_encoded_is_counted_and_hides_no_other(tmp_path: Path, key: str) -> None:
    (one,) = months(1)
    wrong = {**json.loads(one.to_json()), "id": "other", key: "\ud800"}
    folder = ledger(tmp_path / "app", [])
    record(folder, [one.to_json(), json.dumps(wrong)])
    shown = opened(folder)
    assert one.commit[:7] in text(shown)
    assert "1 line cannot be read" in text(shown)


def test_texts_within_an_outcome_that_cannot_be_encoded_are_shown_without(tmp_path: Path) -> None:
    told = [replace(one, reason="\ud800", result=odd(one.result)) for one in selective()]
    shown = opened(ledger(tmp_path / "app", told))
    for page in PAGES:
        assert told[-1].commit[:7] in text(on(shown, page)) or page == "Figures", page


def test_no_page_is_named_to_be_elsewhere_than_it_is(some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit shows the first page at the board's own address, whatever else it is told."""
    told: list[dict[str, object]] = []
    made = st.Page

    def page(*arguments: Any, **options: Any) -> object:
        told.append(options)
        return made(*arguments, **options)

    monkeypatch.setattr(st, "Page", page)
    opened(some)
    assert [one.get("url_path") for one in told if one.get("default")] == [None]


def test_a_remote_that_is_gone_is_told_below_the_board(some: Path) -> None:
    assert "not fetched: the repository has no remote" in text(opened(some))
