"""How the bot writes people, instants, spans and typed text into a sentence. Slack's encoding, nothing sent."""

import re
from datetime import UTC, datetime, timedelta

SECONDS_TELL_NOTHING = 600
"""From ten minutes on, a length is told in whole minutes."""

_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""The marks that turn the direction of a line: one that is left open would turn our own words. Source: UAX 9."""

CASED = {
    **{
        word: word.upper()
        for word in ("ceo", "cio", "ciso", "coo", "cpo", "cto", "dba", "hr", "qa", "sre", "svp", "vp")
    },
    "devops": "DevOps",
}
"""Words of a role that are not written small."""

_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]{2,})(?:\|[^&<>]*)?&gt;")


def safe(text: str) -> str:
    """What a person typed, so that it can stand in a message: nothing in it pings a channel or becomes a link.

    Only the three characters Slack asks for are escaped; mentions of single people stay mentions. Marks that turn
    the direction of writing are left out, so that the words around it stay in their order.
    Source: docs.slack.dev, "Formatting message text".
    """
    escaped = text.translate(_TURNING).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub(r"<@\1>", escaped)


def person(user: str | None) -> str:
    """A person as a mention; the bot itself without one."""
    return f"<@{user}>" if user else "incidentbot"


def declarer(by: str, via: str) -> str:
    """Who declared an incident: a person as a mention, or what did it without one."""
    return person(by) if by else safe(via) or person(None)


def hour(at: datetime) -> str:
    """An instant as the timeline says it, to every reader alike: 14:05 UTC."""
    return f"{at.astimezone(UTC):%H:%M} UTC"


def instant(at: datetime, form: str, otherwise: str) -> str:
    """An instant in its reader's own zone, by Slack's `form`; `otherwise` where a client cannot.

    For what is said to people only: the timeline and the draft keep to UTC.
    Source: docs.slack.dev, "Formatting message text", date formatting.
    """
    return f"<!date^{int(at.timestamp())}^{form}|{otherwise}>"


def at_time(at: datetime) -> str:
    """An instant inside a sentence: today at 14:05."""
    return instant(at, "{date_short_pretty} at {time}", f"{at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC")


def day_and_time(at: datetime) -> str:
    """An instant with its day, where the day may not be today's: Monday, November 23rd, 14:05."""
    return instant(at, "{date_long_pretty}, {time}", f"{at.astimezone(UTC):%A %d %B, %H:%M} UTC")


def span(length: timedelta) -> str:
    """A length of time in at most two units, rounded: 45 s, 4 min 30 s, 15 min, 1 h 30 min, 2 d 3 h."""
    seconds = round(length.total_seconds())
    if seconds >= SECONDS_TELL_NOTHING:
        seconds = round(seconds / 60) * 60
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:2]) or "0 s"


def role_words(role: str) -> str:
    """A role of a profile in words: on_call_secondary is the on-call secondary, vp_engineering the VP engineering."""
    words = role.replace("on_call", "on-call").replace("_", " ").split(" ")
    return " ".join(CASED.get(word, word) for word in words)


def begun(sentence: str) -> str:
    """The words with a capital at their beginning, and every other letter as it is."""
    return sentence[:1].upper() + sentence[1:]


def because(why: str) -> str:
    """A reason as the end of a sentence, or nothing."""
    return f": {safe(why)}" if why else ""


def stopped(sentence: str) -> str:
    """A sentence that another one follows: with a full stop, unless it ends in a mark of its own."""
    return sentence if sentence.rstrip().endswith((".", "!", "?", "…")) else f"{sentence.rstrip()}."
