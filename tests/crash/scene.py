"""Both stand-ins in the test's process, the real bot in one of its own, and its books read from outside."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, select

from incidentbot.core.effects import Effect
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.flows.deliver import LEASE_S
from incidentbot.flows.values import ListFilter
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.pagerduty.account import Priority
from incidentbot.playground.shared_clock import SharedClock
from incidentbot.playground.slack import Answer
from incidentbot.playground.stage import Stage
from incidentbot.store.codec import effect_from_text
from incidentbot.store.engines.engine import open_store
from incidentbot.store.schema.tables import effects
from incidentbot.store.store import SqlStore
from tests.crash.acts import DECLARING, Act, Moment, Step
from tests.crash.forked_bot import a_bot
from tests.crash.long_runbook import runbooks_of
from tests.crash.reaper import ANY_CALL, Reaper
from tests.outward.mailbox import Mailbox
from tests.store.server_clock import a_movable_clock
from tests.stories.profile_of import profile_of

ROOT = Path(__file__).parents[2]
DATABASE = "incidentbot.db"
LOOK_EVERY_S = 0.02
SETTLED_WITHIN_S = 15.0
"""Half a lease: whatever waits for one is noticed. The goal is 5 s; the table shows how long it took."""
STRUCK_WITHIN_S = 10.0
LEASE = timedelta(seconds=LEASE_S)
DECLARED_BY = "dee"
PRIORITIES = tuple(Priority(f"PPRIO1{level}", f"P{level}", "") for level in range(4))
"""An account whose priorities are called as our severities are."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What people do, what the reaper does, and what is true afterwards."""

    stage: Stage
    store: SqlStore
    reaper: Reaper
    mailbox: Mailbox
    address: str
    skip_leases: Callable[[timedelta], object]

    @property
    def workspace(self) -> LocalWorkspace:
        return self.stage.workspace

    async def type(self, words: str) -> Answer:
        """Type `/incident <words>`. The answer comes when Slack has it or has stopped waiting."""
        return await self.workspace.slack.slash(DECLARED_BY, "#general", "/incident", words)

    async def awake(self) -> None:
        """Start the bot where it does not run, and wait until Slack reaches it."""
        await self.stage.bot.start()
        await self.workspace.slack.wait_connected()

    async def kill_and_start(self) -> None:
        """SIGKILL, if that was not done yet, and a new process.

        On PostgreSQL it comes so late that the leases of the dead one are over. It takes them over by itself.
        """
        await self.stage.bot.kill()
        self.skip_leases(LEASE)
        await self.awake()

    async def play(self, step: Step, title: str) -> None:
        """One step, and all that follows from it."""
        if isinstance(step, timedelta):
            await self.stage.skip(step)
        else:
            answer = await self.type(await self._filled(step, title))
            assert answer.acked, f"{step} was not acknowledged"
        await self.settled()

    async def play_killed(
        self,
        act: Act,
        call: str,
        moment: Moment,
        title: str,
        *,
        again: Moment | None = None,
        trouble: Callable[[], None] = lambda: None,
    ) -> float:
        """The act, with a kill at `call` in its last step, and a new start. Seconds until all was told.

        again: when to kill the new process, too, at the first call that it makes to recover. trouble: made while no
        bot runs.
        """
        *before, last = act.steps
        for step in before:
            await self.play(step, title)
        self.reaper.arm(call, moment)
        async with asyncio.TaskGroup() as group:
            begun = group.create_task(self._begin(last, title))
            await self._struck()
            trouble()
            if again is not None:
                self.reaper.arm(ANY_CALL, again)
                await self._start_to_die()
            await self.kill_and_start()
            took_s = await self.settled()
            begun.cancel()
        return took_s

    async def _struck(self) -> None:
        async with asyncio.timeout(STRUCK_WITHIN_S):
            await self.reaper.struck.wait()

    async def _start_to_die(self) -> None:
        """A start of which the reaper makes an end, perhaps before the bot is ready."""
        await self.stage.bot.kill()
        with suppress(RuntimeError):
            await self.stage.bot.start()
        await self._struck()

    async def _begin(self, step: Step, title: str) -> None:
        if isinstance(step, timedelta):
            self.stage.clock.wish(step)
        else:
            await self.type(await self._filled(step, title))

    async def _filled(self, step: str, title: str) -> str:
        incident = await self.incident(title)
        return step.format(title=title, name=incident.name if incident else "")

    async def settled(self) -> float:
        """Wait until all wished time has passed and nothing waits to be told. Returns the seconds it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(SETTLED_WITHIN_S):
            while not await self._is_quiet():  # noqa: ASYNC110 - another process's books ring no bell
                await asyncio.sleep(LOOK_EVERY_S)
        await self.workspace.pagerduty.settled()
        return loop.time() - began

    async def _is_quiet(self) -> bool:
        if self.stage.clock.behind:
            return False
        now = await self.store.snapshot()
        return now.oldest_waiting_effect is None and now.oldest_due_timer is None

    async def declared(self, title: str) -> list[Incident]:
        """Every incident of this title."""
        found = await self.store.incidents(only=ListFilter("all"))
        return [one for one in found if one.title == title]

    async def incident(self, title: str) -> Incident | None:
        """The incident of this title, None while there is none."""
        return next(iter(await self.declared(title)), None)

    async def facts(self, incident: Incident) -> list[Recorded]:
        """Its timeline."""
        return list(await self.store.facts(incident.id))

    def outbox(self, incident: Incident) -> list[tuple[Effect, str]]:
        """Its effects and where each stands, as the bot's database has them."""
        table = effects.c
        query = select(table.kind, table.body, table.state).where(table.incident_id == incident.id)
        engine = create_engine(self.address.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as books:
            rows = books.execute(query.order_by(table.id)).all()
        engine.dispose()
        return [(effect_from_text(kind, body), state) for kind, body, state in rows]


@asynccontextmanager
async def a_scene(
    folder: Path, act: Act = DECLARING, more: Mapping[str, str] | None = None, *, address: str = ""
) -> AsyncIterator[Scene]:
    """Everything started as the act wants it, and everything stopped at the end. more: settings beside the usual ones.

    address: of another database than the usual file.
    """
    books = address or f"sqlite:///{folder / DATABASE}"
    clock = SharedClock.fresh(folder / "clock")
    async with LocalWorkspace(clock) as workspace, Mailbox() as mailbox:
        workspace.pagerduty.account.priorities = PRIORITIES
        wiring = {
            **workspace.settings_for(folder, paging=act.paging),
            "INCIDENTBOT_RUNBOOKS": str(runbooks_of(folder)),
            "INCIDENTBOT_PORT": "0",
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT),
            **({"INCIDENTBOT_DATABASE_URL": address} if address else {}),
            **(more or {}),
        }
        if act.profile:
            wiring["INCIDENTBOT_POLICY"] = profile_of(folder, act.profile)
        if act.mails:
            wiring |= {"INCIDENTBOT_SMTP_URL": mailbox.url, "INCIDENTBOT_SMTP_FROM": "bot@example.com"}
        if act.notes:
            _make_a_stranger(Path(wiring["INCIDENTBOT_TEAM"]))
        bot = a_bot([str(folder / "clock")], wiring, log=folder / "bot.log")
        reaper = Reaper(workspace, mailbox, bot)
        with leases_of(address) as skip_leases:
            try:
                await bot.start()
                await workspace.slack.wait_connected()
                async with open_store(books, clock) as store:
                    yield Scene(
                        Stage(workspace, clock, bot, folder), store, reaper, mailbox, books, skip_leases
                    )
            finally:
                await bot.kill()
                reaper.release()


@contextmanager
def leases_of(address: str) -> Iterator[Callable[[timedelta], object]]:
    """What skips the clock that leases follow. With a file nothing has to: a start takes back what its dead one held."""
    if not address:
        yield lambda _: None
        return
    with a_movable_clock(address) as skip:
        yield skip


def _make_a_stranger(team: Path) -> None:
    """Take the address of whoever types out of the team file, so that PagerDuty cannot be told who it was."""
    text = team.read_text(encoding="utf-8")
    address = f"email: [{DECLARED_BY}@example.com], "
    assert address in text
    team.write_text(text.replace(address, ""), encoding="utf-8")
