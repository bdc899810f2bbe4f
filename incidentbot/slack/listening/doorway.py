"""What every listener stands on: the desk, Slack's calls, and the way to answer one person. Decides nothing."""

from dataclasses import dataclass, replace
from typing import Any

from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Ref
from incidentbot.slack.desk import Desk
from incidentbot.slack.listening.replies import Replies
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.scopes import Method

WINDOW_DEADLINE_S = 2.0
"""A window must open within 3 s of the press, and the ack must go out after it."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """Handed to each listener."""

    desk: Desk
    calls: Calls
    replies: Replies

    def seen_by(self, user: str, channel: str = "") -> "Doorway":
        """The same for one person: what they may not see is not there. channel: where they ask, "" for nowhere."""
        return replace(self, desk=self.desk.seen_by(user, channel))

    async def incident(self, ref: Ref) -> Incident:
        """The incident named. Raises Refused where there is none."""
        found = await self.desk.incident(ref)
        if found is None:
            raise Refused("There is no such incident. `/incident list all` shows them.")
        return found

    async def open_window(self, trigger: str, view: dict[str, Any]) -> None:
        """Open a window for whoever pressed. Raises TryLater or GiveUp where Slack did not in time."""
        await self.calls.call(Method.VIEW_OPEN, deadline_s=WINDOW_DEADLINE_S, trigger_id=trigger, view=view)
