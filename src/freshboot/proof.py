"""The words that both sides of a proof share: challenge, tags, attestation.

The verifier sends a fresh nonce. For every file the process answers a tag that only somebody who has the
file's exact bytes can compute, so that the answer tells a stranger nothing and needs no secret. The wire
format is described in ``docs/proof.md``. Standard library only: this module runs inside the app.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

PROTOCOL = 1
QUERY_KEY = "freshboot"
NONCE_BYTES = 16
TAG_BYTES = 8

_NONCE = re.compile(rf"[0-9a-f]{{{2 * NONCE_BYTES}}}\Z")
_TAG = re.compile(rf"[0-9a-f]{{{2 * TAG_BYTES}}}\Z")

# Far above any repository; an answer with more would only keep its reader busy.
MOST_TAGS = 200_000
MOST_COUNTED = 10_000_000
_MOST_ERRORS = 50
_MOST_NAMES = 50
_LONGEST_NAME = 100

# What a module can be imported from: an unknown file of these kinds on disk may shadow a tracked one.
_IMPORTABLE = (".py", ".pyc", ".pyo", ".pyw", ".so", ".pyd", ".pth", ".egg", ".zip", ".whl")
# Never read, by either side; the patterns match the file's name, whatever its folder.
_EXCLUDED = re.compile(
    r"(secrets\.toml|\.env(\..+)?|.+\.(pem|key|p12|pfx|jks|keystore)|id_(rsa|dsa|ecdsa|ed25519))\Z", re.I
)


class Layer(str, Enum):
    """Where code can be stale. The process attests all of them but the edge, which is asked from outside."""

    DISK = "disk"
    BYTECODE = "bytecode"
    MEMORY = "memory"
    PACKAGES = "packages"
    RESULTS = "results"
    EDGE = "edge"


ATTESTED = (Layer.DISK, Layer.BYTECODE, Layer.MEMORY, Layer.PACKAGES, Layer.RESULTS)
"""The layers that an attestation must hold for a proof, unless others are asked for."""


class Kind(str, Enum):
    """How a layer's tags are sorted.

    The tags of ``unrecorded``, ``skipped``, ``stale`` and ``entrypoint`` carry that word in place of a blob
    id, those of requirements the line (see ``freshboot.dependencies``).
    """

    CODE = "code"  # disk: importable files
    DATA = "data"  # disk: every other file; results: what lay there when the caches were last cleared
    MODULES = "modules"  # memory: imported modules whose bytes are known
    SCRIPTS = "scripts"  # memory: entrypoint and pages whose bytes are known
    ENTRYPOINT = "entrypoint"  # memory: the script that the server was given
    KEPT = "kept"  # memory: old code that healing could not drop (its tag names the old bytes)
    STALE = "stale"  # bytecode: sources whose cached code is another's; results: files that changed since
    SATISFIED = "satisfied"  # packages: requirement lines that what is installed meets
    WRONG = "wrong"  # packages: another version, or from another place
    MISSING = "missing"  # packages: not installed
    UNRECORDED = "unrecorded"  # loaded, installed or computed, but nobody saw from what
    SKIPPED = "skipped"  # not hashed: over the budget, unreadable, changing while it was read
    EXCLUDED = "excluded"  # never hashed: secrets


class MalformedAttestation(ValueError):
    """The answer is not an attestation of this protocol."""


def new_nonce() -> str:
    """A challenge: 16 random bytes in hexadecimal, to be used once."""
    return secrets.token_hex(NONCE_BYTES)


def is_nonce(text: str) -> bool:
    """Tell whether ``text`` has the form of a challenge."""
    return _NONCE.match(text) is not None


def blob_id(data: bytes, object_format: str = "sha1") -> str:
    """The id that git gives to a file of these bytes (``git hash-object``), in hexadecimal."""
    digest = hashlib.new(object_format, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def tag(nonce: str, layer: Layer, path: str, content: str) -> str:
    """The tag of one file: BLAKE2b-64, keyed with the nonce, over layer, path and content; 16 hex digits.

    ``path`` is relative to the repository's root, with ``/``; ``content`` is the git blob id, or the word of
    a state (``unrecorded``, ``skipped``) where the bytes are not known.
    """
    return tagger(nonce, layer)(path, content)


def tagger(nonce: str, layer: Layer) -> Callable[[str, str], str]:
    """``tag`` for many files of one layer: three times as fast, since what they share is hashed once."""
    begun = hashlib.blake2b(layer.value.encode() + b"\0", key=bytes.fromhex(nonce), digest_size=TAG_BYTES)

    def tagged_as(path: str, content: str) -> str:
        digest = begun.copy()
        digest.update(f"{path}\0{content}".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    return tagged_as


def is_importable(path: str) -> bool:
    """Tell whether Python could import the file, by its name."""
    return path.lower().endswith(_IMPORTABLE)


def is_excluded(path: str) -> bool:
    """Tell whether the file holds secrets by its name, and so is never read for a proof."""
    return _EXCLUDED.match(path.rpartition("/")[2]) is not None


@dataclass(frozen=True)
class LayerAnswer:
    """One layer as the process sees it: its tags by kind, and how many there are of each kind and state.

    ``counts`` also counts what has no tag (``untagged`` modules outside of the root, files left aside).
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, kind: Kind) -> tuple[str, ...]:
        """The tags of one kind."""
        return self.tags.get(kind.value, ())

    def count(self, kind: Kind) -> int:
        """How many of one kind the process counted; at least the number of its tags."""
        return self.counts.get(kind.value, 0)


@dataclass(frozen=True)
class Attestation:
    """A process's answer to one challenge; ``errors`` are the agent's, ``healed`` counts modules dropped."""

    nonce: str
    boot_id: str
    started: str
    versions: Mapping[str, str]
    stamp: str | None
    object_format: str
    heals: bool
    healed: int
    layers: Mapping[str, LayerAnswer]
    errors: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The wire form: one line of JSON that begins with the protocol's version."""
        layers = {name: vars(answer) for name, answer in self.layers.items()}
        return json.dumps({"freshboot": PROTOCOL, **vars(self), "layers": layers}, separators=(",", ":"))


def tagged(kinds: Mapping[Kind, Iterable[str]], **counts: int) -> LayerAnswer:
    """A layer's answer from tags by kind, sorted so that their order tells nothing, and counted."""
    tags = {kind.value: tuple(sorted(set(some))) for kind, some in kinds.items()}
    return LayerAnswer(tags, {**{kind: len(some) for kind, some in tags.items()}, **counts})


def parse_attestation(text: str) -> Attestation:
    """Read an untrusted answer.

    :raises MalformedAttestation: not JSON, not of this protocol's version, or a member has the wrong form.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedAttestation("not JSON") from error
    if not isinstance(raw, dict) or raw.get("freshboot") != PROTOCOL:
        raise MalformedAttestation(f"not an attestation of protocol {PROTOCOL}")
    return Attestation(
        nonce=_text(raw, "nonce"),
        boot_id=_text(raw, "boot_id"),
        started=_text(raw, "started"),
        versions=_mapping(raw, "versions", str),
        stamp=None if raw.get("stamp") is None else _text(raw, "stamp"),
        object_format=_text(raw, "object_format"),
        heals=raw.get("heals") is True,
        healed=_number(raw.get("healed")),
        layers={name: _layer(answer) for name, answer in _mapping(raw, "layers", dict).items()},
        errors=_errors(raw.get("errors", [])),
    )


def _layer(raw: Mapping[str, Any]) -> LayerAnswer:
    tags = {kind: _texts(some) for kind, some in _mapping(raw, "tags", list).items()}
    if sum(map(len, tags.values())) > MOST_TAGS:
        raise MalformedAttestation(f"a layer has more than {MOST_TAGS} tags")
    if not all(_TAG.match(one) for some in tags.values() for one in some):
        raise MalformedAttestation("a tag is not 16 hexadecimal digits")
    return LayerAnswer(tags, {name: _number(n) for name, n in _mapping(raw, "counts", int).items()})


def _text(raw: Mapping[str, Any], key: str, limit: int = 200) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or len(value) > limit:
        raise MalformedAttestation(f"{key} is not a text of at most {limit} characters")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise MalformedAttestation("a list of texts was expected")
    return tuple(value)


def _errors(value: object) -> tuple[str, ...]:
    found = _texts(value)
    if len(found) > _MOST_ERRORS or any(len(one) > 3 * _LONGEST_NAME for one in found):
        raise MalformedAttestation("errors are too many, or too long")
    return found


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_COUNTED:
        raise MalformedAttestation(f"a count is not a whole number up to {MOST_COUNTED}")
    return value


def _mapping(raw: Mapping[str, Any], key: str, kind: type) -> dict[str, Any]:
    value = raw.get(key)
    if not isinstance(value, dict) or not all(isinstance(one, kind) for one in value.values()):
        raise MalformedAttestation(f"{key} is not a mapping to {kind.__name__}")
    if len(value) > _MOST_NAMES or any(len(name) > _LONGEST_NAME for name in value):
        raise MalformedAttestation(f"{key} has too many names, or too long ones")
    return value
