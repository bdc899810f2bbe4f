"""The review of the post-mortem: who answers for it until when, whether it is still owed, and who hears when it is late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from incidentbot.core.afterwards import reminding
from incidentbot.core.afterwards.commands import ChangeReview
from incidentbot.core.afterwards.leftovers import SETTLED, ReviewState
from incidentbot.core.afterwards.slips import refuse_due
from incidentbot.core.answers import TimerFired
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders import clocks
from incidentbot.core.policy import PostmortemNeed, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.text.words import at_time, because, person, role_words, span

LATER = timedelta(days=2)
"""How long after the owner the manager hears of it."""


SHARED: Mapping[ReviewState, str] = MappingProxyType(
    {
        ReviewState.IN_REVIEW: "as it goes into review. What is written on its page counts, not this copy.",
        ReviewState.PUBLISHED: "as it is published.",
    }
)
"""When it is put into the room as a file, and what stands above it."""


def is_owed(incident: Incident) -> bool:
    """Whether a post-mortem is required and neither published nor waived, nor written as far as the stages tell."""
    required = incident.plan.postmortem is PostmortemNeed.REQUIRED
    return required and incident.review.state not in SETTLED and not incident.reached(State.DOCUMENTED)


def owner_of(incident: Incident) -> str:
    """Who answers for it: whoever was named, the lead, or who declared it; "" where there is nobody."""
    return incident.review.owner or incident.roles.get("lead") or incident.declared_by


def due_of(incident: Incident) -> datetime | None:
    """When it is due: as was said, or as the profile counts from when it was resolved; None where it is not required."""
    if incident.review.due is not None:
        return incident.review.due
    within, resolved = incident.plan.postmortem_within, incident.milestones.get(State.RESOLVED)
    required = incident.plan.postmortem is PostmortemNeed.REQUIRED
    return resolved.at + within if required and within and resolved else None


def manager_of(incident: Incident) -> str | None:
    """The role that hears of a late review: the chain's first manager, or its last role."""
    chain = incident.plan.chain
    return next((role for role in chain if "manager" in role), chain[-1] if chain else None)


def refuse_close(incident: Incident) -> None:
    """Raise Refused, with the way out, while a required review is open."""
    if not is_owed(incident):
        return
    with_whom = f", with {person(owner_of(incident))}" if owner_of(incident) else ""
    raise Refused(
        f"{incident.name} needs its post-mortem first: it is {_a(incident.review.state)}{with_whom}. "
        "`/incident postmortem` shows the draft, `/incident review publish` publishes it. "
        "Where none is needed: `/incident review waive why`."
    )


def _a(state: ReviewState) -> str:
    return "a draft" if state is ReviewState.DRAFT else state.value


def change(incident: Incident, command: ChangeReview, *, now: datetime) -> Decision:
    """Take it to a state, or give it an owner or a date."""
    refuse_due(command.due, now=now)
    before = incident.review
    state = before.state if command.state is None else command.state
    if state in SETTLED and incident.status is Status.OPEN:
        raise Refused(f"{incident.name} is still open. Use `/incident resolve` first.")
    if state is ReviewState.WAIVED and before.state is ReviewState.PUBLISHED:
        raise Refused(f"The post-mortem of {incident.name} is published already, and so cannot be waived.")
    if state is ReviewState.WAIVED and state is not before.state and not command.why.strip():
        raise Refused("Say why no post-mortem is needed: `/incident review waive a test of the alarm`.")
    after = replace(
        before,
        state=state,
        owner=before.owner if command.owner is None else command.owner,
        due=before.due if command.due is None else command.due,
        why=command.why.strip() or before.why,
        changed_at=now,
    )
    if replace(after, changed_at=before.changed_at) == before:
        raise Refused(f"The post-mortem of {incident.name} is so already. {standing(incident)}")
    changed = replace(incident, review=after)
    text = f"{person(command.by)}: the post-mortem of {incident.name} {_news(incident, changed)}"
    data = {
        "review": after.state.value,
        "owner": after.owner,
        "due": after.due.isoformat() if after.due else "",
        "why": command.why.strip(),
    }
    fact = Fact(FactKind.REVIEW_CHANGED, now, text, command.by, data)
    effects = (*showing.card(changed), *showing.line(changed, "review", text), *_file(incident, changed))
    return Decision(changed, (fact,), effects, timers(changed), reply=f"Done. {text}")


def _file(before: Incident, after: Incident) -> tuple[Effect, ...]:
    """The document in the room, for those who are to read it now."""
    state = after.review.state
    if state is before.review.state or state not in SHARED:
        return ()
    return showing.document(
        after, f"review-{state.name.lower()}", f"The post-mortem of {after.name} {SHARED[state]}"
    )


def _news(before: Incident, after: Incident) -> str:
    old, new = before.review, after.review
    if new.state is not old.state:
        return {
            ReviewState.DRAFT: "is a draft again.",
            ReviewState.IN_REVIEW: "is in review.",
            ReviewState.PUBLISHED: "is published.",
            ReviewState.WAIVED: f"is not needed{because(new.why)}",
        }[new.state]
    due = f", due {at_time(new.due)}" if new.due and new.due != old.due else ""
    return f"is with {person(owner_of(after) or None)}{due}."


def standing(incident: Incident) -> str:
    """Where it stands, in one sentence."""
    state = incident.review.state
    if state in SETTLED or not is_owed(incident):
        asked = "is not required" if state is ReviewState.DRAFT else f"is {state.value}"
        return f"The post-mortem of {incident.name} {asked}{because(incident.review.why)}."
    due = due_of(incident)
    until = f", due {at_time(due)}" if due else ""
    return f"The post-mortem of {incident.name} is {_a(state)}, with {person(owner_of(incident) or None)}{until}."


def timers(incident: Incident) -> dict[str, datetime | None]:
    """The timers that should stand: none once it is settled; before it is resolved nothing is due."""
    due = due_of(incident) if is_owed(incident) and incident.status is Status.RESOLVED else None
    return {clocks.POSTMORTEM: due, clocks.REVIEW_LATE: None}


def due(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """The owner is reminded; later, unless it is settled, their manager's role."""
    if not is_owed(incident):
        return Decision(incident)
    owner = owner_of(incident)
    whom = f"{person(owner)}: the" if owner else "The"
    text = f"{whom} post-mortem of {incident.name} is due. `/incident postmortem` shows the draft."
    fact = Fact(FactKind.BREACHED, now, text, data={"deadline": clocks.POSTMORTEM})
    said = f"{text}{reminding.unheard(incident, owner)}"
    asking = (
        f"A gentle reminder: the post-mortem of {incident.name} is due, and it is with you. "
        f"`/incident review {incident.name} publish` publishes it once it can be read. Thank you."
    )
    told = reminding.directly(incident, "review-due", reminding.REVIEW, asking, user=owner)
    effects = (*showing.line(incident, "review-due", said, Notice.QUESTION), *told)
    return Decision(incident, (fact,), effects, {clocks.REVIEW_LATE: now + LATER})


def late(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """The manager's role is brought in and told."""
    role, since = manager_of(incident), due_of(incident)
    if not is_owed(incident) or role is None:
        return Decision(incident)
    waited = f" by {span(now - since)}" if since else ""
    owner = owner_of(incident)
    with_whom = f", with {person(owner)}" if owner else ""
    text = f"For the {role_words(role)}: the post-mortem of {incident.name} is overdue{waited}{with_whom}."
    fact = Fact(FactKind.BREACHED, now, text, data={"deadline": clocks.REVIEW_LATE, "role": role})
    invited = showing.invitation(incident, f"review-late:{incident.version}", roles=(role,))
    asking = (
        f"The post-mortem of {incident.name} is overdue{waited}{with_whom}. As the {role_words(role)} you can help: "
        f"`/incident review {incident.name} @who due fri` gives it to somebody, or more time."
    )
    told = reminding.directly(incident, "review-late", reminding.REVIEW, asking, role=role)
    line = showing.line(incident, "review-late", text, Notice.LOUD)
    return Decision(incident, (fact,), (*invited, *line, *told))
