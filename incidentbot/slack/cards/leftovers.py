"""What is left of an incident, as lists for one reader: action items, and the times of its post-mortem. Sends nothing."""

from collections.abc import Sequence
from datetime import datetime

from incidentbot.core.afterwards import review
from incidentbot.core.afterwards.actions import unknown, whose
from incidentbot.core.afterwards.leftovers import ActionItem, ActionState
from incidentbot.core.incident import Incident
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import safe
from incidentbot.slack.cards.blocks import Shown, context, fit, paragraphs, section
from incidentbot.slack.cards.wording import headline, short, when

LONGEST = 300
SIGNS = {
    ActionState.OPEN: ":white_large_square:",
    ActionState.DONE: ":white_check_mark:",
    ActionState.DROPPED: ":x:",
}
LATE = ":red_circle:"


def actions(incident: Incident, now: datetime) -> Shown:
    """All action items of an incident, and where its review stands."""
    lines = [_line(item, now) for item in incident.actions]
    nothing = "No action is noted yet: `/incident action alert on a full disk @ana due fri` notes one."
    heading = section(f"*{headline(incident)}* {short(incident.title, 120)}")
    text = f"{len(lines)} actions of {incident.name}" if lines else nothing
    return Shown(text, fit([heading, *paragraphs(lines or [nothing]), context(review.standing(incident))]))


def action(incident: Incident, number: int, now: datetime) -> Shown:
    """One action item, and what can become of it. Raises Refused where there is none of that number."""
    item = next((one for one in incident.actions if one.number == number), None)
    if item is None:
        raise Refused(unknown(incident, number))
    command = f"/incident action {incident.name} {number}"
    ways = f"`{command} done`, `drop why`, `@owner`, `due fri` or `type detect` changes it."
    if item.state is not ActionState.OPEN:
        ways = f"`{command} reopen` takes it up again."
    text = f"Action {number} of {incident.name}: {short(item.text, LONGEST)}"
    return Shown(text, fit([section(f"*{incident.name}* {_line(item, now)}"), context(ways)]))


def open_actions(incidents: Sequence[Incident], now: datetime) -> Shown:
    """Everybody's that are open, the longest overdue first, those without a date last."""
    found = [(one, item) for one in incidents for item in one.actions if item.state is ActionState.OPEN]
    dated = sorted(
        (pair for pair in found if pair[1].due), key=lambda pair: (pair[1].due or now, pair[0].number)
    )
    ordered = [*dated, *(pair for pair in found if pair[1].due is None)]
    late = sum(item.is_overdue(now) for _, item in ordered)
    if not ordered:
        return Shown("No action is open.", fit([section("No action is open.")]))
    lines = [f"*{one.name}* {_line(item, now)}" for one, item in ordered]
    text = f"{len(lines)} open actions, {late} of them overdue"
    return Shown(text, fit([section(f"*{text}*"), *paragraphs(lines)]))


def _line(item: ActionItem, now: datetime) -> str:
    sign = LATE if item.is_overdue(now) else SIGNS[item.state]
    kind = f" _{item.type.value}_" if item.type else ""
    if item.state is ActionState.OPEN:
        return f"{sign} {item.number}. {short(item.text, LONGEST)}{kind}\n{whose(item)}"
    why = f": {safe(item.why)}" if item.why else ""
    return f"{sign} {item.number}. {short(item.text, LONGEST)}{kind} ({item.state.value}{why})"


def times(incident: Incident, draft: Draft) -> Shown:
    """The nine times of the draft, each with its source, and what disagrees."""
    known = draft.times.known()
    lines = [
        f"*{name}* {when(known[name].at)} ({known[name].confidence.value}, {safe(', '.join(known[name].ids))})"
        if name in known
        else f"*{name}* unknown"
        for name in type(draft.times).__dataclass_fields__
    ]
    conflicts = [f":warning: {safe(conflict)}" for conflict in draft.metrics.conflicts]
    way = context(f"To put one right: `/incident times {incident.name} impact 13:45 the graph shows it`")
    return Shown(f"Times of {incident.name}", fit([*paragraphs([*lines, *conflicts]), way]))
