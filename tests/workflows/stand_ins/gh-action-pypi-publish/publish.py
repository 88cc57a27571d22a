"""Puts distributions into the index, as twine does: whole, readable, and never over what is there."""

import os
import shutil
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path


def metadata(path: Path) -> str:
    """What a distribution says of itself."""
    if path.suffix == ".whl":
        name, version, *_ = path.name.split("-")
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(f"{name}-{version}.dist-info/METADATA").decode()
    if not path.name.endswith(".tar.gz"):
        sys.exit(f"::error::Unknown distribution format: '{path.name}'")
    with tarfile.open(path) as archive:
        file = archive.extractfile(f"{path.name.removesuffix('.tar.gz')}/PKG-INFO")
        assert file is not None
        return file.read().decode()


index = Path(os.environ["STAND_INS_ROOM"], "index")
index.mkdir(exist_ok=True)
paths = sorted(Path(os.environ["FOLDER"]).glob("*"))
if not paths:
    sys.exit("::error::Cannot find file (or expand pattern): 'dist/*'")
for path in paths:
    told = HeaderParser().parsestr(metadata(path))
    if not path.name.startswith(f"{told['Name']}-{told['Version']}"):
        sys.exit(f"::error::{path.name} says that it is {told['Name']} {told['Version']}")
    if (index / path.name).exists():
        sys.exit(f"::error::400 File already exists ('{path.name}')")
for path in paths:
    shutil.copy(path, index)
