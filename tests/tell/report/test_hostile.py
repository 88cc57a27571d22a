"""What a hostile app, commit or ledger says arrives in a report as text and nothing more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from freshboot.judge.causes import Cause
from freshboot.judge.log import LogEvidence
from freshboot.judge.verdict import Verdict
from freshboot.tell.report.document import to_document
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.html import to_html
from freshboot.tell.report.markdown import to_markdown
from freshboot.tell.report.pictures import Picture
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.story import Story
from tests.tell import gfm
from tests.tell.outcomes import saying
from tests.tell.payloads import PAYLOADS
from tests.tell.report.records import attempt, story
from tests.tell.test_hostile import unseen

PLAIN, INVISIBLE = "plain words", "\u200b"
RELEASE, EARLIER = "a" * 40, "b" * 40

TEXTS = {**PAYLOADS, "a fence's end": "```", "a longer fence's end": "`````"}

hostile = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())


class Shape(HTMLParser):
    """Every element in its order, with its attributes' names, and the values that could do something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = [
            f"{name}={value}" if name in ("href", "src", "class", "id") else name for name, value in attrs
        ]
        self.told.append(f"<{tag} {' '.join(shown)}")

    def handle_endtag(self, tag: str) -> None:
        self.told.append(f"</{tag}")

    def handle_comment(self, data: str) -> None:
        self.told.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.told.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.told.append(f"processing {data}")

    def unknown_decl(self, data: str) -> None:
        self.told.append(f"unknown {data}")


def shape(html: str) -> list[str]:
    parser = Shape()
    parser.feed(html)
    parser.close()
    return parser.told


@cache
def saying_everywhere(text: str) -> Story:
    """A story in which whatever may come from outside says one text: answers, commits, files, ledger, log."""
    said = dict.fromkeys(("stamp", "branch", "remedy", "does", "reason", "trigger", "run_url", "app"), text)
    causes = (Cause.STALE_FILE, Cause.APP_RAISES, Cause.CHECK_FAILED)
    made = attempt(1, saying(Verdict.STALE, text, causes), text, f"{text}.py", commit=RELEASE, **said)
    assert made.result is not None
    spoken = {"explanation": text, "next": [text], "timeline": [{"t": 1, "event": text}]}
    told = replace(made, result={**made.result, **spoken})
    facts = Facts(
        repository=text,
        branch=text,
        entrypoint=text,
        app=text,
        deploy_link=text,
        subjects={told.source: text},
        blobs={(RELEASE, text): "1" * 40, (EARLIER, text): "2" * 40},
        versions={(RELEASE, text): (text, text)},
        differences={(text, EARLIER, RELEASE): (f"-{text}", f"+{text}")},
    )
    log = LogEvidence(pulls=1, failing_lines=(text,), dependency_file=text or "x", repository=text or "x")
    pictures = [Picture(clean(text, 120), "image/png", b"")]
    return story(told, facts=facts, log=log, pictures=pictures)


@cache
def page(text: str) -> gfm.Page:
    return gfm.read(to_markdown(saying_everywhere(text)))


@cache
def html(text: str) -> str:
    return to_html(saying_everywhere(text))


def like(text: str) -> str:
    """A text that is as harmless as another should be: plain words, or what nobody sees, or nothing."""
    return PLAIN if clean(text) else INVISIBLE if text else ""


@cache
def elements(text: str) -> list[str]:
    return shape(html(text))


@hostile
def test_the_html_keeps_its_elements_and_gets_no_other(text: str) -> None:
    assert elements(text) == elements(like(text))


@hostile
def test_the_html_shows_no_character_that_nobody_sees(text: str) -> None:
    told = html(text)
    assert not unseen(told)
    assert "##[" not in told


@hostile
def test_the_markdown_keeps_its_elements_and_gets_no_other(text: str) -> None:
    told = page(like(text))
    assert [_bare(one) for one in page(text).shape] == [_bare(one) for one in told.shape]
    assert page(text).tags == told.tags


@hostile
def test_github_finds_nothing_in_the_markdown_s_text(text: str) -> None:
    assert page(text).found == set()
    assert not unseen(page(text).text) - {"\u2060"}


@hostile
def test_the_document_is_json_of_visible_lines(text: str) -> None:
    told = json.loads(json.dumps(to_document(saying_everywhere(text))))
    support = told["support"].pop("text")
    assert not unseen(json.dumps(told, ensure_ascii=False))
    assert not unseen(support)


def _bare(element: str) -> str:
    """An element of Markdown without its attributes; a block of code is one however long its fence is."""
    return re.sub("`{3,}", "```", element.partition("{")[0])


def test_the_shape_would_tell_a_foreign_element() -> None:
    told = html(PLAIN)
    assert shape(told.replace(PLAIN, "<b>x</b>", 1)) != shape(told)
    assert shape(told.replace(PLAIN, '" onclick="', 1)) == shape(told)  # in a text that is text
    assert shape(told.replace('class="', 'onclick="x" class="', 1)) != shape(told)
