"""Who may see an incident: everybody, or of a private one those who are in it. Pure; knows no page and no vendor.

Every place that names or lists incidents to people asks this rule (docs/private-incidents.md).
"""

from dataclasses import dataclass

from incidentbot.core.incident import Incident


def insiders(incident: Incident) -> frozenset[str]:
    """Slack user ids of those who are in it: whoever declared it, joined it or holds a role in it.

    Of a private one also whoever was called or invited, and whoever answered a page of it on their phone.
    """
    named = (incident.declared_by, *incident.joined, *incident.roles.values())
    return frozenset(filter(None, (*named, *(_called(incident) if incident.private else ()))))


def _called(incident: Incident) -> tuple[str | None, ...]:
    written = [user for one in incident.summons.values() for user in one.tried]
    return (*incident.invited, *written, *(moment.by for moment in incident.milestones.values()))


def may_see(incident: Incident, reader: str) -> bool:
    """Whether this person may know of it. reader: a Slack user id, "" for somebody who has not said who they are."""
    return not incident.private or (bool(reader) and reader in insiders(incident))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and from which channel: Slack lets nobody into a private room who was not invited to it."""

    user: str
    channel: str = ""

    def sees(self, incident: Incident) -> bool:
        """Whether they may know of it."""
        return may_see(incident, self.user) or (bool(self.channel) and self.channel == incident.room.channel)
