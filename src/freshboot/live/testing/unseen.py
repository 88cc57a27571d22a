"""What AppTest sees and a visitor does not: told with what to do instead."""

from __future__ import annotations

from typing import Any, NoReturn

from freshboot.errors import FreshbootError

_MARK = "or mark the test with @pytest.mark.only_local"


class Unseen(FreshbootError, KeyError):
    """A test asks for what only the app's own process knows.

    Also a KeyError, since that is what AppTest's own elements take for "not known".
    """

    __str__ = FreshbootError.__str__  # KeyError's puts it in quotation marks


class NotShown(FreshbootError, ValueError):
    """A test picks an option that the live page does not show."""


class Unreadable(FreshbootError):
    """The page cannot be read with the Streamlit that is installed beside the tests."""

    exit_code = 3


REMEDIES = {
    "session_state": f"read or set the widget instead, as at.text_input(key=…), {_MARK}",
    "secrets": f"enter secrets in the host's settings, {_MARK}",
    "user": f"a live test is an anonymous visitor: {_MARK}",
}


def refuse(attribute: str, asked: str = "") -> NoReturn:
    """Say that something cannot be seen from outside.

    :raises Unseen: always.
    """
    raise Unseen(f"{asked or attribute} of a live app cannot be seen from outside", REMEDIES[attribute])


class UnseenAttribute:
    """An attribute of AppTest that a visitor has not; what AppTest itself puts there is dropped."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else refuse(self._name)

    def __set__(self, instance: Any, value: object) -> None:
        if instance.is_made:
            refuse(self._name)
