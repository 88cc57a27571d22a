"""What stands where AppTest keeps session state: what the page's widgets hold, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1.element_tree import Element, ElementTree

from freshboot.live.testing.unseen import NotShown, refuse
from freshboot.live.testing.upload import File
from freshboot.live.testing.values import held, options_of

_UPLOADERS = ("file_uploader", "audio_input", "camera_input")
_PRESSED = ("button", "download_button")


class LiveState:
    """Answers for the widgets of the last run by their ids, as AppTest's elements ask for them."""

    _widgets: dict[str, Element]
    _sent: dict[str, WidgetState]
    _restarted: bool
    uploads: dict[str, File]
    """Every file uploaded in this session, by its id."""

    def __init__(self) -> None:
        self.__dict__.update(_widgets={}, _sent={}, _restarted=False, uploads={})

    def take(self, tree: ElementTree, sent: WidgetStates, *, restarted: bool) -> None:
        """Take over the page of a run, what was sent for it, and whether the script began anew within it."""
        widgets = {one.id: one for one in _elements(tree) if getattr(one.proto, "id", "")}
        states = {one.id: one for one in sent.widgets}
        self.__dict__.update(_widgets=widgets, _sent=states, _restarted=restarted)

    def __getitem__(self, key: str) -> Any:
        if key == TESTING_KEY:
            return _ByWidget(self._testing)
        if key not in self._widgets:
            refuse("session_state", f"session_state[{key!r}]")
        widget, sent = self._widgets[key], self._sent.get(key)
        if widget.type in _UPLOADERS:
            return self._uploaded(widget.proto, sent)
        try:
            return held(widget.type, widget.proto, sent)
        except KeyError:
            return refuse("session_state", f"the value of {widget.type}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setitem__(self, key: str, value: object) -> None:
        refuse("session_state", f"session_state[{key!r}]")

    __setattr__ = __setitem__
    __delitem__ = __contains__ = __getitem__

    def __iter__(self) -> Iterator[str]:
        return refuse("session_state")

    def _testing(self, key: str) -> Any:
        """What AppTest notes besides values: whether it was pressed, or how options are shown."""
        widget = self._widgets[key]
        if widget.type in _PRESSED:
            return self._trigger(key) is not None
        if widget.type == "chat_input":
            return self._said(widget)
        shown = _as_shown(widget)
        if widget.type != "menu_button":
            return shown
        options = options_of(widget.proto)
        return {"value": self._trigger(key), "format_func": shown, "options": options}

    def _trigger(self, key: str) -> Any:
        """What set off the run; where the script began anew, its last part was set off by nothing."""
        sent = self._sent.get(key)
        kind = sent.WhichOneof("value") if sent is not None and not self._restarted else None
        value = getattr(sent, kind) if kind is not None else None
        return getattr(value, "data", value) or None

    def _said(self, chat: Element) -> Any:
        sent, text = self._sent.get(chat.id), self._trigger(chat.id)
        if sent is None or not getattr(chat.proto, "accept_file", 0):
            return text
        from streamlit.elements.widgets.chat import ChatInputValue  # where chats take no files, there is none

        named = sent.chat_input_value.file_uploader_state.uploaded_file_info
        files = [] if self._restarted else self._files(named)
        told: dict[str, Any] = (
            {"_include_files": True} if hasattr(ChatInputValue, "_include_files") else {}
        )  # later versions
        return ChatInputValue(text=text or "", files=files, **told) if text or files else None

    def _files(self, named: Iterable[UploadedFileInfo]) -> list[UploadedFile]:
        return [_as_uploaded(self.uploads[one.file_id]) for one in named if one.file_id in self.uploads]

    def _uploaded(self, proto: Any, sent: WidgetState | None) -> Any:
        files = self._files(sent.file_uploader_state_value.uploaded_file_info) if sent is not None else []
        if getattr(proto, "multiple_files", False):
            return files
        return files[0] if files else None


class _ByWidget(Mapping[str, Any]):
    def __init__(self, get: Callable[[str], Any]) -> None:
        self._get = get

    def __getitem__(self, key: str) -> Any:
        return self._get(key)

    def __iter__(self) -> Iterator[str]:
        return refuse("session_state")

    def __len__(self) -> int:
        return refuse("session_state")


def _elements(tree: ElementTree) -> Iterator[Element]:
    return (node for node in tree if isinstance(node, Element))


def _as_shown(widget: Element) -> Callable[[object], Any]:
    """What stands for the app's own ``format_func``, which cannot be seen."""
    named = dict(zip(options_of(widget.proto), widget.options, strict=True))

    def shown(option: object) -> Any:
        text = option if isinstance(option, str) else str(option)
        if text in named:
            return named[str(text)]
        if isinstance(option, str):
            return option  # where new options are accepted
        listed = ", ".join(map(repr, list(named)[:10]))
        raise NotShown(
            f"the {widget.type} {widget.label!r} shows no {text!r}; it shows {listed}",
            "choose an option by the text that the page shows",
        )

    return shown


def _as_uploaded(file: File) -> UploadedFile:
    return UploadedFile(UploadedFileRec(file.id, file.name, file.mime, file.content), FileURLs())
