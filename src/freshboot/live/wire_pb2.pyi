from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BackMsg(_message.Message):
    __slots__ = ("set_run_on_save", "rerun_script")
    SET_RUN_ON_SAVE_FIELD_NUMBER: _ClassVar[int]
    RERUN_SCRIPT_FIELD_NUMBER: _ClassVar[int]
    set_run_on_save: bool
    rerun_script: ClientState
    def __init__(self, set_run_on_save: bool = ..., rerun_script: _Optional[_Union[ClientState, _Mapping]] = ...) -> None: ...

class ClientState(_message.Message):
    __slots__ = ("query_string", "page_name")
    QUERY_STRING_FIELD_NUMBER: _ClassVar[int]
    PAGE_NAME_FIELD_NUMBER: _ClassVar[int]
    query_string: str
    page_name: str
    def __init__(self, query_string: _Optional[str] = ..., page_name: _Optional[str] = ...) -> None: ...

class ForwardMsg(_message.Message):
    __slots__ = ("hash", "metadata", "new_session", "delta", "script_finished", "session_event", "ref_hash", "page_not_found", "pages_changed", "navigation")
    class ScriptFinishedStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        FINISHED_SUCCESSFULLY: _ClassVar[ForwardMsg.ScriptFinishedStatus]
        FINISHED_WITH_COMPILE_ERROR: _ClassVar[ForwardMsg.ScriptFinishedStatus]
        FINISHED_EARLY_FOR_RERUN: _ClassVar[ForwardMsg.ScriptFinishedStatus]
        FINISHED_FRAGMENT_RUN_SUCCESSFULLY: _ClassVar[ForwardMsg.ScriptFinishedStatus]
    FINISHED_SUCCESSFULLY: ForwardMsg.ScriptFinishedStatus
    FINISHED_WITH_COMPILE_ERROR: ForwardMsg.ScriptFinishedStatus
    FINISHED_EARLY_FOR_RERUN: ForwardMsg.ScriptFinishedStatus
    FINISHED_FRAGMENT_RUN_SUCCESSFULLY: ForwardMsg.ScriptFinishedStatus
    HASH_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    NEW_SESSION_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_FINISHED_FIELD_NUMBER: _ClassVar[int]
    SESSION_EVENT_FIELD_NUMBER: _ClassVar[int]
    REF_HASH_FIELD_NUMBER: _ClassVar[int]
    PAGE_NOT_FOUND_FIELD_NUMBER: _ClassVar[int]
    PAGES_CHANGED_FIELD_NUMBER: _ClassVar[int]
    NAVIGATION_FIELD_NUMBER: _ClassVar[int]
    hash: str
    metadata: ForwardMsgMetadata
    new_session: NewSession
    delta: Delta
    script_finished: ForwardMsg.ScriptFinishedStatus
    session_event: SessionEvent
    ref_hash: str
    page_not_found: PageNotFound
    pages_changed: PagesChanged
    navigation: Navigation
    def __init__(self, hash: _Optional[str] = ..., metadata: _Optional[_Union[ForwardMsgMetadata, _Mapping]] = ..., new_session: _Optional[_Union[NewSession, _Mapping]] = ..., delta: _Optional[_Union[Delta, _Mapping]] = ..., script_finished: _Optional[_Union[ForwardMsg.ScriptFinishedStatus, str]] = ..., session_event: _Optional[_Union[SessionEvent, _Mapping]] = ..., ref_hash: _Optional[str] = ..., page_not_found: _Optional[_Union[PageNotFound, _Mapping]] = ..., pages_changed: _Optional[_Union[PagesChanged, _Mapping]] = ..., navigation: _Optional[_Union[Navigation, _Mapping]] = ...) -> None: ...

class ForwardMsgMetadata(_message.Message):
    __slots__ = ("delta_path",)
    DELTA_PATH_FIELD_NUMBER: _ClassVar[int]
    delta_path: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, delta_path: _Optional[_Iterable[int]] = ...) -> None: ...

class NewSession(_message.Message):
    __slots__ = ("initialize", "app_pages")
    INITIALIZE_FIELD_NUMBER: _ClassVar[int]
    APP_PAGES_FIELD_NUMBER: _ClassVar[int]
    initialize: Initialize
    app_pages: _containers.RepeatedCompositeFieldContainer[AppPage]
    def __init__(self, initialize: _Optional[_Union[Initialize, _Mapping]] = ..., app_pages: _Optional[_Iterable[_Union[AppPage, _Mapping]]] = ...) -> None: ...

class Initialize(_message.Message):
    __slots__ = ("environment_info", "session_id")
    ENVIRONMENT_INFO_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    environment_info: EnvironmentInfo
    session_id: str
    def __init__(self, environment_info: _Optional[_Union[EnvironmentInfo, _Mapping]] = ..., session_id: _Optional[str] = ...) -> None: ...

class EnvironmentInfo(_message.Message):
    __slots__ = ("streamlit_version",)
    STREAMLIT_VERSION_FIELD_NUMBER: _ClassVar[int]
    streamlit_version: str
    def __init__(self, streamlit_version: _Optional[str] = ...) -> None: ...

class SessionEvent(_message.Message):
    __slots__ = ("script_changed_on_disk", "script_compilation_exception")
    SCRIPT_CHANGED_ON_DISK_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_COMPILATION_EXCEPTION_FIELD_NUMBER: _ClassVar[int]
    script_changed_on_disk: bool
    script_compilation_exception: AppException
    def __init__(self, script_changed_on_disk: bool = ..., script_compilation_exception: _Optional[_Union[AppException, _Mapping]] = ...) -> None: ...

class PageNotFound(_message.Message):
    __slots__ = ("page_name",)
    PAGE_NAME_FIELD_NUMBER: _ClassVar[int]
    page_name: str
    def __init__(self, page_name: _Optional[str] = ...) -> None: ...

class AppPage(_message.Message):
    __slots__ = ("page_name", "is_default", "url_pathname")
    PAGE_NAME_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    URL_PATHNAME_FIELD_NUMBER: _ClassVar[int]
    page_name: str
    is_default: bool
    url_pathname: str
    def __init__(self, page_name: _Optional[str] = ..., is_default: bool = ..., url_pathname: _Optional[str] = ...) -> None: ...

class PagesChanged(_message.Message):
    __slots__ = ("app_pages",)
    APP_PAGES_FIELD_NUMBER: _ClassVar[int]
    app_pages: _containers.RepeatedCompositeFieldContainer[AppPage]
    def __init__(self, app_pages: _Optional[_Iterable[_Union[AppPage, _Mapping]]] = ...) -> None: ...

class Navigation(_message.Message):
    __slots__ = ("app_pages",)
    APP_PAGES_FIELD_NUMBER: _ClassVar[int]
    app_pages: _containers.RepeatedCompositeFieldContainer[AppPage]
    def __init__(self, app_pages: _Optional[_Iterable[_Union[AppPage, _Mapping]]] = ...) -> None: ...

class Delta(_message.Message):
    __slots__ = ("new_element", "add_block")
    NEW_ELEMENT_FIELD_NUMBER: _ClassVar[int]
    ADD_BLOCK_FIELD_NUMBER: _ClassVar[int]
    new_element: Element
    add_block: Block
    def __init__(self, new_element: _Optional[_Union[Element, _Mapping]] = ..., add_block: _Optional[_Union[Block, _Mapping]] = ...) -> None: ...

class Block(_message.Message):
    __slots__ = ("expandable", "tab", "popover", "dialog")
    class Expandable(_message.Message):
        __slots__ = ("label",)
        LABEL_FIELD_NUMBER: _ClassVar[int]
        label: str
        def __init__(self, label: _Optional[str] = ...) -> None: ...
    class Tab(_message.Message):
        __slots__ = ("label",)
        LABEL_FIELD_NUMBER: _ClassVar[int]
        label: str
        def __init__(self, label: _Optional[str] = ...) -> None: ...
    class Popover(_message.Message):
        __slots__ = ("label",)
        LABEL_FIELD_NUMBER: _ClassVar[int]
        label: str
        def __init__(self, label: _Optional[str] = ...) -> None: ...
    class Dialog(_message.Message):
        __slots__ = ("title",)
        TITLE_FIELD_NUMBER: _ClassVar[int]
        title: str
        def __init__(self, title: _Optional[str] = ...) -> None: ...
    EXPANDABLE_FIELD_NUMBER: _ClassVar[int]
    TAB_FIELD_NUMBER: _ClassVar[int]
    POPOVER_FIELD_NUMBER: _ClassVar[int]
    DIALOG_FIELD_NUMBER: _ClassVar[int]
    expandable: Block.Expandable
    tab: Block.Tab
    popover: Block.Popover
    dialog: Block.Dialog
    def __init__(self, expandable: _Optional[_Union[Block.Expandable, _Mapping]] = ..., tab: _Optional[_Union[Block.Tab, _Mapping]] = ..., popover: _Optional[_Union[Block.Popover, _Mapping]] = ..., dialog: _Optional[_Union[Block.Dialog, _Mapping]] = ...) -> None: ...

class Element(_message.Message):
    __slots__ = ("text", "exception", "button", "checkbox", "slider", "radio", "text_input", "selectbox", "multiselect", "markdown", "alert", "json", "number_input", "iframe", "metric", "heading", "code", "html")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    EXCEPTION_FIELD_NUMBER: _ClassVar[int]
    BUTTON_FIELD_NUMBER: _ClassVar[int]
    CHECKBOX_FIELD_NUMBER: _ClassVar[int]
    SLIDER_FIELD_NUMBER: _ClassVar[int]
    RADIO_FIELD_NUMBER: _ClassVar[int]
    TEXT_INPUT_FIELD_NUMBER: _ClassVar[int]
    SELECTBOX_FIELD_NUMBER: _ClassVar[int]
    MULTISELECT_FIELD_NUMBER: _ClassVar[int]
    MARKDOWN_FIELD_NUMBER: _ClassVar[int]
    ALERT_FIELD_NUMBER: _ClassVar[int]
    JSON_FIELD_NUMBER: _ClassVar[int]
    NUMBER_INPUT_FIELD_NUMBER: _ClassVar[int]
    IFRAME_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    HEADING_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    text: Body
    exception: AppException
    button: Widget
    checkbox: Widget
    slider: Slider
    radio: Choice
    text_input: Input
    selectbox: Choice
    multiselect: Choice
    markdown: Body
    alert: Body
    json: Body
    number_input: Widget
    iframe: IFrame
    metric: Metric
    heading: Heading
    code: Code
    html: Body
    def __init__(self, text: _Optional[_Union[Body, _Mapping]] = ..., exception: _Optional[_Union[AppException, _Mapping]] = ..., button: _Optional[_Union[Widget, _Mapping]] = ..., checkbox: _Optional[_Union[Widget, _Mapping]] = ..., slider: _Optional[_Union[Slider, _Mapping]] = ..., radio: _Optional[_Union[Choice, _Mapping]] = ..., text_input: _Optional[_Union[Input, _Mapping]] = ..., selectbox: _Optional[_Union[Choice, _Mapping]] = ..., multiselect: _Optional[_Union[Choice, _Mapping]] = ..., markdown: _Optional[_Union[Body, _Mapping]] = ..., alert: _Optional[_Union[Body, _Mapping]] = ..., json: _Optional[_Union[Body, _Mapping]] = ..., number_input: _Optional[_Union[Widget, _Mapping]] = ..., iframe: _Optional[_Union[IFrame, _Mapping]] = ..., metric: _Optional[_Union[Metric, _Mapping]] = ..., heading: _Optional[_Union[Heading, _Mapping]] = ..., code: _Optional[_Union[Code, _Mapping]] = ..., html: _Optional[_Union[Body, _Mapping]] = ...) -> None: ...

class Body(_message.Message):
    __slots__ = ("body",)
    BODY_FIELD_NUMBER: _ClassVar[int]
    body: str
    def __init__(self, body: _Optional[str] = ...) -> None: ...

class Code(_message.Message):
    __slots__ = ("code_text",)
    CODE_TEXT_FIELD_NUMBER: _ClassVar[int]
    code_text: str
    def __init__(self, code_text: _Optional[str] = ...) -> None: ...

class Heading(_message.Message):
    __slots__ = ("body",)
    BODY_FIELD_NUMBER: _ClassVar[int]
    body: str
    def __init__(self, body: _Optional[str] = ...) -> None: ...

class IFrame(_message.Message):
    __slots__ = ("srcdoc",)
    SRCDOC_FIELD_NUMBER: _ClassVar[int]
    srcdoc: str
    def __init__(self, srcdoc: _Optional[str] = ...) -> None: ...

class Metric(_message.Message):
    __slots__ = ("label", "body", "delta")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    label: str
    body: str
    delta: str
    def __init__(self, label: _Optional[str] = ..., body: _Optional[str] = ..., delta: _Optional[str] = ...) -> None: ...

class AppException(_message.Message):
    __slots__ = ("type", "message", "stack_trace")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STACK_TRACE_FIELD_NUMBER: _ClassVar[int]
    type: str
    message: str
    stack_trace: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, type: _Optional[str] = ..., message: _Optional[str] = ..., stack_trace: _Optional[_Iterable[str]] = ...) -> None: ...

class Widget(_message.Message):
    __slots__ = ("id", "label")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class Slider(_message.Message):
    __slots__ = ("id", "label")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class Choice(_message.Message):
    __slots__ = ("id", "label", "options")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    options: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., options: _Optional[_Iterable[str]] = ...) -> None: ...

class Input(_message.Message):
    __slots__ = ("id", "label", "default")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    default: str
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., default: _Optional[str] = ...) -> None: ...
