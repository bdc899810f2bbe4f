"""Test pages: walk the real chain of paging for a role, and tell whoever asked what came of it. Open no incident.

Each is a row of `matters` before it rings and until its pace is over: a restart goes on with it, and a role is rung by
one test page in ten minutes, whoever asks.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidentbot.clock import Clock, new_id
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.core.text.words import role_words, safe, span
from incidentbot.flows.away import sorry
from incidentbot.flows.ports import StoreAway
from incidentbot.flows.watchdog import trial_in_slack as in_slack
from incidentbot.flows.watchdog import trial_words as words
from incidentbot.flows.watchdog.house_ports import (
    HousePage,
    HousePager,
    HousePost,
    HousePoster,
    Matter,
    MatterStore,
)
from incidentbot.telemetry import logger, report_bug

PREFIX = "trial:"

RINGING_FOR = timedelta(minutes=2)
"""A pager that cannot be reached for so long has failed the test."""

ORPHANED = timedelta(seconds=30)
"""A process that has not seen its test page for so long is gone; another goes on with it."""

EVERY_S = 3.0
MOST_TRIES = 3
"""A step that breaks on our side so often is given up, and whoever asked is told."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Chain:
    """Who can be rung: the roles of the policy, first first, whether answers are heard, and who they are in Slack. () where no pager is connected."""

    roles: Sequence[str]
    hears: Callable[[str], bool]
    people: Callable[[str], Sequence[str]] = lambda _: ()


class Trials:
    """Begins test pages and sees them through."""

    def __init__(
        self, store: MatterStore, clock: Clock, poster: HousePoster, pager: HousePager, chain: Chain
    ) -> None:
        self._store = store
        self._clock = clock
        self._poster = poster
        self._pager = pager
        self._chain = chain
        self._owner = new_id()
        self._some = asyncio.Event()
        self._some.set()  # a start looks for what was begun before

    async def begin(self, role: str | None, by: str) -> str:
        """Have the role rung (None: the first of the chain); returns what is told at once. Raises Refused."""
        if not self._chain.roles:
            raise Refused(words.NO_PAGER)
        role, now = role or self._chain.roles[0], self._clock.now()
        body = {"role": role, "by": by, "at": now.isoformat(), "key": f"incidentbot:test:{new_id()}"}
        try:
            was = next((one for one in await self._store.matters() if one.name == PREFIX + role), None)
            if was is not None and now - _began(was) < words.PACE:
                raise Refused(words.too_soon(role, now - _began(was)))
            if not await self._store.keep_matter(Matter(PREFIX + role, body, self._owner, now), was=was):
                raise Refused(words.too_soon(role, timedelta(0)))
        except StoreAway as away:
            self._some.set()  # it may be there all the same
            raise sorry(away, look=words.WHERE, nothing="Nobody was paged; please try again.") from away
        self._some.set()
        return f"Ringing the {role_words(role)} with a test page. I write to you what comes of it."

    async def answer(self, key: str, by: str) -> str:
        """Have a person answer the test page of this key in Slack; returns what they are told. Raises Refused."""
        try:
            while True:
                found = [one for one in await self._store.matters() if one.body.get("key") == key]
                matter, now = (found[0] if found else None), self._clock.now()
                if matter is None or in_slack.standing(matter):
                    return in_slack.standing(matter)
                body = in_slack.answered(matter, by, span(now - _began(matter)))
                if await self._store.keep_matter(replace(matter, body=body), was=matter):
                    self._some.set()
                    return in_slack.receipt(matter, now)
        except StoreAway as away:
            raise Refused("My database did not answer in time. Please press it again.") from away

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """See test pages through, until cancelled; without any nothing is asked."""
        while True:
            await self._some.wait()
            try:
                if not await self.round():
                    self._some.clear()
            except StoreAway as away:
                log.warning("store_away", where="trial", reason=str(away))
            await asyncio.sleep(every_s)

    async def round(self) -> int:
        """Take each test page as far as it goes now. Returns how many are not over."""
        going = [one for one in await self._store.matters() if one.name.startswith(PREFIX)]
        for matter in going:
            await self._see_to(matter)
        return len(going)

    async def _see_to(self, was: Matter) -> None:
        now = self._clock.now()
        if was.owner != self._owner and now - was.seen_at < ORPHANED:
            return
        matter = replace(was, owner=self._owner, seen_at=now)
        if not await self._store.keep_matter(matter, was=was):
            return
        try:
            await self._go_on(matter, now - _began(matter))
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of test pages: one that breaks holds up no other
            await self._broke(matter.name, report_bug("trial", error, trial=matter.name))

    async def _go_on(self, matter: Matter, ago: timedelta) -> None:
        if "result" not in matter.body:
            matter = await self._walk(matter, ago)
        if "result" in matter.body:
            await self._finish(matter, ago)

    async def _broke(self, name: str, reference: str) -> None:
        """Count it, and go on without the step that breaks time and again: with what is told, or with the next."""
        matter = next((one for one in await self._store.matters() if one.name == name), None)
        if matter is None:
            return
        tries = int(matter.body.get("broke", "0")) + 1
        if tries < MOST_TRIES:
            await self._kept(matter, broke=str(tries))
        elif "result" not in matter.body:
            result = words.BROKE.format(role=role_words(matter.body["role"]), reference=reference)
            await self._kept(matter, broke="0", result=result, over="yes")
        else:
            await self._kept(matter, **{"broke": "0", "ended" if "told" in matter.body else "told": "yes"})

    async def _walk(self, matter: Matter, ago: timedelta) -> Matter:
        page, role = _page(matter), matter.body["role"]
        called = role_words(role)
        try:
            if "rung" not in matter.body:
                await self._pager.ring(page)
                matter = await self._kept(matter, rung="yes")
            matter = await self._written(matter)
            if not self._chain.hears(role):
                return await self._kept(matter, result=words.DEAF.format(role=called))
            if who := await self._pager.answered_by(page):
                return await self._kept(
                    matter,
                    result=f"{safe(who)} answered the test page for the {called} after {span(ago)}.",
                    over="yes",
                )
        except GiveUp as refused:
            return await self._kept(matter, result=words.unreached(called, refused.reason), over="yes")
        except TryLater as later:
            if "rung" not in matter.body and ago >= RINGING_FOR:
                return await self._kept(matter, result=words.unreached(called, later.reason), over="yes")
            return matter
        if ago < words.PACE:
            return matter
        unheard = f"Nobody answered the test page for the {called} within {span(words.PACE)}. Check who is on call, and their phone."
        return await self._kept(matter, result=unheard, over="yes")

    async def _written(self, matter: Matter) -> Matter:
        if "written" in matter.body:
            return matter
        if await in_slack.write(self._poster, matter, self._chain.people(matter.body["role"])):
            return await self._kept(matter, written="yes")
        return await self._kept(matter, writing=self._clock.now().isoformat())

    async def _finish(self, matter: Matter, ago: timedelta) -> None:
        """Tell whoever asked, end the page, and forget it when its pace is over."""
        if "told" not in matter.body and (matter := await self._told(matter)) and "told" not in matter.body:
            return
        if "ended" not in matter.body and ("over" in matter.body or ago >= words.PACE):
            with suppress(TryLater):
                await self._end(matter)
                matter = await self._kept(matter, ended="yes")
        if "ended" in matter.body and ago >= words.PACE:
            await self._store.drop_matter(matter.name)

    async def _told(self, matter: Matter) -> Matter:
        tried = matter.body.get("telling")
        if not tried:
            matter = await self._kept(matter, telling=self._clock.now().isoformat())
        since = datetime.fromisoformat(tried) if tried else None
        post = HousePost(
            f"{matter.body['key']}:{matter.body.get('post', 'result')}",
            matter.body["result"],
            since,
            user=matter.body["by"],
        )
        try:
            await self._poster.post_house(post)
        except TryLater as later:
            log.warning("trial_not_told", reason=later.reason)
            return matter
        except GiveUp as refused:
            log.warning("trial_not_told", reason=refused.reason)
        return await self._kept(matter, told="yes")

    async def _end(self, matter: Matter) -> None:
        try:
            await self._pager.end(_page(matter))
        except GiveUp as refused:
            log.warning("trial_not_ended", reason=refused.reason)

    async def _kept(self, was: Matter, **changed: str) -> Matter:
        body: Mapping[str, str] = {**was.body, **changed}
        matter = replace(was, body=body)
        await self._store.keep_matter(matter, was=was)
        return matter


def _began(matter: Matter) -> datetime:
    return datetime.fromisoformat(matter.body["at"])


def _page(matter: Matter) -> HousePage:
    role = matter.body["role"]
    summary = f"[TEST] incidentbot: a test page for the {role_words(role)}. Nothing is wrong; acknowledge it."
    return HousePage(
        matter.body["key"], role, summary, "Somebody asked in Slack whether this phone rings. Acknowledge it."
    )
