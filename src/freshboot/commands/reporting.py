"""``report``: what is known, for a person."""

from __future__ import annotations

from typing import Any

from freshboot.commands.given import log_of, open_repository
from freshboot.commands.printed import print_json, terminal
from freshboot.errors import ConfigurationError


def report(**options: Any) -> int:
    """Say what a host's log tells."""
    from freshboot.judge.causes import causes_of_log
    from freshboot.judge.sentences import NEXT
    from freshboot.rollout.expectation import releases
    from freshboot.tell.document import log_document

    repository, config = open_repository(options)
    log = log_of(options["log"])
    if log is None or not log.is_log:
        raise ConfigurationError(
            "that is no log of a host known here", "paste the log panel's lines as they are"
        )
    branch = config.branch or repository.branch or ""
    expected = releases(repository, repository.head, branch, config).expected
    causes = causes_of_log(log, expected)
    if options["as_json"]:
        print_json(log_document(log, expected, causes))
    for line in log.failing_lines:
        terminal().say(line)
    build = "the build failed" if log.build_failed else "no failed build"
    file, winner = log.dependency_file or "not told", expected.dependency_file or "none"
    terminal().say(f"{build}; dependency file: {file}, {winner} should win")
    for step in dict.fromkeys(step for cause in causes for step in NEXT[cause]):
        terminal().say(f"  → {step}")
    return 0
