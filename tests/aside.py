"""Asynchronous work of a test that is not asynchronous itself."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def aside(work: Coroutine[object, object, T]) -> T:
    """Run it on an event loop of its own, in a thread: a browser that other tests keep open has the main thread's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
