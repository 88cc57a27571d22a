"""Whether the tests that lie in the work tree are the release's: what others say is not said of it."""

from __future__ import annotations

import os
import posixpath
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from freshboot.errors import FreshbootError
from freshboot.repository.git import printable
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import Releases
from freshboot.stamp.plan import neutral

_LOADED = (".py", ".ini", ".toml", ".cfg")
"""What pytest reads as code or settings; what tests leave behind, such as pictures, is another matter."""
_AS_THEY_ARE = ("core.fsmonitor=false", "core.sparseCheckout=false")


def difference(releases: Releases, path: str) -> str:
    """Why the tests at a path of the work tree are not the release's, in words; empty where they are.

    The ``conftest.py`` of the folders above belong to them; new files that git ignores do not. Another stamp
    makes no difference, nor does documentation.

    :param path: as pytest takes it, with or without ``::`` and a test's name
    """
    place = posixpath.normpath(path.partition("::")[0])
    repository, commit = releases.repository, releases.expected.commit
    try:
        if not repository.tree(commit, None if place == "." else (place,)):
            return f"the release has no {printable(place)}"
        differing = _differing(repository, commit, place)
        foreign = [name for name in differing if not _is_neutral(releases, name)]
    except FreshbootError as error:
        return f"the tests cannot be compared with the release's: {error}"
    more = f" and {len(foreign) - 1} more" if foreign[1:] else ""
    words = "the tests are not the release's: the work tree has another {}{}; commit it, or put it aside"
    return words.format(printable(foreign[0], 80), more) if foreign else ""


def _is_neutral(releases: Releases, path: str) -> bool:
    expected = releases.expected
    if path in expected.neutral:
        return True
    file = Path(releases.repository.root, path)
    here = file.read_bytes() if file.is_file() else None
    released = releases.repository.read(expected.commit, path)
    return neutral(path, released, here, releases.marks, expected.entrypoint)


def _differing(repository: Repository, commit: str, place: str) -> list[str]:
    """Compared by content, in an index of its own: the user's may call a file unchanged that is not."""
    above = [str(folder / "conftest.py") for folder in PurePosixPath(place).parents]
    settings = [word for one in _AS_THEY_ARE for word in ("-c", one)]
    listing = (*settings, "--literal-pathspecs", "ls-files", "-z", "--exclude-standard")
    with tempfile.TemporaryDirectory(prefix="freshboot-index-") as folder:
        env = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        repository.git.run(*settings, "read-tree", commit, env=env)
        changed = repository.git.run(*listing, "--modified", "--", place, *above, env=env).records
        new = repository.git.run(*listing, "--others", "--", place, *above, env=env).records
    return sorted({*changed, *_loaded(new)})


def _loaded(paths: Collection[str]) -> Iterator[str]:
    return (path for path in paths if path.endswith(_LOADED))
