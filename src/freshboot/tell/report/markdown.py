"""A story as GitHub's Markdown, below a size; nothing that came from outside has a meaning of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from freshboot.judge.checks import CheckResult
from freshboot.judge.words import short
from freshboot.tell.page import Part, header, listed, row, size, table, within
from freshboot.tell.report import files, grid, impact, layers, ruling, steps
from freshboot.tell.report.addresses import is_address
from freshboot.tell.report.files import proof_of
from freshboot.tell.report.impact import lasted, sums, until
from freshboot.tell.report.story import Step, Story
from freshboot.tell.report.words import SIGNS, counted, duration, recorded_at, when
from freshboot.tell.safe import markdown, text_for_runner

_Item = TypeVar("_Item")

MOST_BYTES = 1_000_000
_LONGEST_CELL = 300
_NOTHING = "–"
_STATES = {
    grid.State.DEPLOYED: "✅ deployed",
    grid.State.OLD: "❌ not deployed",
    grid.State.SAME: "✔ live, unchanged",
    grid.State.UNKNOWN: "❔ not known",
}
_PAIRS = {
    files.State.SAME: "✅ the same",
    files.State.DIFFERENT: "❌ different",
    files.State.UNKNOWN: "❔ not known",
}
_LAYERS = {
    layers.State.FRESH: "✅ the release",
    layers.State.STALE: "❌ not the release",
    layers.State.UNKNOWN: "❔ not known",
    layers.State.NOT_ASKED: "– not asked for",
}
_RULINGS = (
    (ruling.State.FOUND, "Found"),
    (ruling.State.EXCLUDED, "Ruled out"),
    (ruling.State.OPEN, "Not ruled out"),
)
_CRITERIA = {steps.State.MET: ("x", ""), steps.State.UNMET: (" ", "❌ "), steps.State.UNKNOWN: (" ", "❔ ")}


def to_markdown(story: Story, most: int = MOST_BYTES) -> str:
    """The report in at most so many bytes of UTF-8 (20,000 at least), every table and fence of it ended."""
    head = _head(story)
    return head + within(_parts(story), most - size(head))


def _head(story: Story) -> str:
    facts = story.facts
    about = [
        ("Verdict", f"**{story.verdict}**" + (f" ({story.cause})" if story.cause else "")),
        ("What people see", _cell(story.effect)),
        ("Status", _cell(story.status)),
        ("Commit", _commit(story, story.commit)),
        (
            "Badge to expect",
            f"**{story.badge.colour}**: {_cell(story.badge.text)}" if story.badge else _NOTHING,
        ),
        ("App", _address(facts.app)),
        ("Repository", _cell(", ".join(filter(None, (facts.repository, facts.branch, facts.entrypoint))))),
        ("Attempts", str(story.impact.attempts)),
        ("Date", when(story.made)),
    ]
    rows = "\n".join(row(pair) for pair in about)
    title = f"# Deployment report\n\n## {story.sign} {story.conclusion}"
    if story.recorded:
        title += f"\n\nAs {recorded_at(story.recorded, story.made)}."
    return f"{title}\n\n{_text(story.sentence)}\n\n{header('', '')}\n{rows}\n\n"


def _parts(story: Story) -> Iterator[Part]:
    """The most important first; each section's heading stands with its first part."""
    yield from _section("What is known", _list(story.known))
    yield from _section("Timeline of attempts", *_timeline(story))
    yield from _section(
        "Git has, live has", _pairs(story), _proof(story), *_differences(story), _checks(story)
    )
    yield from _section("What was deployed, commit by commit", _grid(story))
    yield from _section("Layers", _layers(story))
    yield from _section("What is ruled out", *_rulings(story))
    yield from _section(
        "Verification steps", *(_verification(n, one) for n, one in enumerate(story.verification, 1))
    )
    yield from _section("Success criteria", _criteria(story))
    yield from _section("Impact", _list(sums(story.impact)), _spans(story))
    yield from _section("Next steps", _list(story.next, sign="1."), _useless(story), _link(story))
    yield from _section("Support request", _support(story))
    yield from _section("For next time", _list(story.lessons))
    yield from _section("What the host's log says", _list(story.log))
    yield from _section(
        "Screenshots", _list([f"{one.name}: see the report in HTML" for one in story.pictures])
    )
    yield from _section("What this does not speak of", _list(story.limits))
    yield from _section("Every event of the last attempt", _events(story))


def _section(title: str, *parts: Part) -> Iterator[Part]:
    full = [one for one in parts if one.total]
    for first, one in enumerate(full):
        yield one if first else replace(one, before=f"## {title}\n\n{one.before}")


def _list(items: Sequence[str], sign: str = "-") -> Part:
    return listed(items, _text, sign=sign)


def _timeline(story: Story) -> Iterator[Part]:
    if story.earlier:
        yield Part(1, [f"{counted(story.earlier, 'earlier attempt')} not shown.\n"])
    for one in story.steps:
        yield Part(1, [_step(story, one)], more="")


def _step(story: Story, one: Step) -> str:
    sign = SIGNS[one.verdict] if one.verdict else "❔"
    what = f"remedy {markdown(one.remedy)}" if one.remedy else "push"
    verdict = (one.verdict.value if one.verdict else "unfinished") + (
        f" ({one.cause.value})" if one.cause else ""
    )
    more = f" and {one.more} more" if one.more else ""
    told = (
        (
            "When",
            when(one.at) + (f", {duration(one.seconds)} to the verdict" if one.seconds is not None else ""),
        ),
        ("Commit", _commit(story, one.commit) + (f", {one.badge.colour} badge" if one.badge else "")),
        ("Change", _text(one.change) if one.change else ""),
        ("Done", _text(one.does) if one.does else ""),
        ("Reason", _text(one.reason) if one.reason else ""),
        ("Files", ", ".join(map(_cell, one.changed)) + more if one.changed else ""),
        ("Result", f"{sign} {verdict}"),
        ("Evidence", _text(one.evidence)),
        ("Run", _address(one.run_url)),
    )
    lines = [f"- **{name}**: {words}" for name, words in told if words and words != _NOTHING]
    return "\n".join([f"### Attempt {one.number}: {what}, {sign} {verdict}", "", *lines, ""])


def _pairs(story: Story) -> Part:
    def cells(one: files.Pair) -> list[str]:
        behind = f"{one.behind} behind" if one.behind else ""
        origin = " ".join(filter(None, (_commit(story, one.live_commit) if one.live_commit else "", behind)))
        held = " ".join(filter(None, (f"`{one.live}`" if one.live else "", f"({origin})" if origin else "")))
        state = _PAIRS[one.state] + (f" ({', '.join(one.layers)})" if one.layers else "")
        return [_cell(one.path), f"`{one.git}`" if one.git else _NOTHING, held or _NOTHING, state]

    names = ("file", "git has (blob)", "live has (blob)", "")
    return _table(names, story.files, cells, story.more_files)


def _proof(story: Story) -> Part:
    command = proof_of(story.commit, story.files)
    return replace(_fenced("", [command], "See for yourself what git has:\n\n"), total=int(bool(command)))


def _differences(story: Story) -> Iterator[Part]:
    for one in story.files:
        if one.lines:
            title = f"**{_cell(one.path)}**: `-` is live, `+` is what git has\n\n"
            yield _fenced("diff", one.lines, title)


def _checks(story: Story) -> Part:
    checks = sorted(story.result.checks if story.result else (), key=lambda one: one.passed)

    def cells(one: CheckResult) -> list[str]:
        sign = "❔ not seen" if one.unseen else "✅" if one.passed else "❌"
        return [_cell(one.name), _cell(one.expected), _cell(one.found), sign]

    return _table(("check", "expected", "the app shows", ""), checks, cells)


def _grid(story: Story) -> Part:
    told = story.grid
    names = ["file", *(f"{one.number}: {_commit(story, one.commit)}" for one in told.columns)]

    def cells(one: grid.Row) -> list[str]:
        return [_cell(one.path), *(_grid_cell(each) for each in one.cells)]

    return _table(names, told.rows, cells, told.more)


def _grid_cell(one: grid.Cell) -> str:
    return _STATES[one.state] + (f" ({_cell(one.words)})" if one.words else "")


def _layers(story: Story) -> Part:
    def cells(one: layers.LayerStory) -> list[str]:
        return [f"**{one.name}**", _LAYERS[one.state], _cell(one.words), _cell(one.meaning)]

    return _table(("layer", "", "what was attested", "what it is"), story.layers, cells)


def _rulings(story: Story) -> Iterator[Part]:
    def told(one: ruling.Ruling) -> str:
        return f"**{one.cause.value}** ({_text(one.name)}): {_text(one.why)}"

    for state, title in _RULINGS:
        yield listed([one for one in story.rulings if one.state is state], told, title)


def _verification(number: int, one: steps.Verification) -> Part:
    title = f"### Step {number}: {_text(one.title)}\n\n{_text(one.do)}.\n\n"
    command = _fenced("", [one.command], "").within(2_000) + "\n" if one.command else ""
    cases = "\n".join(row((_cell(each.see), _cell(each.then))) for each in one.cases)
    expected = f"**Expected**: {_text(one.expect)}\n\n"
    return Part(1, [f"{title}{command}{expected}{header('if you see', 'then')}\n{cases}\n"], more="")


def _criteria(story: Story) -> Part:
    def told(one: steps.Criterion) -> str:
        mark, sign = _CRITERIA[one.state]
        return f"[{mark}] {sign}{_text(one.text)}" + (f" ({_text(one.detail)})" if one.detail else "")

    return listed(story.criteria, told)


def _spans(story: Story) -> Part:
    def cells(one: impact.Span) -> list[str]:
        return [_cell(one.what), _cell(one.words), when(one.since), until(one), lasted(one)]

    return _table(("what", "", "since", "until", "for"), story.impact.spans, cells)


def _useless(story: Story) -> Part:
    return listed(story.useless, _text, "What need not be tried")


def _link(story: Story) -> Part:
    link = story.facts.deploy_link
    shown = bool(link) and any("deploy it again" in one for one in story.next)
    return Part(int(shown), [f"Deploy link: {_address(link)}"], more="")


def _support(story: Story) -> Part:
    told = story.support
    link = f" Where to send it: {_address(told.link)}" if told.link else ""
    lines = f"Subject: {told.subject}\n\n{told.text}".split("\n")
    return _fenced("text", lines, f"{_text(told.advice)}{link}\n\n")


def _events(story: Story) -> Part:
    def cells(one: tuple[float, str]) -> list[str]:
        return [f"{one[0]:.2f} s", _cell(one[1])]

    events = story.result.events if story.result else ()
    return table("Seconds since the wait began", ("after", "event"), events, cells)


def _table(
    names: Sequence[str], items: Sequence[_Item], cells: Callable[[_Item], Iterable[str]], more: int = 0
) -> Part:
    """A table that is not folded away; ``more`` rows are not even among the items."""
    made = table("", names, items, cells)
    rest = row([f"… and {more} more", *[""] * (len(names) - 1)])
    return replace(made, before=header(*names), after=rest + "\n" if more else "")


def _fenced(language: str, lines: Sequence[str], before: str) -> Part:
    """A block of code that nothing in it ends."""
    runs = (len(one) for one in re.findall("`+", "\n".join(lines)))
    fence = "`" * max(3, 1 + max(runs, default=0))
    rows = [text_for_runner(one) for one in lines]
    return Part(len(rows), rows, f"{before}{fence}{language}", f"{fence}\n", "… and {} more lines")


def _address(address: str) -> str:
    """A link, where the address is one that cannot end it; else text."""
    return f"<{address}>" if is_address(address) else _cell(address)


def _commit(story: Story, commit: str) -> str:
    if not commit:
        return _NOTHING
    address = story.facts.commits
    return f"[`{short(commit)}`]({address}{commit})" if address else f"`{short(commit)}`"


def _text(words: str) -> str:
    return markdown(words, 1500) or _NOTHING


def _cell(words: str) -> str:
    return markdown(words, _LONGEST_CELL) or _NOTHING
