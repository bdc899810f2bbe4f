"""What a person reads when the database is away: whether anything was changed, and what to do. Asks nobody."""

from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import StoreAway

LIST, TIMELINE = "`/incident list mine`", "`/incident timeline`"


def sorry(
    away: StoreAway, *, look: str, nothing: str = "Nothing was changed; please try again in a moment."
) -> Refused:
    """look: where they see whether it was done, where nobody can tell. nothing: what holds where it surely was not."""
    if away.unknown:
        nothing = f"I cannot tell whether this was done: please look at {look} before you ask again."
    return Refused(f"My database did not answer in time. {nothing}")
