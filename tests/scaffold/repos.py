"""Repositories as mappings of their files, and what init makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from freshboot.scaffold.draft import Plan
from freshboot.scaffold.own_files import Origin
from freshboot.scaffold.plan import Answers, plan
from freshboot.scaffold.removal import removal
from freshboot.scaffold.wanted import Wanted
from freshboot.survey import survey

Files = dict[str, bytes]

ORIGIN = Origin("https://github.com/freshboot/freshboot", "v1")
ANSWERS = Answers(Wanted("freshboot==0.1.0"), ORIGIN, url="https://shop.streamlit.app")
FROM_GIT = replace(ANSWERS, wanted=Wanted("freshboot @ git+https://github.com/freshboot/freshboot@v1"))
APP = b"import streamlit as st\nst.title('x')\n"
BOOT = b"import freshboot; freshboot.boot()  # before every other import (freshboot init)"
BADGE = b"freshboot.badge()  # shows the version that runs (freshboot init)"
CONSTANT = b'DEPLOYMENT_VERSION = "0.1.0"  # stamped by freshboot (freshboot init)'
LISTED = b"freshboot==0.1.0  # for the lines in the app (freshboot init)"
MARK = b"# freshboot: 0.1.0 (freshboot init)"


def repo(files: Mapping[str, bytes | str]) -> Files:
    return {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}


def planned(files: Files, answers: Answers = ANSWERS, entrypoint: str | None = None) -> Plan:
    """What init would change for the first app there."""
    app = survey(files, files.get, entrypoint).apps[0]
    return plan(files, files.get, app, answers)


def with_plan(files: Files, change: Plan) -> Files:
    """The files once the plan is carried out."""
    edited = {**files, **{edit.path: edit.after for edit in change.edits}}
    return {path: data for path, data in edited.items() if path not in change.removed}


def initialised(files: Files, answers: Answers = ANSWERS, entrypoint: str | None = None) -> Files:
    return with_plan(files, planned(files, answers, entrypoint))


def undone(files: Files) -> Files:
    return with_plan(files, removal(files, files.get, ORIGIN))


def left(change: Plan) -> dict[str, str]:
    """Why which file is not touched."""
    return {one.path: one.why for one in change.left}
