"""Runs one history: real files, a real process for each replica, its real answers, and the real judge.

What a new session shows is the truth that every verdict is held against.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from freshboot.judge.evidence import FileFinding, FileState, Observation
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer, blob_id, new_nonce
from tests.histories.app import NUMBERS, Tree, numbers_of, text_of
from tests.histories.folder import Folder
from tests.histories.moves import History, Move
from tests.histories.shown import Shown
from tests.histories.stage import Process, Stage
from tests.histories.verifier import SETTLE_SECONDS, Verifier
from tests.histories.world import Commit, World

_MOVE_SECONDS = 0.5
_PAUSE_SECONDS = 5.0
_ANSWERS_AT_LAST = 6
_BEFORE_THE_WINDOW = 2
_REMEMBERED = 20
"""A process that so many later answers did not come from may have ended, for all that a verifier can know."""
_PROVEN = (Verdict.PROVEN, Verdict.SUPERSEDED)
_NOT_THE_REPLICA = ("push", "time", "challenge")
"""Moves that change nothing of the replica that they name."""
_LOOKS = 3
"""A page that fails is looked at so often, as by freshboot.rollout.confirm."""
Texts = Mapping[str, str | None]
"""What lies at each path of a tree."""


class Wrong(AssertionError):
    """The real code said something that is not so."""


class FalseProven(Wrong):
    """It said ``proven``, and a new session shows something else, or nobody had looked for long enough."""


class WrongCommit(Wrong):
    """It named a commit that does not hold the bytes, or not the newest one, or passed an old file over."""


@dataclass(frozen=True)
class Result:
    """How a history ended. ``exact``: every replica showed the release in the end."""

    verdict: Verdict
    exact: bool
    why: str

    @property
    def proven(self) -> bool:
        return self.verdict in _PROVEN


@dataclass
class _Answered:
    """A replica's last answer in this wait: which one it was, and whether anything happened to it since."""

    index: int
    touched: bool = False


class Machine:
    """Makes the moves of one history and has the verifier wait for what was pushed.

    :param clean: what the pages of a tree show in a new process on a clean checkout
    """

    def __init__(
        self, world: World, clean: Callable[[Tree], Mapping[str, Shown]], stage: Stage, history: History
    ) -> None:
        self._world, self._clean, self._stage, self._history = world, clean, stage, history
        self._at, self._told = 0.0, history.told
        self._wait_for(stage.tip)

    def run(self) -> Result:
        """Run the history to its end.

        :raises Wrong: the real code said something that is not so.
        """
        for move in self._history.moves:
            self._make(move)
        self._finish()
        self._told = self._history.replicas
        self._wait_for(self._stage.tip)
        verdict, why = self._ask_to_the_end()
        release = self._awaited if self._proven is None else self._proven
        pages = [self._pages(replica, release.tree) for replica in self._stage.replicas]
        exact = all(shown == wanted for shown, wanted in pages)
        if verdict in _PROVEN and not exact and not self._anything_happened():
            raise FalseProven(f"pages show\n{pages} when they are looked at once more")
        return Result(verdict, exact, why)

    def _make(self, move: Move) -> None:
        if move.kind == "challenge":
            self._hear(move.replica)
            if self._judged(move.replica):
                self._wait_for(self._stage.tip)
        else:
            getattr(self._stage, move.kind)(self._stage.replicas[move.replica], move)
        if move.kind == "push" and not move.number:
            self._wait_for(self._stage.tip)
        elif move.kind not in _NOT_THE_REPLICA and move.replica in self._answered:
            self._answered[move.replica].touched = True
        self._at += _MOVE_SECONDS

    def _finish(self) -> None:
        """What the host does at last."""
        for number in range(len(self._stage.replicas)):
            self._make(Move("end", number))
            match self._history.ending:
                case "pull":
                    self._make(Move("pull", number, "replace"))
                case "clean":
                    self._make(Move("clean", number))
                case "restart":
                    self._make(Move("clean", number))
                    self._make(Move("restart", number))

    def _ask_to_the_end(self) -> tuple[Verdict, str]:
        """Ask every replica in turn, or as the history says; what happens meanwhile comes early."""
        count = len(self._stage.replicas)
        for index in range(_ANSWERS_AT_LAST * count):
            if index == _BEFORE_THE_WINDOW:
                for move in self._history.window:
                    self._make(move)
            order = self._history.order
            number = order[index] if index < len(order) else index % count
            self._hear(number)
            if verdict := self._judged(number):
                return verdict, self._why
            self._at += _PAUSE_SECONDS / count
        return self._judged(0, over=True) or Verdict.UNPROVEN, self._why

    # the verifier

    def _wait_for(self, commit: Commit) -> None:
        self._awaited, self._began = commit, self._at
        self._answers, self._answered = 0, dict[int, _Answered]()
        self._old_at = float("-inf")
        self._proven: Commit | None = None
        releases = self._world.releases(commit, self._stage.tip)
        self._verifier = Verifier(releases, self._told)
        self._why = ""

    def _hear(self, number: int) -> None:
        replica = self._stage.replicas[number]
        loaded = replica.ask("numbers")
        self._world.releases(self._awaited, self._stage.tip)
        answer = replica.answer(new_nonce())
        if answer is None:
            return
        seen = self._verifier.hear(self._at - self._began, answer)
        self._answers += 1
        self._answered[number] = _Answered(self._answers)
        if not seen.superseding:
            texts = {path: replica.folder.text(path) for path in self._awaited.tree}
            self._check_origins(replica.folder, texts, loaded, seen)
            if _is_plainly_old(texts, loaded, self._awaited.tree):
                self._old_at = self._at

    def _judged(self, number: int, *, over: bool = False) -> Verdict | None:
        """The verdict, if it is the last word; it must not be a false one. Pages are looked at there."""
        judgement = self._verifier.judge(self._at - self._began, over=over)
        if judgement.to_look:
            self._look(number)
            self._hear(number)
            judgement = self._verifier.judge(self._at - self._began, over=over)
        if judgement.verdict in _PROVEN:
            live = judgement.live[0].commit
            self._proven = next(one for one in self._stage.commits if one.id == live)
            self._check_proven(self._proven)
        self._why = f"{[one.reading for one in judgement.live]} {judgement.detail}"
        return judgement.verdict if judgement.final else None

    def _look(self, number: int) -> None:
        """Look at the pages, again where one fails: it may only have come upon a reload."""
        replica = self._stage.replicas[number]
        for _ in range(_LOOKS):
            shown = {page: replica.session(page=page) for page in self._clean(self._awaited.tree)}
            self._verifier.look(shown)
            if not any(one.exception for one in shown.values()):
                break

    # the truth

    def _anything_happened(self) -> bool:
        """Whether a replica was changed since it answered last."""
        return any(one.touched for one in self._answered.values())

    def _check_proven(self, commit: Commit) -> None:
        if self._at - self._began < SETTLE_SECONDS:
            raise FalseProven(f"{self._at - self._began} seconds after the wait began")
        if self._at - self._old_at < SETTLE_SECONDS:
            raise FalseProven(f"{self._at - self._old_at} seconds after old files or modules answered")
        for number, answered in self._answered.items():
            if not answered.touched and self._answers - answered.index < _REMEMBERED:
                shown, wanted = self._pages(self._stage.replicas[number], commit.tree)
                if shown != wanted:
                    raise FalseProven(f"replica {number} shows\n{shown} instead of\n{wanted}")

    def _pages(self, replica: Process, tree: Tree) -> tuple[Mapping[str, Shown], Mapping[str, Shown]]:
        """What new sessions show, and what they should."""
        wanted = self._clean(tree)
        return {page: replica.session(page=page) for page in wanted}, wanted

    def _check_origins(
        self, folder: Folder, texts: Texts, loaded: Mapping[str, int], seen: Observation
    ) -> None:
        """Hold every named commit against all trees, and every old file and module against what was named."""
        assert seen.reading is not None
        found = seen.reading.findings
        for finding in found:
            if finding.origin is not None and finding.path is not None:
                self._check_named(folder, finding)
        for path in self._awaited.tree:
            self._check_told(path, texts[path], Layer.DISK, found)
            if loaded.get(path) in NUMBERS:
                text = text_of(path, loaded[path], self._stage.wishes)
                self._check_told(path, text, Layer.MEMORY, found)

    def _check_named(self, folder: Folder, finding: FileFinding) -> None:
        """The commit must be the newest that holds what lies there, or (in memory) what once lay there."""
        assert finding.path is not None
        assert finding.origin is not None
        text = folder.text(finding.path)
        blobs = folder.ever.get(finding.path, set())
        if finding.layer is Layer.DISK:
            blobs = {blob_id(text.encode())} if text is not None else set()
        held_at = finding.origin.path or finding.path
        true = {self._world.origin(self._awaited, held_at, blob) for blob in blobs}
        if (finding.origin.commit, finding.origin.behind) not in true:
            raise WrongCommit(f"{finding}, and it is of one of {true}")

    def _check_told(self, path: str, text: str | None, layer: Layer, found: tuple[FileFinding, ...]) -> None:
        """An old file must be told with its commit, or as one of which more is not known."""
        if text is None or text == self._awaited.tree[path]:
            return
        origin = self._world.origin(self._awaited, path, blob_id(text.encode()))
        told = [one for one in found if one.layer is layer and one.path in (path, None)]
        named = [(one.origin.commit, one.origin.behind) for one in told if one.origin]
        if origin is not None and origin not in named and not any(map(_is_vague, told)):
            raise WrongCommit(f"{path} in {layer.value} is of {origin}, and was told as {told}")


def _is_vague(finding: FileFinding) -> bool:
    return finding.state in (FileState.UNRECORDED, FileState.UNKNOWN)


def _is_plainly_old(texts: Texts, loaded: Mapping[str, int], tree: Tree) -> bool:
    """Whether a tracked file, or a module of one, is not the release's, as anybody could see."""
    numbers = numbers_of(tree)
    changed = any(texts[path] != text for path, text in tree.items())
    return changed or any(numbers.get(path) != number for path, number in loaded.items())
