"""The verbs of `/incident`, how each is used. A table; reads no text."""

import difflib
import re
from collections.abc import Mapping

USAGE: Mapping[str, tuple[str, str]] = {
    "declare": (
        "declare [severity] [title] [--private] [--kind security] [--no-page] [--drill]",
        "Begin an incident. Without a severity or a title a form asks for them.",
    ),
    "drill": (
        "drill [severity] [title] [--page]",
        "Practise: it says whom it would page, is marked as a drill and counts in no figure. `--page` rings, too.",
    ),
    "ack": ("ack [words]", "You have it; escalation stops."),
    "escalate": (
        "escalate [role, @user or chain] [why]",
        "Page the next role of the chain, or whom you name.",
    ),
    "page": (
        "page role, @user or chain [why]",
        "Page whom you name, at any hour; a chain is climbed until somebody acknowledges.",
    ),
    "snooze": ("snooze 15m", "Nobody is paged by the clock for so long; the deadlines stay."),
    "severity": ("severity p1 [why]", "Judge it anew; the deadlines follow."),
    "stage": ("stage [name or next]", "Go to a stage; without a name, see them all."),
    "mitigate": ("mitigate [how]", "Customers no longer feel it."),
    "resolve": ("resolve [what fixed it], verified by [who]", "It is over; every timer and page ends."),
    "reopen": ("reopen why", "It is back: the same incident, with new clocks."),
    "close": ("close", "The review is over."),
    "lead": ("lead [@user]", "Take the lead, or give it to somebody."),
    "role": ("role comms [@user]", "Take a role of the room, or give it to somebody."),
    "handover": ("handover @user", "Hand the lead over."),
    "join": ("join", "Come into the room."),
    "update": ("update [text]", "Tell stakeholders where it stands."),
    "impact": ("impact [text] [--users many|one] [--data-at-risk]", "Say who feels it."),
    "note": ("note text [at 14:05]", "Put a line on the timeline, at an earlier time if you name one."),
    "runbook": (
        "runbook [search words] | start name | next | back | steps | resume | stop",
        "Find a runbook and walk it step by step.",
    ),
    "timeline": ("timeline", "What happened, in order."),
    "status": ("status", "Where it stands."),
    "oncall": ("oncall [role, chain or severity]", "Who is on call until when, and who is rung next."),
    "list": ("list [open|all|mine]", "Incidents, newest first."),
    "action": (
        "action text [@owner] [due fri] [type detect] | 2 done | 2 drop why | 2 due fri",
        "Note what is to be done, or change one that is noted.",
    ),
    "actions": ("actions", "What is to be done; outside a room everybody's, the late ones first."),
    "review": (
        "review [start | publish | draft | waive why | @owner | due fri]",
        "Where the post-mortem stands, or take it further.",
    ),
    "times": ("times [impact 13:45 why]", "The times of the post-mortem, or put one right."),
    "postmortem": ("postmortem", "Draft the post-mortem from what was recorded."),
    "maintenance": (
        "maintenance [list] | start 2h title | plan sun 02:00 2h title | end [M-1]",
        "Windows in which alerts below P0 open nothing until the end.",
    ),
    "test-page": ("test-page [role]", "See whether a phone rings: a test, which opens no incident."),
    "doctor": ("doctor", "Check keys, scopes, channels and who can be reached; changes nothing."),
    "help": ("help [topic]", "What can be typed, or more about one command or moment."),
}
"""Verb -> (usage, what it does), in the order of an incident. The keys are the verbs that work."""

MOMENTS: Mapping[str, tuple[str, ...]] = {
    "Declare": ("declare", "drill", "list"),
    "Respond": ("ack", "escalate", "page", "resolve", "mitigate", "snooze", "severity", "runbook"),
    "Run the room": (
        "update",
        "status",
        "lead",
        "role",
        "handover",
        "join",
        "stage",
        "impact",
        "note",
        "timeline",
    ),
    "Afterwards": ("postmortem", "action", "actions", "review", "times", "reopen", "close"),
    "Setup": ("oncall", "maintenance", "test-page", "doctor", "help"),
}
"""When a verb is wanted -> the verbs, the most used first. Every verb stands in one of them."""

MOST_USED = ("declare", "ack", "escalate", "update", "resolve")

ALIASES: Mapping[str, str] = {
    "acknowledge": "ack",
    "sev": "severity",
    "on-call": "oncall",
    "handoff": "handover",
    "post-mortem": "postmortem",
    "runbooks": "runbook",
    "?": "help",
}

UNDONE: Mapping[str, str] = {
    "unack": "An acknowledgement is taken back in PagerDuty, and the ladder starts again; here {escalate} calls somebody in.",
    "unsnooze": "A snooze ends by itself; {escalate} pages at once.",
    "unescalate": "A page that was sent stays sent; {ack} silences it.",
    "unresolve": "{reopen} has the same incident begin anew.",
}
"""What takes back what a verb did, by the word somebody types for that -> what to do instead."""


def instead_of(word: str) -> str:
    """What to do instead of taking back what a verb did, "" for a word that asks for no such thing."""
    folded = word.casefold().replace("-", "")
    undone = "un" + ALIASES.get(folded[2:], folded[2:])
    return UNDONE.get(undone, "").format_map({verb: usage(verb) for verb in USAGE})


def usage(verb: str) -> str:
    """How the verb is typed, as code."""
    return f"`/incident {USAGE[verb][0]}`"


def forms(verb: str) -> list[str]:
    """Each way in which the verb is typed, as code: what stands between bars outside brackets is a way of its own."""
    ways = _ALTERNATIVES.split(USAGE[verb][0])
    return [f"`/incident {way if way.split()[0] == verb else f'{verb} {way}'}`" for way in ways]


def topic_of(words: str) -> str:
    """The verb or moment that is asked about, "" for none of them."""
    folded = " ".join(words.casefold().split())
    verb = ALIASES.get(folded, folded)
    if verb in USAGE:
        return verb
    return next((one for one in MOMENTS if folded in {one.casefold(), one.split()[-1].casefold()}), "")


_ALTERNATIVES = re.compile(r" \| (?![^\[]*\])")


def nearest(word: str) -> str | None:
    """The verb somebody most likely meant, or None when nothing is near."""
    known = [*USAGE, *ALIASES]
    found = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return ALIASES.get(found[0], found[0]) if found else None
