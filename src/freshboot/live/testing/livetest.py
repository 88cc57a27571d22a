"""``LiveTest``: to an address what AppTest is to a file."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

import streamlit
from streamlit.proto.AppPage_pb2 import AppPage
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.source_util import page_icon_and_name
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.app_test import AppTest
from streamlit.testing.v1.element_tree import ElementTree, WidgetList, parse_tree_from_messages

from freshboot.hosts.address import Address
from freshboot.live import wire_pb2 as wire
from freshboot.live.connection import DEFAULT_LIMITS, Limits
from freshboot.live.errors import Reason, SessionError, printable
from freshboot.live.testing import asked, skew, uploader
from freshboot.live.testing.conversation import Conversation
from freshboot.live.testing.state import LiveState
from freshboot.live.testing.unseen import Unreadable, UnseenAttribute
from freshboot.live.testing.upload import File, path_of

if TYPE_CHECKING:
    from typing_extensions import Self


class LiveTest(AppTest):
    """AppTest, driven against a live app: one fresh session, and whatever AppTest offers.

    The session is opened by the first ``run()`` and ends with :meth:`close`, at the end of a ``with`` block,
    or when nobody holds the object any more. ``streamlit_version`` is the app's, empty before the first run.

    :param url: where a browser shows the app
    :param timeout: seconds that a run may take, where ``run()`` is not told otherwise
    :raises AddressError: that is not the address of an app.
    """

    is_made = False
    secrets = UnseenAttribute()
    user = UnseenAttribute()

    def __init__(
        self, url: str, *, timeout: float = DEFAULT_LIMITS.run, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        address = Address.parse(url)
        super().__init__(address.url, default_timeout=timeout)
        self.url = address.url
        self.streamlit_version = ""
        # AppTest's elements ask the one or, in later versions, the other for what they hold.
        self.session_state = self._session_state = LiveState()  # type: ignore[assignment]
        self._session_id = ""
        self._pages: Sequence[AppPage] = ()
        self._page_name = ""
        self._conversation = Conversation(address, limits)
        self._finalizer = weakref.finalize(self, self._conversation.close)
        self.is_made = True

    def close(self) -> None:
        """End the session. Closing twice does no harm."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def file_uploader(self) -> WidgetList[Any]:
        """All ``st.file_uploader`` widgets, also where the installed AppTest has none."""
        return WidgetList(self.get("file_uploader"))

    def switch_page(self, page_path: str) -> LiveTest:
        """Show another page in the next run.

        :param page_path: its file, as AppTest takes it; else its url path, or its title
        :raises SessionError: the app has no such page.
        """
        name = _name_of(page_path)
        if not self._pages:  # not known before the first run: the server is asked for it by its name
            self._page_name = name
            return self
        self._page_hash = _page(self._pages, page_path, name).page_script_hash
        return self

    def _run(self, widget_state: WidgetStates | None = None, timeout: float | None = None) -> LiveTest:
        """Take a run of the live app for one of the script; everything else is AppTest's."""
        with asked.asking(self.url):
            return self._ask(widget_state, timeout)

    def _ask(self, widget_state: WidgetStates | None, timeout: float | None) -> LiveTest:
        sent = widget_state or WidgetStates()
        self._upload(sent)
        seconds = self.default_timeout if timeout is None else timeout
        received = self._conversation.run(self._request(sent), seconds)
        self._note_version(received)
        with self._reading():
            messages = [ForwardMsg.FromString(one.SerializeToString()) for one in received]
            tree = _tree_of(messages)
        starts = self._note(messages)
        self._tree = tree
        self._tree._runner = self
        self.session_state.take(self._tree, sent, restarted=starts > 1)
        return self

    def _request(self, sent: WidgetStates) -> bytes:
        request = BackMsg()
        rerun = request.rerun_script
        rerun.query_string = urlencode(self.query_params, doseq=True)
        rerun.widget_states.CopyFrom(sent)
        rerun.page_script_hash = self._page_hash
        rerun.page_name = "" if self._page_hash else self._page_name
        if context := getattr(self, "context", None):  # what a browser tells, where AppTest has it
            rerun.context_info.CopyFrom(app_test._context_info_from_dict(context))  # type: ignore[arg-type]
        return request.SerializeToString()

    def _upload(self, sent: WidgetStates) -> None:
        """Upload the files that are named for the first time, and name them as the server does."""
        chosen = {one.id: one for node in self._tree for one in _chosen_by(node)}
        uploads: dict[str, File] = self.session_state.uploads
        for info in (one for state in sent.widgets for one in _files_of(state)):
            path = path_of(self._session_id, info.file_id)
            info.file_urls.file_id = info.file_id
            info.file_urls.upload_url = info.file_urls.delete_url = path
            if info.file_id not in uploads:
                self._conversation.upload(self._session_id, chosen[info.file_id])
                uploads[info.file_id] = chosen[info.file_id]

    def _note(self, messages: Sequence[ForwardMsg]) -> int:
        """Keep what the messages say besides the page; how often the script began in them."""
        starts = 0
        for message in messages:
            kind = message.WhichOneof("type")
            if kind == "new_session":
                starts += 1
                new = message.new_session
                self._page_hash, self._session_id = new.page_script_hash, new.initialize.session_id
                self._pages = new.app_pages or self._pages
            elif kind in ("navigation", "pages_changed"):
                self._pages = getattr(message, kind).app_pages
                self._page_hash = getattr(message.navigation, "page_script_hash", "") or self._page_hash
            elif kind == "page_info_changed":
                self.query_params = _parse_query(message.page_info_changed.query_string)
            elif kind == "page_not_found":
                raise _no_page(self._page_name, self._pages)
        return starts

    def _note_version(self, received: Sequence[wire.ForwardMsg]) -> None:
        for message in received:
            if version := message.new_session.initialize.environment_info.streamlit_version:
                self.streamlit_version = printable(version, 40)
                skew.note(self.streamlit_version, streamlit.__version__)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say what to do where another version, or a hostile server, leads Streamlit's own code astray.

        :raises Unreadable: it did.
        """
        try:
            yield
        except Exception as error:
            words = printable(f"{type(error).__name__}: {error}", 200)
            raise Unreadable(
                f"Streamlit {streamlit.__version__} cannot read the page of an app that runs "
                f"{self.streamlit_version or 'another'}: {words}",
                "install the app's own version of Streamlit beside the tests",
            ) from error


def _tree_of(messages: Sequence[ForwardMsg]) -> ElementTree:
    """The page, put together as AppTest does it."""
    queue = ForwardMsgQueue()
    for message in messages:
        if message.WhichOneof("type") == "new_session":
            queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=_fragments_of(message))
        queue.enqueue(message)
    tree = parse_tree_from_messages([_with_error_shown(one) for one in queue.flush()])
    if not hasattr(AppTest, "file_uploader"):
        uploader.put_in(tree)
    return tree


def _chosen_by(node: Any) -> Iterator[File]:
    if hasattr(type(node), "_get_files_to_register"):  # elements hand on to their message what they lack
        yield from (File(*record) for record in node._get_files_to_register())


def _files_of(state: Any) -> Any:
    if state.WhichOneof("value") == "chat_input_value":
        return state.chat_input_value.file_uploader_state.uploaded_file_info
    return state.file_uploader_state_value.uploaded_file_info


def _parse_query(query: str) -> dict[str, Any]:
    """In the form that the installed AppTest gives it."""
    parse = getattr(app_test, "_query_params_from_query_string", parse_qs)
    return dict(parse(query))


def _fragments_of(message: ForwardMsg) -> list[str] | None:
    return list(getattr(message.new_session, "fragment_ids_this_run", ())) or None


def _with_error_shown(message: ForwardMsg) -> ForwardMsg:
    """A script that does not compile shows that to its visitors, and nothing else."""
    if not message.session_event.HasField("script_compilation_exception"):
        return message
    shown = ForwardMsg()
    shown.metadata.delta_path[:] = [0, 0]
    shown.delta.new_element.exception.CopyFrom(message.session_event.script_compilation_exception)
    return shown


def _name_of(page_path: str) -> str:
    """The url path that Streamlit gives to a page's file."""
    path = Path(page_path)
    return page_icon_and_name(path)[1] if path.suffix == ".py" else page_path.strip("/")


def _page(pages: Sequence[AppPage], asked: str, name: str) -> AppPage:
    """The page of that url path, else of that title."""
    by_path = [one for one in pages if one.url_pathname == name]
    titled = [one for one in pages if one.page_name in (name, name.replace("_", " "))]
    found = by_path or titled
    if not found:
        raise _no_page(asked, pages)
    return found[0]


def _no_page(asked: str, pages: Sequence[AppPage]) -> SessionError:
    known = ", ".join(one.url_pathname or one.page_name for one in pages)
    return SessionError(Reason.PAGE_NOT_FOUND, f"the app has no page {asked}; it has {known or 'none'}")
