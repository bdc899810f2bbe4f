"""What a reader of the pages looks for among incidents, and the port that finds it. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import Severity

MOST_WORDS = 8
"""More words narrow nothing down, and each is a look through the timelines."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; an empty part asks for nothing. Private incidents are found by those who are in them only.

    reader: a Slack user id, "" for somebody who has not said who they are. words: each must stand in the title, in the
    timeline or in a message of the room; `INC-7` means that one. since: what was declared before is left out, unless
    it is open still. with_actions: only those with action items.
    """

    reader: str = ""
    status: Status | None = None
    severity: Severity | None = None
    words: tuple[str, ...] = ()
    since: datetime | None = None
    with_actions: bool = False
    limit: int = 200


class Searches(Protocol):
    """Where incidents are looked for. Raises StoreAway."""

    async def search(self, search: Search) -> Sequence[Incident]:
        """The incidents that fit, newest first."""
        ...
