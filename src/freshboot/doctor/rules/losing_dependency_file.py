"""A dependency file that the host never reads, with something in it that the app needs."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.dependencies import Sense, candidates
from freshboot.dependencies.line import normal
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot, name_of
from freshboot.doctor.table import Field
from freshboot.survey import App

# What comes with Streamlit itself, whichever file asks for it.
_WITH_STREAMLIT = frozenset(
    {
        *("streamlit", "altair", "blinker", "cachetools", "click", "gitpython", "jinja2", "jsonschema"),
        *("narwhals", "numpy", "packaging", "pandas", "pillow", "protobuf", "pyarrow", "pydeck"),
        *("python-dateutil", "pytz", "requests", "tenacity", "toml", "tornado", "typing-extensions"),
        *("tzdata", "urllib3", "watchdog"),
    }
)

_IMPORTED_AS = {
    "beautifulsoup4": "bs4",
    "discord-py": "discord",
    "faiss-cpu": "faiss",
    "faiss-gpu": "faiss",
    "kafka-python": "kafka",
    "mysqlclient": "mysqldb",
    "opencv-contrib-python": "cv2",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "psycopg2-binary": "psycopg2",
    "pyjwt": "jwt",
    "pymupdf": "fitz",
    "pyserial": "serial",
    "python-docx": "docx",
    "python-dotenv": "dotenv",
    "python-jose": "jose",
    "python-pptx": "pptx",
    "pyyaml": "yaml",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "umap-learn": "umap",
}
"""The distributions whose name is another than their module's."""


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        winner = app.dependency_file
        if winner is None or _is_unclear(snapshot, winner):
            continue
        installed = {line.file for line in snapshot.asked(winner)} | {winner}
        for file in candidates(app.entrypoint):
            missing = _missing(snapshot, app, file) if file in snapshot.paths - installed else None
            if missing:
                yield Found(
                    f"{winner} wins, so that {file} is not read, which alone asks for {missing}",
                    file,
                    snapshot.line_of(file, rf"(?i)\b{missing}\b"),
                    fix=f"ask for {missing} in {winner}, and keep one of the two files",
                )


def _is_unclear(snapshot: Snapshot, file: str) -> bool:
    return any(line.sense is Sense.UNCLEAR for line in snapshot.asked(file))


def _missing(snapshot: Snapshot, app: App, file: str) -> str | None:
    """What the app imports, and only this file asks for."""
    imported = {normal(asked.dotted.partition("/")[0]) for _, asked in snapshot.graph(app).unresolved}
    there = {_module(name) for name in snapshot.names(app)}
    asked = {name_of(line) for line in snapshot.asked(file) if line.sense is Sense.REQUIREMENT}
    lacking = {name for name in asked if _module(name) in imported - there}
    return min(lacking - _WITH_STREAMLIT, default=None)


def _module(name: str) -> str:
    """What a distribution is imported as."""
    return _IMPORTED_AS.get(name, name)


RULE = Rule(
    name="losing-dependency-file",
    severity=Severity.WARNING,
    field=Field.DEPENDENCY_FILE,
    what="There are several dependency files, and one that does not win asks for a package that the app "
    "imports and the winner does not list.",
    why="The host takes the first that it finds: the entrypoint's folder before the root, and in each "
    "`uv.lock`, `Pipfile`, `environment.yml`, `requirements.txt`, `pyproject.toml`. What stands in another "
    "is not installed, and the app raises ModuleNotFoundError there.",
    fix="ask for it in the file that wins, and keep one of them",
    example="# requirements.txt, beside an uv.lock that has no plotly\nplotly==6.0.0",
    look=_look,
)
