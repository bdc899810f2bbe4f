"""Whom a role means in PagerDuty's REST API: people, a policy, or a level of the service's own. Rings nobody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.words import role_words
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.replies import Reply, Request, request_refused
from incidentbot.policies.team import Team

PAGE_SIZE = "100"


@dataclass(frozen=True, slots=True)
class LastHeard:
    """PagerDuty user ids of a role as they were last heard; is_sure: a moment ago, and no shift has ended since."""

    users: tuple[str, ...] = ()
    is_sure: bool = False


Heard = Callable[[str], LastHeard]
"""Who has a role in PagerDuty as it was last heard."""


def no_email(_: str) -> str | None:
    """Where no address is known."""
    return None


def unheard(_: str) -> LastHeard:
    """Where nothing was heard."""
    return LastHeard()


class Ask(Protocol):
    """Makes one REST call. Raises TryLater; hands every other answer over, refusals too."""

    async def __call__(self, request: Request) -> Reply:
        """The answer."""
        ...


@dataclass(frozen=True, slots=True)
class Aim:
    """Exactly one of: user ids, an escalation policy's id, a level (from 1) of the service's own policy."""

    users: tuple[str, ...] = ()
    policy: str = ""
    level: int = 0


async def asked(ask: Ask, request: Request, *, what: str, whom: str = "") -> Mapping[str, Any]:
    """The body of the answer. Raises TryLater, or GiveUp where PagerDuty refused to do `what`, for `whom`."""
    reply = await ask(request)
    if not reply.accepted:
        raise request_refused(reply, what=what, whom=whom)
    return reply.body


def no_level(level: int, role: str) -> GiveUp:
    """Why nobody is rung at a level of a policy."""
    return GiveUp(
        f"PagerDuty's escalation policy has no level {level} for the {role_words(role)}. "
        "Add it there, or bind the role in the team file."
    )


class Aims:
    """Looks roles up in the team file, and in PagerDuty only where the team file points at a schedule.

    chains: the policy's. A role that the incident's own chain lacks was called in, and has its place in another.
    """

    def __init__(self, ask: Ask, team: Team, heard: Heard, chains: Sequence[Sequence[str]] = ()) -> None:
        self._ask = ask
        self._team = team
        self._heard = heard
        self._chains = chains

    async def of(self, incident: Incident, role: str) -> Aim:
        """Where this role is reached.

        A role that is not bound is the level of its place in its chain: the ladder and the policy agree by position.
        Raises GiveUp for a role that is neither bound nor in any chain, or a schedule nobody has the shift of.
        """
        return await self.of_role(role, incident.plan.chain)

    async def of_role(self, role: str, chain: Sequence[str]) -> Aim:
        """Where this role is reached, by a chain. Raises GiveUp as `of` does."""
        target = self._team.bound(role).pager
        if target.user:
            return Aim(users=(target.user,))
        if target.escalation_policy:
            return Aim(policy=target.escalation_policy)
        if target.schedule:
            return Aim(users=await self._on_shift(role, target.schedule))
        for each in (chain, *self._chains):
            if role in each:
                return Aim(level=each.index(role) + 1)
        raise GiveUp(f"PagerDuty is not told who the {role_words(role)} is. Bind the role in the team file.")

    async def whom_it_is_for(self, aim: Aim) -> bodies.Json | None:
        """The part of a new incident that says whom it rings; None for a level at which nobody is on call.

        Where nothing is said, PagerDuty rings the first level of the service's own policy.
        """
        if aim.users:
            return bodies.assigned_to(aim.users)
        if aim.policy:
            return bodies.left_to(aim.policy)
        if aim.level == 1:
            return {}
        people = await self.people_at(await self.policy_of_service(), aim.level)
        return bodies.assigned_to(people) if people else None

    async def people_at(self, policy: str, level: int) -> tuple[str, ...]:
        """User ids on call at a level of a policy."""
        entries = await self._oncalls({"escalation_policy_ids[]": [policy]})
        return _users(entry for entry in entries if entry.get("escalation_level") == level)

    async def policy_of_service(self) -> str:
        """The id of the escalation policy of the team's service."""
        path = f"/services/{self._team.service}"
        body = await asked(self._ask, Request("GET", path), what="find the service")
        return str(body["service"]["escalation_policy"]["id"])

    async def _on_shift(self, role: str, schedule: str) -> tuple[str, ...]:
        """Who has the shift. What was heard a while ago may be last night's: then PagerDuty is asked, if it answers."""
        heard = self._heard(role)
        if heard.is_sure:
            return heard.users
        try:
            found = _users(await self._oncalls({"schedule_ids[]": [schedule]}, whom=role_words(role)))
        except (TryLater, GiveUp):
            if heard.users:
                return heard.users
            raise
        if not found:
            raise GiveUp(f"Nobody is on call in PagerDuty's schedule of the {role_words(role)}.")
        return found

    async def _oncalls(self, params: Mapping[str, list[str]], whom: str = "") -> list[Mapping[str, Any]]:
        query: dict[str, str | list[str]] = {**params, "limit": PAGE_SIZE, "earliest": "true"}
        request = Request("GET", "/oncalls", params=query)
        body = await asked(self._ask, request, what="tell who is on call", whom=whom)
        return list(body.get("oncalls", ()))


def _users(entries: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(entry["user"]["id"]) for entry in entries))
