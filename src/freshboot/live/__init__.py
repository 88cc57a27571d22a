"""Asks the live app: one session without a browser, and the challenge that it carries.

``freshboot.live.connect(url)`` is Streamlit's own AppTest, driven against the deployed app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freshboot.live.testing.livetest import LiveTest

_DEFAULT_SECONDS = 30.0


def connect(url: str, *, timeout: float = _DEFAULT_SECONDS) -> LiveTest:
    """A live app, to be driven as Streamlit's ``AppTest`` drives a file; nothing is asked before ``run()``.

    ::

        at = freshboot.live.connect("https://your-app.streamlit.app").run()
        at.button[0].click().run()
        assert at.metric[0].value == "1,234"

    :param url: where a browser shows the app
    :param timeout: seconds that a run may take, where ``run()`` is not told otherwise
    :raises AddressError: that is not the address of an app.
    :raises Missing: Streamlit, or what the wire takes, is not installed.
    """
    from freshboot.live.testing.needs import import_live_test

    return import_live_test()(url, timeout=timeout)
