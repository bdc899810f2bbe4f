"""Checks PagerDuty's side before the first incident: ids, who is on call, two clocks. Asks and looks; rings nobody."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from incidentbot.core.ladders.durations import spell
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.words import role_words
from incidentbot.pagerduty.oncall import OnDuty, Roster, SlackIdOf
from incidentbot.pagerduty.shifts import Read
from incidentbot.policies.findings import Finding, Level
from incidentbot.policies.reach import Gap, calls, ladder_length
from incidentbot.policies.team import PagerTarget, Team

PLACES: Mapping[str, str] = {
    "user": "/users/{}",
    "schedule": "/schedules/{}",
    "escalation_policy": "/escalation_policies/{}",
}
"""What a role may be bound to, and where PagerDuty shows it."""

SERVICE = "pagerduty.service"

Duty = Mapping[tuple[tuple[str, ...], str], tuple[OnDuty, ...]]
"""(chain, role) -> those who have it now; without the roles that PagerDuty could not be asked about."""


async def examine(read: Read, team: Team, policy: Policy, slack_id_of: SlackIdOf) -> list[Finding]:
    """What is wrong in PagerDuty for this team and profile; nothing where all is well. Needs a token and a service.

    `where` of a rung is its field in the profile, of an id its field in the team file.
    """
    shown, found = await _shown(read, team)
    unknown = {one.where.split(".")[1] for one in found}
    duty, unheard = await _duty(read, team, policy, slack_id_of)
    if not found:  # an id that is wrong is one thing to mend, not two: so is its rung below
        found = unheard
    duty = {(chain, role): people for (chain, role), people in duty.items() if role not in unknown}
    return [*found, *_idle(policy, team, duty), *_strangers(duty), *await _two_clocks(read, shown, policy)]


async def _shown(read: Read, team: Team) -> tuple[dict[str, Mapping[str, Any]], list[Finding]]:
    """What the ids of the team file stand for, by their fields; and those that PagerDuty does not show."""
    places = {SERVICE: f"/services/{team.service}"}
    for role, binding in team.roles.items():
        for kind, place in PLACES.items():
            if name := getattr(binding.pager, kind):
                places[f"roles.{role}.pagerduty.{kind}"] = place.format(name)
    shown: dict[str, Mapping[str, Any]] = {}
    found = []
    for field, path in places.items():
        try:
            shown[field] = next(iter((await read(path, {})).values()), {})
        except (TryLater, GiveUp) as refused:
            found.append(Finding(Level.WARNING, field, refused.reason))
    return shown, found


async def _duty(read: Read, team: Team, policy: Policy, slack_id_of: SlackIdOf) -> tuple[Duty, list[Finding]]:
    """Who has each role now; a role that is not bound is the level at its place in the chain that calls it."""
    duty: dict[tuple[tuple[str, ...], str], tuple[OnDuty, ...]] = {}
    found = []
    rosters: dict[tuple[str, ...], Roster] = {}
    for chain, role in dict.fromkeys((call.chain, call.role) for call in calls(policy)):
        target = team.bound(role).pager
        if _rings_by_key(target):
            continue
        roster = rosters.setdefault(chain, Roster(team, read=read, slack_id_of=slack_id_of, chain=chain))
        try:
            duty[chain, role] = await roster.ask(role)
        except (TryLater, GiveUp) as refused:
            message = f"Who is the {role_words(role)} cannot be asked: {refused.reason}"
            found.append(Finding(Level.WARNING, f"roles.{role}", message))
    return duty, found


def _rings_by_key(target: PagerTarget) -> bool:
    """Whether a page of this role goes by its routing key, whose service is not asked who is on call."""
    return bool(target.routing_key) and not target.by_id


def _idle(policy: Policy, team: Team, duty: Duty) -> Iterator[Finding]:
    """The rungs that page a role nobody has now."""
    for call in calls(policy):
        if call.pages and duty.get((call.chain, call.role), (None,)) == ():
            where, what = _place(team.bound(call.role).pager, call.chain, call.role)
            gap = Gap(policy.id, call, f"nobody is on call now: {where}.", what)
            yield Finding(Level.WARNING, gap.where, gap.sentence)


def _place(target: PagerTarget, chain: tuple[str, ...], role: str) -> tuple[str, str]:
    """Where PagerDuty was asked, and what to do where nobody is there."""
    bind = "or bind the role to a `user` in the team file."
    if target.schedule:
        return f"the schedule {target.schedule} has a gap", f"Fill the shift, {bind}"
    if target.escalation_policy:
        policy = target.escalation_policy
        return f"level 1 of the escalation policy {policy} is empty", f"Put somebody there, {bind}"
    if role not in chain:
        return "PagerDuty is not told who that is", "Bind the role in the team file."
    level = chain.index(role) + 1
    place = f"level {level} of the escalation policy of the service is empty or not there"
    return place, f"Put somebody there, {bind}"


def _strangers(duty: Duty) -> Iterator[Finding]:
    """Those who would be rung and not invited."""
    for name in dict.fromkeys(each.name for people in duty.values() for each in people if not each.slack):
        message = (
            f"{name} is on call, and no account in Slack has that address: the phone rings, and nobody is invited. "
            "Give both accounts the same address."
        )
        yield Finding(Level.WARNING, f"on call {name}", message)


async def _two_clocks(read: Read, shown: Mapping[str, Mapping[str, Any]], policy: Policy) -> list[Finding]:
    """The escalation policies that climb by themselves while our ladder still does."""
    ours = ladder_length(policy)
    policies = {
        str(each["id"]): each for field, each in shown.items() if field.endswith(".escalation_policy")
    }
    if reference := shown.get(SERVICE, {}).get("escalation_policy"):
        try:
            body = await read(PLACES["escalation_policy"].format(reference["id"]), {})
        except (TryLater, GiveUp) as refused:
            return [Finding(Level.WARNING, SERVICE, refused.reason)]
        policies[str(reference["id"])] = body["escalation_policy"]
    return [
        Finding(Level.WARNING, f"escalation policy {name}", _climbs(each, theirs, ours, policy.id))
        for name, each in policies.items()
        if (theirs := _shortest(each)) is not None and theirs <= ours
    ]


def _shortest(escalation_policy: Mapping[str, Any]) -> timedelta | None:
    """The shortest delay after which PagerDuty rings the next level; None where there is but one."""
    rules = list(escalation_policy.get("escalation_rules", ()))
    delays = [timedelta(minutes=int(rule["escalation_delay_in_minutes"])) for rule in rules[:-1]]
    return min(delays, default=None)


def _climbs(escalation_policy: Mapping[str, Any], theirs: timedelta, ours: timedelta, profile: str) -> str:
    name = str(escalation_policy.get("name") or escalation_policy["id"])
    return (
        f'"{name}" climbs by itself after {spell(theirs)}, while the ladder of {profile} climbs for {spell(ours)}: '
        f"two clocks ring the same people. Make its delays longer than {spell(ours)}, or leave it one rule."
    )
