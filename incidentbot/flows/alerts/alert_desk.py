"""Alerts are brought in: stored deliveries one by one in the order of their groups, each whole in one transaction.

What a group has to say goes to its incident; what belongs to none is posted, once, by its name. A delivery that cannot
be taken in is set aside and told by health, so that it holds up no other.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.alerts.alert import AlertGroup, News
from incidentbot.core.alerts.group import heard, released
from incidentbot.core.alerts.persisting import persisting
from incidentbot.core.alerts.verdict import Act, judged
from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident
from incidentbot.core.maintenance.window import Window
from incidentbot.flows.alerts.alert_acts import Posting, Telling, after, decided, posting_of
from incidentbot.flows.alerts.alert_ports import (
    AlertPoster,
    AlertStore,
    AlertUnit,
    StoredNews,
    Windows,
    no_windows,
)
from incidentbot.flows.alerts.arriving import tidied
from incidentbot.flows.alerts.postings import LEASE_S, Postings
from incidentbot.flows.alerts.storm import Storm
from incidentbot.flows.alerts.strange_levels import StrangeLevels
from incidentbot.flows.deliver import ANSWERED_WITHIN_S
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import Ref, RefKind, StoreAway, VersionConflict
from incidentbot.flows.pulse import Pulse
from incidentbot.flows.rounds import Rounds, calm_s
from incidentbot.flows.supervisor import Supervisor
from incidentbot.telemetry import report_bug

BATCH = 50
AFTER_A_BUG = timedelta(minutes=5)


class AlertDesk:
    """Keeps deliveries and brings them in. One pump at a time in a process; replicas share the rows."""

    def __init__(
        self, store: AlertStore, handler: Handler, poster: AlertPoster, windows: Windows = no_windows
    ) -> None:
        self._store = store
        self._handler = handler
        self._postings = Postings(store, handler.clock, poster)
        self._windows = windows
        self._tasks = Supervisor()
        self._pumping = asyncio.Lock()
        self._resting = asyncio.Event()
        self._storm = Storm()
        self._strange = StrangeLevels()
        self._rounds = Rounds("alerts")
        self.pulse = Pulse("No alert has been looked at")

    async def keep(self, news: News) -> None:
        """Store a delivery without the secrets in it; returns once it is durable. Raises StoreAway."""
        tidy = await tidied(news, self._handler.policy())
        await self._store.keep_news(tidy, self._handler.clock.now())
        self._rounds.wake()

    async def miss(self, sender: str) -> None:
        """Remember that a delivery was refused and is not sent again: people are told as of one that was set aside."""
        await self._store.miss_news(sender, self._handler.clock.now())

    async def run(self, *, poll_s: float = 1.0) -> None:
        """Bring in what waits, for ever; a database that is away is asked again."""

        async def once() -> float:
            return poll_s if await self.pump() else await self.pause_s(poll_s)

        await self._rounds.go(once, away_s=poll_s)

    async def pause_s(self, poll_s: float) -> float:
        """How long to sleep if no delivery comes."""
        if self._tasks.busy:
            return poll_s
        return await calm_s(poll_s, alone=self._store.is_ours_alone(), next_at=self.next_at)

    async def settled(self) -> None:
        """Wait until nothing more can be brought in or posted at this instant."""
        while await self.pump() or self._tasks.busy:
            await self._tasks.join()

    async def next_at(self) -> datetime | None:
        """When the first of the groups may speak, by the house's clock."""
        return await self._store.next_telling_at()

    def rest(self) -> None:
        """Take nothing new in: what is stored is brought in after the next start."""
        self._resting.set()

    async def close(self) -> None:
        """Stop; what is being taken in may post, and a post in flight is looked for before it is made again."""
        self.rest()
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERED_WITHIN_S), self._pumping:
                pass
        await self._tasks.close(grace_s=ANSWERED_WITHIN_S)

    async def notice(self) -> str:
        """What a person should look at while the work goes on, "" where there is nothing."""
        try:
            failed = await self._store.failed_news()
        except StoreAway:
            failed = 0  # said by the database's own probe
        unread = (
            f"Deliveries of alerts that could not be taken in: {failed}; the log tells why." if failed else ""
        )
        return " ".join(part for part in (unread, self._strange.notice(), *self._postings.troubles) if part)

    async def pump(self) -> int:
        """Bring in every delivery that waits, and let every group speak that may. Returns how much was done."""
        done = 0
        async with self._pumping:
            while not self._resting.is_set() and await self._store.has_news() and await self._next():
                done += 1
            for key in () if self._resting.is_set() else await self._store.groups_to_tell(limit=BATCH):
                done += 1
                await self._speak(key)
            self.pulse.beat()
        return done

    async def _next(self) -> bool:
        """Take in the oldest delivery that can be had. False: the rest is in other hands."""
        taken: list[int] = []
        try:
            return await self._take_in(taken)
        except VersionConflict:
            return True
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of alerts: set aside, told by health, others go on
            report_bug("alerts", error, news=taken[0] if taken else None)
            if taken:
                await self._store.fail_news(taken[0])
            return bool(taken)

    async def _take_in(self, taken: list[int]) -> bool:
        window = await self._windows(self._handler.clock.now())
        async with self._store.unit() as unit:
            stored = await unit.next_news()
            if stored is None:
                return False
            taken.append(stored.id)
            news = stored.news
            self._strange.note(news.alerts, self._handler.policy())
            known = await unit.alert_group(news.key, at=self._handler.clock.now())
            group = known or AlertGroup(news.key, news.source, drill=news.drill)
            is_free = group.posting_since is None
            group = heard(group, news, stored.at, policy=self._handler.policy())
            done = await self._act(unit, group, window, stored, may_post=is_free)
            await unit.drop_news(stored)
        self._follow(done)
        return True

    async def _speak(self, key: str) -> None:
        """Let a group say what it held back, unless that has become pointless meanwhile."""
        try:
            window = await self._windows(self._handler.clock.now())
            async with self._store.unit() as unit:
                group = await unit.group_to_speak(key, at=self._handler.clock.now())
                done = None if group is None else await self._act(unit, group, window, may_post=True)
        except VersionConflict:
            return  # its instant stands: the next round sees it
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of alerts: a group that breaks holds up no other
            report_bug("alerts", error, group=key)
            await self._store.defer_group(key, self._handler.clock.now() + AFTER_A_BUG)
            return
        self._follow(done)

    async def _act(
        self,
        unit: AlertUnit,
        group: AlertGroup,
        window: Window | None,
        stored: StoredNews | None = None,
        *,
        may_post: bool,
    ) -> Decision | Posting | None:
        """Do with the group what the profile says, in its transaction; what comes back follows the commit.

        may_post: False where a post of the group may be on its way, or waits out Slack's pause: this one waits for it.
        """
        policy, now = self._handler.policy(), self._handler.clock.now()
        late = window is None and bool(group.held)
        group = released(group) if late else group
        incident = await unit.find(Ref(RefKind.ID, group.incident)) if group.incident else None
        if stored is not None:
            group = persisting(group, stored.news, incident, policy=policy, now=stored.at, window=window)
        verdict = judged(group, incident, policy=policy, now=now, window=window)
        if verdict.act in {Act.NOTHING, Act.WAIT}:
            await unit.keep_group(group, tell_at=verdict.at)
            return None
        if verdict.act is Act.POST and not may_post:
            await unit.hear_group(group)
            return None
        if verdict.act in {Act.OPEN, Act.REOPEN}:
            group = replace(group, guest=False)
        telling = Telling(group, verdict.level, window, late, policy, now)
        if verdict.act is Act.POST:
            posting = posting_of(telling)
            await unit.keep_group(posting.group, tell_at=now, lease_s=LEASE_S)
            return posting
        return await self._decide(unit, telling, verdict.act, incident)

    async def _decide(
        self, unit: AlertUnit, telling: Telling, act: Act, incident: Incident | None
    ) -> Decision:
        """Have the group's incident hear it, or open one; in a storm it joins another's."""
        if act is Act.OPEN and (host := await self._storm.host(unit, telling)):
            guest = replace(telling.group, guest=True, level="", asked=None)
            act, incident, telling = Act.JOIN, host, replace(telling, group=guest)
        decision = await decided(unit, telling, act, incident)
        if act is Act.OPEN:
            self._storm.opened(telling, decision.incident)
        await self._handler.remember(unit, decision)
        said, window = after(telling, decision), telling.window
        await unit.keep_group(said, tell_at=window.ends_at if window and said.held else None)
        return decision

    def _follow(self, done: Decision | Posting | None) -> None:
        """After the commit: the workers are woken, or the post is made."""
        if isinstance(done, Posting):
            self._tasks.start(self._postings.make(done), name="post alerts")
        elif done is not None:
            self._handler.wake()
            self._handler.rearm()
