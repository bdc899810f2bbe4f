"""Pages over REST: one PagerDuty incident for each epoch, which climbs. Never rings for what was answered there.

The incident's key is UUID:epoch. A page gets an incident of its own (UUID:epoch:rung) where climbing would not ring:
for a role that was rung before, and where somebody has the shared one already and the rung goes on all the same.
"""

from collections.abc import Callable
from functools import partial

from incidentbot.core.effects import SendPage
from incidentbot.core.incident import Incident, Page
from incidentbot.core.ladders.paging import standing_page
from incidentbot.core.policy import Severity, State
from incidentbot.core.refusals import TryLater
from incidentbot.core.text.words import role_words
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.paging.aims import PAGE_SIZE, Aim, Aims, Ask, asked, no_level
from incidentbot.pagerduty.paging.climbs import Climbs
from incidentbot.pagerduty.paging.standing import LOOK, TRIGGERED, Standing, find, once_landed, rang_another
from incidentbot.pagerduty.replies import (
    ALREADY_RESOLVED,
    CANNOT_ESCALATE,
    NO_SUCH_PRIORITY,
    Reply,
    Request,
    request_refused,
)

ASSIGNED = "assign_log_entry"
HEARING_S = 10.0
"""How long an ack made in PagerDuty may take to reach us before a rung that it stops is tried once more."""

OPEN, CLIMB = "open an incident", "escalate the incident"


def _no_priority(_: Severity) -> str:
    return ""


class RestPages:
    """Rings by REST. What it returns is PagerDuty's id of the incident that rang."""

    def __init__(
        self,
        ask: Ask,
        aims: Aims,
        service: str,
        climbs: Climbs,
        *,
        priority_of: Callable[[Severity], str] = _no_priority,
        landing_s: float = 0.0,
    ) -> None:
        self._ask = ask
        self._aims = aims
        self._service = service
        self._priority_of = priority_of
        self._landing_s = landing_s
        self._climbs = climbs

    async def ring(self, incident: Incident, page: Page, effect: SendPage, *, unknown: bool) -> str:
        """Ring the role of this page once.

        The page that opens an epoch is one call. unknown: an earlier try may have rung, so look first.
        Raises TryLater, GiveUp.
        """
        aim = await self._aims.of(incident, page.role)
        shared = bodies.key_of(incident, page.epoch)
        if _is_first(incident, page) and not unknown:
            opened = await self._open(incident, effect, shared, aim)
            if opened is not None:
                return opened
            unknown = True  # the key is used: by another rung a moment ago, or by this one before a crash
        async with self._climbs.one_at_a_time(shared):
            return await self._ring(incident, page, effect, aim, unknown=unknown)

    async def _ring(
        self, incident: Incident, page: Page, effect: SendPage, aim: Aim, *, unknown: bool
    ) -> str:
        shared, own = bodies.key_of(incident, page.epoch), bodies.key_of(incident, page.key)
        first = _is_first(incident, page)
        if unknown and (rung := await find(self._ask, own)):
            return rung.id
        standing = await find(self._ask, shared) or await self._adopted(incident, page)
        if standing is None:
            opened = await self._open(incident, effect, shared, aim)
            if opened is not None:
                return opened
            standing, unknown = await self._found(shared), True
        again = _role_rang(incident, page)
        if unknown and not again and (await self._is_on(standing, aim) or await self._was_on(standing, aim)):
            return standing.id
        if standing.status == TRIGGERED and not again and not _has_it(standing, aim):
            return await self._climb(standing, aim, page.role)
        waits = first or (page.until is State.ACKNOWLEDGED and not incident.holders.acks)
        if standing.status != TRIGGERED and waits and (first or standing.answered):
            return _answered_there(standing, page, first=first)
        opened = await self._open(incident, effect, own, aim)
        return opened or (await self._found(own)).id

    async def rang_by(self, incident: Incident, page: Page) -> str | None:
        """PagerDuty's id of the incident by which this page rang; None where it did not and will not. Rings nobody.

        An incident that rang by no other page rang by this one. Raises TryLater, GiveUp.
        """
        return await once_landed(partial(self._rang_by, incident, page), self._landing_s)

    async def _rang_by(self, incident: Incident, page: Page) -> str | None:
        if own := await find(self._ask, bodies.key_of(incident, page.key)):
            return own.id
        standing = await find(self._ask, bodies.key_of(incident, page.epoch))
        if standing is None or not rang_another(incident, page, standing):
            return standing.id if standing else None
        aim = await self._aims.of(incident, page.role)
        return standing.id if await self._is_on(standing, aim) or await self._was_on(standing, aim) else None

    async def _adopted(self, incident: Incident, page: Page) -> Standing | None:
        """The incident of an earlier epoch that rings for this one, since its answer was taken back in PagerDuty."""
        opening = standing_page(incident)
        if opening is None or opening.key == page.key:
            return None
        body = await asked(self._ask, Request("GET", f"/incidents/{opening.receipt}"), what=LOOK)
        return Standing.read(body["incident"])

    async def _found(self, key: str) -> Standing:
        """The incident that PagerDuty says this key is used for."""
        found = await find(self._ask, key)
        if found is None:
            raise TryLater("PagerDuty says the page exists, but does not show it yet.", unknown=True)
        return found

    async def _open(self, incident: Incident, effect: SendPage, key: str, aim: Aim) -> str | None:
        """The new incident's id, None where an open one has this key."""
        new = bodies.new_incident(incident, effect, key=key, service=self._service)
        whom = await self._aims.whom_it_is_for(aim)
        if whom is None:
            raise no_level(aim.level, effect.role)
        new |= whom
        priority = bodies.of_priority(self._priority_of(incident.severity))
        reply = await self._ask(Request("POST", "/incidents", {"incident": new | priority}))
        if priority and not reply.accepted and _is_about_priority(reply):
            reply = await self._ask(Request("POST", "/incidents", {"incident": new}))
        if reply.accepted:
            return str(reply.body["incident"]["id"])
        if _key_is_used(reply):
            return None
        raise request_refused(reply, what=OPEN, whom=role_words(effect.role))

    async def _climb(self, standing: Standing, aim: Aim, role: str) -> str:
        change = _change(standing, aim)
        reply = await self._ask(Request("PUT", f"/incidents/{standing.id}", bodies.change_of(change)))
        if reply.accepted:
            return standing.id
        if reply.code == ALREADY_RESOLVED:
            raise TryLater("Somebody resolved it in PagerDuty just now.", after_s=HEARING_S)
        raise (
            no_level(aim.level, role)
            if reply.code == CANNOT_ESCALATE
            else request_refused(reply, what=CLIMB, whom=role_words(role))
        )

    async def _is_on(self, standing: Standing, aim: Aim) -> bool:
        if aim.policy:
            return standing.policy == aim.policy
        users = aim.users or await self._aims.people_at(standing.policy, aim.level)
        return bool(users) and standing.users.issuperset(users)

    async def _was_on(self, standing: Standing, aim: Aim) -> bool:
        """Whether the people aimed at were assigned to it once: two rungs that climb at once overwrite each other."""
        if not aim.users:
            return False
        path = f"/incidents/{standing.id}/log_entries"
        body = await asked(self._ask, Request("GET", path, params={"limit": PAGE_SIZE}), what=LOOK)
        entries = [each for each in body.get("log_entries", ()) if each.get("type") == ASSIGNED]
        return {str(one["id"]) for each in entries for one in each.get("assignees", ())}.issuperset(aim.users)


def _change(standing: Standing, aim: Aim) -> bodies.Json:
    """The update that rings whom it aims at. Those who have it keep it beside newcomers, so that any of them may ack."""
    if aim.users:
        return bodies.assigned_to([*sorted(standing.users - set(aim.users)), *aim.users])
    return bodies.left_to(aim.policy) if aim.policy else {"escalation_level": aim.level}


def _is_first(incident: Incident, page: Page) -> bool:
    """Whether this page opens its epoch, so that no other can have opened the incident before."""
    return (
        min(
            (each for each in incident.pages.values() if each.epoch == page.epoch),
            key=lambda each: each.asked_at,
        )
        == page
    )


def _role_rang(incident: Incident, page: Page) -> bool:
    """Whether an earlier page of this epoch rang the same role, so that the shared incident would not ring it again."""
    return any(
        each.role == page.role and each.epoch == page.epoch and each.receipt is not None
        for each in incident.pages.values()
        if each.key != page.key
    )


def _has_it(standing: Standing, aim: Aim) -> bool:
    """Whether the people aimed at have the incident, by another role: PagerDuty rings only newcomers."""
    return bool(aim.users) and standing.users.issuperset(aim.users)


def _answered_there(standing: Standing, page: Page, *, first: bool) -> str:
    """The page that opened the incident was delivered, for somebody answered it; a later rung has nobody to ring."""
    if first:
        return standing.id
    raise TryLater(
        f"The {role_words(page.role)} is not rung: it was {standing.status} in PagerDuty.", after_s=HEARING_S
    )


def _is_about_priority(reply: Reply) -> bool:
    """The account's priorities have changed since they were read, or are not paid for any more."""
    return reply.code == NO_SUCH_PRIORITY or reply.status == 402  # noqa: PLR2004 - a plan without the feature


def _key_is_used(reply: Reply) -> bool:
    words = reply.complaint.casefold()
    return reply.status == 400 and "already" in words and "key" in words  # noqa: PLR2004 - as PagerDuty answers
