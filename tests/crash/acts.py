"""What people do while the bot is killed, and every call to a vendor that follows from it. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from incidentbot.core.facts import FactKind
from tests.crash.long_runbook import LONG_RUN, RUN_CALLS

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


NOTE = "POST /incidents/{id}/notes"
EVENT = "enqueue."
MAIL = "DATA"
DECLARE = "declare sev1 {title}"
UNTIL_BREACH, UNTIL_CLIMB = timedelta(minutes=5, seconds=1), timedelta(minutes=10)
"""From declaring to the missed ack of a P0, and from there to the next rung (im-chat)."""

UNTIL_ASKED = timedelta(minutes=20, seconds=1)
"""From an ack to the question whether they are still on it, where acks expire after 20 minutes."""

WRITTEN_CALLS: Mapping[str, str] = {
    "conversations.open": "ShowDirect",
    "chat.postMessage direct": "ShowDirect",
}
ROOM_CALLS: Mapping[str, str] = {
    "conversations.create": "OpenRoom",
    "chat.postMessage card": "ShowCard",
    "pins.add": "PinCard",
    "conversations.invite": "Invite",
    "conversations.setTopic": "SetTopic",
    "conversations.join #incidents": "Announce",
    "chat.postMessage announce": "Announce",
    "conversations.join #on-call": "Mirror",
    "chat.postMessage mirror": "Mirror",
    **WRITTEN_CALLS,
}
CHANGED_CALLS: Mapping[str, str] = {
    "chat.update card": "ShowCard",
    "conversations.setTopic": "SetTopic",
    "chat.update announce": "Announce",
    "chat.postMessage say": "Say",
    "chat.update direct": "ShowDirect",
}
"""What every change of an incident's state brings up to date."""

CLIMB_CALLS: Mapping[str, str] = {
    "chat.update card": "ShowCard",
    "chat.postMessage say": "Say",
    "conversations.invite": "Invite",
    "chat.postMessage mirror": "Mirror",
    **WRITTEN_CALLS,
}

BEGUN = {FactKind.DECLARED: 1, FactKind.PAGED: 1, FactKind.ROOM_OPENED: 1, FactKind.PAGE_ACCEPTED: 1}
ACKED = {**BEGUN, FactKind.ACKNOWLEDGED: 1}
TWO_PAGES = {FactKind.PAGED: 2, FactKind.PAGE_ACCEPTED: 2}
CLIMBED = {**BEGUN, **TWO_PAGES, FactKind.BREACHED: 1, FactKind.ESCALATED: 1}

DECLARING = Act("declare", (DECLARE,), {"POST /incidents": "SendPage", **ROOM_CALLS}, BEGUN)

ACTS: tuple[Act, ...] = (
    DECLARING,
    Act(
        "ack",
        (DECLARE, "ack {name}"),
        {"PUT /incidents/{id} acknowledged": "AckPage", **CHANGED_CALLS},
        ACKED,
        pager="acknowledged",
    ),
    Act(
        "climb",
        (DECLARE, UNTIL_BREACH, UNTIL_CLIMB),
        {"PUT /incidents/{id} assigned": "SendPage", **CLIMB_CALLS},
        CLIMBED,
        rung=("Ana", "Bo"),
    ),
    Act(
        "resolve",
        (DECLARE, "ack {name}", "resolve {name} rolled back"),
        {"PUT /incidents/{id} resolved": "ResolvePage", **CHANGED_CALLS},
        {**ACKED, FactKind.RESOLVED: 1},
        pager="resolved",
    ),
    Act(
        "ask whoever has it",
        (DECLARE, "ack {name}", UNTIL_ASKED),
        {
            "chat.update card": "ShowCard",
            "chat.postMessage say": "Say",
            "conversations.open": "AskDirect",
            "chat.postMessage ask": "AskDirect",
        },
        {**ACKED, FactKind.ASKED: 1},
        pager="acknowledged",
        profile="severities: {P0: {ack: {expires: 20m}}}",
    ),
    Act("begin a runbook", (DECLARE, LONG_RUN), RUN_CALLS, {**BEGUN, FactKind.RUN_STARTED: 1}),
    Act(
        "begin the review",
        (DECLARE, "resolve {name} over", "review {name} start"),
        dict.fromkeys(("files.getUploadURLExternal", "files.completeUploadExternal"), "ShareDraft"),
        {**BEGUN, FactKind.RESOLVED: 1, FactKind.REVIEW_CHANGED: 1},
        pager="resolved",
        about="files.",
    ),
    Act(
        "finish a step",
        (DECLARE, "runbook start database outage {name}", "runbook next {name}"),
        {"chat.update run": "ShowRun"},
        {**BEGUN, FactKind.RUN_STARTED: 1, FactKind.STEP_DONE: 1},
    ),
    Act(
        "declare in a thread",
        ("declare sev4 {title}",),
        {
            "conversations.join #incidents": "OpenRoom",
            "chat.postMessage room": "OpenRoom",
            "chat.update room": "ShowCard",
        },
        {FactKind.DECLARED: 1, FactKind.ROOM_OPENED: 1},
        rung=(),
        pager="",
    ),
    Act(
        "ack by a stranger",
        (DECLARE, "ack {name}"),
        {NOTE: "AckPage"},
        ACKED,
        pager="acknowledged",
        about=NOTE,
        notes=1,
    ),
    Act(
        "resolve by a stranger",
        (DECLARE, "resolve {name} rolled back"),
        {NOTE: "ResolvePage"},
        {**BEGUN, FactKind.RESOLVED: 1},
        pager="resolved",
        about=NOTE,
        notes=1,
    ),
    Act(
        "declare with mail",
        (DECLARE,),
        {MAIL: "SendMail"},
        {**BEGUN, FactKind.MAILED: 1},
        about=MAIL,
        mails=1,
    ),
    Act(
        "climb with mail",
        (DECLARE, UNTIL_BREACH, UNTIL_CLIMB),
        {MAIL: "SendMail"},
        {**CLIMBED, FactKind.MAILED: 2},
        rung=("Ana", "Bo"),
        about=MAIL,
        mails=2,
    ),
    Act(
        "note",
        (DECLARE, "note {name} the deploy began at two"),
        {NOTE: "NotePage"},
        {**BEGUN, FactKind.NOTED: 1},
        about=NOTE,
        notes=1,
    ),
    Act(
        "judge anew",
        (DECLARE, "severity {name} p1"),
        {"PUT /incidents/{id} priority": "ShowPriority"},
        {**BEGUN, FactKind.SEVERITY_CHANGED: 1},
        about="PUT ",
    ),
    Act(
        "page by event",
        (DECLARE,),
        {"enqueue.trigger": "SendPage"},
        BEGUN,
        paging="events",
        about=EVENT,
    ),
    Act(
        "climb by event",
        (DECLARE, UNTIL_BREACH, UNTIL_CLIMB),
        {"enqueue.trigger": "SendPage"},
        CLIMBED,
        rung=("Ana", "Ana"),  # one routing key: both rungs ring whoever has the service's first level
        paging="events",
        about=EVENT,
    ),
    Act(
        "ack by event",
        (DECLARE, "ack {name}"),
        {"enqueue.acknowledge": "AckPage"},
        ACKED,
        pager="acknowledged",
        paging="events",
        about=EVENT,
    ),
    Act(
        "resolve by event",
        (DECLARE, "ack {name}", "resolve {name} rolled back"),
        {"enqueue.resolve": "ResolvePage"},
        {**ACKED, FactKind.RESOLVED: 1},
        pager="resolved",
        paging="events",
        about=EVENT,
    ),
)
"""The last ones are about calls to PagerDuty or the mail server alone: the others are those of the acts above."""
