"""What rings already: refuses to ring a chain, or somebody, a second time beside themselves. Calls nobody in."""

from datetime import datetime, timedelta

from incidentbot.core.asked import ChainCall
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.escalation import next_role
from incidentbot.core.ladders.holding import automatic
from incidentbot.core.ladders.paging import PAGER, is_typed, rung_of
from incidentbot.core.policy import Policy, State
from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import at_time, begun, person, role_words, span

RINGS_YET = timedelta(minutes=1)
"""So long after somebody had a person rung, who asks for the same person most likely means the same call."""

RINGING = frozenset({PageState.WAITING, PageState.DELIVERED})


def refuse_chain(incident: Incident, chain: str, *, pace: timedelta, policy: Policy, now: datetime) -> None:
    """Raises Refused where this chain is climbed already, because it was called or by the incident's own ladder.

    pace: the interval at which it would climb.
    """
    for call in incident.climbing_calls:
        if call.chain == chain:
            raise Refused(_called(incident, call, policy))
    if policy.chains[chain] == incident.plan.chain and _climbs(incident, pace, policy, now):
        raise Refused(
            f"The ladder is climbing the {role_words(chain)} chain: nobody has acknowledged yet. Nobody else was paged. "
            f"{_faster(incident)}"
        )


def refuse_hand_over(incident: Incident, *, policy: Policy) -> None:
    """Raises Refused where people are being called in to take over already: it was handed over, or its chain was called."""
    for call in incident.climbing_calls:
        if not call.chain or policy.chains.get(call.chain) == incident.plan.chain:
            raise Refused(_called(incident, call, policy))


def _faster(incident: Incident) -> str:
    """How to page somebody of a climbing chain at once."""
    if next_role(incident) is None:
        return f"Name a role to call again: `/incident page {incident.plan.chain[0]}`."
    return "`/incident escalate` goes faster: it pages the next of it now."


def _called(incident: Incident, call: ChainCall, policy: Policy) -> str:
    what = (
        f"The {role_words(call.chain)} chain is called" if call.chain else f"{incident.name} is handed over"
    )
    called = f"{what} already, by {person(call.by)} {at_time(call.asked_at)}"
    roles = call.rung.roles[incident.fired.get(call.rung.name, 0) :]
    if not roles:
        again = call.rung.roles[0]
        return f"{called}, and everybody {'in it' if call.chain else 'who is left'} was rung. Nobody else was paged. Name a role to call again: `/incident page {again}`."
    at = clocks.next_firing(incident, call.rung, policy.business)
    when = f" {at_time(at)}" if at else ""
    named = role_words(roles[0])
    return f"{called}. Nobody else was paged. Next is the {named}{when}: `/incident page {roles[0]}` pages them now."


def _climbs(incident: Incident, pace: timedelta, policy: Policy, now: datetime) -> bool:
    """Whether the clock pages the next of its ladder within the interval; one that is held back does not climb."""
    if incident.reached(State.ACKNOWLEDGED) or incident.holders.acks or incident.hold.snooze:
        return False
    if PAGER not in incident.plan.notify or not (incident.paging or incident.rehearsed):
        return False
    due = (clocks.next_firing(incident, rung, policy.business) for rung in automatic(incident))
    return any(at is not None and at - now <= pace for at in due)


def refuse_role(incident: Incident, role: str, *, now: datetime) -> None:
    """Raises Refused where somebody had this role rung a moment ago, and it rings yet or is about to."""
    rings = [page for page in incident.pages.values() if _rings_yet(page, incident, role, now)]
    if not rings:
        return
    ago = span(now - rings[-1].asked_at)
    named = begun(f"the {role_words(role)}")
    so_far = "rings yet" if rings[-1].state is PageState.DELIVERED else "is on its way"
    raise Refused(
        f"{named} was called in {ago} ago{_by(incident, rings[-1])}, and that page {so_far}. Nobody else was paged. "
        f"In a minute `/incident page {role}` pages them once more."
    )


def _rings_yet(page: Page, incident: Incident, role: str, now: datetime) -> bool:
    mine = page.role == role and page.epoch == incident.epoch and is_typed(page)
    return mine and page.state in RINGING and now - page.asked_at < RINGS_YET


def _by(incident: Incident, page: Page) -> str:
    """Who asked for this page, as far as it is kept."""
    last = incident.escalated
    if last is not None and (last.role, last.at) == (page.role, page.asked_at):
        return f" by {person(last.by)}"
    called = (call.by for call in incident.calls if call.rung.name == rung_of(page.key))
    return next((f" with the chain that {person(by)} called" for by in called), "")
