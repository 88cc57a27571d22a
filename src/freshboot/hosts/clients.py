"""The hosts' own clients: brought by extras, imported when they are needed, bounded like all that asks."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from freshboot.hosts.http import BODY_BYTES, SECONDS, Unreachable

if TYPE_CHECKING:
    from types import ModuleType

_Value = TypeVar("_Value")


def is_installed(module: str) -> bool:
    """Whether a client is there, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # a parent package that is missing, or half made
        return False


async def answered(call: Callable[[], _Value]) -> _Value:
    """What a client's call gives, made aside: these clients block.

    :raises Unreachable: it failed, in whichever way, or took too long.
    """
    try:
        return await asyncio.wait_for(asyncio.to_thread(call), SECONDS)
    except asyncio.TimeoutError:
        raise Unreachable(f"the host gave no answer within {SECONDS:g} s") from None
    except Unreachable:
        raise
    except Exception as error:  # noqa: BLE001  # a foreign client's, made by a foreign answer
        # Its words may hold anything, also the request with its token.
        raise Unreachable(f"the host could not be asked ({type(error).__name__})") from None


def bounded_client(httpx: ModuleType, **options: Any) -> Any:
    """An HTTPX client that follows no redirect, and breaks an answer off that is too large or too slow."""

    class Bounded(httpx.SyncByteStream):  # type: ignore[name-defined,misc]
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def __iter__(self) -> Iterator[bytes]:
            size, until = 0, time.monotonic() + SECONDS
            for chunk in self.stream:
                size += len(chunk)
                if size > BODY_BYTES or time.monotonic() > until:
                    raise httpx.ReadError("the answer is too large or too slow")
                yield chunk

        def close(self) -> None:
            self.stream.close()

    def bind(response: Any) -> None:
        response.stream = Bounded(response.stream)

    headers = {**options.pop("headers", {}), "Accept-Encoding": "identity"}
    return httpx.Client(
        timeout=SECONDS,
        follow_redirects=False,
        headers=headers,
        event_hooks={"response": [bind]},
        **options,
    )
