"""Whether a reminder is still worth telling: what it is about may be settled, or with somebody else. Pure."""

from datetime import datetime

from incidentbot.core.afterwards import actions, review
from incidentbot.core.afterwards.reminding import ACTION
from incidentbot.core.direct_effects import RemindDirect
from incidentbot.core.incident import Incident


def is_moot(incident: Incident, reminder: RemindDirect, now: datetime) -> bool:
    """Whether nobody is to be reminded of it any more, or this person is not."""
    if not reminder.about.startswith(ACTION):
        return not review.is_owed(incident) or reminder.user not in {"", review.owner_of(incident)}
    item = actions.item_of(incident, reminder.about.removeprefix(ACTION))
    return item is None or not item.is_overdue(now) or reminder.user != actions.asked_after(incident, item)
