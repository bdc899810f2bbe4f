"""The line in the incidents channel: what burns, where it is talked about, and a way in. Sends nothing."""

from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import RoomKind
from incidentbot.core.words import safe
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown, button, context, section
from incidentbot.slack.cards.wording import headline, lamp, stage_words, status_words, title, when
from incidentbot.slack.names import Target


def announcement(incident: Incident) -> Shown:
    """The line as it is now; it is brought up to date in place."""
    text = f"{lamp(incident)} *{headline(incident)}* {title(incident)}"
    blocks = [section(text, _join(incident)), context(*_where_it_stands(incident))]
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
    lines.append(f"Declared by <@{incident.declared_by}>, {when(incident.declared_at)}")
    return lines
