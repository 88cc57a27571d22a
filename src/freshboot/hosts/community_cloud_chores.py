"""How a person does each chore at Community Cloud, as the official documentation says ("Manage your app")."""

from __future__ import annotations

from freshboot.hosts.chores import Chore, Instruction

_WORKSPACE = "At https://share.streamlit.io: the menu (three dots) beside the app"
_MANAGE = "Open the app, signed in as its owner, and press Manage app (lower right corner)"

CHORES: dict[Chore, Instruction] = {
    Chore.REBOOT: Instruction(
        (
            f"{_MANAGE}; then the menu of the log panel (three dots): Reboot app; confirm with Reboot.",
            "It clones afresh and installs anew; unpinned requirements may come in newer versions.",
        )
    ),
    Chore.CLEAR_CACHE: Instruction(
        (
            "Open the app, then the menu at its upper right corner (three dots): Clear cache, or press C.",
            "The page is right then; but nobody tells the app of it, so a reboot alone can be proven:",
            f"{_MANAGE}; then the menu of the log panel (three dots): Reboot app; confirm with Reboot.",
            "For good, leave clear=True in freshboot.boot(): it clears them itself after each push.",
        )
    ),
    Chore.REDEPLOY: Instruction(
        (
            f"{_WORKSPACE}: Settings, Secrets: keep a copy, for they are deleted with the app.",
            f"{_MANAGE}; then the menu of the log panel (three dots): Delete app; enter the word asked for.",
            "Open the link, which fills in the form; paste the secrets under Advanced settings; deploy.",
            "Where the app's address is still taken, wait five minutes and deploy then.",
        )
    ),
    Chore.RENAME_APP: Instruction(
        (
            f"{_WORKSPACE}: Settings, General, App URL: choose another name, and save.",
            "Set url in .github/freshboot.yml to the new address, and push.",
        )
    ),
    Chore.WAKE: Instruction(("Open the app and press the button that gets it back up.",)),
    Chore.MAKE_PUBLIC: Instruction((f"{_WORKSPACE}: Settings, Sharing: This app is public and searchable.",)),
    Chore.READ_LOG: Instruction(
        (
            f"{_MANAGE}: the log shows the line of the requirement that fails.",
            "Mend that line in the dependency file, and push.",
        )
    ),
    Chore.WAIT: Instruction(
        (
            "Wait: no push and no setting cures this.",
            "If it lasts, ask at https://discuss.streamlit.io with the request of `freshboot report`.",
        ),
        link="https://www.streamlitstatus.com",
    ),
}
