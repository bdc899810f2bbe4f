"""What an act is: a story of one incident in whose last step the bot is killed, and what is owed when all is over. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from incidentbot.core.facts import FactKind

Step = str | timedelta
"""Words typed after `/incident`, with {title} and {name} (INC-7) filled in; or time that passes."""


class Moment(StrEnum):
    """When the bot is killed, seen from the vendor that it is calling."""

    BEFORE = "before"  # the call has arrived, and nothing came of it
    DURING = "during"  # it took effect, and no answer left
    AFTER = "after"  # the answer has left, and is not recorded yet


@dataclass(frozen=True, slots=True)
class Act:
    """A story of one incident. The bot is killed in its last step.

    calls: every call of the last step that changes something at a vendor -> the effect it belongs to; of an act that
    is about some calls only, those that begin so.
    facts: how many of each kind its timeline has when all is over. rung: whose phones rang until then.
    profile: words (YAML) laid upon the chat system's.
    pager: how the incident stands in PagerDuty then, "" where nobody is paged. notes: how many it has there; where
    there are any, whoever types is not known to PagerDuty. mails: how many there are; a mail that is sent again under
    its Message-ID is the same mail. Where there are any, a mail server is set.
    """

    name: str
    steps: tuple[Step, ...]
    calls: Mapping[str, str]
    facts: Mapping[FactKind, int]
    rung: tuple[str, ...] = ("Ana",)
    pager: str = "triggered"
    paging: str = "rest"
    about: str = ""
    profile: str = ""
    notes: int = 0
    mails: int = 0


DECLARE = "declare sev1 {title}"
BEGUN = {FactKind.DECLARED: 1, FactKind.PAGED: 1, FactKind.ROOM_OPENED: 1, FactKind.PAGE_ACCEPTED: 1}
