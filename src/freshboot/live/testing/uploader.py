"""AppTest's own file uploader, for versions of Streamlit whose AppTest has none (before 1.58)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import uuid4

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1.element_tree import Block, ElementTree, UnknownElement, Widget

Upload: TypeAlias = tuple[str, bytes, str]
"""A file's name, its content, and its MIME type."""


class FileUploader(Widget):
    """``st.file_uploader``, with the interface that later versions of AppTest give it."""

    def __init__(self, proto: Any, root: ElementTree) -> None:
        super().__init__(proto, root)
        self.type = "file_uploader"
        self._files: list[tuple[str, str, bytes, str]] | None = None
        self._touched = False

    def set_value(self, files: Upload | Sequence[Upload] | None) -> FileUploader:
        """Choose one file, several, or none."""
        self._touched, self._files = True, []
        chosen: Sequence[Any] = (
            [files] if isinstance(files, tuple) and isinstance(files[0], str) else files or []
        )
        for name, content, mime in chosen:
            self.upload(name, content, mime)
        return self

    def upload(
        self, filename: str, content: bytes, mime_type: str = "application/octet-stream"
    ) -> FileUploader:
        """Choose one file more."""
        self._touched = True
        self._files = [*(self._files or []), (str(uuid4()), filename, content, mime_type)]
        return self

    def clear(self) -> FileUploader:
        """Choose none."""
        return self.set_value(None)

    @property
    def value(self) -> Any:
        """The files of the last run, as the app has got them."""
        return self.root.session_state[self.id]

    def _get_files_to_register(self) -> list[tuple[str, str, bytes, str]]:
        if self._touched:
            return self._files or []
        held = self.value
        files = held if isinstance(held, list) else [held] if held is not None else []
        return [(one.file_id, one.name, one.getvalue(), one.type) for one in files]

    @property
    def _widget_state(self) -> WidgetState:
        state = WidgetState(id=self.id)
        for file_id, name, content, _ in self._get_files_to_register():
            state.file_uploader_state_value.uploaded_file_info.add(
                file_id=file_id, name=name, size=len(content)
            )
        return state


def put_in(tree: ElementTree) -> None:
    """Put such uploaders in the place of those that AppTest does not know."""
    for node in list(tree):
        for index, child in list(node.children.items()) if isinstance(node, Block) else ():
            if isinstance(child, UnknownElement) and child.type == "file_uploader":
                node.children[index] = FileUploader(child.proto, tree)
