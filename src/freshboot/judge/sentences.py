"""What each cause means in one sentence, and what to do next: texts only, with places to fill in."""

from __future__ import annotations

from freshboot.judge.causes import Cause

SENTENCES = {
    Cause.PLATFORM_OUTAGE: "The host itself is out of order: {detail}.",
    Cause.PRIVATE: "The app answers only to those who are signed in.",
    Cause.WRONG_TARGET: "What answers is not the app that was pushed: {detail}{files}.",
    Cause.BUILD_FAILED: "The host could not build the release and runs what it had: {detail}{files}.",
    Cause.WRONG_DEPENDENCY_FILE: (
        "The host installs from another dependency file than the one that asks for what is missing: "
        "{detail}{idle}."
    ),
    Cause.ASLEEP: "The app is asleep, so nothing runs that could be asked.",
    Cause.DOWN: "The app does not answer: {detail}.",
    Cause.HOT_RELOAD_RACE: "A session imported modules while another dropped them: {raised}.",
    Cause.MIXED_REPLICAS: "The processes that answer do not all run the same: {detail}{files}.",
    Cause.NOT_APPLIED: "The push never arrived: the server's disk holds exactly {live}.",
    Cause.STALE_FILE: "The server's disk does not hold the release: {files}{mixed}.",
    Cause.STALE_PACKAGES: "What is installed is not what the release asks for: {requirements}.",
    Cause.STALE_BYTECODE: "Python would run old bytecode in place of the release's sources: {files}.",
    Cause.STALE_MODULES: "The server's files are new, but the process still runs old code: {files}.",
    Cause.STALE_RESULTS: "The code is new, but the caches hold what older code or data gave: {files}.",
    Cause.STALE_EDGE: "The server is new, but what stands before it hands out old files: {files}.",
    Cause.APP_RAISES: "The live app runs exactly {commit}, and it raises: {raised}. No cache is to blame.",
    Cause.CHECK_FAILED: "The live app runs exactly {commit}; no cache is to blame: {checks}.",
    Cause.AGENT_TOO_OLD: "The freshboot in the app is too old to tell all that is asked: {detail}.",
    Cause.AGENT_FAILED: "The app's answer cannot be relied on: {detail}.",
    Cause.NO_AGENT: "The app runs, but nothing in it answers the question what it runs.",
    Cause.UNKNOWN_CODE: "The server holds code that no commit holds: {files}.",
    Cause.UNRECORDED: "Nobody can say which bytes these are: {unrecorded}.",
}
CLAIMED = "The push never arrived: {detail}{files}."
"""Where the host itself says so, and no disk was attested."""
UNATTESTED = "The app raises before it can say what it runs: {raised}."

REBOOT = "Press Reboot in the host's menu (Manage app, then the menu of the log panel): it clones afresh."
"""Where the host has no words of its own for it."""
NEXT = {
    Cause.PLATFORM_OUTAGE: (
        "Wait: no push and no setting cures this.",
        "Look at the host's status page, and run confirm again when it is over.",
    ),
    Cause.PRIVATE: (
        "No push cures this: make the app public, or run confirm where it can be reached.",
        "A private app can be asked by its HTTP route from inside its network.",
    ),
    Cause.WRONG_TARGET: (
        "Compare url, branch and entrypoint in .github/freshboot.yml with what the host deploys.",
        "On Community Cloud branch and entrypoint are fixed: delete the app and deploy it again.",
    ),
    Cause.BUILD_FAILED: (
        "Read the host's log: the line that fails names the requirement.",
        "Take pip's own options (--no-cache-dir, --force-reinstall) out of the dependency file; then push.",
    ),
    Cause.WRONG_DEPENDENCY_FILE: (
        "Put the requirement into the file that wins, or delete the file that wins.",
        "On Community Cloud the entrypoint's folder wins over the root, uv.lock and Pipfile over the rest.",
    ),
    Cause.ASLEEP: ("Open the app in a browser and press the button that wakes it, or leave out --no-wake.",),
    Cause.DOWN: ("Read the host's log.", "Run confirm again when the app answers."),
    Cause.HOT_RELOAD_RACE: (
        "Reload the page: it goes away by itself.",
        "Call freshboot.boot() before every other import: it drops old modules in one go.",
    ),
    Cause.MIXED_REPLICAS: (
        "Restart those that are old.",
        "Set replicas in .github/freshboot.yml to the true number.",
    ),
    Cause.NOT_APPLIED: (
        "Look whether the host tracks this branch and repository, and whether its webhook is there.",
        REBOOT,
    ),
    Cause.STALE_FILE: (REBOOT, "Then run confirm again."),
    Cause.STALE_PACKAGES: (
        "Look whether the host's log shows the install; changing the dependency file that wins sets it off.",
        REBOOT,
    ),
    Cause.STALE_BYTECODE: (
        "Call freshboot.boot() before every other import: it removes such files.",
        "Never commit __pycache__.",
    ),
    Cause.STALE_MODULES: (
        "Call freshboot.boot() before every other import: it drops old modules by itself.",
        "Without it, Reboot restarts the process.",
    ),
    Cause.STALE_RESULTS: (
        "Leave clear=True in freshboot.boot(): it clears the caches once after each push.",
        "Or press Clear cache in the app's menu (key C).",
    ),
    Cause.STALE_EDGE: (
        "Purge the cache that stands before the app, or give its static files names that change.",
        "Readers see the new file after a hard reload at the latest when the cache expires.",
    ),
    Cause.APP_RAISES: ("Mend the code: a reboot, a rename or a version bump changes nothing.",),
    Cause.CHECK_FAILED: (
        "Mend the code, or the check: a reboot, a rename or a version bump changes nothing.",
    ),
    Cause.AGENT_TOO_OLD: ("Upgrade freshboot in the app's dependency file that wins.",),
    Cause.AGENT_FAILED: ("Upgrade freshboot in the app's dependency file.", "If it stays, report the log."),
    Cause.NO_AGENT: (
        "Add `import freshboot; freshboot.boot()` before every other import, in entrypoint and pages.",
    ),
    Cause.UNKNOWN_CODE: (
        "Look for files that were edited or made on the server.",
        "Press Reboot: it clones afresh.",
    ),
    Cause.UNRECORDED: (
        "Call freshboot.boot() before every other import.",
        "Press Reboot once, so that everything is loaded under its eyes.",
    ),
}

UNATTESTED_NEXT = (
    "Read the exception; if the code is right, old modules may be to blame: " + REBOOT,
    "Call freshboot.boot() before every other import: then the app can say what it runs.",
)
UNCLEAR_LINES_NEXT = (
    "Write what means one thing only: a version from an index, or git+https://… at a full commit.",
    "What a path of one machine (file://…) leads to is never known, even with a hash.",
    "Take pip's own options out of the dependency file.",
)
ENTER_THE_MISSING = "Enter the secret in the host's settings (Settings, Secrets): no push brings it."
"""Where the app lacks a secret."""
DRIFT_NEXT = "If it worked before, a rebuild took newer versions: pin {lines}."
"""Where lines without a version may have brought another one."""
