"""The words that a report is told with: of verdicts, layers, causes, and what people call them."""

from __future__ import annotations

from datetime import datetime, timedelta

from freshboot.judge.causes import Cause
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer

SIGNS = {
    Verdict.PROVEN: "✅",
    Verdict.SUPERSEDED: "✅",
    Verdict.STALE: "❌",
    Verdict.CODE: "❌",
    Verdict.SEEN: "❔",
    Verdict.UNPROVEN: "❔",
}

CONCLUSIONS = {
    Verdict.PROVEN: "The release is live, and it is proven.",
    Verdict.SUPERSEDED: "A later commit of the branch is live, and it is proven.",
    Verdict.STALE: "What is live is not the release.",
    Verdict.CODE: "The code is wrong, and the host is not: no cache is to blame.",
    Verdict.SEEN: "The release's stamp shows, and nothing proves what else runs.",
    Verdict.UNPROVEN: "Nobody knows yet whether the release is live.",
}
RECORDED = {
    Verdict.PROVEN: "The release was live, and it was proven.",
    Verdict.SUPERSEDED: "A later commit of the branch was live, and it was proven.",
    Verdict.STALE: "What was live was not the release.",
    Verdict.CODE: "The release was live, and its code is wrong: no cache was to blame.",
    Verdict.SEEN: "The release's stamp showed, and nothing proved what else ran.",
    Verdict.UNPROVEN: "Nobody could tell what was live.",
}
"""The same told of a record: what became of it since, a record does not know."""
UNFINISHED = "The rollout began and never ended: nothing is known of what is live."

PLACES = {
    Layer.DISK: ("Disk", "the files in the server's folder"),
    Layer.BYTECODE: ("Bytecode", "Python's compiled files (.pyc)"),
    Layer.MEMORY: ("Memory", "the modules and scripts that the process runs"),
    Layer.PACKAGES: ("Packages", "what is installed, against the dependency file that wins"),
    Layer.RESULTS: ("Results", "what st.cache_data and st.cache_resource hold"),
    Layer.EDGE: ("Edge", "static files as a proxy, a CDN or a browser's cache hands them out"),
}

NAMES = {
    Cause.PLATFORM_OUTAGE: "an outage of the host",
    Cause.PRIVATE: "an app that only those who sign in may see",
    Cause.WRONG_TARGET: "another repository, branch or entrypoint is deployed",
    Cause.BUILD_FAILED: "the host could not build the release",
    Cause.WRONG_DEPENDENCY_FILE: "the host installs from another dependency file",
    Cause.ASLEEP: "the app is asleep",
    Cause.DOWN: "the app is down",
    Cause.HOT_RELOAD_RACE: "a session imported while another dropped modules",
    Cause.MIXED_REPLICAS: "several processes serve the app, and not all are new",
    Cause.NOT_APPLIED: "the push never arrived (a lost webhook, a deployment that is stuck)",
    Cause.STALE_FILE: "a file on the server that stays old (a file or container cache)",
    Cause.STALE_PACKAGES: "an environment that was not installed anew",
    Cause.STALE_BYTECODE: "Python's bytecode cache (.pyc files)",
    Cause.STALE_MODULES: "old modules in the process (sys.modules, a reload that did nothing)",
    Cause.STALE_RESULTS: "Streamlit's caches (st.cache_data, st.cache_resource)",
    Cause.STALE_EDGE: "a CDN, a proxy or a browser's cache",
    Cause.APP_RAISES: "the app's own code raises an exception",
    Cause.CHECK_FAILED: "the app's own code or data give another result than expected",
    Cause.AGENT_TOO_OLD: "a freshboot in the app that is too old",
    Cause.AGENT_FAILED: "a freshboot in the app whose answer cannot be relied on",
    Cause.NO_AGENT: "an app without freshboot",
    Cause.UNKNOWN_CODE: "code on the server that no commit holds",
    Cause.UNRECORDED: "modules of which nobody saw the bytes",
}


def counted(number: int, word: str, several: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {word if number == 1 else several or word + 's'}"


def recorded_at(at: datetime, clock: datetime) -> str:
    """When something was recorded, in words; a clock may be wrong by a day, and beyond it that is said."""
    is_ahead = at - clock > timedelta(days=1)
    return f"recorded for a time yet to come, {when(at)}" if is_ahead else f"recorded {when(at)}"


def when(at: datetime | None) -> str:
    """A time in UTC; a dash where there is none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "–"


def duration(seconds: float) -> str:
    """A time as people say it: ``42 s``, ``3 min 20 s``, ``4 h 5 min``, ``2 d 3 h``."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    whole = round(seconds)
    for size, name, part, part_name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {name}" + (f" {rest} {part_name}" if rest else "")
    return f"{whole} s"
