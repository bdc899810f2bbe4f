"""How the bot writes people, instants, spans and typed text into a sentence. Slack's encoding, nothing sent."""

import re
from datetime import UTC, datetime, timedelta

_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]{2,})(?:\|[^&<>]*)?&gt;")


def safe(text: str) -> str:
    """What a person typed, so that it can stand in a message: nothing in it pings a channel or becomes a link.

    Only the three characters Slack asks for are escaped; mentions of single people stay mentions.
    Source: docs.slack.dev, "Formatting message text".
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub(r"<@\1>", escaped)


def person(user: str | None) -> str:
    """A person as a mention; the bot itself without one."""
    return f"<@{user}>" if user else "incidentbot"


def hour(at: datetime) -> str:
    """An instant as people say it in a room: 14:05 UTC."""
    return f"{at.astimezone(UTC):%H:%M} UTC"


def span(length: timedelta) -> str:
    """A length of time in at most two units: 45 s, 5 min, 1 h 30 min, 2 d 3 h."""
    seconds = round(length.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    days, rest = divmod(seconds // 60, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return " ".join(parts[:2])


def role_words(role: str) -> str:
    """A role of a profile in words: on_call_secondary is the on-call secondary."""
    return role.replace("on_call", "on-call").replace("_", " ")


def because(why: str) -> str:
    """A reason as the end of a sentence, or nothing."""
    return f": {safe(why)}" if why else ""
