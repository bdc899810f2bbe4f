"""Action items: noted, given to somebody, done or dropped, and asked after when they are late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.afterwards import reminding
from incidentbot.core.afterwards.commands import AddAction, ChangeAction
from incidentbot.core.afterwards.leftovers import ActionItem, ActionState
from incidentbot.core.afterwards.slips import refuse_due
from incidentbot.core.answers import TimerFired
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.text.words import at_time, person, safe, span, stopped

TIMER = reminding.ACTION
"""What the timer of an action item begins with; its number follows."""

AGAIN = timedelta(days=7)
"""How long after a reminder the next one comes."""

LONGEST = 500
MOST = 100


def add(incident: Incident, command: AddAction, *, now: datetime) -> Decision:
    """Note something to be done."""
    text = " ".join(command.text.split())
    if not text:
        raise Refused("Say what is to be done: `/incident action alert on a full disk @ana due fri`.")
    if len(text) > LONGEST:
        raise Refused(f"That action has {len(text)} characters; {LONGEST} is the most. Nothing was noted.")
    refuse_due(command.due, now=now)
    _refuse_known(incident, command, text)
    item = ActionItem(
        number=len(incident.actions) + 1,
        text=text,
        by=command.by,
        at=now,
        owner=command.owner,
        due=command.due,
        type=command.type,
        message_ts=command.message_ts,
    )
    changed = replace(incident, actions=(*incident.actions, item))
    line = f"{person(command.by)} noted action {item.number}: {safe(text)}"
    fact = Fact(FactKind.ACTION_ADDED, now, line, command.by, data_of(item))
    said = showing.line(changed, f"action:{item.number}", f"{stopped(line)} {whose(item)}")
    reply = f"Action {item.number} of {incident.name} is noted. {whose(item)}"
    return Decision(changed, (fact,), said, _timer(item), reply=reply)


def _refuse_known(incident: Incident, command: AddAction, text: str) -> None:
    if len(incident.actions) >= MOST:
        raise Refused(f"{incident.name} has {MOST} actions already. Put the rest into your tracker.")
    for item in incident.actions:
        same = command.message_ts and item.message_ts == command.message_ts
        if same or item.text.casefold() == text.casefold():
            raise Refused(f"That is action {item.number} of {incident.name} already.")


def change(incident: Incident, command: ChangeAction, *, now: datetime) -> Decision:
    """Change an action item: give it to somebody, set its date or type, settle it or take it up again."""
    before = next((item for item in incident.actions if item.number == command.number), None)
    if before is None:
        raise Refused(unknown(incident, command.number))
    refuse_due(command.due, now=now)
    after = _changed(before, command, now)
    if after == before:
        raise Refused(f"Action {before.number} is so already. {whose(before)}")
    actions = tuple(after if item is before else item for item in incident.actions)
    changed = replace(incident, actions=actions)
    line = f"{person(command.by)}: action {after.number} ({safe(after.text)}) {_news(before, after)}"
    fact = Fact(FactKind.ACTION_CHANGED, now, line, command.by, data_of(after))
    said = showing.line(changed, f"action:{after.number}", line)
    return Decision(changed, (fact,), said, _timer(after), reply=f"Done. {line}")


def unknown(incident: Incident, number: int) -> str:
    """Why nothing can be done about an action of that number."""
    return f"{incident.name} has no action {number}. `/incident actions` lists them."


def _changed(before: ActionItem, command: ChangeAction, now: datetime) -> ActionItem:
    state = before.state if command.state is None else command.state
    if state is ActionState.DROPPED and state is not before.state and not command.why.strip():
        raise Refused(
            f"Say why it is dropped: `/incident action {before.number} drop we replace the service`."
        )
    settled = None if state is ActionState.OPEN else before.settled_at if state is before.state else now
    return replace(
        before,
        state=state,
        owner=before.owner if command.owner is None else command.owner,
        due=before.due if command.due is None else command.due,
        type=before.type if command.type is None else command.type,
        settled_at=settled,
        why=command.why.strip() if state is ActionState.DROPPED and command.why else before.why,
    )


def _news(before: ActionItem, after: ActionItem) -> str:
    """What is new, in words."""
    if after.state is not before.state:
        why = f": {safe(after.why)}" if after.state is ActionState.DROPPED else ""
        return {"open": "is open again", "done": "is done", "dropped": "is dropped"}[after.state] + f"{why}."
    parts = []
    if after.owner != before.owner:
        parts.append(f"is with {person(after.owner)}")
    if after.due != before.due and after.due is not None:
        parts.append(f"is due {at_time(after.due)}")
    if after.type is not before.type and after.type is not None:
        parts.append(f"is of type {after.type.value}")
    return f"{', '.join(parts)}."


def whose(item: ActionItem) -> str:
    """Who has it until when, and what is missing."""
    owner = f"With {person(item.owner)}" if item.owner else "Nobody has it yet"
    due = f", due {at_time(item.due)}." if item.due else ", without a date."
    return owner + due


def data_of(item: ActionItem) -> Mapping[str, str]:
    """What a fact keeps of an action item: all of it, so that a draft can be made from facts alone."""
    return {
        "action": str(item.number),
        "text": item.text,
        "owner": item.owner,
        "due": item.due.isoformat() if item.due else "",
        "type": item.type.value if item.type else "",
        "state": item.state.value,
        "why": item.why,
        "message_ts": item.message_ts,
    }


def _timer(item: ActionItem) -> dict[str, datetime | None]:
    waits = item.state is ActionState.OPEN
    return {f"{TIMER}{item.number}": item.due if waits else None}


def reminded(incident: Incident, command: TimerFired, *, now: datetime) -> Decision:
    """An action item is due: whoever has it is reminded, and again each week until it is settled."""
    number = command.name.removeprefix(TIMER)
    item = item_of(incident, number)
    if item is None or not item.is_overdue(now) or item.due is None:
        return Decision(incident, timers={command.name: None})
    late, whom = now - item.due, asked_after(incident, item)
    when = f"was due {span(late)} ago" if late >= timedelta(hours=1) else "is due now"
    due = f"action {item.number} of {incident.name} {when}: {safe(item.text)}"
    line = f"{person(whom)}: {due}"
    fact = Fact(FactKind.ACTION_OVERDUE, now, line, data={"action": number})
    settle = f"`/incident action {incident.name} {item.number} done` settles it."
    said = f"{stopped(line)} {settle}{reminding.unheard(incident, whom)}"
    name = f"action-due:{number}"
    told = reminding.directly(incident, name, command.name, _asking(incident, item, due), user=whom)
    effects = (*showing.line(incident, name, said, Notice.LOUD), *told)
    return Decision(incident, (fact,), effects, {command.name: now + AGAIN})


def item_of(incident: Incident, number: str) -> ActionItem | None:
    """The action item of that number."""
    return next((one for one in incident.actions if str(one.number) == number), None)


def asked_after(incident: Incident, item: ActionItem) -> str:
    """Who is reminded of it: whoever has it, else the lead, or who declared it; "" where there is nobody."""
    return item.owner or incident.roles.get("lead") or incident.declared_by


def _asking(incident: Incident, item: ActionItem, due: str) -> str:
    """What whoever it is with reads."""
    command = f"`/incident action {incident.name} {item.number}"
    ways = f"Press Done once it is; {command} due fri` gives it more time."
    if not item.owner:
        ways = f"Nobody has it yet: {command} @who` gives it to somebody. {ways}"
    return f"A gentle reminder: {stopped(due)} {ways}"
