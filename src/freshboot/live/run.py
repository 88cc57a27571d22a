"""What one run of the script put on the page, folded out of the server's messages. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import TypeAlias

from freshboot.live import wire_pb2 as wire
from freshboot.live.errors import Reason, SessionError

Path: TypeAlias = tuple[int, ...]
Content: TypeAlias = wire.Element | wire.Block

# Real pages nest a handful deep. Each level costs memory here, and a path names a level in two bytes.
MAX_DEPTH = 32

MOST_TEXTS = 100_000
"""A page of more tells a person nothing; a message can hold millions of empty ones."""


class Status(str, Enum):
    """How the run ended."""

    RUNNING = "running"  # it had not ended when reading stopped
    FINISHED = "finished"  # also with an uncaught exception: look at Run.exception
    COMPILE_ERROR = "compile-error"


# A stack quotes the source, and an iframe is a page of its own.
_NOT_THE_PAGE_S_WORDS = ("exception", "iframe")
_MARKUP = ("html", "markdown")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,10000}>")


@dataclass(frozen=True)
class Metric:
    """An ``st.metric`` as it is displayed."""

    label: str
    value: str
    delta: str


@dataclass(frozen=True)
class AppException:
    """An exception that the page shows, or that kept the script from being compiled."""

    type: str
    message: str
    stack: tuple[str, ...]


@dataclass(frozen=True)
class AppPage:
    """One page of the app. ``url_path`` is what ``Session.run`` takes; empty for the default page."""

    name: str
    url_path: str


@dataclass(frozen=True)
class Run:
    """One run of the script.

    ``elements`` are the page's elements and labelled containers by delta path, in page order: main area (0),
    sidebar (1), what floats (2 and on). ``first_text`` is the body of the ``st.text`` that arrived first.
    ``page_not_found`` is set if the page asked for does not exist; Streamlit then runs the default page
    instead.
    """

    elements: Mapping[Path, Content] = field(default_factory=dict)
    status: Status = Status.RUNNING
    first_text: str | None = None
    compile_error: AppException | None = None
    pages: tuple[AppPage, ...] = ()
    page_not_found: str | None = None
    streamlit_version: str = ""
    session_id: str = ""

    def texts(self) -> tuple[str, ...]:
        """Every text on the page, in page order: closed expanders, hidden tabs and the sidebar as well."""
        texts = (text for content in self.elements.values() for text in _texts(content))
        return tuple(islice(texts, MOST_TEXTS))

    def metrics(self) -> tuple[Metric, ...]:
        """The page's metrics, in page order."""
        found = (element.metric for element in self._of_kind("metric"))
        return tuple(Metric(metric.label, metric.body, metric.delta) for metric in found)

    @property
    def exception(self) -> AppException | None:
        """Why the script could not be compiled, else the first exception that the page shows."""
        shown = (_exception(element.exception) for element in self._of_kind("exception"))
        return self.compile_error or next(shown, None)

    def _of_kind(self, kind: str) -> Iterator[wire.Element]:
        for content in self.elements.values():
            if isinstance(content, wire.Element) and content.WhichOneof("type") == kind:
                yield content


class Fold:
    """Folds a session's messages into its latest run."""

    def __init__(self) -> None:
        self._version = ""
        self._session_id = ""
        self._start()

    def _start(self) -> None:
        self.status: Status | None = None  # None until a run has started
        self.first_text: str | None = None
        self._root = _Node()
        self._compile_error: AppException | None = None
        self._pages: tuple[AppPage, ...] = ()
        self._page_not_found: str | None = None

    def add(self, message: wire.ForwardMsg) -> None:
        """Take in the next message.

        :raises SessionError: it describes a page that Streamlit cannot make.
        """
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._new_session(message.new_session)
        elif self.status is None or kind is None:
            return  # left over from an earlier run, or of a kind that we do not read
        elif kind == "delta":
            self._delta(tuple(message.metadata.delta_path), message.delta)
        elif kind == "script_finished":
            self._finished(message.script_finished)
        elif kind == "page_not_found":
            self._page_not_found = message.page_not_found.page_name
        elif kind in ("navigation", "pages_changed"):
            self._pages = _pages(getattr(message, kind).app_pages)
        elif kind == "session_event" and message.session_event.HasField("script_compilation_exception"):
            self._compile_error = _exception(message.session_event.script_compilation_exception)

    @property
    def complete(self) -> bool:
        """Tell whether the run has ended. The reason of a compile error comes after the word of its end."""
        if self.status is Status.COMPILE_ERROR:
            return self._compile_error is not None
        return self.status is Status.FINISHED

    def result(self) -> Run:
        """The run as far as it has come."""
        return Run(
            elements=dict(self._root.walk(())),
            status=self.status or Status.RUNNING,
            first_text=self.first_text,
            compile_error=self._compile_error,
            pages=self._pages,
            page_not_found=self._page_not_found,
            streamlit_version=self._version,
            session_id=self._session_id,
        )

    def _new_session(self, message: wire.NewSession) -> None:
        self._start()
        self.status = Status.RUNNING
        self._pages = _pages(message.app_pages)
        self._version = message.initialize.environment_info.streamlit_version or self._version
        self._session_id = message.initialize.session_id or self._session_id

    def _delta(self, path: Path, delta: wire.Delta) -> None:
        kind = delta.WhichOneof("type")
        if kind is None:
            return
        if len(path) > MAX_DEPTH:
            raise SessionError(Reason.NOT_STREAMLIT, f"the server sent an element nested {len(path)} deep")
        content: Content = delta.new_element if kind == "new_element" else delta.add_block
        if self.first_text is None and kind == "new_element" and delta.new_element.HasField("text"):
            self.first_text = delta.new_element.text.body
        self._root.at(path).put(content)

    def _finished(self, status: int) -> None:
        if status == wire.ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.status = Status.COMPILE_ERROR
        elif status != wire.ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.status = Status.FINISHED


class _Node:
    """A place on the page: what stands there, and what stands inside of it."""

    __slots__ = ("children", "content")

    def __init__(self) -> None:
        self.content: Content | None = None
        self.children: dict[int, _Node] = {}

    def at(self, path: Path) -> _Node:
        node = self
        for index in path:
            node = node.children.setdefault(index, _Node())
        return node

    def put(self, content: Content) -> None:
        """The last write wins; a container that follows one of its kind keeps what is inside."""
        if not _same_container(self.content, content):
            self.children = {}
        self.content = content

    def walk(self, path: Path) -> Iterator[tuple[Path, Content]]:
        if self.content is not None:
            yield path, self.content
        for index, child in sorted(self.children.items()):
            yield from child.walk((*path, index))


def _same_container(old: Content | None, new: Content) -> bool:
    if not isinstance(new, wire.Block):
        return False
    return old is None or (isinstance(old, wire.Block) and old.WhichOneof("type") == new.WhichOneof("type"))


def _texts(content: Content) -> Iterator[str]:
    """The text fields of one place; in wire.proto all of them but ``id`` can be read on the page."""
    kind = content.WhichOneof("type")
    if kind is None or kind in _NOT_THE_PAGE_S_WORDS:
        return
    for descriptor, value in getattr(content, kind).ListFields():
        if descriptor.name != "id" and value:  # an input may say that it is empty
            texts = [value] if isinstance(value, str) else value
            yield from (map(_without_markup, texts) if kind in _MARKUP else texts)


def _without_markup(text: str) -> str:
    """What a browser hides for certain: comments, scripts, styles, tags. Styles may hide more of it."""
    return _TAG.sub("", _HIDDEN.sub("", text))


def _exception(message: wire.AppException) -> AppException:
    return AppException(message.type, message.message, tuple(message.stack_trace))


def _pages(pages: Iterable[wire.AppPage]) -> tuple[AppPage, ...]:
    return tuple(AppPage(page.page_name, _url_path(page)) for page in pages)


def _url_path(page: wire.AppPage) -> str:
    return "" if page.is_default else page.url_pathname or page.page_name
