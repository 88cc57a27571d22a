"""What somebody learns from an answer who does not have the commit: how much there is, and nothing else.

What can be learnt: whoever has a file's exact bytes and its path can ask whether it lies there, and so may
whoever guesses both. A short file of which everything is known but a word can be found by trying the words,
at the speed of a hash. That is why files that hold secrets are not hashed at all.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import py_compile
import re
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.app import disk
from freshboot.app.disk import DiskScan
from freshboot.proof import NONCE_BYTES, Kind, Layer, blob_id, new_nonce, parse_attestation, tag
from tests.app.apps import App, running
from tests.gitrepo import ISOLATION, commit, git, make_repository

NONCE = "5f" * NONCE_BYTES
CONTENTS = st.binary(max_size=20)
PATHS = st.text("abc/._é", min_size=1, max_size=8)
FILES = st.dictionaries(PATHS, CONTENTS, min_size=1, max_size=12)


def tags_of(files: dict[str, bytes], nonce: str = NONCE) -> set[str]:
    found = DiskScan({path: blob_id(data) for path, data in files.items()})
    answer = disk.answer(found, nonce)
    return {*answer.of(Kind.CODE), *answer.of(Kind.DATA)}


class TestTags:
    """The tags of files that lie on disk."""

    @given(FILES, CONTENTS, st.data())
    def test_another_content_changes_the_tag_of_that_file_alone(
        self, files: dict[str, bytes], content: bytes, data: st.DataObject
    ) -> None:
        path = data.draw(st.sampled_from(sorted(files)))
        others = tags_of({one: text for one, text in files.items() if one != path})
        before, after = tags_of(files), tags_of({**files, path: content})
        assert before & after >= others
        assert len(before - after) == len(after - before) == int(files[path] != content)

    @given(FILES, PATHS, st.data())
    def test_another_name_changes_the_tag_of_that_file_alone(
        self, files: dict[str, bytes], name: str, data: st.DataObject
    ) -> None:
        path = data.draw(st.sampled_from(sorted(files)))
        others = {one: text for one, text in files.items() if one not in (path, name)}
        before, after = tags_of({**others, path: files[path]}), tags_of({**others, name: files[path]})
        assert before & after >= tags_of(others)
        assert len(before - after) == len(after - before) == int(name != path)

    @given(FILES)
    def test_are_those_of_the_protocol(self, files: dict[str, bytes]) -> None:
        assert tags_of(files) == {tag(NONCE, Layer.DISK, path, blob_id(data)) for path, data in files.items()}

    def test_look_random_though_names_and_contents_are_alike(self) -> None:
        tags = tags_of({f"file_{number}.csv": b"%d" % number for number in range(4000)})
        assert len(tags) == 4000
        for bit in range(64):
            ones = sum(int(one, 16) >> bit & 1 for one in tags)
            assert 1800 < ones < 2200  # six times the deviation that chance has

    def test_two_answers_of_one_app_have_none_in_common(self) -> None:
        files = {f"file_{number}.csv": b"same" for number in range(4000)}
        assert tags_of(files, new_nonce()).isdisjoint(tags_of(files, new_nonce()))


WORDS = ("quokka", "wombat", "numbat", "platypus", "wallaby", "kookaburra", "taipan")
MAIN = """\
import freshboot
def fail(error):
    def failing(*arguments):
        raise error
    return failing
{fault}
freshboot.boot()
import streamlit as st
import quokka_sales
from wombat import numbat_tax
st.text("platypus")
"""
APP = {
    "quokka_sales.py": "NAME = 'platypus'\n",
    "wombat/__init__.py": "",
    "wombat/numbat_tax.py": "RATE = 'platypus'\n",
    "data/wallaby.csv": "platypus,1\n",
    "requirements.txt": "streamlit\nwallaby-not-installed==1\n",
    ".env": "TOKEN=platypus\n",
}
FAULTS = {
    "none": "",
    "disk": "import freshboot.app.disk as m; m.scan = fail(OSError(13, 'platypus', '/quokka/wombat'))",
    "memory": "import freshboot.app.modules as m; m.survey = fail(KeyError('quokka_sales'))",
    "packages": "import freshboot.app.packages as m; m.answer = fail(ValueError('wallaby'))",
}
TOP = {
    *("freshboot", "nonce", "boot_id", "started", "versions", "stamp", "object_format", "heals", "healed"),
    *("layers", "errors"),
}


class Asked(NamedTuple):
    """An app's repository, and two of its answers as they were sent."""

    root: Path
    answers: tuple[str, str]


def ask(app: App) -> str:
    """The answer as it was sent."""
    return app.page(f"freshboot={new_nonce()}").first_text or ""


@pytest.fixture(scope="module", params=FAULTS)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """An app whose names and contents are telling words, whatever breaks in the agent."""
    root = tmp_path_factory.mktemp("numbers") / "kookaburra"
    files = {**APP, "streamlit_app.py": MAIN.format(fault=FAULTS[request.param])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_HOST", "taipan")
        with running(root, files) as app:
            (app.root / ".git").rmdir()
            git(app.root, "init", "--quiet", "--initial-branch=taipan")
            git(app.root, "remote", "add", "origin", "https://example.com/kookaburra.git")
            commit(app.root, {"data/wallaby.csv": "platypus,2\n"}, "Begin")
            assert app.shows() == ("platypus",)
            answers = (ask(app), ask(app))
    broken = [one.partition(":")[0] for one in json.loads(answers[0])["errors"]]
    assert request.param in (broken or ["none"])
    return Asked(root, answers)


def test_an_answer_holds_no_word_of_the_app_or_its_place(asked: Asked) -> None:
    places = (*asked.root.parts[1:], os.path.expanduser("~"), getpass.getuser(), "streamlit_app", "/", "\\")
    for answer in asked.answers:
        for word in (*WORDS, *(one for one in places if re.search("[^0-9a-f]", one))):
            assert word not in answer.lower()


def test_an_answer_holds_only_tags_and_counts_and_versions(asked: Asked) -> None:
    for text in asked.answers:
        answer = json.loads(text)
        assert answer.keys() == TOP
        assert answer["versions"].keys() == {"python", "streamlit", "freshboot"}
        assert all(re.fullmatch(r"[a-z-]+: [A-Za-z]+", one) for one in answer["errors"])
        for layer in answer["layers"].values():
            assert layer.keys() == {"tags", "counts"}
            assert {type(number) for number in layer["counts"].values()} == {int}
            assert all(re.fullmatch("[0-9a-f]{16}", one) for some in layer["tags"].values() for one in some)


def test_nothing_of_one_answer_is_found_in_the_next(asked: Asked) -> None:
    first, second = (
        {
            one
            for layer in parse_attestation(text).layers.values()
            for some in layer.tags.values()
            for one in some
        }
        for text in asked.answers
    )
    assert first
    assert first.isdisjoint(second)


SECRETS = (".env", ".ENV.Local", ".streamlit/secrets.toml", "deep/SECRETS.Toml", "certs/server.PEM")
SECRETS += ("certs/server.Key", "id_rsa", "deep/ID_ED25519", "store.JKS")
LINKS = {
    "settings.toml": ".streamlit/secrets.toml",
    "module.py": ".env",
    "Pipfile": "deep/SECRETS.Toml",
    "folder": "certs",
}
LOOK = """
import json, os, sys
root, opened = sys.argv[1], set()
from freshboot.app import compiled, disk, packages, results
from freshboot.app.places import Places
from freshboot.app.root import object_format
from freshboot.app.state import state
import packaging.requirements
def listen(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        real = os.path.realpath(os.fsdecode(arguments[0]))
        if real.startswith(root + os.sep):
            opened.add(os.path.relpath(real, root))
sys.addaudithook(listen)
remembered = state()
remembered.places = places = Places(root)
assert object_format(root) == "sha1"
for _ in range(2):
    snapshot = results.take(remembered, places)
    results.begin(remembered, places, snapshot, clears=False)
    results.told(remembered, None, snapshot)
    results.noticed(remembered, places, snapshot)
    disk.answer(snapshot.scan, "00" * 16)
    remembered.comparisons.compare({root}, snapshot.scan.blobs).answer("00" * 16)
    packages.answer(root, "streamlit_app.py", "00" * 16)
print(json.dumps({"opened": sorted(opened), "excluded": len(snapshot.scan.excluded)}))
"""


def opened_in(root: Path) -> tuple[set[str], int]:
    """The files of the repository that the layers open, and how many files they say are excluded."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(root)],
        env={**os.environ, **ISOLATION},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return set(told["opened"]), told["excluded"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with secrets, links to them, and dependency files that ask for them."""
    requirements = "".join(f"-r {one}\n-c {one}\n" for one in SECRETS)
    made = make_repository(
        tmp_path.resolve() / "repository",
        {
            "streamlit_app.py": "import streamlit\n",
            "requirements.txt": requirements,
            "data/a.csv": "1\n",
            **dict.fromkeys(SECRETS, "SECRET=1\n"),
        },
    )
    for link, target in LINKS.items():
        (made / link).symlink_to(target)
    git(made, "add", "--all")
    return made


def test_secrets_are_never_opened_by_any_layer(root: Path) -> None:
    opened, excluded = opened_in(root)
    assert opened.isdisjoint(SECRETS)
    assert opened >= {"streamlit_app.py", "requirements.txt", "data/a.csv"}
    assert excluded == len(SECRETS)


def test_a_secret_that_a_cached_source_leads_to_is_not_opened(root: Path) -> None:
    """A source that has a cache file is read, to be compared with it; this one is a link to a secret."""
    cached = Path(cache_from_source(root / "module.py"))
    cached.parent.mkdir()
    py_compile.compile(str(root / "streamlit_app.py"), str(cached))
    opened, _ = opened_in(root)
    assert opened.isdisjoint(SECRETS)


def test_of_gits_own_files_only_settings_index_and_what_tells_the_commit_are_opened(root: Path) -> None:
    opened, _ = opened_in(root)
    commit = {".git/HEAD", ".git/commondir", ".git/refs/heads/main", ".git/logs/HEAD"}
    assert {path for path in opened if path.startswith(".git")} == {".git/config", ".git/index", *commit}


COUNTED = """\
import sys, threading, time
import freshboot.app.disk as disk
from freshboot.app.state import state
if not hasattr(sys, "_test_counts"):
    sys._test_counts = {"opened": 0, "scans": 0, "held": False}
    def listen(event, arguments):
        if event == "open" and "/many/" in str(arguments[0]):
            sys._test_counts["opened"] += 1
    sys.addaudithook(listen)
    state().tree._clock = lambda: 0  # nothing ever settles: what is looked at is read
    plain = disk.scan
    def scan(*arguments):
        counts, ends = sys._test_counts, time.monotonic() + 60
        counts["scans"] += 1
        held, counts["held"] = counts["held"], False
        while held and len(state().scans._changed._waiters) < 9 and time.monotonic() < ends:
            time.sleep(0.005)
        return plain(*arguments)
    disk.scan = scan
import freshboot
freshboot.boot()
import streamlit as st
sys._test_counts["held"] = "hold" in st.query_params
st.text(f"{sys._test_counts['opened']} {sys._test_counts['scans']}")
"""


def test_ten_challenges_at_once_read_the_files_at_most_twice(tmp_path: Path) -> None:
    """The first look at the disk lasts until the other nine have come."""
    number = 1500  # fewer than make a second reader worth it, whose reading is not counted here
    many = {f"many/file_{one:04}.csv": f"{one}\n" for one in range(number)}
    with running(tmp_path / "repository", {"streamlit_app.py": COUNTED, **many}) as app:

        def counts(query: str = "") -> list[int]:
            return [int(one) for one in (app.page(query).first_text or "").split()]

        async def ask_together() -> list[str | None]:
            asked = (app._run(f"freshboot={new_nonce()}", "") for _ in range(10))
            return [run.first_text for run in await asyncio.gather(*asked)]

        before = counts("hold=1")
        answers = [parse_attestation(text or "") for text in asyncio.run(ask_together())]
        after = counts()
    assert all(one.layers[Layer.DISK.value].count(Kind.DATA) >= number for one in answers)
    assert [now - then for now, then in zip(after, before, strict=True)] == [2 * number, 2]
