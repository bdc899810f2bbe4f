"""Who may see an incident: everybody, or of a private one those who are in it. Pure; knows no room and no page."""

from incidentbot.core.incident import Incident


def insiders(incident: Incident) -> frozenset[str]:
    """Slack user ids of those who are in it: whoever declared it, joined it or holds a role in it."""
    named = (incident.declared_by, *incident.joined, *incident.roles.values())
    return frozenset(filter(None, named))


def may_see(incident: Incident, reader: str) -> bool:
    """Whether this person may know of it. reader: a Slack user id, "" for somebody who has not said who they are."""
    return not incident.private or (bool(reader) and reader in insiders(incident))
