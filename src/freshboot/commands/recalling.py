"""What a report is told from: the record of an app's rollouts, and what git knows of their commits."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from freshboot.commands.given import Options
from freshboot.commands.hosting import redeploy
from freshboot.config.words import TOKENS
from freshboot.errors import ConfigurationError, FreshbootError

if TYPE_CHECKING:
    from freshboot.config import Config
    from freshboot.judge.outcome import Outcome
    from freshboot.ledger.attempt import Attempt
    from freshboot.repository.notes import Notes
    from freshboot.repository.repository import Repository
    from freshboot.tell.report.facts import Facts
    from freshboot.tell.report.pictures import Picture

_LONGEST_DOCUMENT = 16 * 1024 * 1024
_MOST_ATTEMPTS, _MOST_PATHS, _MOST_DIFFERENT = 100, 200, 10
_MOST_LINES = 5_000
_LONGEST_PATH = 1_000
_CLAIM = re.compile(
    rb"""^(__version__|[A-Z_]*VERSION)[ \t]*(?::[ \t]*\w+[ \t]*)?=[ \t]*["']([\w.+-]{1,60})["']""", re.M
)
_HIDDEN = "(hidden)"
_SECRETS = ("FRESHBOOT_KEY", "FRESHBOOT_TOKEN", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", *TOKENS)
"""Variables whose values appear in no report, whatever shows them."""


def attempts_of(repository: Repository, config: Config, options: Options) -> tuple[Attempt, ...]:
    """The attempts to tell of: those of saved documents, else those of the ledger.

    :raises ConfigurationError: there is none, or a document is none.
    """
    from freshboot.tell.report import incident

    if options["documents"]:
        return _of_documents(options["documents"], config)
    told = incident.of_app(_of_ledger(repository), config.url or "", options["branch"] or "")
    if options["commit"] is not None:
        told = incident.up_to(told, repository.resolve(options["commit"]))
    if options["since"] is not None:
        told = incident.since(told, _time(options["since"]))
    else:
        told = incident.last_incident(told)
    if told:
        return told
    raise ConfigurationError(
        "no rollout is on record", "run freshboot rollout, or give --from a file of confirm --json"
    )


def attempts_with(repository: Repository, config: Config, outcome: Outcome) -> tuple[Attempt, ...]:
    """The attempts that an outcome ended: those that are in the ledger here, else it alone."""
    from freshboot.tell.document import document
    from freshboot.tell.report import incident

    commit = outcome.expected.commit
    told = incident.of_app(_recorded(repository), config.url or "", "")
    told = incident.last_incident(incident.up_to(told, commit))
    if told and told[-1].commit == commit and told[-1].verdict == outcome.judgement.verdict.value:
        return told
    return (_alone(1, document(outcome), config),)


def _of_ledger(repository: Repository) -> tuple[Attempt, ...]:
    """The ledger's attempts, with what others have recorded meanwhile."""
    with contextlib.suppress(FreshbootError):  # without a remote, or out of its reach: what is here is told
        _notes(repository).fetch()
    return _recorded(repository)


def _recorded(repository: Repository) -> tuple[Attempt, ...]:
    from freshboot.ledger.fold import fold

    lines = (line for told in _notes(repository).read().values() for line in told)
    return fold(map(without_secrets, lines)).attempts


def _notes(repository: Repository) -> Notes:
    from freshboot.repository.notes import Notes

    return Notes(repository, lambda: datetime.now(timezone.utc))


def _of_documents(files: Sequence[str], config: Config) -> tuple[Attempt, ...]:
    """Each document as an attempt, in the order given; when they were, they do not tell."""
    return tuple(_alone(number, _document(file), config, file) for number, file in enumerate(files, 1))


def _alone(number: int, raw: Any, config: Config, file: str = "this") -> Attempt:
    """The attempt that a document speaks of, of which nothing else is known."""
    from freshboot.ledger.attempt import Attempt
    from freshboot.tell.report.record import read

    result = read(raw)
    if result is None:
        raise ConfigurationError(
            f"{file} is no document of a verdict", "save one: freshboot confirm --json > verdict.json"
        )
    return Attempt(
        id=str(number),
        rollout="",
        number=number,
        commit=result.commit,
        source=result.commit,
        stamp=result.stamp,
        branch=config.branch or "",
        began="",
        app=config.url or "",
        result=raw,
    )


def _document(file: str) -> Any:
    try:
        if file == "-":
            text = sys.stdin.read(_LONGEST_DOCUMENT)
        else:
            with Path(file).open(encoding="utf-8", errors="replace") as stream:
                text = stream.read(_LONGEST_DOCUMENT)
        return json.loads(without_secrets(text))
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read: {error.strerror}", "name a file, or - for standard input"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"{file} is not JSON", "save it with: freshboot confirm --json > verdict.json"
        ) from error


def without_secrets(text: str) -> str:
    """The text, or the JSON, without the secrets that this process was given."""
    for value in filter(None, (os.environ.get(name, "").strip() for name in _SECRETS)):
        text = text.replace(json.dumps(value)[1:-1], _HIDDEN).replace(value, _HIDDEN)
    return text


def _time(text: str) -> datetime:
    """A time, a day, or how long ago."""
    from freshboot.config import parse_duration
    from freshboot.stamp.when import parse_time

    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text += "T00:00:00Z"
    if re.fullmatch(r"[\d.]+\s*d", text.strip()):
        return _ago(float(text.strip()[:-1].strip()) * 86400)
    try:
        return parse_time(text)
    except FreshbootError:
        with contextlib.suppress(ConfigurationError):
            return _ago(parse_duration(text))
    raise ConfigurationError(f"{text!r} is no time", "write 2026-01-17, 2026-01-17T10:00:00Z, 12h or 3d")


def _ago(seconds: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(seconds=seconds)


def facts_of(repository: Repository, config: Config, attempts: Sequence[Attempt]) -> Facts:
    """What git says of the attempts' commits and files; what is not here is left out.

    :raises GitError: git failed.
    """
    from freshboot.rollout.expectation import name_on_github
    from freshboot.tell.report.facts import Facts

    told, last = attempts[-_MOST_ATTEMPTS:], attempts[-1]
    name = name_on_github(repository)
    branch = config.branch or last.branch or repository.branch or ""
    facts = Facts(
        repository=name,
        commits=f"https://github.com/{name}/commit/" if name else "",
        branch=branch,
        entrypoint=_entrypoint(repository, config, last.commit),
        app=config.url or last.app,
    )
    facts = replace(facts, deploy_link=_deploy_link(facts), redeploy=redeploy(config, facts))
    return _with_git(repository, facts, told)


def _with_git(repository: Repository, facts: Facts, attempts: Sequence[Attempt]) -> Facts:
    from freshboot.tell.report.record import read

    results = [one for one in (read(attempt.result) for attempt in attempts) if one]
    old = {(one.path, one.origin.commit) for each in results for one in each.files if one.path and one.origin}
    base = _before(repository, attempts[0].source)
    named = [base, *(one.commit for one in attempts), *(one.source for one in attempts)]
    named += [commit for _, commit in sorted(old)] + [one.commit for one in results]
    subjects, times = _commits(repository, named)
    changed = (path for one in reversed(attempts) for path in one.changed)
    stale = (one.path for each in reversed(results) for one in each.files if one.path)
    paths = list(filter(_is_path, dict.fromkeys((*stale, *changed))))[:_MOST_PATHS]
    blobs = _blobs(repository, list(subjects), paths)
    return replace(
        facts,
        base=base if base in subjects else "",
        subjects=subjects,
        times=times,
        blobs=blobs,
        versions=_versions(repository, blobs),
        differences=dict(_differences(repository, results[-1:], blobs)),
    )


def _is_path(text: str) -> bool:
    """Whether git may be asked for it: anybody may have written what is on record."""
    try:
        parts = os.fsdecode(os.fsencode(text)).split("/")
    except UnicodeEncodeError:
        return False
    return "\0" not in text and len(text) <= _LONGEST_PATH and not {"", ".", ".."} & set(parts)


def _before(repository: Repository, commit: str) -> str:
    """The commit before one, along first parents; empty where there is none, or it is not here."""
    with contextlib.suppress(FreshbootError):
        return repository.resolve(f"{commit}^1") if commit else ""
    return ""


def _commits(repository: Repository, named: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The first line of the message and the time of each commit that is here."""
    here = []
    for one in dict.fromkeys(filter(None, named)):
        with contextlib.suppress(FreshbootError):
            here.append(repository.resolve(one))
    if not here:
        return {}, {}
    form = ("-z", "--no-walk=unsorted", "--no-show-signature", "--format=%H %cI %s")
    told = repository.git.run("log", *form, *dict.fromkeys(here), "--").records
    subjects, times = {}, {}
    for record in told:
        commit, time, subject = (*record.split(" ", 2), "", "")[:3]
        subjects[commit], times[commit] = subject, time
    return subjects, times


def _blobs(
    repository: Repository, commits: Sequence[str], paths: Sequence[str]
) -> dict[tuple[str, str], str]:
    """What each commit has at each path; empty where it has nothing there."""
    found = {}
    for commit in commits:
        tree = repository.tree(commit, paths)
        for path in paths:
            found[commit, path] = tree[path].blob_id if path in tree else ""
    return found


def _versions(
    repository: Repository, blobs: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], tuple[str, str]]:
    """The version that a line of a Python file claims, with that line's name."""
    from freshboot.repository.tree import blobs as contents_of

    wanted = {blob for (_, path), blob in blobs.items() if blob and path.endswith(".py")}
    contents: Mapping[str, bytes] = {}
    with contextlib.suppress(FreshbootError, KeyError):  # a partial clone may not have them all
        contents = contents_of(repository.git, sorted(wanted))
    claims = {blob: match for blob, data in contents.items() if (match := _CLAIM.search(data))}
    return {
        place: (claims[blob][1].decode(), claims[blob][2].decode("utf-8", "replace"))
        for place, blob in blobs.items()
        if blob in claims
    }


def _differences(
    repository: Repository, results: Sequence[Any], blobs: Mapping[tuple[str, str], str]
) -> Iterator[tuple[tuple[str, str, str], tuple[str, ...]]]:
    """What differs between the live bytes of old files and the release's."""
    from freshboot.repository.tree import blobs as contents_of

    places = dict.fromkeys(
        (one.path, one.origin.commit, result.commit)
        for result in results
        for one in result.old
        if one.path and one.origin
    )
    known = (one for one in places if {one[1], one[2]} <= {commit for commit, _ in blobs})
    for path, live, release in list(known)[:_MOST_DIFFERENT]:
        ids = blobs.get((live, path), ""), blobs.get((release, path), "")
        with contextlib.suppress(FreshbootError, KeyError, ValueError):
            read = contents_of(repository.git, filter(None, ids))
            sides = [read[one].decode().splitlines()[:_MOST_LINES] if one else [] for one in ids]
            yield (path, live, release), tuple(_changed_lines(*sides))


def _changed_lines(live: Sequence[str], git: Sequence[str]) -> Iterator[str]:
    for line in difflib.unified_diff(live, git, n=0, lineterm=""):
        if line[:1] in "-+" and not line.startswith(("--- ", "+++ ")) and line not in ("---", "+++"):
            yield line


def _entrypoint(repository: Repository, config: Config, commit: str) -> str:
    from functools import partial

    from freshboot.stamp.entrypoint import find_entrypoint

    with contextlib.suppress(FreshbootError):
        return find_entrypoint(
            partial(repository.read, repository.resolve(commit or "HEAD")), config.entrypoint
        )
    return config.entrypoint or ""


def _deploy_link(facts: Facts) -> str:
    """Community Cloud's form for a new app, filled in; empty for another host, or without an HTTP client."""
    try:  # on the board there is nothing but the base install beside Streamlit
        from freshboot.hosts.community_cloud import DOMAIN, deploy_link
        from freshboot.hosts.host import Tracked
    except ModuleNotFoundError:
        return ""

    host = urlsplit(facts.app).hostname or ""
    if not (host.endswith(DOMAIN) and facts.repository and facts.branch and facts.entrypoint):
        return ""
    owner, _, name = facts.repository.partition("/")
    return deploy_link(Tracked(owner, name, facts.branch, facts.entrypoint), host.removesuffix(DOMAIN))


def pictures_of(files: Sequence[str]) -> tuple[Picture, ...]:
    """Pictures, read and looked at.

    :raises ConfigurationError: one cannot be read, is no picture, or is too large; or there are too many.
    """
    from freshboot.tell.report.pictures import MOST_BYTES, MOST_PICTURES, Picture, media_type
    from freshboot.tell.report.secrets import clean

    if len(files) > MOST_PICTURES:
        raise ConfigurationError(f"{len(files)} screenshots", f"give {MOST_PICTURES} at most")
    told = []
    for file in files:
        try:
            with Path(file).open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
        except OSError as error:
            raise ConfigurationError(
                f"the screenshot {file} cannot be read: {error.strerror}", "name a picture"
            ) from error
        kind = media_type(data)
        if kind is None:
            raise ConfigurationError(f"{file} is no picture", "give a PNG, a JPEG or a WebP")
        if len(data) > MOST_BYTES:
            raise ConfigurationError(f"{file} is too large", f"give one of {MOST_BYTES // 10**6} MB at most")
        told.append(Picture(clean(Path(file).name, 120), kind, data))
    return tuple(told)
