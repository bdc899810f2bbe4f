"""Acts about what is left to do when an incident is over: its review, its action items. Data only."""

from datetime import timedelta

from incidentbot.core.facts import FactKind
from tests.crash.act import BEGUN, DECLARE, Act

RESOLVED = {**BEGUN, FactKind.RESOLVED: 1}

AFTERWARDS: tuple[Act, ...] = (
    Act(
        "begin the review",
        (DECLARE, "resolve {name} over", "review {name} start"),
        dict.fromkeys(("files.getUploadURLExternal", "files.completeUploadExternal"), "ShareDraft"),
        {**RESOLVED, FactKind.REVIEW_CHANGED: 1},
        pager="resolved",
        about="files.",
    ),
    Act(
        "publish with a canvas",
        (DECLARE, "resolve {name} over", "review {name} publish"),
        {
            "chat.update card": "ShowCard",
            "chat.postMessage say": "Say",
            "files.getUploadURLExternal": "ShareDraft",
            "files.completeUploadExternal": "ShareDraft",
            "conversations.canvases.create": "ShowCanvas",
            "canvases.edit": "ShowCanvas",
        },
        {**RESOLVED, FactKind.REVIEW_CHANGED: 1},
        pager="resolved",
        profile="postmortem: {canvas: true}",
    ),
    Act(
        "remind the owner",
        (
            DECLARE,
            "resolve {name} over",
            "action {name} a bigger disk <@U0BO> due tomorrow",
            timedelta(days=2),
        ),
        {
            "chat.postMessage say": "Say",
            "conversations.open": "RemindDirect",
            "chat.postMessage remind": "RemindDirect",
        },
        {**RESOLVED, FactKind.ACTION_ADDED: 1, FactKind.ACTION_OVERDUE: 1},
        pager="resolved",
    ),
)
