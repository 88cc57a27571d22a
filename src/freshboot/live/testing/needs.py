"""What live tests need, and what to do where it is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freshboot.errors import FreshbootError

if TYPE_CHECKING:
    from freshboot.live.testing.livetest import LiveTest


class Missing(FreshbootError):
    """Something that live tests need is not installed, or is too old for them."""


def missing(error: ImportError) -> Missing:
    """The error in words, with what to do."""
    lacking = (error.name or "more").partition(".")[0]
    return Missing(
        f"live tests need {lacking}, which is not installed, or not of a version that they know",
        "pip install 'freshboot[live]', with the app's own version of Streamlit (1.40 or later)",
    )


def import_live_test() -> type[LiveTest]:
    """Import what needs Streamlit: half a second.

    :raises Missing: it is not there.
    """
    try:
        from freshboot.live.testing.livetest import LiveTest
    except ImportError as error:
        raise missing(error) from error
    return LiveTest
