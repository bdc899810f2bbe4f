"""Direct messages: to somebody who is called, and afterwards who has it; to somebody who is reminded. Sends nothing."""

from incidentbot.core.afterwards.reminding import ACTION
from incidentbot.core.direct_effects import RemindDirect
from incidentbot.core.incident import Incident, Summons
from incidentbot.core.ladders.summons import is_moot
from incidentbot.core.policy import RoomKind, State
from incidentbot.core.text.words import declarer, person, role_words, safe
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, Shown, button, context, cut_mrkdwn, fit, section
from incidentbot.slack.cards.wording import headline, lamp, title, when
from incidentbot.slack.names import Target


def direct(incident: Incident, summons: Summons) -> Shown:
    """The message as it is now; it is brought up to date in place, and then has no button any more."""
    text = f"*{headline(incident)}* {title(incident)}"
    if is_moot(incident, summons):
        said = _answered(incident, summons)
        return Shown(
            f"{said} {headline(incident)}", fit([section(f":white_check_mark: {text}"), context(said)])
        )
    acknowledge = button("Acknowledge", names.ACK, Target(incident.id).value, "primary")
    called = f"You are called in as the {safe(role_words(summons.role))}."
    if failure := incident.failures.get(f"page:{summons.key}"):
        called = f"{called} Your phone does not ring: {safe(failure.reason)}"
    where = [
        _where(incident),
        f"Declared by {declarer(incident.declared_by, incident.declared_via)}, {when(incident.declared_at)}",
    ]
    blocks = [section(f"{lamp(incident)} {text}\n{called}", acknowledge), context(*where)]
    return Shown(f"{headline(incident)}: {title(incident)}. {called}", fit(blocks))


NOTIFIED = 300
"""Characters of a reminder that a notification shows."""


def reminder(incident: Incident, effect: RemindDirect) -> Shown:
    """What is left to do, the way into the room, and the button that answers it."""
    text = f":bell: *{headline(incident)}* {title(incident)}\n{effect.text}"
    blocks = [section(text, _answering(incident, effect.about)), context(_where(incident))]
    return Shown(cut_mrkdwn(f"{headline(incident)}: {effect.text}", NOTIFIED), fit(blocks))


def _answering(incident: Incident, about: str) -> Block:
    if about.startswith(ACTION):
        settled = Target(incident.id, extra=about.removeprefix(ACTION))
        return button("Done", names.ACTION_DONE, settled.value, "primary")
    return button("Open the draft", names.POSTMORTEM, Target(incident.id).value, "primary")


def _answered(incident: Incident, summons: Summons) -> str:
    at = f", {when(summons.answered_at)}" if summons.answered_at else ""
    if summons.answer is State.RESOLVED:
        return f"Resolved by {_who(incident, summons, State.RESOLVED)}{at}."
    if summons.answer is State.ACKNOWLEDGED:
        return f"Acknowledged by {_who(incident, summons, State.ACKNOWLEDGED)}{at}."
    return "You are not needed for this any more."


def _who(incident: Incident, summons: Summons, milestone: State) -> str:
    """The person; outside Slack only the name that PagerDuty gave is known, and the timeline has it."""
    moment = incident.milestones.get(milestone)
    by = summons.answered_by or (moment.by if moment and summons.epoch == incident.epoch else "")
    return person(by) if by else "somebody outside Slack"


def _where(incident: Incident) -> str:
    room = incident.room
    if room.kind is RoomKind.NONE:
        return f"No room: `/incident status {incident.name}`"
    return (
        f"Room: <#{room.channel}>"
        if room.channel
        else f"Its room is not open yet; `/incident status {incident.name}`"
    )
