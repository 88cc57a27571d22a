"""Notes what was built, in the words of SLSA's provenance."""

import glob
import hashlib
import json
import os
import sys
from pathlib import Path

paths = [Path(name) for name in sorted(glob.glob(os.environ["SUBJECTS"])) if os.path.isfile(name)]
if not paths:
    sys.exit(f"::error::Could not find subject at path {os.environ['SUBJECTS']}")
digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
statement = {
    "predicateType": "https://slsa.dev/provenance/v1",
    "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()],
    "source": {name: os.environ[f"GITHUB_{name.upper()}"] for name in ("repository", "ref", "sha")},
}
Path(os.environ["STAND_INS_ROOM"], "attestations.json").write_text(json.dumps(statement))
