"""The answers of `/incident` that name a person or a role: escalate, lead, role, handover. Knows no rule about ladders."""

from incidentbot.core import commands
from incidentbot.core.ladders.escalation import next_role
from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import role_words, safe
from incidentbot.flows.ports import OnCall
from incidentbot.slack import asks, house_asks
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.exchange import said
from incidentbot.slack.listening.slash.named_people import expect_person
from incidentbot.slack.listening.slash.typed import Typed
from incidentbot.slack.slash_roles import WHO_IS_THERE, who_can_be_called


async def escalate(typed: Typed, ask: asks.Escalate) -> Shown:
    """The next is whoever was next when this was read: where somebody else was faster, nobody is paged."""
    role = await _role_of(typed, ask) if ask.person or ask.group else ask.role
    following = next_role(typed.incident) or ""
    receipt = await typed.handle(commands.Escalate(typed.by, role, ask.why, following))
    name = typed.door.desk.oncall.paged_as(role or following)
    words = role_words(role or following)
    unknown = (
        name == words or typed.incident.rehearsed or receipt.repeated
    )  # the answer of another moment, when somebody else was next
    return said(receipt.reply if unknown else f"Calling in {safe(name)}, the {words}.")


async def _role_of(typed: Typed, ask: asks.Escalate) -> str:
    """The role that a person has now or a group is bound to, of the incident's chain before others: pages go to roles.

    Whoever has one is paged without a look-up. Raises Refused with the roles and chains for anybody else.
    """
    policy, oncall = typed.door.desk.policy, typed.door.desk.oncall
    roles = dict.fromkeys(
        (*typed.incident.plan.chain, *(one for chain in policy.chains.values() for one in chain))
    )
    role = next((role for role in roles if _is_meant(ask, role, oncall)), None)
    if role is not None:
        return role
    if ask.person:
        await expect_person(typed.door.calls, ask.person, otherwise="Nobody was paged.")
    have = "they have none" if ask.person else "the team file binds none to that group"
    raise Refused(f"I page roles, and {have}. {who_can_be_called(policy)} {WHO_IS_THERE} Nobody was paged.")


def _is_meant(ask: asks.Escalate, role: str, oncall: OnCall) -> bool:
    return ask.group in oncall.duty(role).groups if ask.group else ask.person in oncall.people(role)


async def take_role(typed: Typed, ask: asks.TakeRole) -> Shown:
    """Give a role of the room to whoever was named, or to the asker."""
    if ask.who is not None:
        await expect_person(typed.door.calls, ask.who, otherwise="Nothing was changed.")
    return await typed.do(commands.TakeRole(typed.by, ask.role, ask.who or typed.by))


async def try_page(typed: Typed, ask: house_asks.TryPage) -> Shown:
    """Ring a role with a test page; what comes of it is written to the asker."""
    return said(await typed.door.desk.try_page(ask.role, typed.by))
