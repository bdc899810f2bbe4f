"""Who is on call: the team file's people and groups, or PagerDuty's where a token lets us ask. Answers from memory, rings nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from incidentbot.clock import Clock, SystemClock
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.words import role_words
from incidentbot.flows.values import Addressee, Duty, Holder
from incidentbot.pagerduty.paging.aims import LastHeard
from incidentbot.pagerduty.shifts import Query, Read, end_of, on_calls
from incidentbot.policies.team import PagerTarget, Team

EVERY_S = 60.0
SURE_FOR = timedelta(minutes=2)
"""So long what was heard is taken for true: one refresh may fail."""

SlackIdOf = Callable[[str], Awaitable[str | None]]
"""The Slack user id of an e-mail address, None where Slack knows nobody. Raises TryLater, GiveUp."""

MembersOf = Callable[[str], Awaitable[tuple[str, ...]]]
"""The Slack user ids in a Slack user group. Raises TryLater, GiveUp."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person PagerDuty has on call; `slack` is empty where the address is not known in Slack.

    until: when the shift ends, aware UTC; None where it has no end.
    """

    user: str
    name: str
    slack: str
    email: str = field(default="", repr=False)
    until: datetime | None = None


class Roster:
    """On-call people by role; an OnCall port.

    read: None without a token; the team file is all there is then. chain: the policy's chain of roles, since a role
    that the team file binds to nothing in PagerDuty is the level of its place there. others: the policy's other chains,
    whose roles are asked about too. members_of: None where user groups cannot be asked about. address_of:
    the address of a Slack user, None where no mail is sent. clock: the house's.
    """

    def __init__(  # noqa: PLR0913 - what it may ask of whom, each by its name
        self,
        team: Team,
        *,
        read: Read | None,
        slack_id_of: SlackIdOf,
        chain: Sequence[str] = (),
        others: Sequence[Sequence[str]] = (),
        members_of: MembersOf | None = None,
        address_of: SlackIdOf | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._team = team
        self._read = read
        self._slack_id_of = slack_id_of
        self._members_of = members_of
        self._address_of = address_of
        self._addresses: dict[str, str] = {}
        self._chain = tuple(chain)
        self._chains = (self._chain, *map(tuple, others))
        self._heard: Mapping[str, tuple[OnDuty, ...]] = {}
        self._heard_at: dict[str, datetime] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        self._slack_ids: dict[str, str] = {}
        self._policy_of_service = ""
        self.problem = ""
        """Why the last refresh was not whole; empty when it was."""

    def people(self, role: str) -> tuple[str, ...]:
        """Slack user ids of the role: those on call now, else the team file's and its groups'; () when nobody is known."""
        heard = tuple(each.slack for each in self._heard.get(role, ()) if each.slack)
        return heard or self._written(role)

    def _written(self, role: str) -> tuple[str, ...]:
        """Those of the team file and, as last heard, of the groups it names, once each."""
        bound = self._team.bound(role)
        members = [user for group in bound.groups for user in self._members.get(group, ())]
        return tuple(dict.fromkeys((*bound.slack, *members)))

    def paged_as(self, role: str) -> str:
        """The names of those on call where they were heard, else the role in words."""
        names = [each.name for each in self._heard.get(role, ())]
        return " and ".join(names) or role_words(role)

    def addressees(self, role: str) -> tuple[Addressee, ...]:
        """Where mail reaches those on call now, else the people of the team file; () where no address is known."""
        heard = [Addressee(each.slack, each.email, each.name) for each in self._heard.get(role, ())]
        bound = self._team.bound(role)
        written = zip(bound.slack or ("",) * len(bound.email), bound.email, strict=False)
        known = tuple(one for one in heard if one.address)
        mine = [Addressee(user, address) for user, address in written]
        mine += [
            Addressee(user, address)
            for user in self._written(role)
            if user not in bound.slack and (address := self._address(user))
        ]
        return known or tuple(mine)

    def _address(self, user: str) -> str:
        """Where mail reaches a member of a group: as the team file says it in another role, else as Slack does."""
        return self._team.email_of(user) or self._addresses.get(user, "")

    def duty(self, role: str) -> Duty:
        """Those on call now, else those of the team file. A role with nothing but a routing key is not asked about."""
        heard, bound = self._heard.get(role), self._team.bound(role)
        holders = [Holder(each.slack, each.name, each.until, bool(each.email)) for each in heard or ()]
        written = [Holder(user, mail=self._team.email_of(user) is not None) for user in self._written(role)]
        by_key = bound.pager.routing_key and not bound.pager.by_id
        rings = True if by_key else None if heard is None else bool(heard)
        known = tuple(holders or written or [Holder("", mail=True) for _ in bound.email])
        return Duty(known, rings, bound.groups)

    def pagerduty_users(self, role: str) -> tuple[str, ...]:
        """PagerDuty's ids of those on call, as last heard."""
        return tuple(each.user for each in self._heard.get(role, ()))

    def slack_of(self, user: str, email: str = "") -> str:
        """Who a PagerDuty user is in Slack, as the team file binds them; "" where it does not."""
        return self._team.slack_of(user, email)

    def last_heard(self, role: str) -> LastHeard:
        """The same for the pager, which assigns a schedule's page to them: whether they have the shift for sure."""
        people, at, now = self._heard.get(role, ()), self._heard_at.get(role), self._clock.now()
        lately = at is not None and timedelta(0) <= now - at <= SURE_FOR
        goes_on = all(each.until is None or each.until > now for each in people)
        return LastHeard(self.pagerduty_users(role), lately and goes_on and bool(people))

    def roles_of(self, user: str) -> tuple[str, ...]:
        """The roles that a PagerDuty user has now, as last heard.

        What only another chain names counts where it is bound: its level alone is another role's too.
        """
        roles = dict.fromkeys((*self._chain, *self._team.roles))
        return tuple(
            role
            for role in roles
            if user and (user in self.pagerduty_users(role) or user == self._team.bound(role).pager.user)
        )

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Refresh again and again, until cancelled. Give it to whoever holds the tasks."""
        while True:
            await self.refresh()
            await asyncio.sleep(every_s)

    async def refresh(self) -> None:
        """Ask PagerDuty who is on call, and Slack who is in the team file's groups.

        What cannot be heard stays as it was, and `problem` says why. A role nobody has now falls back to the team file:
        somebody must be invited.
        """
        self.problem = " ".join([*await self._hear_duty(), *await self._hear_groups()])

    async def _hear_groups(self) -> list[str]:
        members_of, problems = self._members_of, list[str]()
        if members_of is None:
            return problems
        for group in self._team.groups:
            try:
                self._members[group] = await members_of(group)
            except (TryLater, GiveUp) as refused:
                problems.append(f"Who is in the user group {group} is not known anew: {refused.reason}")
        return [*problems, *await self._hear_addresses()]

    async def _hear_addresses(self) -> list[str]:
        """Ask Slack, once, for the addresses of members whom the team file gives none. Kept in memory alone."""
        if self._address_of is None:
            return []
        members = {user for users in self._members.values() for user in users if not self._address(user)}
        try:
            for user in sorted(members):
                self._addresses[user] = await self._address_of(user) or ""
        except (TryLater, GiveUp) as refused:
            return [f"The addresses of a user group's members are not known: {refused.reason}"]
        return []

    async def _hear_duty(self) -> list[str]:
        if self._read is None:
            return []
        heard, problems = dict(self._heard), []
        roles = (role for chain in self._chains for role in chain)
        for role in dict.fromkeys((*self._team.roles, *roles)):
            try:
                asked_at = self._clock.now()
                heard[role] = await self.ask(role)
                self._heard_at[role] = asked_at
            except (TryLater, GiveUp) as refused:
                problems.append(f"Who is the {role_words(role)} is not known anew: {refused.reason}")
        self._heard = heard
        strangers = {each.name: None for people in heard.values() for each in people if not each.slack}
        problems += [
            f"{name} is on call in PagerDuty, but has no account in Slack by that address."
            for name in strangers
        ]
        return problems

    async def ask(self, role: str) -> tuple[OnDuty, ...]:
        """Who has the role by PagerDuty at this moment; remembers nobody. Raises TryLater, GiveUp."""
        read, target = self._read, self._team.bound(role).pager
        if read is None:
            return ()
        if target.user:
            body = await read(f"/users/{target.user}", {})
            return (await self._person(body["user"]),)
        query, level = await self._question(role, target, read)
        entries = [
            entry for entry in await on_calls(read, query) if level in {0, entry.get("escalation_level")}
        ]
        users = {str(entry["user"]["id"]): entry["user"] for entry in entries}
        people = [await self._person(user) for user in users.values()]
        return tuple(replace(each, until=end_of(each.user, entries)) for each in people)

    async def _question(self, role: str, target: PagerTarget, read: Read) -> tuple[Query, int]:
        """The filter of `GET /oncalls` for a role, and the level that counts; 0: any."""
        if target.schedule:
            return {"schedule_ids[]": [target.schedule]}, 0
        if target.escalation_policy:
            return {"escalation_policy_ids[]": [target.escalation_policy]}, 1
        chain = next((chain for chain in self._chains if role in chain), ())
        if target.routing_key or not self._team.service or not chain:
            return {}, 0
        if not self._policy_of_service:
            service = (await read(f"/services/{self._team.service}", {}))["service"]
            self._policy_of_service = str(service["escalation_policy"]["id"])
        return {"escalation_policy_ids[]": [self._policy_of_service]}, chain.index(role) + 1

    async def _person(self, user: Mapping[str, Any]) -> OnDuty:
        email = str(user.get("email", ""))
        if email and email not in self._slack_ids:
            found = await self._slack_id_of(email)
            if found:
                self._slack_ids[email] = found
        name = str(user.get("name") or user.get("summary") or user["id"])
        return OnDuty(str(user["id"]), name, self._slack_ids.get(email, ""), email)
