"""A story as one HTML file: no script, nothing from the network, light and dark as the reader's system is."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from freshboot.colours import COLOURS, PLAIN
from freshboot.judge.words import short
from freshboot.tell.report.html_parts import NOTHING, TONES, badge, commit_of, link_to, pill
from freshboot.tell.report.html_sections import Section, sections
from freshboot.tell.report.markup import Html, element, text
from freshboot.tell.report.story import Story
from freshboot.tell.report.words import counted, duration, recorded_at, when

_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def to_html(story: Story) -> str:
    """The report as a whole document."""
    style = _style()
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    told = sections(story)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY.format(seal)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{story.verdict}: {_name(story)}, commit {short(story.commit) or 'not on record'}"),
        element("style", Html(style)),
    )
    body = element(
        "body",
        _hero(story),
        _contents(told),
        element("main", *map(_section, told)),
        _foot(story),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


@cache
def _style() -> str:
    """The style sheet, with a class for each colour that a badge has."""
    sheet = files(__package__).joinpath("style.css").read_text("utf-8")
    colours = {**COLOURS, "plain": PLAIN}
    backs = "".join(
        f".back-{name}{{background:{value}}}.fill-{name}{{fill:{value}}}" for name, value in colours.items()
    )
    return sheet + backs


def _section(one: Section) -> Html:
    title = f"{one.anchor}-title"
    return element(
        "section", element("h2", one.title, id=title), one.content, id=one.anchor, aria_labelledby=title
    )


def _name(story: Story) -> str:
    return story.facts.app.partition("://")[2] or "the app"


def _hero(story: Story) -> Html:
    tone = TONES[story.result.verdict] if story.result else "doubt"
    eyebrow = element(
        "p",
        element("strong", "freshboot"),
        element("span", "Deployment report"),
        link_to(story.facts.app, _name(story)),
        element("span", _time(story)),
        class_="eyebrow",
    )
    parts = [
        eyebrow,
        pill(story.verdict + (f" · {story.cause}" if story.cause else ""), tone),
        element("h1", story.conclusion),
        element("p", story.sentence, class_="sentence") if story.sentence else Html(""),
        _facts(story),
    ]
    return element("header", element("div", *parts), class_=f"hero tone-{tone}")


def _time(story: Story) -> str:
    return f"as {recorded_at(story.recorded, story.made)}" if story.recorded else when(story.made)


def _facts(story: Story) -> Html:
    told, facts = story.impact, story.facts
    where = ", ".join(filter(None, (facts.repository, facts.branch, facts.entrypoint)))
    end = "the proof" if told.proven else "the last look"
    cells = [
        ("Commit", commit_of(facts.commits, story.commit)),
        ("Badge to expect", badge(story.badge) if story.badge else text(NOTHING)),
        ("Status", text(story.status)),
        ("Attempts", text(str(told.attempts))),
        (f"First push to {end}", text(NOTHING if told.seconds is None else duration(told.seconds))),
        *([("Repository", text(where))] if where else []),
        ("What people see", text(story.effect)),
    ]
    return element(
        "dl",
        *(element("div", element("dt", name), element("dd", value)) for name, value in cells),
        class_="facts",
    )


def _contents(told: Sequence[Section]) -> Html:
    links = (element("li", element("a", one.short, href=f"#{one.anchor}")) for one in told)
    return element("nav", element("ul", *links), aria_label="Sections")


def _foot(story: Story) -> Html:
    record = f"Told by freshboot from the record of {counted(story.impact.attempts, 'attempt')}"
    told = f"{record}, on {when(story.made)}. This file loads nothing and runs nothing."
    return element("footer", told)
