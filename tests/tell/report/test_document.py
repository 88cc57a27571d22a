"""The JSON of a report, and its description."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from freshboot.tell.report.document import to_document
from tests.tell.report.records import founding, selective, story

PAGE = (Path(__file__).parents[3] / "docs" / "report.md").read_text("utf-8")


def test_the_documents_name_every_member() -> None:
    told = to_document(story(*selective()))
    described = set(re.findall(r"`([\w-]+)`", PAGE))
    assert told.keys() <= described
    parts: list[Any] = ["steps", "files", "layers", "rulings", "verification", "criteria"]
    inner = {name for part in parts for one in told[part] for name in one}
    inner |= {*told["impact"], *told["support"], *told["grid"]["rows"][0], *told["grid"]["columns"][0]}
    assert inner - {"more", "earlier"} <= described


def test_it_holds_the_conclusion_and_the_evidence() -> None:
    told = to_document(story(*founding()))
    assert (told["schema"], told["verdict"], told["cause"]) == ("report-v1", "code", "check-failed")
    assert [one["passed"] for one in told["checks"]] == [True, False]
    assert told["made"] == "2026-01-17T18:00:00Z"
    assert told["impact"]["first"] == "2026-01-17T10:00:00Z"
