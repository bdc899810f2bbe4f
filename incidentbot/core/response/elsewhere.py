"""What is done in PagerDuty, as it is told and followed here: acks taken back, hand-overs. Rings nobody.

What rings there rings there already: the page of such an epoch is PagerDuty's own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.elsewhere import (
    AckTakenBack,
    HandedOn,
    ReopenedElsewhere,
    Somebody,
)
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, Page, PageState, Status
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.paging import roles_paged
from incidentbot.core.ladders.summons import summon
from incidentbot.core.policy import Policy, State
from incidentbot.core.response import showing
from incidentbot.core.response.epochs import begin_epoch, new_plan, unanswered
from incidentbot.core.response.remarks import fact_of, told

HANDED = {
    "escalated": "escalated it",
    "reassigned": "reassigned it",
    "delegated": "handed it to another escalation policy",
}

ASIDE = "aside"
"""What the key of a page begins with that rings in PagerDuty once more while people are at work here."""

QUIET = frozenset({PageState.ACKNOWLEDGED, PageState.RESOLVED})
"""States of a page that was silenced at the pager."""

Asking = AckTakenBack | ReopenedElsewhere | HandedOn
"""What has PagerDuty ring for an incident of ours."""


def ack_taken_back(incident: Incident, command: AckTakenBack, *, policy: Policy, now: datetime) -> Decision:
    """The ladder starts again in a new epoch, while nobody has done more than acknowledge.

    Where people are at work the ladder leaves them alone, and the room is told that phones ring.
    """
    text = f"{command.by.did('took the acknowledgement back')}."
    if incident.status is Status.OPEN and not incident.reached(State.ACKNOWLEDGED):
        less = _one_less(incident, command, text, now)
        return less.then(_rings_too(less.incident, command, text, now))
    if not _is_acknowledged_before(incident, command.at):
        return Decision(incident)
    if not _ends_the_ack(incident, command):
        return _rings_aside(incident, command, text, now)
    return _asked_again(incident, command, text, policy=policy, now=now)


def _one_less(incident: Incident, command: AckTakenBack, text: str, now: datetime) -> Decision:
    """While more people must acknowledge, theirs counts no more."""
    mine = {command.by.slack, command.by.name} - {""}
    left = tuple(ack for ack in incident.holders.acks if ack.who not in mine or ack.at > command.at)
    if left == incident.holders.acks:
        return Decision(incident)
    changed = replace(incident, holders=replace(incident.holders, acks=left))
    said = f"{text} {changed.holders.people} of {incident.plan.terms.people} have it now; the pages go on."
    fact = fact_of(FactKind.ACK_TAKEN_BACK, command.by, command.at, now, said)
    line = told(changed, fact, Notice.LOUD)
    return replace(line, effects=(*showing.card(changed), *line.effects))


def reopened(incident: Incident, command: ReopenedElsewhere, *, policy: Policy, now: datetime) -> Decision:
    """A person who reopens it there reopens it here; what PagerDuty does by itself is a line."""
    text = f"{command.by.did(f'reopened {incident.name}')}."
    if incident.status is Status.OPEN:
        if not incident.reached(State.ACKNOWLEDGED):
            return _rings_too(incident, command, text, now)
        if not _is_acknowledged_before(incident, command.at):
            return Decision(incident)
        if not _ends_the_ack(incident, command):
            return _rings_aside(incident, command, text, now)
        return _asked_again(incident, command, text, policy=policy, now=now)
    fact = fact_of(FactKind.REOPENED, command.by, command.at, now, text)
    if command.by == Somebody():
        text = f"{text} It stays {incident.status} here: `/incident reopen` says otherwise."
        return told(incident, replace(fact, kind=FactKind.HANDED_ON, text=text), Notice.LOUD)
    changed = begin_epoch(incident, new_plan(incident, policy, now), command.by.slack, at=now)
    changed = replace(changed, updated_at=now)
    timers = {
        **clocks.rearmed(incident, changed, now, policy.business),
        clocks.POSTMORTEM: None,
        clocks.REVIEW_LATE: None,
    }
    effects = (*showing.everywhere(changed), *showing.line(changed, "reopened", text, Notice.LOUD))
    return Decision(changed, (fact,), effects, timers).then(_adopt(changed, command, policy, now))


def _is_acknowledged_before(incident: Incident, at: datetime) -> bool:
    """Whether it is open and acknowledged, by an ack that is no newer than what was done to it."""
    first = incident.milestones.get(State.ACKNOWLEDGED)
    has = incident.status is Status.OPEN and incident.reached(State.ACKNOWLEDGED)
    return has and (first is None or first.at <= at)


def _ends_the_ack(incident: Incident, command: Asking) -> bool:
    """Whether what was done ends an ack here: where somebody has done more than acknowledge, it does not."""
    before = _is_acknowledged_before(incident, command.at)
    return before and command.leads and not incident.reached(State.TRIAGED)


def _rings_aside(incident: Incident, command: Asking, text: str, now: datetime) -> Decision:
    """A page of its own, so that an ack here, or there, silences it once more; of the role it was first sent for."""
    said = f"{text} Phones ring again there: Acknowledge silences them."
    before = [page for page in incident.pages.values() if page.receipt == (command.receipt or command.duty)]
    role = before[0].role if before else incident.plan.opening or incident.plan.chain[0]
    changed = incident
    if not any(page.state is PageState.DELIVERED for page in before):
        aside = f"{incident.epoch}:{ASIDE}"
        rung = f"{ASIDE}-{1 + sum(key.startswith(aside) for key in incident.pages)}"
        page = _rings_there(incident, rung, role, command, now)
        changed = replace(incident, pages={**incident.pages, page.key: page})
    line = told(changed, fact_of(FactKind.HANDED_ON, command.by, command.at, now, said), Notice.LOUD)
    return replace(line, effects=(*showing.card(changed), *line.effects))


def _rings_too(incident: Incident, command: Asking, text: str, now: datetime) -> Decision:
    """What was silenced in an earlier epoch rings beside the present one: the next ack silences it, too.

    So it does what no page is known by any more: it went into another there, and is taken out again.
    """
    pages = [page for page in incident.pages.values() if page.receipt == (command.receipt or command.duty)]
    quiet = [page.settled_at for page in pages if page.state in QUIET and page.settled_at is not None]
    if len(quiet) < len(pages) or max(quiet, default=command.at) > command.at:
        return Decision(incident)
    return _rings_aside(incident, command, text, now)


def _asked_again(
    incident: Incident, command: Asking, text: str, *, policy: Policy, now: datetime
) -> Decision:
    """Nobody has it: what an ack ends begins anew, and what it does not end goes on as it was."""
    at = min(command.at, now)
    changed = unanswered(incident, command.by.slack, policy=policy, at=at)
    said = f"{text} The ladder starts again."
    kind = FactKind.HANDED_ON if isinstance(command, HandedOn) else FactKind.ACK_TAKEN_BACK
    fact = fact_of(kind, command.by, at, now, said)
    effects = (*showing.everywhere(changed), *showing.line(changed, "ack-taken-back", said, Notice.LOUD))
    timers = clocks.rearmed(incident, changed, now, policy.business)
    return Decision(changed, (fact,), effects, timers).then(_adopt(changed, command, policy, now))


def _adopt(incident: Incident, command: Asking, policy: Policy, now: datetime) -> Decision:
    """The page that opens this epoch is the one that PagerDuty rings already: no other is sent, but they are written to."""
    role = incident.plan.opening or incident.plan.chain[0]
    page = _rings_there(incident, "opening", role, command, now)
    changed = replace(incident, pages={**incident.pages, page.key: page})
    written = summon(changed, role, key=page.key, until=page.until, policy=policy)
    return Decision(changed, ties={command.duty: incident.epoch}).then(written)


def _rings_there(
    incident: Incident,
    rung: str,
    role: str,
    command: Asking,
    now: datetime,
) -> Page:
    receipt = command.receipt or command.duty
    key = f"{incident.epoch}:{rung}"
    return Page(key, role, incident.epoch, now, state=PageState.DELIVERED, receipt=receipt, settled_at=now)


def handed_on(incident: Incident, command: HandedOn, *, policy: Policy, now: datetime) -> Decision:
    """A line, and the people in the room. Their roles count as rung, so that the ladder does not ring them again.

    New hands have not acknowledged: where it rings for them, the ack that there was ends, as if it were taken back.
    What PagerDuty climbs by itself ends none: it does so only while no ack has arrived there, and ours is on its way.
    """
    if incident.status is not Status.OPEN:
        return Decision(incident)
    text = f"{command.by.did(HANDED[command.how])}{_to(command.to)}."
    by_people = command.by != Somebody()
    if command.rings and by_people and _ends_the_ack(incident, command):
        done = _asked_again(incident, command, text, policy=policy, now=now)
    else:
        done = told(incident, fact_of(FactKind.HANDED_ON, command.by, command.at, now, text))
    return done.then(_rung_there(done.incident, command, now))


def _rung_there(incident: Incident, command: HandedOn, now: datetime) -> Decision:
    fresh = [role for role in command.roles if role not in roles_paged(incident)]
    pages = [_rings_there(incident, f"rung-pagerduty-{role}", role, command, now) for role in fresh]
    changed = replace(incident, pages={**incident.pages, **{page.key: page for page in pages}})
    users = tuple(each.slack for each in command.to if each.slack)
    name = f"handed-on:{incident.version}"
    invited = showing.invitation(changed, name, users=users) if users else ()
    return Decision(changed, effects=(*showing.card(changed), *invited))


def _to(people: Iterable[Somebody]) -> str:
    words = [each.words for each in people]
    if not words:
        return ""
    return f"; {' and '.join(words)} {'has' if len(words) == 1 else 'have'} it now"
