"""What each command does: the configuration read, the parts called, the result told."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from freshboot.config import Config, checked, load, parse_require
from freshboot.errors import ConfigurationError

if TYPE_CHECKING:  # each command imports what it runs: `stamp` must not pay for GitPython or aiohttp
    from freshboot.judge.log import LogEvidence
    from freshboot.judge.outcome import Outcome
    from freshboot.repository.publishing import Outcome as Publication
    from freshboot.repository.repository import Repository
    from freshboot.rollout.expectation import Releases
    from freshboot.rollout.publish import Request
    from freshboot.tell.terminal import Terminal

Options = dict[str, Any]

_STAMP_SCHEMA = "stamp-v1"
_CHECK_SCHEMA = "check-v1"
_DIFF_SCHEMA = "diff-v1"
_PUBLISH_SCHEMA = "publish-v1"
_WHERE_PATIENCE = 30.0
_LONGEST_LOG_BYTES = 16 * 1024 * 1024


def terminal() -> Terminal:
    """Where prose goes: standard error."""
    from freshboot.tell.terminal import Terminal

    return Terminal()


def stamp(**options: Any) -> int:
    """Stamp the work tree, show what would change, or check the marks."""
    from freshboot.stamp.diff import diff
    from freshboot.stamp.files import reader
    from freshboot.stamp.plan import plan
    from freshboot.stamp.write import write

    repository, config = _open(options)
    if options["check"]:
        return _check_marks(repository, config, as_json=options["as_json"])
    planned = plan(
        reader(repository.root),
        config.marks,
        config.entrypoint,
        at=_at(options),
        source=repository.head,
        bump=options["bump"],
    )
    if not options["dry_run"]:
        write(repository.root, planned.edits)
    changed = [edit.path for edit in planned.edits]
    if options["as_json"]:
        marks = [{"path": one.path, "mark": one.mark, "before": one.value} for one in planned.marks]
        _print_json(
            {"schema": _STAMP_SCHEMA, "stamp": str(planned.stamp), "changed": changed, "marks": marks}
        )
    elif options["dry_run"]:
        _print_text(diff(planned))
    terminal().say(f"stamp {planned.stamp}: {', '.join(changed) or 'nothing to change'}")
    _github_outputs(stamp=str(planned.stamp))
    return 0


def publish(**options: Any) -> int:
    """Publish a stamp on the current commit."""
    from freshboot.rollout.publish import is_for_confirming, publish_stamp, show

    repository, config = _open(options)
    if options["dry_run"]:
        return _show_change(show(repository, config, _request(options)), as_json=options["as_json"])
    done = publish_stamp(repository, config, _request(options))
    confirmable = is_for_confirming(done, pushed=os.environ.get("GITHUB_EVENT_NAME") == "push")
    _tell_publication(done, as_json=options["as_json"])
    _github_outputs(outcome=done.kind.value, commit=done.commit if confirmable else "")
    return 0


def confirm(**options: Any) -> int:
    """Wait for a verdict on a release that is on the remote."""
    from asyncio import run

    from freshboot.rollout.expectation import published_commit, releases
    from freshboot.rollout.run import confirm as wait

    repository, config = _open(options)
    branch = _branch(repository, checked(config))
    commit = published_commit(repository, options["commit"], branch)
    log = _log(options["log"])
    outcome = run(wait(config, releases(repository, commit, branch, config), terminal().event, log))
    _picture(config, options["screenshot"])
    return _tell_outcome(outcome, as_json=options["as_json"])


def report(**options: Any) -> int:
    """Say what a host's log tells."""
    from freshboot.judge.causes import causes_of_log
    from freshboot.judge.sentences import NEXT
    from freshboot.rollout.expectation import releases
    from freshboot.tell.document import log_document

    repository, config = _open(options)
    log = _log(options["log"])
    if log is None or not log.is_log:
        raise ConfigurationError(
            "that is no log of a host known here", "paste the log panel's lines as they are"
        )
    branch = config.branch or repository.branch or ""
    expected = releases(repository, repository.head, branch, config).expected
    causes = causes_of_log(log, expected)
    if options["as_json"]:
        _print_json(log_document(log, expected, causes))
    for line in log.failing_lines:
        terminal().say(line)
    build = "the build failed" if log.build_failed else "no failed build"
    file, winner = log.dependency_file or "not told", expected.dependency_file or "none"
    terminal().say(f"{build}; dependency file: {file}, {winner} should win")
    for step in dict.fromkeys(step for cause in causes for step in NEXT[cause]):
        terminal().say(f"  → {step}")
    return 0


def where(**options: Any) -> int:
    """Say whether one file is deployed."""
    from asyncio import run

    from freshboot.judge.where import Answer, sentence
    from freshboot.rollout.expectation import published_commit, releases
    from freshboot.rollout.where import find
    from freshboot.tell.document import where_document

    if options["timeout"] is None:
        options["timeout"] = _WHERE_PATIENCE
    repository, config = _open(options)
    branch = _branch(repository, config)
    commit = published_commit(repository, options["commit"], branch)
    path = _in_repository(repository, options["file"])
    found = run(find(config, releases(repository, commit, branch, config), path))
    if options["as_json"]:
        _print_json(where_document(found))
    terminal().say(sentence(found))
    return {Answer.YES: 0, Answer.NO: 1, Answer.UNKNOWN: 3}[found.answer]


def rollout(**options: Any) -> int:
    """Witness, stamp, publish, confirm."""
    from asyncio import run

    from freshboot.repository.publishing import Kind
    from freshboot.rollout.expectation import releases
    from freshboot.rollout.publish import publish_stamp, show
    from freshboot.rollout.run import rollout as roll_out

    repository, config = _open(options)
    checked(config)
    request = _request(options)
    if options["dry_run"]:
        return _show_change(show(repository, config, request), as_json=options["as_json"])

    def publish() -> Releases:
        done = publish_stamp(repository, config, request)
        _tell_publication(done, as_json=False)
        commit = done.commit if done.kind is not Kind.NOTHING else repository.fetch(done.branch)
        return releases(repository, commit, done.branch, config)

    outcome = run(roll_out(config, publish, terminal().event))
    _picture(config, options["screenshot"])
    return _tell_outcome(outcome, as_json=options["as_json"])


def lab_up(**options: Any) -> int:
    """Serve a repository in the lab until a signal comes."""
    from asyncio import run
    from dataclasses import asdict

    from freshboot.lab.lab import Address, serve
    from freshboot.lab.lab import Options as LabOptions

    as_json = options.pop("as_json")
    given = {name: value for name, value in options.items() if value is not None}
    given["repository"] = Path(options["repository"])
    given["entrypoint"] = _lab_entrypoint(options)

    def announce(address: Address) -> None:
        if as_json:
            _print_json(asdict(address))
        else:
            _print("".join(f"{name:8} {value}\n" for name, value in asdict(address).items()))

    run(serve(LabOptions(**given), announce))
    return 0


def demo() -> int:
    """Show the main job on the lab."""
    from freshboot.demo import show

    return show(terminal())


def _open(options: Options) -> tuple[Repository, Config]:
    """The repository, and its file's configuration with what was given on the command line in its place."""
    from freshboot.repository.repository import Repository

    repository = Repository.open(options["repo"])
    file = options["config"]
    config = load(Path(repository.root), Path(file) if file else None)
    names = Config.__dataclass_fields__
    given = {name: value for name, value in options.items() if name in names and value is not None}
    if "require" in given:
        given["require"] = parse_require(given["require"])
    config = replace(config, **given)
    return replace(repository, remote=config.remote), config


def _lab_entrypoint(options: Options) -> str:
    """The file that the lab runs: as given, as configured, or the usual one of the commit that is served."""
    from functools import partial

    from freshboot.stamp.entrypoint import find_entrypoint

    wishes = {"repo": options["repository"], "config": None, "entrypoint": options["entrypoint"]}
    repository, config = _open(wishes)
    return find_entrypoint(partial(repository.read, repository.head), config.entrypoint)


def _picture(config: Config, file: str | None) -> None:
    """Take a picture where one is wished for; without one nothing else is different."""
    from asyncio import run

    from freshboot.rollout.run import picture

    if file is not None:
        terminal().say(run(picture(config, Path(file))))


def _log(file: str | None) -> LogEvidence | None:
    """What a host's log says; ``-`` is standard input.

    :raises ConfigurationError: there is no such file.
    """
    from freshboot.judge.log import read_log

    if file is None:
        return None
    try:
        data = _end(sys.stdin.buffer) if file == "-" else _end_of(Path(file))
    except OSError as error:
        raise ConfigurationError(
            f"the log {file} cannot be read: {error.strerror}", "name a file, or - for standard input"
        ) from error
    return read_log(data.decode("utf-8", "replace"))


def _end_of(path: Path) -> bytes:
    if not path.is_file():
        raise OSError(0, "it is no regular file")
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _LONGEST_LOG_BYTES, 0))
        return file.read(_LONGEST_LOG_BYTES)


def _end(stream: IO[bytes]) -> bytes:
    """The last part of a stream, however long it is."""
    kept = b""
    while chunk := stream.read(_LONGEST_LOG_BYTES):
        kept = (kept + chunk)[-_LONGEST_LOG_BYTES:]
    return kept


def _branch(repository: Repository, config: Config) -> str:
    branch = config.branch or repository.branch
    if branch is None:
        raise ConfigurationError(
            "no branch is checked out", "give --branch, or branch in .github/freshboot.yml"
        )
    return branch


def _in_repository(repository: Repository, file: str) -> str:
    """A file as the repository names it: relative to here if it lies there, else to the root."""
    folder, name = os.path.split(os.path.abspath(file))
    here = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(repository.root))
    inside = os.path.exists(file) and not here.startswith("..")
    return Path(here if inside else file).as_posix()


def _at(options: Options) -> datetime:
    from freshboot.stamp.when import parse_time

    given = options["at"] or os.environ.get("SOURCE_DATE_EPOCH")
    return parse_time(given) if given else datetime.now(timezone.utc)


def _request(options: Options) -> Request:
    from freshboot.rollout.publish import Request

    return Request(lambda: _at(options), options["bump"], options["reason"], options["force"])


def _check_marks(repository: Repository, config: Config, *, as_json: bool) -> int:
    """Yes where all marks carry one and the same stamp."""
    from freshboot.stamp.files import reader
    from freshboot.stamp.plan import agreed, stamps_in

    found = stamps_in(reader(repository.root), config.marks, config.entrypoint)
    stamp = agreed(found)
    if as_json:
        marks = [{"path": one.path, "mark": one.mark, "value": one.value} for one in found]
        _print_json({"schema": _CHECK_SCHEMA, "stamp": str(stamp) if stamp else None, "marks": marks})
    for one in found:
        terminal().say(f"{one.path}: {one.mark}: {one.value or 'not there'}")
    return 0 if stamp else 1


def _tell_publication(done: Publication, *, as_json: bool) -> None:
    words = {
        "published": f"published {done.commit[:7]} to {done.remote}/{done.branch}",
        "superseded": f"superseded: {done.commit[:7]} on {done.remote}/{done.branch} stamps a later push",
        "nothing": f"nothing to publish: {done.commit[:7]} is stamped already",
    }
    if as_json:
        facts = {
            "outcome": done.kind.value,
            "commit": done.commit,
            "base": done.base,
            "attempts": done.attempts,
        }
        _print_json(
            {
                "schema": _PUBLISH_SCHEMA,
                **facts,
                "branch": done.branch,
                "local": done.local.value if done.local else None,
            }
        )
    terminal().say(words[done.kind.value])
    if done.local is not None and done.local.value == "behind":
        terminal().say("the local branch is behind: git pull")


def _tell_outcome(outcome: Outcome, *, as_json: bool) -> int:
    from freshboot.tell.document import document
    from freshboot.tell.github import add_summary, annotation

    if as_json:
        _print_json(document(outcome))
    terminal().verdict(outcome)
    add_summary(outcome)
    judgement = outcome.judgement
    _github_outputs(verdict=judgement.verdict.value, cause=judgement.cause.value if judgement.cause else "")
    told = annotation(outcome)
    if told is not None and os.environ.get("GITHUB_ACTIONS") == "true":
        sys.stderr.write(told + "\n")
    return judgement.exit_code


def _github_outputs(**values: str) -> None:
    from freshboot.tell.github import set_outputs

    set_outputs(values)


def _show_change(change: str, *, as_json: bool) -> int:
    if as_json:
        _print_json({"schema": _DIFF_SCHEMA, "diff": change})
    else:
        _print_text(change)
    return 0


def _print_text(text: str) -> None:
    """What files hold, as it is; in a workflow's log only what the runner takes for text."""
    from freshboot.tell.safe import text_for_runner

    _print(text_for_runner(text) if os.environ.get("GITHUB_ACTIONS") == "true" else text)


def _print_json(value: object) -> None:
    """``##[`` is written in another way: the Actions runner takes it for a command, also within JSON."""
    _print(json.dumps(value).replace("##[", "##\\u005b") + "\n")


def _print(text: str) -> None:
    """Write to standard output; a reader that has gone away changes no exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
