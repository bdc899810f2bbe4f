"""What people do while the bot is killed, and every call to a vendor that follows from it. Data only."""

from collections.abc import Mapping
from datetime import timedelta

from incidentbot.core.facts import FactKind
from tests.crash.act import BEGUN, DECLARE, Act, Moment, Step
from tests.crash.acts_afterwards import AFTERWARDS
from tests.crash.long_runbook import LONG_RUN, RUN_CALLS

__all__ = ["ACTS", "DECLARE", "DECLARING", "Act", "Moment", "Step"]

NOTE = "POST /incidents/{id}/notes"
EVENT = "enqueue."
MAIL = "DATA"
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
    *AFTERWARDS,
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
