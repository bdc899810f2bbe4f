"""Threads, sessions and deadlines for a client that blocks: who waits for whom. Knows no PagerDuty.

Pages have threads of their own, so that neither an ack nor a look-up can stand before a page.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any, Generic, TypeVar

import requests

from incidentbot.core.refusals import TryLater
from incidentbot.flows.deliver import LANDED_WITHIN_S

T = TypeVar("T")
S = TypeVar("S", bound=requests.Session)


class Pool(StrEnum):
    """What a call is for."""

    PAGES = "pages"
    ANSWERS = "answers"
    READS = "reads"


THREADS: Mapping[Pool, int] = {Pool.PAGES: 32, Pool.ANSWERS: 8, Pool.READS: 4}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds: of the transport (connecting, and each wait for bytes), of one call, of all calls of one effect.

    The lease of an effect must be longer than `effect_s`.
    landing_s: by then a call that nobody waits for any more has taken effect in PagerDuty, or never will.
    """

    transport_s: float = 5.0
    call_s: float = 6.0
    effect_s: float = 15.0
    landing_s: float = LANDED_WITHIN_S


PATIENT = Deadlines()


class Lines:
    """The pools. deadline_s: how long a caller waits in all, queueing included; the thread's own call ends by itself."""

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._pools = {
            pool: ThreadPoolExecutor(size, thread_name_prefix=f"pagerduty-{pool}")
            for pool, size in THREADS.items()
        }

    async def call(self, pool: Pool, job: Callable[[], T]) -> T:
        """What `job` returns or raises, run in a thread of `pool`.

        Raises TryLater at the deadline: unknown unless the job had not begun, which then never begins.
        """
        waiting = self._pools[pool].submit(job)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.wrap_future(waiting)
        except TimeoutError as error:
            begun = not waiting.cancel()
            raise TryLater("PagerDuty did not answer in time.", unknown=begun) from error

    async def close(self) -> None:
        """Drop what has not begun and wait for the rest, which its own timeouts end."""
        for executor in self._pools.values():
            executor.shutdown(wait=False, cancel_futures=True)
        for executor in self._pools.values():
            await asyncio.to_thread(executor.shutdown)


class Sessions(Generic[S]):
    """Sessions with their kept connections, each in the hands of one thread at a time, the warmest first.

    A thread's own session would be warm only for that thread; here any page takes over the connection that the last
    one left. Connections that lapsed while idle are noticed and replaced by the transport.
    """

    def __init__(self, make: Callable[[], S]) -> None:
        self._make = make
        self._idle: list[S] = []
        self._lock = Lock()

    @contextmanager
    def borrowed(self) -> Iterator[S]:
        """A session for this block alone."""
        with self._lock:
            session = self._idle.pop() if self._idle else None
        session = session or self._make()
        try:
            yield session
        finally:
            with self._lock:
                self._idle.append(session)

    def close(self) -> None:
        """Close the idle ones; call it once nobody borrows any more."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()


def of_one_attempt(session: Any, timeout_s: float) -> Any:
    """No attempt of its own after the first: 429 would be retried for ever, and a lost connection three times."""
    session.max_network_attempts = 0
    session.retry = {429: 1}
    session.max_http_attempts = -1  # "one retry of 429" is then over before it begins
    session.timeout = timeout_s
    session.auth = _as_it_is
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps a stray ~/.netrc from replacing the token."""
    return request
