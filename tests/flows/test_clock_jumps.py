"""A machine whose clock is set ahead or back: no deadline fires early, none is held up, and people are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incidentbot.clock import JUMP, SteadyClock
from incidentbot.core.commands import Acknowledge, Declare, Resolve
from incidentbot.core.policy import Severity
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Ref, RefKind
from incidentbot.flows.tick import Ticker
from incidentbot.flows.watchdog.audit import Audit
from incidentbot.flows.watchdog.troubles import Kind
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store

T0 = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock can be set, and on which time passes."""

    def __init__(self) -> None:
        self.wall, self.elapsed = T0, 0.0

    def passes(self, span: timedelta) -> None:
        self.wall += span
        self.elapsed += span.total_seconds()

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.elapsed)


async def never_silent() -> float:
    return 0.0


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(days=1)])
async def test_a_jump_fires_nothing_early_and_holds_nothing_up(tmp_path: Path, by: timedelta):
    machine, policy = Machine(), load("im-chat")
    clock = machine.clock()
    async with open_store(f"sqlite:///{tmp_path}/house.db", clock) as store:
        handler = Handler(store, clock, lambda: policy, lambda: None, lambda: None)
        ticker, audit = Ticker(store, handler), Audit(store, clock, never_silent)
        await handler.handle(Declare("0" * 8, "U0ANA", "checkout is down", Severity.P0, "x4k2"))
        due = await store.next_timer_at()
        assert due is not None
        machine.wall += by

        assert await ticker.tick() == 0
        machine.passes(due - T0 - timedelta(seconds=1))
        assert await ticker.tick() == 0
        machine.passes(timedelta(seconds=1))
        assert await ticker.tick() > 0
        await audit.look()
        assert Kind.CLOCK in {one.kind for one in await audit.look()}

        first = Ref(RefKind.NUMBER, "1")
        await handler.handle(Acknowledge("U0ANA"), ref=first)
        await handler.handle(Resolve("U0ANA", "rolled back"), ref=first)
        await audit.look()
        assert Kind.CLOCK not in {one.kind for one in audit.troubles}
        assert clock.now() == machine.wall


def test_small_corrections_are_followed():
    machine = Machine()
    clock = machine.clock()
    for _ in range(10):
        machine.wall += JUMP - timedelta(seconds=1)
        assert clock.now() == machine.wall


def test_a_jump_that_is_taken_back_leaves_nothing_behind():
    machine = Machine()
    clock = machine.clock()
    machine.wall += HOUR
    machine.passes(timedelta(minutes=5))
    assert clock.now() == T0 + timedelta(minutes=5)
    machine.wall -= HOUR
    assert clock.now() == machine.wall
    assert clock.jumped() == timedelta(0)


def test_time_asleep_has_passed():
    machine = Machine()
    clock = machine.clock()
    machine.passes(timedelta(hours=8))
    assert clock.now() == T0 + timedelta(hours=8)
