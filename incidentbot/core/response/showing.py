"""Which cards and lines must be brought up to date after a change. Decides what is told, never how it looks."""

from incidentbot.core.effects import (
    Announce,
    Effect,
    Invite,
    Mirror,
    Notice,
    OpenRoom,
    Say,
    SetTopic,
    ShowCard,
)
from incidentbot.core.file_effects import ShareDraft
from incidentbot.core.incident import Incident
from incidentbot.core.policy import RoomKind


def card(incident: Incident) -> tuple[Effect, ...]:
    """The card alone: something on it changed."""
    return () if incident.room.kind is RoomKind.NONE else (ShowCard(),)


def everywhere(incident: Incident) -> tuple[Effect, ...]:
    """The card, and where the room is open its topic and the line in the incidents channel."""
    if incident.room.kind is RoomKind.NONE:
        return ()
    if incident.room.channel is None or incident.room.kind is RoomKind.THREAD:
        return (ShowCard(), *announced(incident))
    return (ShowCard(), SetTopic(), *announcement(incident))


def announcement(incident: Incident) -> tuple[Effect, ...]:
    """The line in the incidents channel; of a private incident there is none."""
    return () if incident.private else (Announce(),)


def announced(incident: Incident) -> tuple[Effect, ...]:
    """The line in the incidents channel, if it stands: it tells of a room that is late, or that became a thread."""
    return () if incident.room.announced_ts is None else announcement(incident)


def line(
    incident: Incident,
    name: str,
    text: str,
    notice: Notice = Notice.PLAIN,
    button: str = "",
    *,
    call: str = "",
) -> tuple[Effect, ...]:
    """A line in the room; where there is none, what must be seen is said in the incidents channel (see `aside`).

    `name` is made unique by the epoch and the version it was decided on. call: the role to be called by voice.
    """
    unique = f"{name}:{incident.epoch}:{incident.version}"
    if incident.room.kind is not RoomKind.NONE and not _never_opened(incident):
        return (Say(unique, text, notice, button, call=call),)
    return () if notice is Notice.PLAIN else aside(incident, name, text, button, call=call)


def document(incident: Incident, name: str, said: str) -> tuple[Effect, ...]:
    """The post-mortem as a file in the room, where there is one. name: as in `line`."""
    if incident.room.kind is RoomKind.NONE or _never_opened(incident):
        return ()
    return (ShareDraft(f"{name}:{incident.epoch}:{incident.version}", said),)


def _never_opened(incident: Incident) -> bool:
    """A private incident whose channel cannot be made: there is no thread it could be followed in instead."""
    failure = incident.failures.get(OpenRoom().key)
    return incident.private and failure is not None and failure.final


def aside(
    incident: Incident, name: str, text: str, button: str = "", *, call: str = ""
) -> tuple[Effect, ...]:
    """A line in the incidents channel, for what has no room to be said in; a private incident's goes to those in it.

    button: as in Say.
    """
    unique = f"{name}:{incident.epoch}:{incident.version}"
    return (Mirror(unique, "", f"{incident.name} ({incident.severity}): {text}", call, button),)


def invitation(
    incident: Incident, name: str, roles: tuple[str, ...] = (), users: tuple[str, ...] = ()
) -> tuple[Effect, ...]:
    """Bring people into the room, where there is one with members of its own."""
    if incident.room.kind is not RoomKind.DEDICATED or incident.room.channel is None:
        return ()
    return (Invite(name, users, roles),)
