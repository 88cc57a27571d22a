r"""The configuration's list of checks, read.

::

    checks:
      - text: Budget 2026                                    # the first page shows it
      - absent: Traceback                                    # no page shows it
      - {page: Report, matches: 'v\d+'}                      # a regular expression; no_match: the contrary
      - {page: Report, metric: Revenue, equals: "£23,399,235", within: 1000}
      - {metric: Total, agrees_with: {page: Report, matches: 'Total: (\S+)'}, within: 1%}
      - {metric: Margin, equals: "12,5 %", decimal: ","}     # delta: what a metric shows below its value
      - {page: Experiments, exceptions: allowed}             # everywhere else an exception fails
      - {pytest: tests/live, within: 5m, env: [LOGIN]}       # the repository's own tests, run live
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from freshboot.judge.checks import (
    Agrees,
    Check,
    Equals,
    Kind,
    MayRaise,
    Place,
    RunsTests,
    Shows,
    Tolerance,
)
from freshboot.judge.numbers import NotANumber, Number, parse

SHOWN = ("text", "absent", "matches", "no_match")
VALUES = tuple(kind.value for kind in Kind)
_SUBJECTS = tuple(dict.fromkeys((*SHOWN, *VALUES, "exceptions", "pytest")))
_COMPARED = ("equals", "agrees_with")
_KEYS = ("name", "page", *_SUBJECTS, *_COMPARED, "within", "decimal", "env")
_OF_TESTS = ("name", "pytest", "within", "env")
PATTERNS = ("matches", "no_match")
MOST_CHECKS = 500
LONGEST_PATTERN = 1000
DURATION = re.compile(r"^\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(s|m|h|)\s*$")
_SECONDS = {"s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}
LONGEST_DURATION = 999_999
VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,100}$(?!\n)")
KEPT_BACK = ("FRESHBOOT_", "GITHUB_", "ACTIONS_", "RUNNER_", "GH_")
NO_PATH = re.compile(r"^\s*[-/~]|\\|(^\s*|/)\.\.(/|::|\s*$)")
"""Options, what is absolute, and what leads out of the repository."""

Entry = Mapping[str, object]


class WrongCheck(ValueError):
    """An entry of the list is wrong. As a text it is one line that names it, and what would be right.

    ``at`` is where: the entry's number from 0, and the keys in it.
    """

    def __init__(self, message: str, remedy: str = "", at: tuple[str | int, ...] = ()) -> None:
        super().__init__(f"{message}; {remedy}" if remedy else message)
        self.message, self.remedy, self.at = message, remedy, at

    def within(self, before: str, *place: str | int) -> WrongCheck:
        """The same, seen from around the place where it was found."""
        return WrongCheck(before + self.message, self.remedy, (*place, *self.at))


def from_mapping(raw: object, source: str) -> tuple[Check, ...]:
    """Read the list that stands under ``checks:``; ``source`` names the file in errors.

    :raises WrongCheck: an entry is wrong; it is a ValueError.
    """
    checks, faults = _read(raw)
    if faults:
        raise faults[0].within(f"{source}: ")
    return checks


def faults_in(raw: object) -> tuple[WrongCheck, ...]:
    """Everything that is wrong in the list that stands under ``checks:``."""
    return _read(raw)[1]


def _read(raw: object) -> tuple[tuple[Check, ...], tuple[WrongCheck, ...]]:
    if not isinstance(raw, list):
        return (), (WrongCheck("checks is not a list: write one check a line, as - text: Budget"),)
    if len(raw) > MOST_CHECKS:
        return (), (WrongCheck(f"more than {MOST_CHECKS} checks"),)
    read: dict[str, Check] = {}
    faults: list[WrongCheck] = []
    for number, entry in enumerate(raw):
        found = _faults_of(entry, read)
        faults += [one.within(f"check {number + 1}: ", number) for one in found]
    return tuple(read.values()), tuple(faults)


def _faults_of(raw: object, read: dict[str, Check]) -> list[WrongCheck]:
    """What is wrong with an entry: strange keys, else every value by itself, else what they are together.

    An entry with which nothing is wrong is put into ``read``.
    """
    if not isinstance(raw, Mapping):
        return [WrongCheck(f"{raw!r} is not a mapping: write it as text: {raw}")]
    found = _strange_keys(raw, _KEYS) or [
        fault for key, value_of in _VALUES_OF.items() if key in raw and (fault := _fault(value_of, raw, key))
    ]
    if not found:
        try:
            check = _check(raw, read)
        except WrongCheck as error:
            return [error]
        read[check.name] = check
    return found


def _strange_keys(entry: Entry, known: tuple[str, ...]) -> list[WrongCheck]:
    faults = []
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(str(key)[:40], known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
            faults.append(WrongCheck(f"there is no key {key!r}", hint, (str(key),)))
    return faults


def _fault(value_of: Callable[[Entry], object], entry: Entry, key: str) -> WrongCheck | None:
    try:
        value_of(entry)
    except WrongCheck as error:
        return error if error.at else error.within("", key)
    return None


def _check(entry: Entry, read: Mapping[str, Check]) -> Check:
    subject = _subject(entry, _SUBJECTS)
    if subject == "pytest":
        return _runs_tests(entry, read)
    if "env" in entry:
        raise WrongCheck(f"{subject} and env do not go together")
    compared = [key for key in _COMPARED if key in entry]
    if len(compared) > 1 or (compared and subject not in VALUES):
        raise WrongCheck(f"{' and '.join((subject, *compared))} do not go together")
    if not compared and (unused := [key for key in ("within", "decimal") if key in entry]):
        raise WrongCheck(f"{unused[0]} means nothing without equals or agrees_with")
    if compared == ["equals"]:
        return _equals(entry, subject, read)
    if compared:
        return _agrees(entry, subject, read)
    if subject == "exceptions":
        return _may_raise(entry, read)
    if subject not in SHOWN:
        raise WrongCheck(f"{subject} needs equals or agrees_with")
    return _shows(entry, subject, read)


def _shows(entry: Entry, subject: str, read: Mapping[str, Check]) -> Shows:
    text, page = _text(entry, subject), _page(entry)
    pattern, wanted = subject in PATTERNS, subject in ("text", "matches")
    told = ("matches" if wanted else "does not match") if pattern else "shows" if wanted else "does not show"
    title = f"{told} {f'/{text}/' if pattern else repr(text)}" + (f" on {page}" if page else "")
    return Shows(_name(entry, title, read), text, page, pattern, wanted)


def _equals(entry: Entry, subject: str, read: Mapping[str, Check]) -> Equals:
    place, comma, expected = _place(entry, subject), _comma(entry), _text(entry, "equals")
    within = _within(entry, comma)
    if not isinstance(entry["equals"], str):  # YAML writes numbers with a point
        expected = expected.replace(".", ",") if comma else expected
        within = within or Tolerance(Number(Decimal(0)))
    if within is not None:
        _number(expected, "equals", comma)  # else it could never be met
    told = f" ± {within.text}" if within and within.text else ""
    return Equals(_name(entry, f"{place} is {expected}{told}", read), place, expected, within, comma)


def _agrees(entry: Entry, subject: str, read: Mapping[str, Check]) -> Agrees:
    place, other, comma = _place(entry, subject), _other(entry), _comma(entry)
    if place == other:
        raise WrongCheck(f"{place} is the same place twice")
    name = _name(entry, f"{place} agrees with {other}", read)
    return Agrees(name, place, other, _within(entry, comma), comma)


def _other(entry: Entry) -> Place:
    """The other place of two that must agree."""
    try:
        return _place_in(entry["agrees_with"])
    except WrongCheck as error:
        raise error.within("agrees_with: ", "agrees_with") from None


def _place_in(raw: object) -> Place:
    if not isinstance(raw, Mapping):
        raise WrongCheck(f"{raw!r} is not a mapping: write it as {{page: Report, metric: Revenue}}")
    if strange := _strange_keys(raw, ("page", *VALUES)):
        raise strange[0]
    return _place(raw, _subject(raw, VALUES))


def _may_raise(entry: Entry, read: Mapping[str, Check]) -> MayRaise:
    _allowed(entry)
    page = _page(entry)
    return MayRaise(_name(entry, "exceptions allowed" + (f" on {page}" if page else ""), read), page)


def _runs_tests(entry: Entry, read: Mapping[str, Check]) -> RunsTests:
    if foreign := [str(key) for key in entry if key not in _OF_TESTS]:
        raise WrongCheck(f"pytest and {foreign[0]} do not go together")
    path = _path(entry)
    name = _name(entry, f"the tests in {path} pass", read)
    return RunsTests(name, path, _duration(entry), _variables(entry))


def _allowed(entry: Entry) -> None:
    if entry["exceptions"] != "allowed":
        raise WrongCheck("exceptions can only be: allowed")


def _path(entry: Entry) -> str:
    path = entry["pytest"]
    if not isinstance(path, str) or not path.strip() or NO_PATH.search(path):
        raise WrongCheck(f"pytest: {path!r} is no path below the repository's root")
    return path.strip()


def _duration(entry: Entry) -> float:
    given = entry.get("within", RunsTests.seconds)
    seconds = 0.0
    if isinstance(given, str) and (match := DURATION.search(given)):
        seconds = float(match[1]) * _SECONDS[match[2]]
    elif isinstance(given, (int, float)) and not isinstance(given, bool) and given <= LONGEST_DURATION:
        seconds = float(given)
    if not seconds > 0:
        raise WrongCheck("within is no duration: write it as 90s or 5m")
    return seconds


def _variables(entry: Entry) -> tuple[str, ...]:
    """Names of the environment's variables; what is ours, or the runner's, is handed to no test."""
    names = entry.get("env", [])
    if not isinstance(names, list) or not all(isinstance(one, str) and VARIABLE.search(one) for one in names):
        raise WrongCheck("env is no list of variables' names: write env: [LOGIN, PASSWORD]")
    if kept := [one for one in names if one.upper().startswith(KEPT_BACK)]:
        raise WrongCheck(f"env: {kept[0]} is handed to no test")
    return tuple(dict.fromkeys(names))


def _subject(entry: Entry, known: tuple[str, ...]) -> str:
    found = [key for key in known if key in entry]
    if len(found) != 1:
        told = f"{' and '.join(found)} at once" if found else "it says nothing to look for"
        raise WrongCheck(f"{told}; use one of {', '.join(known)}")
    return found[0]


def _place(entry: Entry, subject: str) -> Place:
    return Place(Kind(subject), _text(entry, subject), _page(entry) or "")


def _page(entry: Entry) -> str | None:
    if "page" not in entry:
        return None
    return "" if entry["page"] in ("", "/") else _text(entry, "page").strip("/")


def _text(entry: Entry, key: str) -> str:
    """A text; numbers too, since YAML takes some texts for them."""
    value = entry[key]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise WrongCheck(f"{key} is not a text: put it in quotation marks")
    if isinstance(value, float) and not math.isfinite(value):
        raise WrongCheck(f"{key} is no finite number")
    text = str(value) if isinstance(value, str) else format(Decimal(str(value)), "f")
    if not text.strip():
        raise WrongCheck(f"{key} is empty")
    return _pattern(text, key) if key in PATTERNS else text.strip()


def _pattern(text: str, key: str) -> str:
    if len(text) > LONGEST_PATTERN:
        raise WrongCheck(f"{key} is longer than {LONGEST_PATTERN} characters")
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise WrongCheck(f"{key} is not a regular expression: {error}") from None
    return text


def _comma(entry: Entry) -> bool:
    decimal = entry.get("decimal", ".")
    if decimal not in (".", ","):
        raise WrongCheck('decimal is the decimal sign: "." or ","')
    return decimal == ","


def _within(entry: Entry, comma: bool) -> Tolerance | None:
    if "within" not in entry:
        return None
    text = _text(entry, "within")
    amount = _number(text, "within", comma and isinstance(entry["within"], str))
    if amount.value < 0:
        raise WrongCheck("within is below zero")
    return Tolerance(amount, text)


def _number(text: str, key: str, comma: bool) -> Number:
    try:
        return parse(text, comma)
    except NotANumber as error:
        raise WrongCheck(f"{key}: {text!r} cannot be compared as a number: {error}") from None


def _name(entry: Entry, title: str, read: Mapping[str, Check]) -> str:
    """The name given, else one from the content; no two checks have the same."""
    if "name" in entry:
        name = _text(entry, "name")
        if name in read:
            raise WrongCheck(f"there is a check named {name!r} already")
        return name
    names = [title, *(f"{title} ({number})" for number in range(2, len(read) + 3))]
    return next(name for name in names if name not in read)


def _measure(entry: Entry) -> object:
    """What ``within`` says: a time where tests run, else how far numbers may lie apart."""
    return _duration(entry) if "pytest" in entry else _within(entry, comma=entry.get("decimal") == ",")


_VALUES_OF: Mapping[str, Callable[[Entry], object]] = {
    **{key: partial(_text, key=key) for key in ("name", *SHOWN, *VALUES, "equals")},
    "page": _page,
    "exceptions": _allowed,
    "pytest": _path,
    "agrees_with": _other,
    "within": _measure,
    "decimal": _comma,
    "env": _variables,
}
"""What reads each key's value, for a value that is wrong whatever else the entry says."""
