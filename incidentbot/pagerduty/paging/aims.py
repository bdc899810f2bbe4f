"""Whom a role means in PagerDuty's REST API: people, a policy, or a level of the service's own. Rings nobody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp
from incidentbot.core.text.words import role_words
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.replies import Reply, Request, request_refused
from incidentbot.policies.team import Team

PAGE_SIZE = "100"

OnDuty = Callable[[str], tuple[str, ...]]
"""PagerDuty user ids of a role as last heard; () when nothing was heard."""


def no_email(_: str) -> str | None:
    """Where no address is known."""
    return None


def nobody(_: str) -> tuple[str, ...]:
    """Where nothing was heard."""
    return ()


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


async def asked(ask: Ask, request: Request, *, what: str) -> Mapping[str, Any]:
    """The body of the answer. Raises TryLater, or GiveUp where PagerDuty refused to do `what`."""
    reply = await ask(request)
    if not reply.accepted:
        raise request_refused(reply, what=what)
    return reply.body


class Aims:
    """Looks roles up in the team file, and in PagerDuty only where the team file points at a schedule."""

    def __init__(self, ask: Ask, team: Team, on_duty: OnDuty) -> None:
        self._ask = ask
        self._team = team
        self._on_duty = on_duty

    async def of(self, incident: Incident, role: str) -> Aim:
        """Where this role is reached.

        A role that is not bound is the level of its place in the chain: the ladder and the policy agree by position.
        Raises GiveUp for a role that is neither bound nor in the chain, or a schedule nobody has the shift of.
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
        if role in chain:
            return Aim(level=chain.index(role) + 1)
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
        heard = self._on_duty(role)
        if heard:
            return heard
        found = _users(await self._oncalls({"schedule_ids[]": [schedule]}))
        if not found:
            raise GiveUp(f"Nobody is on call in PagerDuty's schedule of the {role_words(role)}.")
        return found

    async def _oncalls(self, params: Mapping[str, list[str]]) -> list[Mapping[str, Any]]:
        query: dict[str, str | list[str]] = {**params, "limit": PAGE_SIZE, "earliest": "true"}
        body = await asked(self._ask, Request("GET", "/oncalls", params=query), what="tell who is on call")
        return list(body.get("oncalls", ()))


def _users(entries: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(entry["user"]["id"]) for entry in entries))
