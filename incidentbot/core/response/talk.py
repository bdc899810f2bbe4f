"""What people say of an incident: updates, impact, notes, roles. Each is a fact, and a line for the room."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.commands import AddNote, Join, PostUpdate, RecordDraft, SetImpact, TakeRole
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.escalation import condition_met
from incidentbot.core.ladders.paging import standing_page
from incidentbot.core.pager_effects import NotePage
from incidentbot.core.policy import Condition, Policy, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.text.words import person, role_words, safe


def post_update(incident: Incident, command: PostUpdate, *, now: datetime) -> Decision:
    """Tell stakeholders where it stands; the next update is due one cadence later."""
    text = command.text.strip()
    if not text:
        raise Refused("Say what is new: `/incident update we have rolled back, errors are falling`.")
    changed = replace(incident, last_update=text, updated_at=now)
    every = incident.plan.update_every
    again = every is not None and not incident.reached(State.RESOLVED)
    timers = {clocks.UPDATE: now + every} if again and every is not None else {}
    line = f"Update from {person(command.by)}: {safe(text)}"
    fact = Fact(FactKind.UPDATED, now, line, command.by, {"text": text})
    effects = (*showing.everywhere(changed), *showing.line(changed, "update", line))
    return Decision(changed, (fact,), effects, timers, reply="The update is out.")


def set_impact(incident: Incident, command: SetImpact, *, policy: Policy, now: datetime) -> Decision:
    """Say who feels it. "Many" is a fact that some ladders wait for."""
    text = command.text.strip() or incident.impact
    if not text and not command.users and not command.data_at_risk:
        raise Refused("Say who feels it: `/incident impact card payments fail --users many`.")
    at_risk = command.data_at_risk or incident.data_at_risk
    changed = replace(incident, impact=text, data_at_risk=at_risk)
    words = [safe(text) or "no text", *_marks(command)]
    line = f"Impact, says {person(command.by)}: {', '.join(words)}"
    data = {"text": text, "users": command.users, "data_at_risk": "yes" if command.data_at_risk else ""}
    fact = Fact(FactKind.IMPACT, now, line, command.by, data)
    effects = (*showing.card(changed), *showing.line(changed, "impact", line))
    decision = Decision(changed, (fact,), effects, reply="The impact is noted.")
    if command.users != "many":
        return decision
    met = condition_met(changed, Condition.MULTIPLE_USERS_AFFECTED, policy=policy, now=now)
    return replace(decision.then(met), reply=decision.reply)


def _marks(command: SetImpact) -> list[str]:
    users = {"many": "several users affected", "one": "one user affected"}.get(command.users)
    at_risk = "data at risk" if command.data_at_risk else None
    return [mark for mark in (users, at_risk) if mark]


def add_note(incident: Incident, command: AddNote, *, now: datetime) -> Decision:
    """Put a line on the timeline, at the instant it happened."""
    text = command.text.strip()
    if not text:
        raise Refused("Say what to note: `/incident note the deploy began at 14:00`.")
    at = min(command.at or now, now)
    said = f"{safe(command.name)}: {safe(text)}" if command.name and not command.by else safe(text)
    data = {"text": text, "message_ts": command.message_ts}
    fact = Fact(FactKind.NOTED, at, said, command.by, data)
    return Decision(incident, (fact,), _passed_on(incident, command, text), reply="It is on the timeline.")


def _passed_on(incident: Incident, command: AddNote, text: str) -> tuple[Effect, ...]:
    """A note written here is written on the pager's incident, too; one written there is said in the room."""
    if command.via == "pagerduty":
        who = person(command.by) if command.by else safe(command.name) or "Somebody"
        return showing.line(incident, "noted", f"{who} noted in PagerDuty: {safe(text)}")
    page = standing_page(incident)
    if page is None or command.via != "slack" or incident.private:
        return ()
    return (NotePage(page.key, page.role, command.by, text, f"{incident.epoch}:{incident.version}"),)


def take_role(incident: Incident, command: TakeRole, *, now: datetime) -> Decision:
    """Give a role of the room to a person; whoever had it is named in the line."""
    role = command.role.strip().casefold() or "lead"
    before = incident.roles.get(role)
    if before == command.who:
        raise Refused(f"{person(command.who)} is the {role_words(role)} already.")
    joined = incident.joined if command.who in incident.joined else (*incident.joined, command.who)
    changed = replace(incident, roles={**incident.roles, role: command.who}, joined=joined)
    taken_over = f", taking over from {person(before)}" if before else ""
    text = f"{person(command.who)} is the {safe(role_words(role))} now{taken_over}."
    fact = Fact(FactKind.ROLE_TAKEN, now, text, command.by, {"role": role, "who": command.who})
    effects = (
        *showing.everywhere(changed),
        *showing.invitation(changed, f"role:{role}:{command.who}:{incident.version}", users=(command.who,)),
        *showing.line(changed, "role", text),
    )
    return Decision(changed, (fact,), effects, reply=text)


def join(incident: Incident, command: Join, *, now: datetime) -> Decision:
    """Come into the room. Asking again invites again: people leave rooms by mistake."""
    known = command.by in incident.joined
    changed = incident if known else replace(incident, joined=(*incident.joined, command.by))
    facts = () if known else (Fact(FactKind.JOINED, now, f"{person(command.by)} joined.", command.by),)
    name = f"join:{command.by}:{incident.version}"
    effects = showing.invitation(changed, name, users=(command.by,))
    return Decision(changed, facts, effects, reply=f"Welcome to {incident.name}.")


def record_draft(incident: Incident, command: RecordDraft, *, now: datetime) -> Decision:
    """Somebody asked for the post-mortem draft: worth a line on the timeline, not one in the room."""
    fact = Fact(FactKind.POSTMORTEM, now, f"{person(command.by)} asked for the draft.", command.by)
    return Decision(incident, (fact,))
