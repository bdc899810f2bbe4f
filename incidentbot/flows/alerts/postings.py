"""Lines about alerts that belong to no incident are posted, once each, and what is said is remembered with its group."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentbot.clock import Clock
from incidentbot.core.alerts.group import may_speak_at, told
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.alerts.alert_acts import Posting, pause_after
from incidentbot.flows.alerts.alert_ports import AlertPoster, AlertStore
from incidentbot.flows.patience import within
from incidentbot.flows.ports import StoreAway
from incidentbot.telemetry import logger

LEASE_S = 60.0
"""Longer than a post may take, with the look for an earlier one."""

HELD_FOR_S = LEASE_S - 5.0
"""How long a post may be in one worker's hands. One that was stopped for longer posts nothing when it wakes."""

OVERDUE = timedelta(seconds=LEASE_S)
"""What was not tried again by then is no trouble of ours any more: an incident, or a replica, has taken it over."""

log = logger(__name__)


class Postings:
    """Makes posts. One that fails is tried again at its group's instant, by whoever looks at the group then."""

    def __init__(self, store: AlertStore, clock: Clock, poster: AlertPoster) -> None:
        self._store = store
        self._clock = clock
        self._poster = poster
        self._trouble: dict[str, tuple[datetime, str]] = {}  # until when, and why

    @property
    def troubles(self) -> Sequence[str]:
        """Why groups could not be posted about last, those that are still to be."""
        now = self._now()
        self._trouble = {key: (until, why) for key, (until, why) in self._trouble.items() if until > now}
        return tuple(why for _, why in self._trouble.values())

    async def make(self, posting: Posting) -> None:
        """Post, and have the group remember it; what fails waits."""
        key = posting.group.key
        try:
            try:
                await within(HELD_FOR_S, self._poster.post_alerts(posting.post))
            except (TryLater, GiveUp) as refused:
                again_at = self._now() + pause_after(refused)
                self._trouble[key] = again_at + OVERDUE, refused.reason
                log.warning("alerts_not_posted", reason=refused.reason)
                await self._store.defer_group(key, again_at)
                return
            self._trouble.pop(key, None)
            await self._posted(posting)
        except StoreAway as away:
            log.warning("store_away", where="alerts", reason=str(away))  # looked for when its lease is over

    async def _posted(self, posting: Posting) -> None:
        """What was posted is told; what came meanwhile waits for its pace. Pointless if an incident took it over."""
        group, held = posting.group, posting.again_at is not None
        async with self._store.unit() as unit:
            known = await unit.alert_group(group.key, at=self._now())
            if known is None or known.posts != group.posts:
                return
            said = told(known, self._now(), changes=len(group.untold), held=held)
            again_at = posting.again_at if said.held else None
            await unit.keep_group(said, tell_at=may_speak_at(said) if said.untold else again_at)

    def _now(self) -> datetime:
        return self._clock.now()
