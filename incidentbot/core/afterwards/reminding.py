"""Reminders of what is left to do, for whoever it is with, wherever they are by now. Decides nothing of when; sends nothing."""

from incidentbot.core.direct_effects import RemindDirect
from incidentbot.core.effects import Effect
from incidentbot.core.incident import Incident
from incidentbot.core.text.words import person
from incidentbot.core.visibility import may_see

REVIEW = "review"
"""What a reminder of the post-mortem is about."""

ACTION = "action:"
"""What a reminder of an action item is about; its number follows."""


def directly(
    incident: Incident, name: str, about: str, text: str, *, user: str = "", role: str = ""
) -> tuple[Effect, ...]:
    """Write to one person, or to whoever has a role: they may have left the room long ago.

    Of a private incident nobody is told who may not know of it (`unheard` says so in its room); whoever has the role
    is brought in. `name` is made unique by the epoch and the version it was decided on.
    """
    if not (user or role) or (user and not may_see(incident, user)):
        return ()
    return (RemindDirect(f"{name}:{incident.epoch}:{incident.version}", about, text, user, role),)


def unheard(incident: Incident, user: str) -> str:
    """The end of the room's line where the person may not be written to, "" where they are."""
    if not user or may_see(incident, user):
        return ""
    return (
        f" {person(user)} is not in this private incident, so I have not written to them: "
        "invite them here, and they type `/incident join`."
    )
