"""The checks of the configuration, held against what the live app's pages show.

A check passes only on what is there to be seen: a value that is missing, or that stands there twice with
different contents, fails it with words that say so. What should *not* be there fails on a page that was not
seen to its end.

Pages are untrusted. Regular expressions are therefore not run here, where nothing could stop one that
backtracks for ever, but by the :data:`Search` that the caller gives.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from freshboot.judge.numbers import NotANumber, Number, comparable, parse
from freshboot.judge.pages import PageLook

Search: TypeAlias = Callable[[str, Sequence[str]], "tuple[str, ...] | None"]
"""Everything different that a pattern matches in some texts, each searched for itself: the pattern's first
group, or all of the match where it has none. None if it could not be done in time."""

Pages: TypeAlias = Mapping[str, PageLook]
"""Every page of the app by its url path, empty for the first one."""

_LONGEST = 200
_MOST_NAMED = 5
_EVERY_TEST = "every test passes"


class Kind(str, Enum):
    """Where a value stands on a page."""

    METRIC = "metric"
    DELTA = "delta"  # what a metric shows below its value
    MATCHES = "matches"  # what a regular expression finds


@dataclass(frozen=True)
class Place:
    """A value on a page: a metric by its label, or what a regular expression finds."""

    kind: Kind
    subject: str
    page: str = ""

    def __str__(self) -> str:
        if self.kind is Kind.MATCHES:
            return f"what /{self.subject}/ matches{_on(self.page)}"
        return f"{self.kind.value} {self.subject}{_on(self.page)}"


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers may lie apart: so much, or so many per cent of the value. ``text`` is as given.

    Of two percentages so many points, or so many per cent of the percentage.
    """

    amount: Number
    text: str = ""

    def allows(self, difference: Decimal, base: Decimal) -> bool:
        """Whether it allows a difference from (or between) numbers of that size."""
        allowed = self.amount.value * abs(base) / 100 if self.amount.is_share else self.amount.value
        return abs(difference) <= allowed


@dataclass(frozen=True)
class Shows:
    """A text or a regular expression is on a page, or is not.

    Without a page: wanted on the first one, unwanted on none at all.
    """

    name: str
    text: str
    page: str | None = None
    pattern: bool = False
    wanted: bool = True


@dataclass(frozen=True)
class Equals:
    """A value is what is expected: the same text, or a number within the tolerance."""

    name: str
    place: Place
    expected: str
    within: Tolerance | None = None
    comma: bool = False


@dataclass(frozen=True)
class Agrees:
    """Two places show the same text, or numbers that are the same within the tolerance."""

    name: str
    place: Place
    other: Place
    within: Tolerance | None = None
    comma: bool = False


@dataclass(frozen=True)
class MayRaise:
    """Exceptions are allowed on a page; without a page, on all."""

    name: str
    page: str | None = None


@dataclass(frozen=True)
class RunsTests:
    """The tests at a path of the repository pass against the live app.

    ``seconds`` is what all of them may take. ``variables`` are those of the environment that they need; no
    others are handed to them.
    """

    name: str
    path: str
    seconds: float = 300.0
    variables: tuple[str, ...] = ()


PageCheck: TypeAlias = Shows | Equals | Agrees
Check: TypeAlias = PageCheck | MayRaise | RunsTests


@dataclass(frozen=True)
class CheckResult:
    """What came of a check. ``found`` may quote the page: it is untrusted, bounded, and not escaped.

    ``unseen``: it did not pass because it could not be made to its end (a page that was not seen whole, tests
    that could not be run), which shows nothing of the code; ``lasting``: time does not change that.
    """

    name: str
    passed: bool
    expected: str
    found: str
    unseen: bool = False
    lasting: bool = False


@dataclass(frozen=True)
class RanTests:
    """What came of a run of tests. ``failed``: the tests that failed, each with what it says, untrusted.

    ``unmade``: the same of tests that failed for another reason than the app's code. ``trouble`` says why the
    tests could not be run to their end, ``lasting`` whether that stays so; empty where they were.
    """

    passed: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    unmade: tuple[tuple[str, str], ...] = ()
    trouble: str = ""
    lasting: bool = False


class _Unsure(Exception):
    """What a check needs is not there, or is not clear; the message is what was found."""


class _Unseen(_Unsure):
    """A page was not seen to its end."""


def named_pages(checks: Iterable[Check]) -> frozenset[str]:
    """The pages that checks name: to be looked at even if the app does not list them."""
    places = (place for check in checks for place in _places(check))
    return frozenset(page for page in (_url(one) for one in places) if page)


def evaluate(checks: Iterable[Check], pages: Pages, search: Search) -> tuple[CheckResult, ...]:
    """Hold the checks against the pages; that no page shows an exception is checked by itself."""
    kept = tuple(checks)
    results = [_evaluated(check, pages, search) for check in kept if isinstance(check, PageCheck)]
    return (*_exceptions(kept, pages), *results)


def result_of_tests(check: RunsTests, ran: RanTests) -> CheckResult:
    """What tests say: failed is only what a test found wrong with the app itself, passed only what ran."""
    if ran.failed:
        return CheckResult(check.name, False, _EVERY_TEST, _told_of_tests("failed", ran.failed, ran))
    if ran.trouble or not ran.passed:
        words = ran.trouble or "no test ran"
        return CheckResult(check.name, False, _EVERY_TEST, _cut(words), unseen=True, lasting=ran.lasting)
    if ran.unmade:
        return CheckResult(
            check.name, False, _EVERY_TEST, _told_of_tests("could not be made", ran.unmade, ran), unseen=True
        )
    return CheckResult(check.name, True, _EVERY_TEST, f"{ran.passed} passed")


def _told_of_tests(word: str, tests: Sequence[tuple[str, str]], ran: RanTests) -> str:
    count = len(ran.failed) + len(ran.unmade) + ran.passed
    named = [f"{_cut(name, 80)}: {_cut(_squeezed(why), 160)}" for name, why in tests[:_MOST_NAMED]]
    rest = len(tests) - len(named)
    more = [f"and {rest} more"] if rest else []
    return f"{len(tests)} of {count} {word}: " + "; ".join([*named, *more])


def no_exception(page: str) -> str:
    """The name of the check that comes by itself: that this page shows no exception."""
    return f"no exception{_on(page, first=True)}"


def _places(check: Check) -> tuple[str, ...]:
    match check:
        case Shows(page=page) | MayRaise(page=page):
            return (page,) if page else ()
        case Equals(place=place):
            return (place.page,)
        case Agrees(place=place, other=other):
            return (place.page, other.page)
        case RunsTests():
            return ()


def _exceptions(checks: Sequence[Check], pages: Pages) -> Iterator[CheckResult]:
    allowed = [check.page for check in checks if isinstance(check, MayRaise)]
    if None in allowed:
        return
    spared = {_name(pages, page) for page in allowed if page is not None}
    if not pages:
        yield CheckResult("no exception", False, "no exception", "no page was looked at", unseen=True)
    for url, look in pages.items():
        if url not in spared:
            found = str(look.raised) if look.raised else look.error
            unseen = bool(look.error) and not look.raised
            yield CheckResult(no_exception(url), not found, "no exception", _cut(found), unseen)


def _evaluated(check: PageCheck, pages: Pages, search: Search) -> CheckResult:
    expected, unseen = _expected(check), False
    try:
        passed, found = _outcome(check, pages, search)
    except _Unsure as doubt:
        passed, found, unseen = False, str(doubt), isinstance(doubt, _Unseen)
    return CheckResult(check.name, passed, expected, _cut(found), unseen)


def _outcome(check: PageCheck, pages: Pages, search: Search) -> tuple[bool, str]:
    match check:
        case Shows(wanted=True):
            return _shown(check, pages, search)
        case Shows():
            return _not_shown(check, pages, search)
        case Equals():
            return _equals(check, pages, search)
        case Agrees():
            return _agrees(check, pages, search)


def _expected(check: PageCheck) -> str:
    match check:
        case Shows(text=text, pattern=pattern, wanted=wanted):
            return ("" if wanted else "nowhere ") + (f"/{text}/" if pattern else f'"{text}"')
        case Equals(expected=expected, within=within):
            return expected + (f" ± {within.text}" if within and within.text else "")
        case Agrees(other=other, within=within):
            return f"the same as {other}" + (f" ± {within.text}" if within and within.text else "")


def _shown(check: Shows, pages: Pages, search: Search) -> tuple[bool, str]:
    look = _look(pages, check.page or "")
    if found := _occurrences(check, look, search):
        return True, found[0]
    if look.error:
        raise _Unseen(look.error)
    return False, f"it is not there{_titles(look)}"


def _not_shown(check: Shows, pages: Pages, search: Search) -> tuple[bool, str]:
    looks = list(pages.values()) if check.page is None else [_look(pages, check.page)]
    for look in looks:
        if found := _occurrences(check, look, search):
            return False, f"{found[0]}{_on(look.page, first=True)}"
    unseen = [f"{look.error}{_on(look.page, first=True)}" for look in looks if look.error]
    if unseen or not looks:
        raise _Unseen(unseen[0] if unseen else "no page was looked at")
    return True, ""


def _occurrences(check: Shows, look: PageLook, search: Search) -> tuple[str, ...]:
    if check.pattern:
        return _found(check.text, look, search)
    wanted = _squeezed(check.text)
    return (wanted,) if any(wanted in _squeezed(text) for text in look.texts) else ()


def _equals(check: Equals, pages: Pages, search: Search) -> tuple[bool, str]:
    shown = _value(check.place, pages, search)
    if _squeezed(shown) == _squeezed(check.expected):
        return True, shown
    if check.within is None:
        return False, shown
    wanted, number = _number(check.expected, check.comma), _number(shown, check.comma)
    if wanted.unit and not number.unit:
        return False, f"{shown}, which does not say {wanted.unit}"
    return _is_close(number, wanted, abs(wanted.value), check.within), shown


def _agrees(check: Agrees, pages: Pages, search: Search) -> tuple[bool, str]:
    one, other = (_value(place, pages, search) for place in (check.place, check.other))
    if _squeezed(one) == _squeezed(other):
        return True, one
    found = f"{one} and {other}"
    try:
        numbers = _number(one, check.comma), _number(other, check.comma)
    except _Unsure as doubt:
        return False, f"{found}: {doubt}"
    base = min(abs(number.value) for number in numbers)
    return _is_close(*numbers, base, check.within or Tolerance(Number(Decimal(0)))), found


def _is_close(one: Number, other: Number, base: Decimal, within: Tolerance) -> bool:
    amount = within.amount
    same = comparable(one, other)
    if not amount.is_share and amount.unit:
        same = same and comparable(one, amount) and comparable(other, amount)
    return same and within.allows(one.value - other.value, base)


def _number(text: str, comma: bool) -> Number:
    try:
        return parse(text, comma)
    except NotANumber as error:
        raise _Unsure(f"{_cut(text)}: {error}") from None


def _value(place: Place, pages: Pages, search: Search) -> str:
    """The one value at a place; of a page that broke off, another may have been to come."""
    look = _look(pages, place.page)
    if look.error:
        raise _Unseen(f"{place}: {look.error}")
    values = _values(place, look, search)
    if not values:
        raise _Unsure(_absent(place, look))
    if len(values) > 1:
        named = ", ".join(_cut(one, 40) for one in values[:_MOST_NAMED])
        raise _Unsure(f"{place} is there with different values: {named}")
    return values[0]


def _values(place: Place, look: PageLook, search: Search) -> tuple[str, ...]:
    if place.kind is Kind.MATCHES:
        return _found(place.subject, look, search)
    label = _plain_label(place.subject)
    metrics = [one for one in look.metrics if _plain_label(one.label) == label]
    values = [one.delta if place.kind is Kind.DELTA else one.value for one in metrics]
    # One that is empty beside one that is not is a difference as well.
    return tuple(dict.fromkeys(map(_squeezed, values))) if any(value.strip() for value in values) else ()


def _absent(place: Place, look: PageLook) -> str:
    if look.error:
        return f"{place} is not there: {look.error}"
    labels = [] if place.kind is Kind.MATCHES else list(dict.fromkeys(one.label for one in look.metrics))
    named = ", ".join(_cut(one, 40) for one in labels[:_MOST_NAMED])
    others = f"; there are {named}" + (", …" if labels[_MOST_NAMED:] else "") if named else ""
    return f"{place} is not there{others}"


def _found(pattern: str, look: PageLook, search: Search) -> tuple[str, ...]:
    found = search(pattern, look.texts)
    if found is None:
        raise _Unsure(f"looking for /{pattern}/ took too long{_on(look.page, first=True)}")
    return found


def _look(pages: Pages, page: str) -> PageLook:
    name = _name(pages, page)
    if name is None:
        known = ", ".join(_cut(one or "the first one", 40) for one in list(pages)[:_MOST_NAMED])
        raise _Unsure(f"there is no one page {page or 'at the start'}; looked at: {known or 'none'}")
    return pages[name]


def _name(pages: Pages, page: str) -> str | None:
    """The url path of a page that is named by it or by its title."""
    if _url(page) in pages:
        return _url(page)
    titled = [url for url, look in pages.items() if look.title and look.title == page]
    return titled[0] if len(titled) == 1 else None


def _url(page: str) -> str:
    return page.strip("/")


def _on(page: str, first: bool = False) -> str:
    return f" on {page}" if _url(page) else " on the first page" if first else ""


def _titles(look: PageLook) -> str:
    """What a page shows first, so that a person sees which one it was."""
    shown = next((one for one in look.texts if one.strip()), "")
    return f'; the page begins with "{_cut(_squeezed(shown), 60)}"' if shown else "; the page is empty"


def _plain_label(text: str) -> str:
    """A label as it is read: without emphasis, and without what nobody sees."""
    shown = unicodedata.normalize("NFKC", text)
    seen = (one for one in shown if unicodedata.category(one) != "Cf" and one not in "*_`~")
    return _squeezed("".join(seen))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
