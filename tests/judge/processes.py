"""A process as a test wants it: answers a challenge from what it is said to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from freshboot.judge.evidence import Expectation, Origin
from freshboot.proof import Attestation, Kind, Layer, LayerAnswer, blob_id, is_importable, tag, tagged

NONCE = "00112233445566778899aabbccddeeff"
RELEASE = "a" * 40
EARLIER = "b" * 40


def blobs(files: Mapping[str, str]) -> dict[str, str]:
    """Contents to git blob ids."""
    return {path: blob_id(text.encode()) for path, text in files.items()}


@dataclass
class Process:
    """What lies on its disk, what its modules and scripts were loaded from (path → content)."""

    disk: dict[str, str]
    modules: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    unrecorded: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    errors: tuple[str, ...] = ()
    entrypoint: str = "app.py"
    object_format: str = "sha1"

    def attest(self, nonce: str = NONCE) -> Attestation:
        """Its answer to a challenge."""
        return Attestation(
            nonce=nonce,
            boot_id="boot",
            started="2026-11-21T20:43:00Z",
            versions={},
            stamp=None,
            object_format=self.object_format,
            heals=False,
            healed=0,
            layers={Layer.DISK.value: self._disk(nonce), Layer.MEMORY.value: self._memory(nonce)},
            errors=self.errors,
        )

    def _disk(self, nonce: str) -> LayerAnswer:
        code = {path: text for path, text in self.disk.items() if is_importable(path)}
        data = {path: text for path, text in self.disk.items() if not is_importable(path)}
        skipped = [tag(nonce, Layer.DISK, path, Kind.SKIPPED.value) for path in self.skipped]
        return tagged(
            {
                Kind.CODE: _tags(nonce, Layer.DISK, code),
                Kind.DATA: _tags(nonce, Layer.DISK, data),
                Kind.SKIPPED: skipped,
            }
        )

    def _memory(self, nonce: str) -> LayerAnswer:
        return tagged(
            {
                Kind.MODULES: _tags(nonce, Layer.MEMORY, self.modules),
                Kind.SCRIPTS: _tags(nonce, Layer.MEMORY, self.scripts),
                Kind.ENTRYPOINT: [tag(nonce, Layer.MEMORY, self.entrypoint, Kind.ENTRYPOINT.value)],
                Kind.KEPT: _tags(nonce, Layer.MEMORY, self.kept),
                Kind.UNRECORDED: [tag(nonce, Layer.MEMORY, one, "unrecorded") for one in self.unrecorded],
            }
        )


def _tags(nonce: str, layer: Layer, files: Mapping[str, str]) -> list[str]:
    return [tag(nonce, layer, path, blob) for path, blob in blobs(files).items()]


FILES = {"app.py": "import calc\n", "calc.py": "RATE = 2\n", "prices.csv": "1,2\n"}
OLD_CALC = "RATE = 1\n"
ANSWERED = (Layer.DISK, Layer.MEMORY)
"""The layers that these processes speak of."""


def expected(**changes: object) -> Expectation:
    """The expectation of a release that holds FILES."""
    values: dict[str, object] = {
        "commit": RELEASE,
        "stamp": None,
        "files": blobs(FILES),
        "entrypoint": "app.py",
        "layers": ANSWERED,
    }
    return Expectation(**{**values, **changes})  # type: ignore[arg-type]  # values by name


PAST = {
    ("calc.py", blob_id(OLD_CALC.encode())): Origin(EARLIER, 2),
    ("gone.py", blob_id(b"GONE = 1\n")): Origin(EARLIER, 2),
}


def fresh_process() -> Process:
    """A process that runs exactly the release."""
    return Process(dict(FILES), modules={"calc.py": FILES["calc.py"]}, scripts={"app.py": FILES["app.py"]})
