"""The head of the first page: what the latest record says, and what the record comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from freshboot.board.now import Later, Now
from freshboot.board.parts import cause, coloured, commit, link, pill, pill_of, time
from freshboot.ledger.figures import Figures
from freshboot.ledger.words import duration
from freshboot.tell.report.html_parts import GAP, NOTHING, TONES
from freshboot.tell.report.markup import NONE, Html, element, join, text

_THEN = "This is the record of what was found then;"
_SINCE = "of the time since, nothing is known."
_THIS_MINUTE = "What is live this minute,"
_STEPS = (
    ("Stamp a push, and have it proven:", "freshboot rollout --url https://your-app.streamlit.app"),
    ("Bring in what other machines have recorded:", "freshboot history"),
)


def hero(told: Now, commits: str, clock: datetime) -> Html:
    """What the latest record says, with its time; of the time since it says only what is on record."""
    tone = TONES[told.verdict] if told.verdict else "doubt"
    return element(
        "section",
        element("p", text(_recorded(told, clock)), GAP, time(told.at, clock), class_="fb-eyebrow"),
        element("div", pill(told.verdict), cause(told.cause), class_="fb-pills"),
        element("h1", told.title),
        element("p", told.sentence, class_="fb-sentence") if told.sentence else NONE,
        _facts(list(_about(told, commits))),
        _before(told.before, commits, clock),
        _then(told.later, commits, clock),
        class_=f"fb-card fb-hero fb-tone-{tone}",
    )


def empty() -> Html:
    """What stands where nothing is recorded: that, and how something comes to be."""
    known = "So nothing is known of what is live. The record begins with the first rollout."
    steps = (element("li", element("span", words), element("code", command)) for words, command in _STEPS)
    return element(
        "section",
        element("div", pill_of("nothing recorded", "none"), class_="fb-pills"),
        element("h1", "No rollout is on record here."),
        element("p", known, class_="fb-sentence"),
        element("ol", *steps, class_="fb-steps"),
        class_="fb-card fb-hero fb-tone-none",
    )


def numbers(told: Figures) -> Html:
    """The figures of the whole record, each with what it is counted from."""
    boxes = (
        element(
            "div",
            element("dt", name),
            element("dd", value, class_="fb-number"),
            element("dd", more, class_="fb-soft"),
        )
        for name, value, more in _numbers(told)
    )
    return element("dl", *boxes, class_="fb-numbers")


def _about(told: Now, commits: str) -> Iterator[tuple[str, Html]]:
    yield "Live then", commit(commits, told.live) if told.live else text("not known")
    if told.release != told.live:
        yield "Release", commit(commits, told.release)
    if told.badge:
        name = "Badge" if told.live else "Badge to expect"
        yield name, coloured(told.badge.text, told.badge.colour)
    if told.since:
        yield "Proven from", time(told.since)  # an age beside it would read as if it lasted until today
    if told.times > 1:
        yield "Found so", text(f"{told.times} times in a row")
    if told.app:
        yield "App", link(told.app, text(told.app.partition("://")[2]))
    yield "Branch", text(told.branch or NOTHING)
    if told.run_url:
        yield "Run", link(told.run_url, text("its log"))


def _before(told: Now | None, commits: str, clock: datetime) -> Html:
    """What the last record says that tells of an end."""
    if told is None:
        return NONE
    found = commit(commits, told.live or told.release)
    words = GAP.join(["Before it:", pill(told.verdict), "of", found, "at", time(told.at, clock)])
    return element("p", words, class_="fb-before")


def _recorded(told: Now, clock: datetime) -> str:
    is_ahead = told.at - clock > timedelta(days=1)
    return "As recorded for a time yet to come, by a clock that was wrong:" if is_ahead else "As recorded"


def _then(later: Later | None, commits: str, clock: datetime) -> Html:
    """What the record does not tell, and who does."""
    since: list[str] = [_SINCE]
    if later is not None:
        branch, found = element("code", later.branch or NOTHING), commit(commits, later.commit)
        since = ["a later one of the same app is that of branch", branch, "with", found]
        since += [pill(later.verdict), "at", join(time(later.at, clock), ".")]
    confirm = element("code", "freshboot confirm")
    return element("p", GAP.join([_THEN, *since, _THIS_MINUTE, confirm, "tells."]), class_="fb-then")


def _facts(told: Sequence[tuple[str, Html]]) -> Html:
    cells = (element("div", element("dt", name), element("dd", value)) for name, value in told)
    return element("dl", *cells, class_="fb-facts")


def _numbers(told: Figures) -> Iterator[tuple[str, str, str]]:
    stale, spread = sum(told.stale.values()), told.time_to_live
    superseded = f", {told.superseded} superseded" if told.superseded else ""
    yield "Releases", str(told.releases), f"{told.proven} proven{superseded}"
    first = f"{told.at_first} of {told.releases}"
    yield "Proven at the first attempt", _share(told.at_first, told.releases), first
    if spread:
        yield "Time to live", duration(spread.median), f"nine of ten within {duration(spread.p90)}"
    else:
        yield "Time to live", NOTHING, "not measured yet"
    yield "Stale", _share(stale, told.releases), f"{stale} of {told.releases}"
    if told.unfinished:
        yield "Never ended", str(told.unfinished), "begun, without an end"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else NOTHING
