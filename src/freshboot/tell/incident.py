"""The issue of an app that is stale or wrong, in words: title, how things stand, and what is said below."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import urlsplit

from freshboot.github.incidents import LONGEST_BODY, Incident
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import explain, next_steps, short
from freshboot.tell.safe import line, markdown
from freshboot.tell.summary import summary

OPENING = frozenset({Verdict.STALE, Verdict.CODE})
"""How a rollout ends that opens an incident, or tells more of it."""
CLOSING = frozenset({Verdict.PROVEN, Verdict.SUPERSEDED})
"""How one ends that closes it. Whatever else is not known, and changes nothing."""

_DIGITS = 24
_LONGEST_NAME = 120
_ROOM = 2_000  # bytes for what stands below the summary
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?\[\]@!$&'*+,;=%-]{1,2000}")
_TITLES = {
    Verdict.STALE: "{app}: what is live is not the release ({cause})",
    Verdict.CODE: "{app}: the release is live, and its code fails ({cause})",
}


def key_of(app_url: str, branch: str, entrypoint: str) -> str:
    """What names an app, in hexadecimal digits: where it is, and what it is made from."""
    return _digest(app_url.rstrip("/"), branch, entrypoint)


def attempt_of(outcome: Outcome) -> str:
    """What names a release and how it ended, in hexadecimal digits: told once, however often it is seen."""
    judgement = outcome.judgement
    causes = sorted(one.value for one in judgement.causes)
    return _digest(outcome.expected.commit, judgement.verdict.value, *causes)


def incident(outcome: Outcome, *, app_url: str, branch: str, run_url: str, commits: str = "") -> Incident:
    """What is told of an outcome that is stale or wrong.

    ``commits`` is the address in front of a commit's id.
    """
    return Incident(
        key=key_of(app_url, branch, outcome.expected.entrypoint),
        attempt=attempt_of(outcome),
        title=title(outcome, app_url),
        body=body(outcome, app_url=app_url, branch=branch, run_url=run_url, commits=commits),
        comment=comment(outcome, run_url),
    )


def title(outcome: Outcome, app_url: str) -> str:
    """One plain line that a list of issues shows."""
    judgement = outcome.judgement
    cause = judgement.cause.value if judgement.cause else "no cause found"
    return line(_TITLES[judgement.verdict].format(app=_name(app_url), cause=cause))


def body(outcome: Outcome, *, app_url: str, branch: str, run_url: str, commits: str = "") -> str:
    """How things stand: the summary of the newest run, and where to look."""
    told = summary(outcome, commits=commits, most=LONGEST_BODY - _ROOM)
    where = [
        f"App: {_link(_name(app_url), app_url)}",
        f"branch: {markdown(branch, _LONGEST_NAME)}" if branch else "",
        _link("the newest run", run_url) if run_url else "",
    ]
    closing = "freshboot keeps this issue up to date, and closes it when the next release is proven live."
    return f"{told.rstrip()}\n\n---\n{' · '.join(filter(None, where))}\n\n{closing}\n"


def comment(outcome: Outcome, run_url: str) -> str:
    """What is said of one attempt: what came of it, and what to do next."""
    judgement, expected = outcome.judgement, outcome.expected
    steps = [f"- {markdown(step)}" for step in next_steps(judgement, expected)]
    return "\n".join([_first_line(outcome, run_url), "", markdown(explain(judgement, expected)), "", *steps])


def resolution(outcome: Outcome, run_url: str) -> str:
    """What is said last."""
    told = markdown(explain(outcome.judgement, outcome.expected))
    return f"{_first_line(outcome, run_url)}\n\n{told}"


def _first_line(outcome: Outcome, run_url: str) -> str:
    judgement = outcome.judgement
    cause = f" ({judgement.cause.value})" if judgement.cause else ""
    run = f", {_link('run', run_url)}" if run_url else ""
    return f"**{judgement.verdict.value}**{cause}: commit {markdown(short(outcome.expected.commit))}{run}"


def _name(app_url: str) -> str:
    """An app as people call it: its address without what is the same for all."""
    try:
        parts = urlsplit(app_url)
        name = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path.rstrip('/')}"
    except ValueError:
        name = ""
    return line(name or app_url or "the app", _LONGEST_NAME)


def _link(words: str, address: str) -> str:
    """A link, where the address is one that cannot end it; else the words alone."""
    shown = markdown(words, _LONGEST_NAME)
    return f"[{shown}]({address})" if _ADDRESS.fullmatch(address) else shown


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]
