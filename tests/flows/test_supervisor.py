"""Background work: a bug is heard, touches nothing else, and what must run for ever is begun anew."""

import asyncio

import pytest

from incidentbot.flows import supervisor
from incidentbot.flows.supervisor import Supervisor


async def test_a_bug_in_one_task_leaves_the_others_running(caplog: pytest.LogCaptureFixture):
    tasks, done = Supervisor(), asyncio.Event()

    async def broken() -> None:
        raise KeyError("surprise")

    async def fine() -> None:
        done.set()

    tasks.start(broken(), name="broken")
    tasks.start(fine(), name="fine")
    await tasks.join()

    assert done.is_set()
    assert tasks.busy == 0


async def test_what_must_run_for_ever_is_begun_anew(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "PAUSE_S", 0.0)
    tasks, third = Supervisor(), asyncio.Event()
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 3:
            third.set()
            await asyncio.Event().wait()
        raise KeyError("surprise")

    tasks.keep(work, name="work")
    async with asyncio.timeout(5):
        await third.wait()
    await tasks.close()

    assert begun == 3
