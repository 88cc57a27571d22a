"""The verdict where GitHub shows it beside the code: workflow commands that name files and lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from freshboot.judge.checklist import WrongCheck, from_mapping
from freshboot.judge.evidence import FileFinding
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.judge.words import describe, describe_check, describe_raised, explain, next_steps
from freshboot.tell.safe import command_message, command_property, line

MOST = 10
"""What GitHub shows of a step: so many errors, and as many warnings."""
CONFIGURATION = ".github/freshboot.yml"
_WELL = (Verdict.PROVEN, Verdict.SUPERSEDED)
_WRONG = (Verdict.STALE, Verdict.CODE)
_HIGHEST_LINE = 2**31 - 1


@dataclass(frozen=True)
class Note:
    """One annotation, nothing escaped. ``path`` is from the repository's root; ``line`` counts from 1.

    It is an error, a warning, or (``is_notice``) something worth knowing.
    """

    is_error: bool
    title: str
    message: str
    path: str | None = None
    line: int | None = None
    is_notice: bool = False


def annotations(outcome: Outcome, checks: Mapping[str, int] | None = None, *, most: int = MOST) -> list[str]:
    """Workflow commands, without line ends, that show the outcome on the run's page and on the files.

    The verdict comes first, then the app's exceptions at their deepest line of its own, failed checks, and
    each file that is not fresh. Where all is well there are none. Errors for what is certain, warnings for
    the rest; of each kind at most ``most``, the last of which counts those that are left out.

    ``checks``: the lines in the configuration where each check begins, by its name.
    """
    if outcome.judgement.verdict in _WELL:
        return []
    return commands_of(_notes(outcome, checks or {}), most=most)


def commands_of(notes: Iterable[Note], *, most: int = MOST) -> list[str]:
    """The workflow commands of annotations: errors, warnings, notices, of each kind at most ``most``."""
    kinds: dict[str, list[Note]] = {"error": [], "warning": [], "notice": []}
    for note in notes:
        kinds[_kind(note)].append(note)
    return [_command(one) for kind in kinds.values() for one in _first(kind, most)]


def _kind(note: Note) -> str:
    return "error" if note.is_error else "notice" if note.is_notice else "warning"


def lines_of_checks(configuration: str) -> dict[str, int]:
    """Where each check begins in a configuration's text, by the check's name; lines count from 1.

    Nothing where the text cannot be read: then there is no line to show.
    """
    import yaml

    try:
        root = yaml.compose(configuration, yaml.SafeLoader)
        read = from_mapping(yaml.safe_load(configuration)["checks"], CONFIGURATION)
    except (yaml.YAMLError, WrongCheck, KeyError, TypeError):
        return {}
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    entries: list[yaml.Node] = next((node.value for key, node in pairs if key.value == "checks"), [])
    return {check.name: node.start_mark.line + 1 for check, node in zip(read, entries, strict=False)}


def _notes(outcome: Outcome, checks: Mapping[str, int]) -> Iterator[Note]:
    judgement = outcome.judgement
    steps = " ".join(next_steps(judgement, outcome.expected)[:2])
    words = f"{explain(judgement, outcome.expected)} {steps}"
    is_wrong = judgement.verdict in _WRONG
    yield Note(is_wrong, _title(judgement), words)
    yield from _exceptions(judgement, is_wrong)
    for check in judgement.looked.checks:
        if not check.passed:
            where = (CONFIGURATION, checks[check.name]) if check.name in checks else (None, None)
            yield Note(is_wrong and not check.unseen, "check failed", describe_check(check), *where)
    yield from _files(judgement, is_wrong)


def _title(judgement: Judgement) -> str:
    return judgement.verdict.value + (f" ({judgement.cause.value})" if judgement.cause else "")


def _exceptions(judgement: Judgement, is_wrong: bool) -> Iterator[Note]:
    """Each exception once, though many pages may show it."""
    told = set()
    for look in judgement.raised:
        if look.raised is not None and look.raised not in told:
            told.add(look.raised)
            place = look.raised.frame
            where = (place.path, place.line) if place else (None, None)
            yield Note(is_wrong, line(look.raised.type) or "exception", describe_raised(look), *where)


def _files(judgement: Judgement, is_wrong: bool) -> Iterator[Note]:
    """Each file once, whatever layers it is old in."""
    found: dict[str, list[FileFinding]] = {}
    for one in judgement.findings:
        if one.path is not None:
            found.setdefault(one.path, []).append(one)
    for path, findings in found.items():
        is_certain = any(one.is_certain for one in findings)
        yield Note(is_wrong and is_certain, f"{findings[0].state.value} file", describe(findings), path)


def _first(notes: Sequence[Note], most: int) -> Sequence[Note]:
    rest = len(notes) - most + 1
    if rest <= 1:
        return notes
    words = f"… and {rest} more, which GitHub does not show: see the job's summary"
    last = Note(notes[0].is_error, "more", words, is_notice=notes[0].is_notice)
    return [*notes[: most - 1], last]


def _command(note: Note) -> str:
    """A file whose name a log cannot bear is named in the message only."""
    properties = [f"title={command_property(f'freshboot: {note.title}', 200)}"]
    if note.path and line(note.path) == note.path:
        properties.insert(0, f"file={command_property(note.path)}")
        if note.line is not None and 0 < note.line <= _HIGHEST_LINE:
            properties.insert(1, f"line={note.line}")
    return f"::{_kind(note)} {','.join(properties)}::{command_message(note.message)}"
