"""One rehearsal: the clone, the environment, the lab, the pages, the attestation."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from freshboot.config import CONFIG_FILE, LAYERS, Config
from freshboot.dependencies import winning
from freshboot.hosts.address import Address
from freshboot.hosts.detect import detect
from freshboot.judge.checks import Check, MayRaise
from freshboot.judge.verdict import Verdict
from freshboot.lab import Lab, LabError, Options
from freshboot.lab.guard import Guard
from freshboot.live.connection import Limits
from freshboot.live.http import http_client
from freshboot.rehearsal import environment as environments
from freshboot.rehearsal.clone import check_out, clean_clone, uncommitted
from freshboot.rehearsal.environment import Environment, Place, Python
from freshboot.rehearsal.errors import BuildFailed, CannotRehearse, NoApp
from freshboot.rehearsal.found import (
    Made,
    Rehearsal,
    Step,
    Subject,
    Taken,
    layers_of,
    packages_in,
    words_of_pages,
)
from freshboot.rehearsal.installer import Installer, Source, installer_for, source_of
from freshboot.rehearsal.programs import find
from freshboot.repository.repository import Repository
from freshboot.repository.tree import SUBMODULE
from freshboot.rollout.expectation import Releases, releases
from freshboot.rollout.pages import checks_of, look
from freshboot.rollout.run import confirm
from freshboot.seal import KEY_VARIABLE, URL_VARIABLE
from freshboot.stamp.entrypoint import EntrypointError, find_entrypoint
from freshboot.survey import App, survey

SECRETS = ".streamlit/secrets.toml"
_OF_THE_KEY = re.compile(rf"""\s*["']?({KEY_VARIABLE}|{URL_VARIABLE})["']?\s*=""".encode())
_NO_REMOTE = ""
_BOOT = b"freshboot.boot("
_START_S = 120.0
"""Seconds that a process may take until it answers: nothing of a new environment is compiled yet."""
_PATIENCE = Limits(run=60.0)
"""With a page, for the same reason."""
_SETTLE_S, _GRACE_S, _INTERVAL_S, _ATTEST_S = 0.5, 3.0, 0.5, 60.0
"""Short: in the lab nothing is on its way."""


@dataclass(frozen=True)
class Wishes:
    """How to rehearse. ``secrets`` is a file to pass on, ``cache`` where environments are kept.

    ``fresh``: the environment is made anew. ``timeout`` is seconds for everything together.
    """

    python: Python
    cache: Path
    timeout: float
    secrets: Path | None = None
    fresh: bool = False


@dataclass
class Stage:
    """Where a rehearsal takes place, and what is known so far."""

    repository: Repository
    config: Config
    wishes: Wishes
    say: Callable[[str], None]
    found: Rehearsal
    folder: Path
    guard: Guard
    now: Callable[[], float] = environments.clock
    _began: float = field(default_factory=time.monotonic)

    def take(self, step: Step, words: str, *, passed: bool = True) -> None:
        """Note a step, and tell it."""
        taken = Taken(step, passed, words, round(time.monotonic() - self._began, 1))
        self._began = time.monotonic()
        self.found = replace(self.found, steps=(*self.found.steps, taken))
        self.say(f"  {step.value}: {'' if passed else 'no: '}{words} ({taken.seconds:.1f} s)")

    def stop(
        self, step: Step, trouble: str, remedy: str, log: tuple[str, ...] = (), *, missing: bool = False
    ) -> None:
        """Note the step at which it ends early."""
        self.take(step, trouble, passed=False)
        self.found = replace(self.found, trouble=trouble, remedy=remedy, log=log, missing=missing)


def subject_of(repository: Repository, config: Config, commit: str, wishes: Wishes) -> Subject:
    """What a commit holds that matters here.

    :raises EntrypointError: it has no such entrypoint, or it is not clear which file it is.
    """
    read = partial(repository.read, commit)
    entrypoint = _entrypoint(repository, config, commit)
    file = winning(lambda path: read(path) is not None, entrypoint)
    title = repository.git.run("log", "-1", "--format=%s", commit).text
    return Subject(
        commit=commit,
        title=title,
        entrypoint=entrypoint,
        dependency_file=file,
        python=wishes.python.version,
        uncommitted=uncommitted(repository),
        packages=packages_in(read("packages.txt")),
        secrets=str(wishes.secrets) if wishes.secrets and read(SECRETS) is None else None,
        boot_waits=_boot_waits(Path(repository.root, entrypoint), read(entrypoint) or b""),
    )


def _entrypoint(repository: Repository, config: Config, commit: str) -> str:
    """The file that the host runs; where it has no usual name, that of the one app there is."""
    try:
        return find_entrypoint(partial(repository.read, commit), config.entrypoint)
    except EntrypointError as error:
        if config.entrypoint is not None:
            raise
        apps = _apps(repository, commit)
        if len(apps) == 1:
            return apps[0].entrypoint
        if not apps and repository.read(commit, CONFIG_FILE) is None:
            raise NoApp(error.message, error.remedy) from error
        raise


def _boot_waits(there: Path, committed: bytes) -> bool:
    return _BOOT not in committed and there.is_file() and _BOOT in there.read_bytes()


def _apps(repository: Repository, commit: str) -> tuple[App, ...]:
    paths = list(repository.tree(commit))
    scripts = repository.read_all(commit, (path for path in paths if path.endswith(".py")))
    read = partial(repository.read, commit)
    return survey(paths, lambda path: scripts[path] if path in scripts else read(path)).apps


async def rehearse(
    repository: Repository, config: Config, subject: Subject, wishes: Wishes, say: Callable[[str], None]
) -> Rehearsal:
    """Rehearse a commit; whatever is wrong with it is told in what is returned.

    :param say: told of each step, in words
    :raises RemoteError: a partial clone could not fetch the commit's files.
    :raises LabError: the lab itself cannot be started on this machine.
    """
    folder, guard = _room()
    config = replace(config, entrypoint=subject.entrypoint)
    stage = Stage(repository, config, wishes, say, Rehearsal(subject), folder, guard)
    try:
        await asyncio.wait_for(_rehearse(stage), wishes.timeout)
    except asyncio.TimeoutError:
        step = list(Step)[min(len(stage.found.steps), len(Step) - 1)]
        stage.stop(step, f"not done within {wishes.timeout:g} s", "give --timeout more")
        stage.found = replace(stage.found, late=True)
    finally:
        await asyncio.shield(asyncio.to_thread(guard.close))
    return stage.found


def _room() -> tuple[Path, Guard]:
    """A folder, and the guard that ends what runs and removes the folder when it is closed."""
    folder = Path(tempfile.mkdtemp(prefix="freshboot-rehearsal-")).resolve()
    return folder, Guard(folder)


async def _rehearse(stage: Stage) -> None:
    subject, wishes = stage.found.subject, stage.wishes
    read = partial(stage.repository.read, subject.commit)
    source = source_of(read, subject.dependency_file, stage.repository.tree(subject.commit))
    branch = stage.config.branch or stage.repository.branch or "main"
    name = Path(stage.repository.root).name
    try:
        tool = installer_for(source, Path("environment"), find).tool
        place = environments.place_of(wishes.cache, source, wishes.python, tool)
        installer = installer_for(source, place.folder, find)
        clone = clean_clone(stage.repository, subject.commit, branch, stage.folder / name)
        async with environments.alone(place, lambda: stage.say("  waiting for another rehearsal to end")):
            made = await _environment(stage, place, installer, clone)
            await _boot(stage, source, place, installer, clone, made)
    except CannotRehearse as error:
        stage.stop(Step.INSTALLS, error.message, error.remedy, missing=True)
    except BuildFailed as error:
        stage.stop(Step.INSTALLS, error.message, error.remedy, error.lines)


async def _environment(stage: Stage, place: Place, installer: Installer, clone: Repository) -> Environment:
    """The environment that is kept, or a new one."""
    found = None if stage.wishes.fresh else place.kept()
    if found is None:
        stage.say(f"  making the environment with {installer.tool}: this may take minutes")
        check_out(clone)
        folder, python = Path(clone.root), stage.wishes.python
        found = await environments.make(place, installer, python, folder, stage.guard, stage.now)
    environments.used(place)
    environments.remove_unused(place.cache, stage.now())
    made = Made(installer.tool, found.streamlit, found.made, found.kept, found.added)
    stage.found = replace(stage.found, made=made)
    how = f"kept, made {environments.since(found.made, stage.now())}" if found.kept else "made now"
    file = stage.found.subject.dependency_file or "no dependency file"
    stage.take(Step.INSTALLS, f"{file} by {installer.tool}, Streamlit {found.streamlit}, {how}")
    if found.added:
        stage.say(f"  {file} does not ask for Streamlit: its newest was added, as Community Cloud has it")
    return found


async def _boot(
    stage: Stage, source: Source, place: Place, installer: Installer, clone: Repository, made: Environment
) -> None:
    """Run it in the lab, and look."""
    gitlinks = [path for path, one in clone.tree(clone.head).items() if one.mode == SUBMODULE]

    async def prepare(checkout: Path) -> None:
        _require_submodules(checkout, gitlinks)
        if source.is_tied:  # the project is to be found where the app runs
            await environments.install(place, installer, checkout, stage.guard)
        if stage.found.subject.secrets is not None:
            await asyncio.to_thread(_pass_on, Path(stage.found.subject.secrets), checkout / SECRETS)

    options = Options(
        Path(clone.root), stage.found.subject.entrypoint, python=made.python, start_limit_s=_START_S
    )
    expected = releases(
        _known(stage.repository, clone), clone.head, clone.branch or "", _to_expect(stage.config)
    )
    async with _running(stage, Lab(options, prepare)) as lab:
        if lab is not None:
            stage.take(Step.BOOTS, "the process answers")
            await _pages(stage, lab.address.url, expected)
            if stage.found.failed is None:
                await _attest(stage, lab.address.url, expected)


def _require_submodules(checkout: Path, gitlinks: list[str]) -> None:
    """See to it that submodules are there, as the host would have them.

    :raises CannotRehearse: one could not be cloned.
    """
    for path in gitlinks:
        if not any((checkout / path).iterdir()):
            raise CannotRehearse(
                f"not rehearsed: the submodule {path} cannot be cloned from here",
                "see to its address in .gitmodules, which has to be a whole one",
            )


def _known(repository: Repository, clone: Repository) -> Repository:
    """Where the release is read: the user's repository, which has submodules, and is not to ask a remote.

    A partial one would have to: there the clone has all that is needed.
    """
    return clone if repository.is_partial else replace(repository, remote=_NO_REMOTE)


@contextlib.asynccontextmanager
async def _running(stage: Stage, lab: Lab) -> AsyncIterator[Lab | None]:
    """The lab; None where the app's process does not come up in it."""
    try:
        await lab.__aenter__()
    except LabError as error:
        lines = error.message.splitlines()
        stage.stop(Step.BOOTS, lines[0].rstrip(":"), error.remedy, tuple(lines[1:]))
        yield None
        return
    try:
        yield lab
    finally:
        await lab.__aexit__(None, None, None)


def _pass_on(secrets: Path, there: Path) -> None:
    """Copy secrets, for nobody else to read; not the key, by which the app would answer its holders only."""
    there.parent.mkdir(exist_ok=True)
    with os.fdopen(os.open(there, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(line for line in secrets.read_bytes().splitlines(True) if not _OF_THE_KEY.match(line))


@contextlib.contextmanager
def _without_key() -> Iterator[None]:
    """Ask as somebody who holds no key, as the app in the lab has none."""
    key = os.environ.pop(KEY_VARIABLE, None)
    try:
        yield
    finally:
        if key is not None:
            os.environ[KEY_VARIABLE] = key


async def _pages(stage: Stage, url: str, expected: Releases) -> None:
    """Render every page, each in a session of its own."""
    async with http_client() as http:
        host = await detect(http, Address.parse(url))
        allowed = _allowed(stage.config)
        files = expected.expected.files
        looked = await look(host.address, allowed, files, http, _PATIENCE, expected)
    stage.found = replace(stage.found, looked=looked)
    passed = not looked.raised and not looked.unseen
    stage.take(Step.RENDERS, words_of_pages(looked), passed=passed)


async def _attest(stage: Stage, url: str, expected: Releases) -> None:
    """Ask the process what it runs."""
    wishes = _to_attest(stage.config, url, stage.wishes.timeout)
    with _without_key():
        outcome = await confirm(wishes, expected, lambda _at, _words: None)
    stage.found = replace(stage.found, outcome=outcome)
    verdict, cause = outcome.judgement.verdict, outcome.judgement.cause
    why = layers_of(outcome.expected) if cause is None else cause.value
    stage.take(Step.ATTESTS, f"{verdict.value}: {why}", passed=verdict is Verdict.PROVEN)


def _allowed(config: Config) -> tuple[Check, ...]:
    """Where the configuration allows exceptions. What else it checks is for the live app."""
    if not config.pages:
        return (MayRaise("exceptions allowed"),)
    return tuple(check for check in checks_of(config) if isinstance(check, MayRaise))


def _to_expect(config: Config) -> Config:
    """All layers of a process; there is no edge here, and a stamp alone is no proof."""
    layers = tuple(one for one in config.require if one in LAYERS)
    return replace(config, require=layers or LAYERS)


def _to_attest(config: Config, url: str, timeout: float) -> Config:
    """Ask the lab, which has one process: nothing is on its way there."""
    return replace(
        _to_expect(config),
        url=url,
        replicas=1,
        timeout=min(_ATTEST_S, timeout),
        settle=_SETTLE_S,
        grace=_GRACE_S,
        interval=_INTERVAL_S,
        via="auto",
        witness=False,
        pages=False,
        checks=(),
    )
