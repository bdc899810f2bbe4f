"""Two processes of the bot on one PostgreSQL, with ladders of seconds on the machine's own clock; kills at random."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from incidentbot.clock import SystemClock
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident
from incidentbot.flows.values import ListFilter
from incidentbot.playground.bot_process import BotProcess
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.slack import Answer
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from tests.crash.reaper import effect_of
from tests.crash.scene import DECLARED_BY, ROOT

PROFILE = """\
schema: 1
id: seconds
title: Ladders of seconds
extends: default
severities:
  P0: {room: thread, notify: [pagerduty, slack], ack: {within: 3s}, escalate: [{after: 4s}, {after: 8s}]}
"""
RUNGS = ("Ana", "Bo", "Chi")
"""Whose phone rings at which rung: at once, after 4 and after 8 seconds."""

LOOK_EVERY_S = 0.1
PATIENCE_S = 90.0


@dataclass(slots=True)
class Replicas:
    """Two processes, one database, and what the stand-ins saw. `unanswered`: how often it had to be typed again."""

    workspace: LocalWorkspace
    bots: tuple[BotProcess, BotProcess]
    store: SqlStore
    unanswered: int = 0
    acked: dict[str, Answer] = field(default_factory=dict)

    async def declare(self, title: str) -> None:
        """Type it, and again for as long as Slack shows an error or the bot says that nothing was done, as people do."""
        while True:
            answer = await self.workspace.slack.slash(
                DECLARED_BY, "#general", "/incident", f"declare sev1 {title}"
            )
            if answer.acked and "INC-" in (answer.text or ""):
                self.acked[title] = answer
                return
            self.unanswered += 1
            await asyncio.sleep(1)

    async def kill_at_random(self, chance: Random, *, times: int) -> None:
        """So often: kill one of the two, and start it again a little later."""
        for _ in range(times):
            await asyncio.sleep(chance.uniform(0.5, 2.0))
            bot = chance.choice(self.bots)
            await bot.kill()
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            await bot.start()

    def signal(self, bot: BotProcess, what: signal.Signals) -> None:
        """Send a process a signal."""
        assert bot.pid is not None
        os.kill(bot.pid, what)

    def log_of(self, bot: BotProcess) -> str:
        """What it has logged."""
        return bot._log.read_text(encoding="utf-8")

    async def told(self) -> None:
        """Wait until nothing waits to be told at this instant."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.store.snapshot()).oldest_waiting_effect is not None:  # noqa: ASYNC110 - see below
                await asyncio.sleep(LOOK_EVERY_S)

    async def all_told(self) -> None:
        """Wait until every ladder has come to its end and nothing waits to be told."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_over():  # noqa: ASYNC110 - other processes' books ring no bell
                await asyncio.sleep(LOOK_EVERY_S)
        await self.workspace.pagerduty.settled()

    async def _is_over(self) -> bool:
        now = await self.store.snapshot()
        if now.oldest_waiting_effect is not None or now.oldest_due_timer is not None:
            return False
        return all(len(one.pages) >= len(RUNGS) for one in await self.incidents())

    async def incidents(self) -> list[Incident]:
        """All that are stored."""
        return list(await self.store.incidents(only=ListFilter("all", limit=1000)))

    async def lost(self) -> list[str]:
        """What was acknowledged and is not there: incidents, rungs that rang nobody, lines that nobody reads."""
        stored = await self.incidents()
        titles = {one.title for one in stored}
        rang = self._rings()
        missing = [f"{title} is not stored" for title in self.acked if title not in titles]
        missing += [
            f"{one.name} never rang {who}" for one in stored for who in RUNGS if not rang[one.id, who]
        ]
        posts = self._posts()
        return missing + [f"{one.name} has no card" for one in stored if not posts[f"{one.id}:room"]]

    async def doubled(self) -> list[str]:
        """What happened more than once."""
        stored = await self.incidents()
        again = [
            f"{title}: {count} incidents"
            for title, count in Counter(one.title for one in stored).items()
            if count > 1
        ]
        again += [
            f"{key} rang {who} {count} times" for (key, who), count in self._rings().items() if count > 1
        ]
        again += self.said_twice()
        for one in stored:
            kinds = Counter((each.fact.kind, each.fact.text) for each in await self.store.facts(one.id))
            again += [
                f"{one.name}: {kind} {text}"
                for (kind, text), count in kinds.items()
                if count > 1 and kind is FactKind.PAGED
            ]
        return again

    def said_twice(self) -> list[str]:
        """Which effects have more than one post."""
        return [f"{effect} was posted {count} times" for effect, count in self._posts().items() if count > 1]

    async def told_of(self, findings: list[str]) -> str:
        """The timelines of the incidents that the findings name, for whoever looks into a failure."""
        named = [one for one in await self.incidents() if any(f"{one.name} " in each for each in findings)]
        lines = [
            f"{one.name} {each.fact.at:%M:%S} {each.fact.text}"
            for one in named
            for each in await self.store.facts(one.id)
        ]
        return "\n".join([*findings, *lines, *(f"{one.name} {one.pages}" for one in named)])

    def _rings(self) -> Counter[tuple[str, str]]:
        rings = self.workspace.pagerduty.phone.rings
        return Counter((ring.key.partition(":")[0], ring.user.name) for ring in rings)

    def _posts(self) -> Counter[str]:
        channels = self.workspace.slack.workspace.channels.values()
        stamps = (
            effect_of(one.metadata) for room in channels for one in room.messages.values() if one.by_bot
        )
        return Counter(stamp for stamp in stamps if stamp)


@asynccontextmanager
async def two_replicas(
    folder: Path, address: str, *, profile: str = PROFILE, paging: str = "rest"
) -> AsyncIterator[Replicas]:
    """Everything started, and everything stopped at the end. The folder need not be there yet."""
    async with LocalWorkspace(SystemClock()) as workspace:
        settings, policy = workspace.settings_for(folder, paging=paging), folder / "seconds.yaml"
        policy.write_text(profile, encoding="utf-8")
        wiring = {
            **settings,
            "INCIDENTBOT_POLICY": str(policy),
            "INCIDENTBOT_RUNBOOKS": str(ROOT / "runbooks"),
            "INCIDENTBOT_DATABASE_URL": address,
            "INCIDENTBOT_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }
        bots = tuple(
            BotProcess("incidentbot", ["serve"], wiring, log=folder / f"bot-{name}.log") for name in "ab"
        )
        try:
            await asyncio.gather(*(bot.start() for bot in bots))
            await workspace.slack.sockets.opened(len(bots))
            async with open_store(address, SystemClock()) as store:
                yield Replicas(workspace, (bots[0], bots[1]), store)
        finally:
            for bot in bots:
                await bot.kill()
