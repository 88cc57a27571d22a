"""The sections of an HTML report, each made of one part of the story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from freshboot.judge.checks import CheckResult
from freshboot.tell.report import files, grid, impact, layers, ruling, steps
from freshboot.tell.report.files import proof_of
from freshboot.tell.report.html_parts import (
    GAP,
    NOTHING,
    TONES,
    badge,
    bullets,
    commit_of,
    icon,
    link_to,
    pill,
    quiet,
    state,
    table,
    words,
)
from freshboot.tell.report.impact import lasted, sums, until
from freshboot.tell.report.markup import NONE, Html, code, element, join, text
from freshboot.tell.report.picture import picture
from freshboot.tell.report.story import Step, Story
from freshboot.tell.report.words import counted, duration, when

_GRID = {
    grid.State.DEPLOYED: "ok",
    grid.State.OLD: "bad",
    grid.State.SAME: "none",
    grid.State.UNKNOWN: "doubt",
}
_PAIRS = {files.State.SAME: "ok", files.State.DIFFERENT: "bad", files.State.UNKNOWN: "doubt"}
_LAYERS = {
    layers.State.FRESH: "ok",
    layers.State.STALE: "bad",
    layers.State.UNKNOWN: "doubt",
    layers.State.NOT_ASKED: "none",
}
_RULINGS = (
    (ruling.State.FOUND, "Found", "bad"),
    (ruling.State.EXCLUDED, "Ruled out", "ok"),
    (ruling.State.OPEN, "Not ruled out", "doubt"),
)
_CRITERIA = {steps.State.MET: "ok", steps.State.UNMET: "bad", steps.State.UNKNOWN: "doubt"}


@dataclass(frozen=True)
class Section:
    """A section: its title, a short one for the list of them, its anchor, and its content."""

    title: str
    short: str
    anchor: str
    content: Html


def sections(story: Story) -> tuple[Section, ...]:
    """Those that have a content."""
    return tuple(one for one in _all(story) if one.content)


def _all(story: Story) -> Iterator[Section]:
    yield _section("What is known", "Known", bullets(story.known))
    yield _section("Timeline of attempts", "Timeline", _timeline(story))
    yield _section(
        "Git has, live has",
        "Git and live",
        _pairs(story),
        _proof(story),
        *map(_difference, story.files),
        _checks(story),
    )
    yield _section("What was deployed, commit by commit", "Pushes", _picture(story), _grid(story))
    yield _section("Layers", "Layers", _layers(story))
    yield _section("What is ruled out", "Ruled out", *(_rulings(story, *one) for one in _RULINGS))
    yield _section(
        "Verification steps", "Verify", *(_verification(*one) for one in enumerate(story.verification, 1))
    )
    yield _section("Success criteria", "Criteria", _criteria(story))
    yield _section("Impact", "Impact", bullets(sums(story.impact)), _spans(story))
    yield _section("Next steps", "Next", bullets(story.next, "ol"), _link(story), _useless(story))
    yield _section("Support request", "Support", _support(story))
    yield _section("For next time", "Lessons", bullets(story.lessons))
    yield _section("What the host’s log says", "Log", bullets(story.log))
    yield _section("Screenshots", "Screenshots", *(_shot(one.name, one.address) for one in story.pictures))
    yield _section("What this does not speak of", "Limits", bullets(story.limits), _events(story))


def _section(title: str, short: str, *parts: Html) -> Section:
    return Section(title, short, short.lower().replace(" ", "-"), join(*parts))


def _timeline(story: Story) -> Html:
    told = f"{counted(story.earlier, 'earlier attempt')} not shown."
    earlier = element("p", told, class_="lead") if story.earlier else NONE
    return join(earlier, element("ol", *(_step(story, one) for one in story.steps), class_="attempts"))


def _step(story: Story, one: Step) -> Html:
    tone = TONES[one.verdict] if one.verdict else "doubt"
    what = f"{one.number} · {f'Remedy {one.remedy}' if one.remedy else 'Push'}"
    shown = badge(one.badge) if one.badge else NONE
    commit = commit_of(story.facts.commits, one.commit)
    title = element("h3", element("span", what), commit, shown, pill(_verdict(one), tone))
    cells = [join(element("dt", name), element("dd", value)) for name, value in _details(one) if value]
    return element("li", icon(tone, "stop"), title, element("dl", *cells, class_="details"))


def _verdict(one: Step) -> str:
    verdict = one.verdict.value if one.verdict else "unfinished"
    return f"{verdict} · {one.cause.value}" if one.cause else verdict


def _details(one: Step) -> Iterator[tuple[str, Html]]:
    took = f", {duration(one.seconds)} to the verdict" if one.seconds is not None else ""
    yield "When", text(when(one.at) + took) if one.at else NONE
    yield "Change", text(one.change)
    yield "Done", text(one.does)
    yield "Reason", text(one.reason)
    more = [text(f"and {one.more} more")] if one.more else []
    yield "Files", GAP.join([*(element("code", path) for path in one.changed), *more])
    yield "Evidence", text(one.evidence)
    yield "Run", link_to(one.run_url, one.run_url)


def _pairs(story: Story) -> Html:
    def cells(one: files.Pair) -> list[str]:
        held = [
            element("code", one.live) if one.live else NONE,
            commit_of(story.facts.commits, one.live_commit) if one.live_commit else NONE,
            quiet(f"{counted(one.behind, 'commit')} behind") if one.behind else NONE,
        ]
        return [
            element("code", one.path),
            element("code", one.git) if one.git else NOTHING,
            GAP.join(filter(None, held)) or NOTHING,
            join(state(one.state.value, _PAIRS[one.state]), quiet(", ".join(one.layers))),
        ]

    names = ("file", "git has (blob)", "live has (blob, commit)", "")
    return table(names, story.files, cells, story.more_files)


def _proof(story: Story) -> Html:
    shown = proof_of(story.commit, story.files)
    return join(element("p", "See for yourself what git has:"), _command(shown)) if shown else NONE


def _difference(one: files.Pair) -> Html:
    if not one.lines:
        return NONE
    title = element("h3", element("code", one.path), GAP, "− is live, + is what git has")
    return join(title, element("pre", *map(_line, one.lines), tabindex="0"))


def _line(one: str) -> Html:
    kind = {"-": "removed", "+": "added"}.get(one[:1], "")
    return element("span", Html(f"{one[:1] if kind else ' '} "), code(one[1:]), class_=kind)


def _checks(story: Story) -> Html:
    checks = sorted(story.result.checks if story.result else (), key=lambda one: one.passed)

    def cells(one: CheckResult) -> list[str]:
        told = ("not seen", "doubt") if one.unseen else ("passed", "ok") if one.passed else ("failed", "bad")
        return [one.name, one.expected, one.found or NOTHING, state(*told)]

    made = table(("check", "expected", "the app shows", ""), checks, cells)
    return join(element("h3", "What the pages must show"), made) if made else NONE


def _picture(story: Story) -> Html:
    drawn = picture(story.grid)
    label = "Picture of the table below"
    scroll = element("div", drawn, class_="scroll", tabindex="0", role="region", aria_label=label)
    return scroll if drawn else NONE


def _grid(story: Story) -> Html:
    told = story.grid
    heads = [join(f"#{one.number}", GAP, commit_of(story.facts.commits, one.commit)) for one in told.columns]

    def cells(one: grid.Row) -> list[str]:
        return [element("code", one.path), *map(_grid_cell, one.cells)]

    made = table(["file", *heads], told.rows, cells, told.more)
    note = element("p", f"{counted(told.earlier, 'earlier attempt')} not shown.") if told.earlier else NONE
    return element("details", element("summary", "The same as a table"), made, note) if made else NONE


def _grid_cell(one: grid.Cell) -> Html:
    return join(state(one.state.value, _GRID[one.state]), quiet(one.words))


def _layers(story: Story) -> Html:
    def cells(one: layers.LayerStory) -> list[str]:
        name = join(element("strong", one.name), quiet(one.meaning))
        return [name, join(state(one.state.value, _LAYERS[one.state]), element("div", one.words))]

    return table(("layer", "what was attested"), story.layers, cells, kind="cases")


def _rulings(story: Story, kind: ruling.State, title: str, tone: str) -> Html:
    found = [one for one in story.rulings if one.state is kind]
    lines = (_ruling(one, tone) for one in found)
    heading = element("h3", f"{title} ({len(found)})")
    return join(heading, element("ul", *lines, class_="rulings")) if found else NONE


def _ruling(one: ruling.Ruling, tone: str) -> Html:
    name = element("span", one.name[:1].upper() + one.name[1:])
    cause = element("code", one.cause.value)
    return element("li", icon(tone), element("div", name, GAP, cause, element("span", one.why, class_="why")))


def _verification(number: int, one: steps.Verification) -> Html:
    shown = join(badge(one.badge), GAP, f"({one.badge.colour})") if one.badge else NONE
    expected = shown or element("strong", one.expect)

    def cells(each: steps.Case) -> list[str]:
        return [each.see, each.then]

    return join(
        element("h3", f"{number}. {one.title}"),
        element("p", f"{one.do}.", GAP, "Expected:", GAP, expected),
        _command(one.command) if one.command else NONE,
        table(("if you see …", "then …"), one.cases, cells, kind="cases"),
    )


def _command(words: str) -> Html:
    prompt = element("span", "$", aria_hidden="true", class_="quiet")
    return element("pre", prompt, element("span", words), class_="command")


def _criteria(story: Story) -> Html:
    def told(one: steps.Criterion) -> Html:
        tone = _CRITERIA[one.state]
        detail = element("span", one.detail, class_="detail") if one.detail else NONE
        return element("li", icon(tone), element("div", one.text, detail), words(one.state.value, tone))

    return element("ul", *map(told, story.criteria), class_="criteria")


def _spans(story: Story) -> Html:
    def cells(one: impact.Span) -> list[str]:
        name = element("code", one.what) if one.is_file else text(one.what)
        return [join(name, quiet(one.words)), when(one.since), until(one), element("strong", lasted(one))]

    return table(("what was old or wrong", "since", "until", "for"), story.impact.spans, cells)


def _link(story: Story) -> Html:
    shown = link_to(story.facts.deploy_link, "the form for a new app, filled in")
    is_told = story.facts.deploy_link and any("deploy it again" in one for one in story.next)
    return element("p", "Deploy link:", GAP, shown) if is_told else NONE


def _useless(story: Story) -> Html:
    title = element("strong", "What need not be tried")
    return element("div", title, bullets(story.useless), class_="note tone-bad") if story.useless else NONE


def _support(story: Story) -> Html:
    told = story.support
    where = join(GAP, "Where to send it:", GAP, link_to(told.link, told.link)) if told.link else NONE
    note = element("div", told.advice, where, class_=f"note tone-{'ok' if told.to_host else 'doubt'}")
    lines = f"Subject: {told.subject}\n\n{told.text}".split("\n")
    return join(note, element("pre", Html("\n".join(map(code, lines))), class_="text", tabindex="0"))


def _events(story: Story) -> Html:
    def cells(one: tuple[float, str]) -> list[str]:
        return [f"{one[0]:.2f} s", one[1]]

    made = table(("after", "event"), story.result.events if story.result else (), cells, kind="events")
    return element("details", element("summary", "Every event of the last attempt"), made) if made else NONE


def _shot(name: str, address: str) -> Html:
    image = element("img", src=Html(address), alt=f"Screenshot {name}")
    return element("figure", image, element("figcaption", name))
