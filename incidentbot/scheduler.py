"""The alarm clock: APScheduler holds one date job at the earliest instant and a sweep. It holds no plans.

Its own job stores drop late jobs and double shared ones (docs/decisions/0003-apscheduler-is-an-alarm-clock.md).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from incidentbot.clock import Clock, SteadyClock, SystemClock
from incidentbot.flows.values import StoreAway
from incidentbot.telemetry import report_bug

ALARM, SWEEP = "alarm", "sweep"
SWEEP_S = 5
PAUSE = timedelta(seconds=1)
GUARD_S = 1.0
SET_BY = timedelta(seconds=1)
"""The scheduler sleeps until instants of the machine's clock: one that is set back would leave it asleep for as long."""

INSTANCES = 2
"""A job that is just ending still counts, so that its successor would be skipped; only one ever rings."""


class AlarmClock:
    """Calls `ring` when the earliest instant comes, and every few seconds in case an instant was missed."""

    def __init__(
        self,
        clock: Clock,
        ring: Callable[[], Awaitable[object]],
        earliest: Callable[[], Awaitable[datetime | None]],
        *,
        machine: Clock | None = None,
    ) -> None:
        self._guarded = SteadyClock((machine or SystemClock()).now, time.monotonic)
        self._guard: asyncio.TimerHandle | None = None
        self._clock = clock
        self._ring = ring
        self._earliest = earliest
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": INSTANCES},
            timezone="UTC",
        )
        self._scheduler.add_listener(_report, EVENT_JOB_ERROR)
        self._ringing = False
        self._asked_meanwhile = False

    def start(self) -> None:
        """Begin to watch; whatever became due while nobody watched rings at once."""
        self._scheduler.start()
        self._set_anew()
        self._compare()
        self._clock.on_skip(self.arm_now)

    def _set_anew(self) -> None:
        self._scheduler.add_job(self._go_off, "interval", seconds=SWEEP_S, id=SWEEP, replace_existing=True)
        self.arm_now()

    def _compare(self) -> None:
        """Each second: has the machine's clock been set? What was armed by the old one is armed anew."""
        if abs(self._guarded.jumped()) > SET_BY:
            self._set_anew()
        self._guarded.follow()
        self._guard = asyncio.get_running_loop().call_later(GUARD_S, self._compare)

    def arm_now(self) -> None:
        """Something about the instants has changed: look, ring what is due, and set the alarm anew."""
        if self._ringing:
            self._asked_meanwhile = True
        elif self._scheduler.running:
            self._scheduler.add_job(
                self._go_off, "date", run_date=SystemClock().now(), id=ALARM, replace_existing=True
            )

    async def _go_off(self) -> None:
        if self._ringing:
            return
        self._ringing = True
        try:
            await self._look()
        finally:
            self._ringing = False
        if self._asked_meanwhile:
            self._asked_meanwhile = False
            self.arm_now()

    async def _look(self) -> None:
        await self._ring()
        try:
            instant = await self._earliest()
        except StoreAway:
            return  # the sweep looks again
        if instant is None or not self._scheduler.running:
            return
        ahead = instant - self._clock.now()
        if ahead <= timedelta(0):
            ahead = PAUSE  # it was due and did not fire: it is broken, and must not be tried in a circle
        run_date = SystemClock().now() + ahead
        self._scheduler.add_job(self._go_off, "date", run_date=run_date, id=ALARM, replace_existing=True)

    def stop(self) -> None:
        """Stop watching. The instants are rows and stay."""
        if self._guard is not None:
            self._guard.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _report(event: JobExecutionEvent) -> None:
    if isinstance(event.exception, asyncio.CancelledError):
        return  # stopped while it rang: the instants are rows, and ring at the next start
    report_bug("alarm clock", event.exception, job=event.job_id)
