"""The card's line about alerts: how many fire, which, and the way to whoever sent them. Sends nothing."""

from incidentbot.core.alerts.wording import linked
from incidentbot.core.incident import Incident
from incidentbot.slack.cards.blocks import Block, section
from incidentbot.slack.cards.wording import short

LONGEST_NAME = 120


def alert_lines(incident: Incident) -> list[Block]:
    """One line, none for an incident that no alert belongs to."""
    alerts = incident.alerts
    if alerts is None:
        return []
    shown = ", ".join(short(name, LONGEST_NAME) for name in alerts.names)
    more = alerts.firing - len(alerts.names)
    named = f": {shown}{f' and {more:,} more' if more > 0 else ''}" if shown else ""
    source = short(alerts.source, LONGEST_NAME)
    link = linked(alerts.link, f"Open {source.replace('|', '/')}")
    counted = f"{alerts.firing:,} of {alerts.total:,} fire" if alerts.firing else "none fires any more"
    return [section(f"*Alerts*: {counted}{named}{f' · {link}' if link else ''}")]
