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
from collections.abc import Mapping
from decimal import Decimal

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

_SHOWN = ("text", "absent", "matches", "no_match")
_VALUES = tuple(kind.value for kind in Kind)
_SUBJECTS = tuple(dict.fromkeys((*_SHOWN, *_VALUES, "exceptions", "pytest")))
_COMPARED = ("equals", "agrees_with")
_KEYS = ("name", "page", *_SUBJECTS, *_COMPARED, "within", "decimal", "env")
_OF_TESTS = ("name", "pytest", "within", "env")
_PATTERNS = ("matches", "no_match")
_MOST_CHECKS = 500
_LONGEST_PATTERN = 1000
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h|)\Z")
_SECONDS = {"s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}\Z")
_KEPT_BACK = re.compile(r"FRESHBOOT_|GITHUB_|ACTIONS_|RUNNER_|GH_", re.IGNORECASE)

Entry = Mapping[str, object]


class WrongCheck(ValueError):
    """An entry of the list is wrong. The message is one line that names it, and what would be right."""


def from_mapping(raw: object, source: str) -> tuple[Check, ...]:
    """Read the list that stands under ``checks:``; ``source`` names the file in errors.

    :raises WrongCheck: an entry is wrong; it is a ValueError.
    """
    if not isinstance(raw, list):
        raise WrongCheck(f"{source}: checks is not a list: write one check a line, as - text: Budget")
    if len(raw) > _MOST_CHECKS:
        raise WrongCheck(f"{source}: more than {_MOST_CHECKS} checks")
    read: dict[str, Check] = {}
    for number, entry in enumerate(raw, 1):
        try:
            check = _check(_entry(entry, _KEYS), read)
        except WrongCheck as error:
            raise WrongCheck(f"{source}: check {number}: {error}") from None
        read[check.name] = check
    return tuple(read.values())


def _entry(raw: object, known: tuple[str, ...]) -> Entry:
    """One mapping of known keys only."""
    if not isinstance(raw, Mapping):
        raise WrongCheck(f"{raw!r} is not a mapping: write it as text: {raw}")
    for key in raw:
        if key not in known:
            near = difflib.get_close_matches(str(key)[:40], known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
            raise WrongCheck(f"there is no key {key!r}; {hint}")
    return raw


def _check(entry: Entry, read: Mapping[str, Check]) -> Check:
    subject = _subject(entry, _SUBJECTS)
    if subject == "pytest":
        return _runs_tests(entry, read)
    if "env" in entry:
        raise WrongCheck(f"{subject} and env do not go together")
    compared = [key for key in _COMPARED if key in entry]
    if len(compared) > 1 or (compared and subject not in _VALUES):
        raise WrongCheck(f"{' and '.join((subject, *compared))} do not go together")
    if not compared and (unused := [key for key in ("within", "decimal") if key in entry]):
        raise WrongCheck(f"{unused[0]} means nothing without equals or agrees_with")
    if compared == ["equals"]:
        return _equals(entry, subject, read)
    if compared:
        return _agrees(entry, subject, read)
    if subject == "exceptions":
        return _may_raise(entry, read)
    if subject not in _SHOWN:
        raise WrongCheck(f"{subject} needs equals or agrees_with")
    return _shows(entry, subject, read)


def _shows(entry: Entry, subject: str, read: Mapping[str, Check]) -> Shows:
    text, page = _text(entry, subject), _page(entry)
    pattern, wanted = subject in _PATTERNS, subject in ("text", "matches")
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
    try:
        raw = _entry(entry["agrees_with"], ("page", *_VALUES))
        other = _place(raw, _subject(raw, _VALUES))
    except WrongCheck as error:
        raise WrongCheck(f"agrees_with: {error}") from None
    place, comma = _place(entry, subject), _comma(entry)
    if place == other:
        raise WrongCheck(f"{place} is the same place twice")
    name = _name(entry, f"{place} agrees with {other}", read)
    return Agrees(name, place, other, _within(entry, comma), comma)


def _may_raise(entry: Entry, read: Mapping[str, Check]) -> MayRaise:
    if entry["exceptions"] != "allowed":
        raise WrongCheck("exceptions can only be: allowed")
    page = _page(entry)
    return MayRaise(_name(entry, "exceptions allowed" + (f" on {page}" if page else ""), read), page)


def _runs_tests(entry: Entry, read: Mapping[str, Check]) -> RunsTests:
    if foreign := [str(key) for key in entry if key not in _OF_TESTS]:
        raise WrongCheck(f"pytest and {foreign[0]} do not go together")
    path = _text(entry, "pytest")
    if path.startswith(("-", "/", "~")) or "\\" in path or ".." in path.partition("::")[0].split("/"):
        raise WrongCheck(f"pytest: {path!r} is no path below the repository's root")
    name = _name(entry, f"the tests in {path} pass", read)
    return RunsTests(name, path, _duration(entry), _variables(entry))


def _duration(entry: Entry) -> float:
    if "within" not in entry:
        return RunsTests.seconds
    match = _DURATION.match(_text(entry, "within"))
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if seconds <= 0:
        raise WrongCheck("within is no duration: write it as 90s or 5m")
    return seconds


def _variables(entry: Entry) -> tuple[str, ...]:
    """Names of the environment's variables; what is ours, or the runner's, is handed to no test."""
    names = entry.get("env", [])
    if not isinstance(names, list) or not all(isinstance(one, str) and _VARIABLE.match(one) for one in names):
        raise WrongCheck("env is no list of variables' names: write env: [LOGIN, PASSWORD]")
    if kept := [one for one in names if _KEPT_BACK.match(one)]:
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
    return _pattern(text, key) if key in _PATTERNS else text.strip()


def _pattern(text: str, key: str) -> str:
    if len(text) > _LONGEST_PATTERN:
        raise WrongCheck(f"{key} is longer than {_LONGEST_PATTERN} characters")
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
