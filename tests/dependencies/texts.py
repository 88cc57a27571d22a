"""Dependency files as texts, and the lines that are read from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from freshboot.dependencies import lines

PROJECT = '[project]\nname = "lib"\ndependencies = ["six>=1"]\noptional-dependencies.more = ["attrs"]\n'


def read_of(files: Mapping[str, str | bytes]) -> Callable[[str], bytes | None]:
    contents = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
    return contents.get


def texts(file: str, data: str | bytes, **more: str | bytes) -> list[str]:
    return [line.text for line in lines(read_of({file: data, **more}), file)]
