"""GitHub's own description of its API, for those who ask and for those who answer."""

from __future__ import annotations

import copy
import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

API = "https://api.github.com"
_WHOLE: dict[str, Any] = json.loads((Path(__file__).parent / "openapi.json").read_bytes())
_OPENAPI = OpenAPI.from_dict(_WHOLE, config=Config(spec_validator_cls=None))
_LONGEST, _MOST = 200, 5  # of what is told of mistakes
_SEVERAL_PARTS = "ref"  # the parameter that takes slashes as they are


def example(name: str) -> Any:
    """A copy of one of GitHub's own examples, to be changed."""
    return copy.deepcopy(_WHOLE["components"]["examples"][name]["value"])


def operation(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Which operation a path is (its template), and its parameters; None where it is none in use."""
    for template, item in _WHOLE["paths"].items():
        match = _pattern(template).fullmatch(path)
        if match and method.lower() in item:
            return template, match.groupdict()
    return None


def wrong_request(method: str, path: str, query: dict[str, str], body: bytes) -> str:
    """What is wrong with a request; empty where nothing is."""
    try:
        _OPENAPI.validate_request(_request(method, path, query, body))
    except OpenAPIError as error:
        return _words(error)
    return _unknown(method, path, query, body)


def wrong_answer(method: str, path: str, query: dict[str, str], body: bytes, status: int, answer: Any) -> str:
    """What is wrong with an answer; empty where nothing is."""
    data = b"" if answer is None else json.dumps(answer).encode()
    response = MockResponse(data, status_code=status, content_type="application/json")
    try:
        _OPENAPI.validate_response(_request(method, path, query, body), response)
    except OpenAPIError as error:
        return _words(error)
    return ""


def _request(method: str, path: str, query: dict[str, str], body: bytes) -> MockRequest:
    template, parameters = operation(method, path) or (path, {})
    quoted = template.format(**{name: quote(value, safe="%") for name, value in parameters.items()})
    return MockRequest(API, method, quoted, args=query, data=body or None)


def _unknown(method: str, path: str, query: dict[str, str], body: bytes) -> str:
    """GitHub's schemas let every key through, also one that is spelt wrong and does nothing."""
    found = operation(method, path)
    assert found is not None
    item = _WHOLE["paths"][found[0]]
    asked = item[method.lower()]
    parameters = [
        _resolved(one)["name"] for one in (*item.get("parameters", ()), *asked.get("parameters", ()))
    ]
    schema = asked.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    keys = json.loads(body) if body else {}
    unknown = [*(set(query) - set(parameters)), *(set(keys) - set(_resolved(schema).get("properties", ())))]
    return f"unknown: {', '.join(sorted(unknown))}" if unknown else ""


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    _, _, kind, name = value["$ref"].split("/", 3)
    return _WHOLE["components"][kind][name]


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    names = [f"(?P<{one}>.+)" if one == _SEVERAL_PARTS else f"(?P<{one}>[^/]+)" for one in parts[1::2]]
    return re.compile(
        "".join(re.escape(one) + name for one, name in zip(parts[::2], [*names, ""], strict=True))
    )


def _words(error: BaseException) -> str:
    """An error of a schema lies in the cause of the one that is raised."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    schemas = [one for each in causes for one in getattr(each, "schema_errors", ())]
    details = [f"{'/'.join(map(str, one.path))}: {one.message[:_LONGEST]}" for one in schemas[:_MOST]]
    return "; ".join(details) or f"{type(error).__name__}: {error}"[:_LONGEST]
