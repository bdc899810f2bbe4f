"""The line in the incidents channel: what burns, where it is talked about, and a way in. Sends nothing."""

from incidentbot.core.effects import OpenRoom, ShowCard
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import RoomKind
from incidentbot.core.text.words import declarer, safe
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, Shown, button, context, section
from incidentbot.slack.cards.wording import headline, lamp, short, stage_words, status_words, title, when
from incidentbot.slack.names import Target

LONGEST_UPDATE = 500


def announcement(incident: Incident) -> Shown:
    """The line as it is now; it is brought up to date in place."""
    text = f"{lamp(incident)} *{headline(incident)}* {title(incident)}"
    blocks = [
        section(text, _join(incident)),
        context(*_where_it_stands(incident)),
        *_news(incident),
        *_roomless(incident),
        *_deaf(incident),
    ]
    return Shown(f"{headline(incident)}: {title(incident)}", blocks)


def _join(incident: Incident) -> dict[str, object] | None:
    if incident.room.kind is not RoomKind.DEDICATED or incident.status is Status.CLOSED:
        return None
    return button("Join", names.JOIN, Target(incident.id).value)


def _where_it_stands(incident: Incident) -> list[str]:
    stage = stage_words(incident)
    lead = incident.roles.get("lead")
    lines = [status_words(incident) + (f", {safe(stage)}" if stage else "")]
    if incident.room.channel and incident.room.kind is RoomKind.DEDICATED:
        lines.append(f"<#{incident.room.channel}>")
    lines.append(f"Lead: <@{lead}>" if lead else "No lead yet")
    who = declarer(incident.declared_by, incident.declared_via)
    lines.append(f"Declared by {who}, {when(incident.declared_at)}")
    return lines


def _news(incident: Incident) -> list[Block]:
    """The last update: those who only read the incidents channel are its readers, too."""
    if not incident.last_update:
        return []
    at = f" ({when(incident.updated_at)})" if incident.updated_at else ""
    return [context(f"*Last update*{at}: {short(incident.last_update, LONGEST_UPDATE)}")]


def _roomless(incident: Incident) -> list[Block]:
    """Where there is no room yet, this line is the only one that can say so."""
    failure = incident.failures.get(OpenRoom().key)
    if failure is None:
        return []
    still = "" if failure.final else " Still trying."
    return [context(f":warning: {failure.what} did not work: {short(failure.reason, LONGEST_UPDATE)}{still}")]


def _deaf(incident: Incident) -> list[Block]:
    """A room that takes no card cannot say so itself."""
    failure = incident.failures.get(ShowCard().key)
    if failure is None or not failure.final:
        return []
    return [
        context(f":warning: The room does not show what happens: {short(failure.reason, LONGEST_UPDATE)}")
    ]
